/** Rules for schemas (SCH), tables (TBL) and the partitions of MySQL and MariaDB (PRT). */
import type { PartitionAttributes, SchemaAttributes, TableAttributes } from "../../model/kinds/relations.ts";
import { type Facts, type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, missing, renamedFrom, says, sentenceCase, shown, unexpected } from "../words.ts";

export const schemaRules: KindRules<SchemaAttributes> = {
  added: rule("SCH001 high compatibility: schema added", unexpected()),
  removed: rule("SCH002 critical data-loss: schema removed", missing("everything in it is gone")),
  renamed: rule(
    "SCH003 high compatibility: schema renamed",
    renamedFrom("programs that use the old name fail"),
  ),
  altered: {
    owner: rule("SCH004 medium security: schema owner changed", differs("owner")),
    charset: rule(
      "SCH005 medium compatibility: schema character set changed",
      differs("default character set", "new tables get it"),
    ),
    collation: rule(
      "SCH006 medium behaviour: schema collation changed",
      differs("default collation", "new tables get it"),
    ),
    encrypted: [
      onlyIf(
        ({ after }) => after,
        rule(
          "SCH007 low security: schema encryption enabled",
          says("encrypts new tables, the baseline does not"),
        ),
      ),
      rule("SCH008 high security: schema encryption disabled", says("no longer encrypts new tables")),
    ],
    readOnly: [
      onlyIf(
        ({ after }) => after,
        rule(
          "SCH009 high compatibility: schema made read-only",
          says("is read-only, the baseline is not: writes fail"),
        ),
      ),
      rule("SCH010 high integrity: schema made writable", says("is writable, the baseline is read-only")),
    ],
  },
};

export const tableRules: KindRules<TableAttributes> = {
  added: [
    onlyIf(
      isPartition,
      rule(
        "TBL004 low compatibility: partition table added",
        ({ the, attributes }) =>
          `${sentenceCase(the)} is an unexpected partition of ${shown(attributes.partitionOf ?? null)}: the baseline does not have it.`,
      ),
    ),
    rule("TBL001 high compatibility: table added", unexpected()),
  ],
  removed: [
    onlyIf(
      isPartition,
      rule(
        "TBL005 high data-loss: partition table removed",
        ({ the, attributes }) =>
          `${sentenceCase(the)}, a partition of ${shown(attributes.partitionOf ?? null)}, is missing: its rows are gone and new ones for it may be refused.`,
      ),
    ),
    rule(
      "TBL002 critical data-loss: table removed",
      missing("its rows are gone and programs that use it fail"),
    ),
  ],
  renamed: rule(
    "TBL003 high compatibility: table renamed",
    renamedFrom("programs that use the old name fail"),
  ),
  altered: {
    form: [
      onlyIf(
        ({ before }) => before === "system-versioned",
        rule(
          "TBL006 critical data-loss: system versioning removed",
          says("is no longer system-versioned: its history of rows is gone"),
        ),
      ),
      rule("TBL007 high behaviour: table form changed", differs("form")),
    ],
    rowSecurity: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "TBL010 critical security: row security disabled",
          says("has row security disabled, the baseline has it enabled: every grantee sees every row"),
        ),
      ),
      rule(
        "TBL011 high security: row security enabled",
        says(
          "has row security enabled, the baseline has it disabled: rows without a policy disappear for programs",
        ),
      ),
    ],
    rowSecurityForced: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "TBL012 high security: forced row security removed",
          says("no longer forces row security on its owner: who owns it sees every row"),
        ),
      ),
      rule(
        "TBL013 medium security: row security forced",
        says("forces row security on its owner too, the baseline does not"),
      ),
    ],
    owner: rule(
      "TBL014 medium security: table owner changed",
      differs("owner", "an owner holds every privilege and escapes row security"),
    ),
    persistence: [
      onlyIf(
        ({ after }) => after !== "permanent",
        rule(
          "TBL015 high data-loss: table made unlogged",
          ({ the, before, after }) =>
            `${sentenceCase(the)} is ${shown(after)}, the baseline is ${shown(before)}: its rows are lost in a crash and absent on standbys.`,
        ),
      ),
      rule("TBL016 low performance: table made permanent", differs("persistence")),
    ],
    engine: rule(
      "TBL017 high behaviour: engine changed",
      differs("engine", "transactions, foreign keys and locking may differ"),
    ),
    charset: rule(
      "TBL018 medium compatibility: table character set changed",
      differs("default character set", "new columns get it"),
    ),
    collation: rule(
      "TBL019 medium behaviour: table collation changed",
      differs("default collation", "new columns get it"),
    ),
    encrypted: [
      onlyIf(
        ({ after }) => after,
        rule("TBL020 low security: table encryption enabled", says("is encrypted, the baseline is not")),
      ),
      rule("TBL021 high security: table encryption disabled", says("is no longer encrypted on disk")),
    ],
    accessMethod: rule("TBL022 medium performance: table access method changed", differs("access method")),
    tablespace: rule("TBL023 low performance: table moved to another tablespace", differs("tablespace")),
    dataDirectory: rule("TBL024 low performance: data directory changed", differs("data directory")),
    storageParameters: rule(
      "TBL025 low performance: storage parameters changed",
      differs("storage parameters"),
    ),
    toastParameters: rule("TBL026 low performance: toast parameters changed", differs("toast parameters")),
    rowFormat: rule("TBL027 low performance: row format changed", differs("row format")),
    createOptions: rule("TBL028 low behaviour: create options changed", differs("create options")),
    replicaIdentity: [
      onlyIf(
        ({ after }) => after === "nothing",
        rule(
          "TBL029 high behaviour: replica identity removed",
          says("has no replica identity: updates and deletes fail as soon as it is published"),
        ),
      ),
      rule(
        "TBL030 medium behaviour: replica identity changed",
        differs("replica identity", "logical replication sends other columns"),
      ),
    ],
    inherits: rule(
      "TBL031 high behaviour: inheritance changed",
      differs("list of parents", "queries on a parent see other rows"),
    ),
    ofType: rule("TBL032 low compatibility: typed table changed", differs("row type")),
    partitionKey: rule("TBL033 high behaviour: partition key changed", differs("partition key")),
    partitionOf: [
      onlyIf(
        ({ after }) => after === null,
        rule(
          "TBL034 high data-loss: partition detached",
          ({ the, before }) =>
            `${sentenceCase(the)} is detached, the baseline has it as a partition of ${shown(before)}: queries there no longer see its rows.`,
        ),
      ),
      rule(
        "TBL035 high behaviour: partition attached",
        differs("partitioned parent", "queries there see its rows"),
      ),
    ],
    partitionBound: rule(
      "TBL036 high integrity: partition table bound changed",
      differs("partition bound", "rows go elsewhere or are refused"),
    ),
    foreignServer: rule(
      "TBL037 high behaviour: foreign server changed",
      differs("foreign server", "other data is read"),
    ),
    foreignOptions: rule(
      "TBL038 medium behaviour: foreign table options changed",
      differs("foreign options", "other data may be read"),
    ),
    periods: rule("TBL039 high behaviour: time periods changed", differs("list of periods")),
    unmodelledDefinition: rule("TBL040 medium behaviour: other table option changed", differs("definition")),
  },
};

export const partitionRules: KindRules<PartitionAttributes> = {
  added: rule("PRT001 low compatibility: partition added", unexpected()),
  removed: rule(
    "PRT002 high data-loss: partition removed",
    missing("its rows are gone and new ones for it may be refused"),
  ),
  renamed: rule("PRT003 low cosmetic: partition renamed", renamedFrom()),
  altered: {
    values: rule(
      "PRT004 high integrity: partition bound changed",
      differs("values", "rows go elsewhere or are refused"),
    ),
    engine: rule("PRT005 high behaviour: partition engine changed", differs("engine")),
    options: rule("PRT006 low performance: partition options changed", differs("options")),
    position: rule("PRT007 low cosmetic: partition moved", differs("position")),
  },
};

function isPartition({ attributes }: Facts<TableAttributes>): boolean {
  return typeof attributes.partitionOf === "string";
}
