/** Rules for primary keys (PKY), unique constraints (UNQ), foreign keys (FKY), checks (CHK) and exclusions (EXC). */
import type {
  CheckAttributes,
  ExclusionAttributes,
  ForeignKeyAttributes,
  KeyConstraintAttributes,
} from "../../model/kinds/constraints.ts";
import { type KindRules, onlyIf, rule } from "../rule.ts";
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

const orderUnderKey = "what is unique differs";

export const primaryKeyRules: KindRules<KeyConstraintAttributes> = {
  added: rule(
    "PKY001 medium compatibility: primary key added",
    unexpected("writes of duplicates or NULLs fail"),
  ),
  removed: rule(
    "PKY002 critical integrity: primary key removed",
    missing("duplicates can get in and replication may stop"),
  ),
  renamed: rule("PKY003 low cosmetic: primary key renamed", renamedFrom()),
  altered: {
    columns: rule(
      "PKY004 critical integrity: primary key columns changed",
      differs("list of columns", orderUnderKey),
    ),
    include: rule(
      "PKY005 medium performance: primary key's included columns changed",
      differs("list of included columns"),
    ),
    nullsNotDistinct: rule(
      "PKY006 medium integrity: primary key's treatment of NULLs changed",
      differs("NULLS NOT DISTINCT option"),
    ),
    deferrable: rule(
      "PKY007 medium behaviour: primary key's deferrability changed",
      differs("deferrability", "duplicates are noticed at another moment"),
    ),
    initiallyDeferred: rule(
      "PKY008 medium behaviour: primary key's timing changed",
      differs("INITIALLY DEFERRED option"),
    ),
    withoutOverlaps: rule(
      "PKY009 high integrity: primary key's WITHOUT OVERLAPS changed",
      differs("WITHOUT OVERLAPS option", "overlapping periods are judged otherwise"),
    ),
    storageParameters: rule(
      "PKY010 low performance: primary key's index parameters changed",
      differs("storage parameters"),
    ),
    tablespace: rule(
      "PKY011 low performance: primary key moved to another tablespace",
      differs("tablespace"),
    ),
    clustered: rule("PKY012 low performance: clustering by primary key changed", differs("CLUSTER mark")),
    valid: rule("PKY013 high integrity: primary key's validity changed", differs("validity")),
    triggerState: [
      onlyIf(
        ({ after }) => isOff(after),
        rule(
          "PKY017 critical integrity: primary key switched off",
          says(
            "is not checked at the end of transactions, because its internal trigger is disabled: duplicates can get in",
          ),
        ),
      ),
      rule("PKY018 medium behaviour: primary key switched on", differs("state of its internal trigger")),
    ],
    inheritedFrom: rule(
      "PKY014 low compatibility: primary key's parent changed",
      differs("parent constraint"),
    ),
    method: rule("PKY015 medium performance: primary key's index method changed", differs("index method")),
    createOptions: rule("PKY016 low performance: primary key's options changed", differs("create options")),
    extensionDependencies: rule(
      "PKY019 low behaviour: primary key's extension dependencies changed",
      differsInExtensions,
    ),
  },
};

export const uniqueRules: KindRules<KeyConstraintAttributes> = {
  added: rule(
    "UNQ001 medium compatibility: unique constraint added",
    unexpected("writes of duplicates fail"),
  ),
  removed: rule(
    "UNQ002 high integrity: unique constraint removed",
    missing("nothing prevents duplicates any more"),
  ),
  renamed: rule("UNQ003 low cosmetic: unique constraint renamed", renamedFrom()),
  altered: {
    columns: rule("UNQ004 high integrity: unique columns changed", differs("list of columns", orderUnderKey)),
    include: rule(
      "UNQ005 medium performance: unique constraint's included columns changed",
      differs("list of included columns"),
    ),
    nullsNotDistinct: [
      onlyIf(
        ({ after }) => after,
        rule(
          "UNQ006 medium compatibility: unique constraint treats NULLs as equal",
          says("treats NULLs as equal, the baseline does not: a second NULL is refused"),
        ),
      ),
      rule(
        "UNQ007 high integrity: unique constraint lets NULLs repeat",
        says("no longer treats NULLs as equal: any number of NULLs gets in"),
      ),
    ],
    deferrable: rule(
      "UNQ008 medium behaviour: unique constraint's deferrability changed",
      differs("deferrability", "duplicates are noticed at another moment"),
    ),
    initiallyDeferred: rule(
      "UNQ009 medium behaviour: unique constraint's timing changed",
      differs("INITIALLY DEFERRED option"),
    ),
    withoutOverlaps: rule(
      "UNQ010 high integrity: unique constraint's WITHOUT OVERLAPS changed",
      differs("WITHOUT OVERLAPS option", "overlapping periods are judged otherwise"),
    ),
    storageParameters: rule(
      "UNQ011 low performance: unique constraint's index parameters changed",
      differs("storage parameters"),
    ),
    tablespace: rule(
      "UNQ012 low performance: unique constraint moved to another tablespace",
      differs("tablespace"),
    ),
    clustered: rule(
      "UNQ013 low performance: clustering by unique constraint changed",
      differs("CLUSTER mark"),
    ),
    valid: rule("UNQ014 high integrity: unique constraint's validity changed", differs("validity")),
    triggerState: [
      onlyIf(
        ({ after }) => isOff(after),
        rule(
          "UNQ018 critical integrity: unique constraint switched off",
          says(
            "is not checked at the end of transactions, because its internal trigger is disabled: duplicates can get in",
          ),
        ),
      ),
      rule(
        "UNQ019 medium behaviour: unique constraint switched on",
        differs("state of its internal trigger"),
      ),
    ],
    inheritedFrom: rule(
      "UNQ015 low compatibility: unique constraint's parent changed",
      differs("parent constraint"),
    ),
    method: rule(
      "UNQ016 medium performance: unique constraint's index method changed",
      differs("index method"),
    ),
    createOptions: rule(
      "UNQ017 low performance: unique constraint's options changed",
      differs("create options"),
    ),
    extensionDependencies: rule(
      "UNQ020 low behaviour: unique constraint's extension dependencies changed",
      differsInExtensions,
    ),
  },
};

/** Disabled, or firing only in sessions that replicate. */
function isOff(state: string): boolean {
  return state === "D" || state === "R";
}

const orphans = "rows without a parent can get in";

export const foreignKeyRules: KindRules<ForeignKeyAttributes> = {
  added: rule("FKY001 medium compatibility: foreign key added", unexpected("writes that break it fail")),
  removed: rule("FKY002 high integrity: foreign key removed", missing(orphans)),
  renamed: rule("FKY003 low cosmetic: foreign key renamed", renamedFrom()),
  altered: {
    columns: rule("FKY004 high integrity: foreign key columns changed", differs("list of columns")),
    referencedTable: rule(
      "FKY005 high integrity: foreign key refers to another table",
      differs("referenced table"),
    ),
    referencedColumns: rule(
      "FKY006 high integrity: foreign key refers to other columns",
      differs("list of referenced columns"),
    ),
    onUpdate: rule("FKY007 high behaviour: ON UPDATE action changed", differs("ON UPDATE action")),
    onDelete: [
      onlyIf(
        ({ after }) => /^cascade$/i.test(after),
        rule(
          "FKY008 high data-loss: ON DELETE made CASCADE",
          ({ the, before }) =>
            `${sentenceCase(the)} deletes the rows that refer to a deleted one, the baseline has ${shown(before)}.`,
        ),
      ),
      rule("FKY009 high behaviour: ON DELETE action changed", differs("ON DELETE action")),
    ],
    onDeleteColumns: rule(
      "FKY010 high behaviour: ON DELETE columns changed",
      differs("list of columns that ON DELETE sets"),
    ),
    match: rule("FKY011 medium integrity: MATCH changed", differs("MATCH type")),
    deferrable: rule(
      "FKY012 medium behaviour: foreign key's deferrability changed",
      differs("deferrability", "violations are noticed at another moment"),
    ),
    initiallyDeferred: rule(
      "FKY013 medium behaviour: foreign key's timing changed",
      differs("INITIALLY DEFERRED option"),
    ),
    validated: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "FKY014 critical integrity: foreign key not validated",
          says("is not validated: rows from before may have no parent"),
        ),
      ),
      rule("FKY015 low integrity: foreign key validated", says("is validated, the baseline's is not")),
    ],
    enforced: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "FKY016 critical integrity: foreign key not enforced",
          says(`is no longer enforced: ${orphans}`),
        ),
      ),
      rule(
        "FKY017 medium compatibility: foreign key enforced",
        says("is enforced, the baseline's is not: writes that break it fail"),
      ),
    ],
    triggerState: [
      onlyIf(
        ({ after }) => isOff(after),
        rule(
          "FKY018 critical integrity: foreign key switched off",
          says(
            `does not check rows that are written, because its internal triggers are disabled: ${orphans}`,
          ),
        ),
      ),
      rule("FKY020 medium behaviour: foreign key switched on", differs("state of internal triggers")),
    ],
    referencedTriggerState: [
      onlyIf(
        ({ after }) => isOff(after),
        rule(
          "FKY023 critical integrity: foreign key switched off on the referenced table",
          says(
            "does not act when referenced rows are deleted or change, because its internal triggers there are disabled: rows lose their parents",
          ),
        ),
      ),
      rule(
        "FKY024 medium behaviour: foreign key switched on on the referenced table",
        differs("state of internal triggers on the referenced table"),
      ),
    ],
    period: rule("FKY021 high integrity: PERIOD changed", differs("PERIOD option")),
    inheritedFrom: rule(
      "FKY022 low compatibility: foreign key's parent changed",
      differs("parent constraint"),
    ),
  },
};

export const checkRules: KindRules<CheckAttributes> = {
  added: rule("CHK001 medium compatibility: check added", unexpected("writes that break it fail")),
  removed: rule("CHK002 high integrity: check removed", missing("values that it refused can get in")),
  renamed: rule("CHK003 low cosmetic: check renamed", renamedFrom()),
  altered: {
    expression: rule(
      "CHK004 high integrity: check expression changed",
      differs("expression", "other values are let in"),
    ),
    validated: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "CHK005 critical integrity: check not validated",
          says("is not validated: rows from before may break it"),
        ),
      ),
      rule("CHK006 low integrity: check validated", says("is validated, the baseline's is not")),
    ],
    enforced: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "CHK007 critical integrity: check not enforced",
          says("is no longer enforced: values that break it can get in"),
        ),
      ),
      rule(
        "CHK008 medium compatibility: check enforced",
        says("is enforced, the baseline's is not: writes that break it fail"),
      ),
    ],
    inherit: rule(
      "CHK009 medium integrity: check inheritance changed",
      ({ the, after }) =>
        `${sentenceCase(the)} ${after ? "applies to child tables too" : "no longer applies to child tables"}, unlike in the baseline.`,
    ),
    column: rule("CHK011 low cosmetic: check moved between table and column", differs("owning column")),
    local: rule(
      "CHK010 low compatibility: check's declaration changed",
      ({ the, after }) =>
        `${sentenceCase(the)} is ${after ? "declared on this table too" : "only inherited"}, unlike in the baseline.`,
    ),
  },
};

export const exclusionRules: KindRules<ExclusionAttributes> = {
  added: rule(
    "EXC001 medium compatibility: exclusion constraint added",
    unexpected("writes that break it fail"),
  ),
  removed: rule(
    "EXC002 high integrity: exclusion constraint removed",
    missing("rows that it kept apart can get in"),
  ),
  renamed: rule("EXC003 low cosmetic: exclusion constraint renamed", renamedFrom()),
  altered: {
    definition: rule(
      "EXC004 high integrity: exclusion constraint changed",
      differs("definition", "other rows are kept apart"),
    ),
    deferrable: rule(
      "EXC005 medium behaviour: exclusion constraint's deferrability changed",
      differs("deferrability"),
    ),
    initiallyDeferred: rule(
      "EXC006 medium behaviour: exclusion constraint's timing changed",
      differs("INITIALLY DEFERRED option"),
    ),
    storageParameters: rule(
      "EXC007 low performance: exclusion constraint's index parameters changed",
      differs("storage parameters"),
    ),
    tablespace: rule(
      "EXC008 low performance: exclusion constraint moved to another tablespace",
      differs("tablespace"),
    ),
    triggerState: [
      onlyIf(
        ({ after }) => isOff(after),
        rule(
          "EXC012 critical integrity: exclusion constraint switched off",
          says(
            "is not checked at the end of transactions, because its internal trigger is disabled: rows that it kept apart can get in",
          ),
        ),
      ),
      rule(
        "EXC013 medium behaviour: exclusion constraint switched on",
        differs("state of its internal trigger"),
      ),
    ],
    clustered: rule(
      "EXC011 low performance: clustering by exclusion constraint changed",
      differs("CLUSTER mark"),
    ),
    inheritedFrom: rule(
      "EXC009 low compatibility: exclusion constraint's parent changed",
      differs("parent constraint"),
    ),
    valid: rule("EXC010 high integrity: exclusion constraint's validity changed", differs("validity")),
    extensionDependencies: rule(
      "EXC014 low behaviour: exclusion constraint's extension dependencies changed",
      differsInExtensions,
    ),
  },
};
