/** Rules for triggers (TRG), event triggers (EVT), rewrite rules (RUL) and scheduled events (EVN). */
import type {
  EventTriggerAttributes,
  RewriteRuleAttributes,
  TriggerAttributes,
} from "../../model/kinds/constraints.ts";
import type { EventAttributes } from "../../model/kinds/programs.ts";
import { isSameCode } from "../program-text.ts";
import { type KindRules, onlyIf, rule } from "../rule.ts";
import {
  differs,
  differsInComments,
  differsInExtensions,
  missing,
  renamedFrom,
  says,
  unexpected,
} from "../words.ts";

const silent = "what it does no longer happens";

export const triggerRules: KindRules<TriggerAttributes> = {
  added: rule("TRG001 medium behaviour: trigger added", unexpected("writes do more than they did")),
  removed: rule("TRG002 high behaviour: trigger removed", missing(silent)),
  renamed: rule(
    "TRG003 low behaviour: trigger renamed",
    renamedFrom("PostgreSQL fires triggers in the order of their names"),
  ),
  altered: {
    enabled: [
      onlyIf(
        ({ after }) => after === "D",
        rule("TRG004 high behaviour: trigger disabled", says(`is disabled: ${silent}`)),
      ),
      onlyIf(
        ({ after }) => after === "R",
        rule(
          "TRG005 high behaviour: trigger fires only on replicas",
          says("fires only in sessions that replicate, the baseline's in others too"),
        ),
      ),
      onlyIf(
        ({ before }) => before === "D",
        rule(
          "TRG006 medium behaviour: trigger enabled",
          says("is enabled, the baseline's is disabled: writes do more than they did"),
        ),
      ),
      rule(
        "TRG007 medium behaviour: trigger firing mode changed",
        differs("firing mode (O origin, A always, R replica)"),
      ),
    ],
    definition: [
      onlyIf(
        ({ before, after, attributes }) => isSameCode(before, after, attributes),
        rule("TRG020 info cosmetic: trigger comments changed", differsInComments),
      ),
      rule("TRG008 high behaviour: trigger definition changed", differs("definition")),
    ],
    timing: rule("TRG009 high behaviour: trigger timing changed", differs("timing")),
    event: rule("TRG010 high behaviour: trigger event changed", differs("event")),
    constraint: rule("TRG011 medium behaviour: constraint trigger changed", differs("CONSTRAINT option")),
    inheritedFrom: rule("TRG012 low behaviour: trigger's parent changed", differs("parent trigger")),
    order: rule(
      "TRG013 medium behaviour: trigger order changed",
      differs("place among the table's triggers"),
    ),
    definer: rule(
      "TRG014 high security: trigger definer changed",
      differs("definer", "it runs with other rights"),
    ),
    sqlMode: rule("TRG015 low behaviour: trigger's sql_mode changed", differs("sql_mode")),
    clientCharset: rule(
      "TRG016 low cosmetic: trigger's client character set changed",
      differs("client character set"),
    ),
    clientCollation: rule(
      "TRG017 low cosmetic: trigger's client collation changed",
      differs("client collation"),
    ),
    databaseCollation: rule(
      "TRG018 low cosmetic: trigger's database collation changed",
      differs("database collation"),
    ),
    extensionDependencies: rule(
      "TRG019 low behaviour: trigger's extension dependencies changed",
      differsInExtensions,
    ),
  },
};

export const eventTriggerRules: KindRules<EventTriggerAttributes> = {
  added: rule("EVT001 high behaviour: event trigger added", unexpected("DDL does more than it did")),
  removed: rule("EVT002 high behaviour: event trigger removed", missing(silent)),
  renamed: rule("EVT003 low behaviour: event trigger renamed", renamedFrom()),
  altered: {
    event: rule("EVT004 high behaviour: event trigger's event changed", differs("event")),
    function: rule("EVT005 high behaviour: event trigger's function changed", differs("function")),
    tags: rule("EVT006 high behaviour: event trigger's commands changed", differs("list of commands")),
    enabled: [
      onlyIf(
        ({ after }) => after === "D",
        rule("EVT007 high behaviour: event trigger disabled", says(`is disabled: ${silent}`)),
      ),
      rule(
        "EVT008 medium behaviour: event trigger's firing mode changed",
        differs("firing mode (O origin, A always, R replica)"),
      ),
    ],
    owner: rule("EVT009 medium security: event trigger owner changed", differs("owner")),
  },
};

export const rewriteRuleRules: KindRules<RewriteRuleAttributes> = {
  added: rule("RUL001 high behaviour: rewrite rule added", unexpected("statements are rewritten by it")),
  removed: rule(
    "RUL002 high behaviour: rewrite rule removed",
    missing("statements are no longer rewritten by it"),
  ),
  renamed: rule("RUL003 low behaviour: rewrite rule renamed", renamedFrom()),
  altered: {
    definition: rule("RUL004 high behaviour: rewrite rule changed", differs("definition")),
    enabled: [
      onlyIf(
        ({ after }) => after === "D",
        rule(
          "RUL005 high behaviour: rewrite rule disabled",
          says("is disabled: statements are no longer rewritten by it"),
        ),
      ),
      rule(
        "RUL006 medium behaviour: rewrite rule's firing mode changed",
        differs("firing mode (O origin, A always, R replica)"),
      ),
    ],
  },
};

export const eventRules: KindRules<EventAttributes> = {
  added: rule("EVN001 medium behaviour: event added", unexpected("the server runs it by itself")),
  removed: rule("EVN002 high behaviour: event removed", missing(silent)),
  renamed: rule("EVN003 low behaviour: event renamed", renamedFrom()),
  altered: {
    definition: [
      onlyIf(
        ({ before, after, attributes }) => isSameCode(before, after, attributes),
        rule("EVN015 info cosmetic: event comments changed", differsInComments),
      ),
      rule("EVN004 high behaviour: event body changed", differs("body")),
    ],
    schedule: rule("EVN005 high behaviour: event schedule changed", differs("schedule")),
    status: [
      onlyIf(
        ({ after }) => !/^enabled?$/i.test(after),
        rule("EVN006 high behaviour: event disabled", differs("status", silent)),
      ),
      rule("EVN007 medium behaviour: event enabled", differs("status")),
    ],
    onCompletion: rule("EVN008 low behaviour: ON COMPLETION changed", differs("ON COMPLETION clause")),
    definer: rule(
      "EVN009 high security: event definer changed",
      differs("definer", "it runs with other rights"),
    ),
    sqlMode: rule("EVN010 low behaviour: event's sql_mode changed", differs("sql_mode")),
    timeZone: rule(
      "EVN011 medium behaviour: event time zone changed",
      differs("time zone", "it runs at other times"),
    ),
    clientCharset: rule(
      "EVN012 low cosmetic: event's client character set changed",
      differs("client character set"),
    ),
    clientCollation: rule(
      "EVN013 low cosmetic: event's client collation changed",
      differs("client collation"),
    ),
    databaseCollation: rule(
      "EVN014 low cosmetic: event's database collation changed",
      differs("database collation"),
    ),
  },
};
