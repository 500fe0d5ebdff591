/** Rules for views (VIW), materialized views (MVW) and sequences (SEQ). */
import type {
  MaterializedViewAttributes,
  SequenceAttributes,
  ViewAttributes,
} from "../../model/kinds/relations.ts";
import { type AlteredFacts, type KindRules, onlyIf, rule } from "../rule.ts";
import {
  differs,
  differsInExtensions,
  missing,
  renamedFrom,
  says,
  sentenceCase,
  shown,
  unexpected,
} from "../words.ts";
import { optionTurnedOff } from "./option-values.ts";

export const viewRules: KindRules<ViewAttributes> = {
  added: rule("VIW001 medium compatibility: view added", unexpected()),
  removed: rule("VIW002 high compatibility: view removed", missing("queries that use it fail")),
  renamed: rule("VIW003 high compatibility: view renamed", renamedFrom("queries that use the old name fail")),
  altered: {
    definition: rule(
      "VIW004 high behaviour: view definition changed",
      differs("definition", "it may return other rows"),
    ),
    columns: rule(
      "VIW005 high compatibility: view columns changed",
      differs("list of columns", "queries that name the others fail"),
    ),
    options: [
      onlyIf(
        (facts: AlteredFacts<ViewAttributes, "options">) => optionTurnedOff(facts, "security_invoker"),
        rule(
          "VIW006 high security: security_invoker removed",
          says(
            "runs with its owner's rights, the baseline with the caller's: row security and privileges of the caller no longer apply",
          ),
        ),
      ),
      onlyIf(
        (facts: AlteredFacts<ViewAttributes, "options">) => optionTurnedOff(facts, "security_barrier"),
        rule(
          "VIW007 high security: security_barrier removed",
          says("is no longer a security barrier: a caller's own functions may see rows that it hides"),
        ),
      ),
      onlyIf(
        ({ before, after }) => before.check_option !== undefined && after.check_option === undefined,
        rule(
          "VIW008 high integrity: check_option removed",
          says("has no check option any more: rows that it does not show can be written through it"),
        ),
      ),
      rule("VIW009 medium behaviour: view options changed", differs("options")),
    ],
    checkOption: [
      onlyIf(
        ({ after }) => after === null || after === "NONE",
        rule(
          "VIW010 high integrity: check option removed",
          says("has no check option any more: rows that it does not show can be written through it"),
        ),
      ),
      rule("VIW011 medium behaviour: check option changed", differs("check option")),
    ],
    sqlSecurity: [
      onlyIf(
        ({ after }) => after.toUpperCase() === "DEFINER",
        rule(
          "VIW012 high security: view made SQL SECURITY DEFINER",
          ({ the, attributes }) =>
            `${sentenceCase(the)} runs with the rights of its definer ${shown(attributes.definer ?? null)}, the baseline with the caller's.`,
        ),
      ),
      rule(
        "VIW013 medium security: view made SQL SECURITY INVOKER",
        says("runs with the caller's rights, the baseline with its definer's: callers may be refused"),
      ),
    ],
    definer: [
      onlyIf(
        ({ attributes }) => attributes.sqlSecurity?.toUpperCase() === "INVOKER",
        rule("VIW014 low security: view definer changed", differs("definer")),
      ),
      rule(
        "VIW015 high security: definer of a definer's view changed",
        differs("definer", "it runs with other rights"),
      ),
    ],
    owner: rule(
      "VIW016 medium security: view owner changed",
      differs("owner", "it may run with other rights"),
    ),
    columnDefaults: rule("VIW017 medium behaviour: view column defaults changed", differs("column defaults")),
    algorithm: rule("VIW018 low performance: view algorithm changed", differs("algorithm")),
    clientCharset: rule(
      "VIW019 low cosmetic: view's client character set changed",
      differs("client character set"),
    ),
    clientCollation: rule(
      "VIW020 low cosmetic: view's client collation changed",
      differs("client collation"),
    ),
    valid: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "VIW021 high compatibility: view invalid",
          says("names something that no longer exists: queries on it fail"),
        ),
      ),
      rule("VIW022 low compatibility: view became valid", says("is valid, the baseline's is not")),
    ],
  },
};

export const materializedViewRules: KindRules<MaterializedViewAttributes> = {
  added: rule("MVW001 medium compatibility: materialized view added", unexpected()),
  removed: rule("MVW002 high compatibility: materialized view removed", missing("queries that use it fail")),
  renamed: rule(
    "MVW003 high compatibility: materialized view renamed",
    renamedFrom("queries that use the old name fail"),
  ),
  altered: {
    definition: rule(
      "MVW004 high behaviour: materialized view definition changed",
      differs("definition", "it may hold other rows"),
    ),
    columns: rule(
      "MVW005 high compatibility: materialized view columns changed",
      differs("list of columns", "queries that name the others fail"),
    ),
    populated: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "MVW006 high compatibility: materialized view not populated",
          says("is not populated: every query on it fails until it is refreshed"),
        ),
      ),
      rule("MVW007 low behaviour: materialized view populated", says("is populated, the baseline's is not")),
    ],
    columnOptions: rule(
      "MVW012 low performance: materialized view column options changed",
      differs("column options"),
    ),
    options: rule("MVW008 low performance: materialized view options changed", differs("options")),
    owner: rule(
      "MVW009 medium security: materialized view owner changed",
      differs("owner", "it is refreshed with other rights"),
    ),
    tablespace: rule(
      "MVW010 low performance: materialized view moved to another tablespace",
      differs("tablespace"),
    ),
    accessMethod: rule(
      "MVW011 low performance: materialized view access method changed",
      differs("access method"),
    ),
    extensionDependencies: rule(
      "MVW013 low behaviour: materialized view's extension dependencies changed",
      differsInExtensions,
    ),
  },
};

export const sequenceRules: KindRules<SequenceAttributes> = {
  added: rule("SEQ001 low compatibility: sequence added", unexpected()),
  removed: rule(
    "SEQ002 high compatibility: sequence removed",
    missing("programs and defaults that draw from it fail"),
  ),
  renamed: rule(
    "SEQ003 medium compatibility: sequence renamed",
    renamedFrom("programs that use the old name fail"),
  ),
  altered: {
    type: [
      onlyIf(
        ({ before, after }) => widths.indexOf(after) >= 0 && widths.indexOf(after) < widths.indexOf(before),
        rule("SEQ004 high compatibility: sequence type narrowed", differs("type", "it runs out earlier")),
      ),
      rule("SEQ005 medium compatibility: sequence type changed", differs("type")),
    ],
    start: rule("SEQ006 medium behaviour: sequence start changed", differs("start value")),
    minimum: rule("SEQ007 medium behaviour: sequence minimum changed", differs("lowest value")),
    maximum: rule(
      "SEQ008 medium behaviour: sequence maximum changed",
      differs("highest value", "it runs out elsewhere"),
    ),
    increment: rule("SEQ009 medium behaviour: sequence increment changed", differs("increment")),
    cycle: [
      onlyIf(
        ({ after }) => after,
        rule(
          "SEQ010 high integrity: sequence made cycling",
          says("starts again at its end, the baseline stops there: values come twice"),
        ),
      ),
      rule(
        "SEQ011 medium compatibility: sequence no longer cycles",
        says("stops at its end, the baseline starts again"),
      ),
    ],
    cache: rule("SEQ012 low performance: sequence cache changed", differs("cache")),
    ownedBy: rule(
      "SEQ013 medium compatibility: sequence owner column changed",
      differs("owning column", "it goes when that column goes"),
    ),
    persistence: rule("SEQ014 medium data-loss: sequence persistence changed", differs("persistence")),
    owner: rule("SEQ015 medium security: sequence owner changed", differs("owner")),
    engine: rule("SEQ016 medium behaviour: sequence engine changed", differs("engine")),
  },
};

const widths = ["smallint", "integer", "bigint"];
