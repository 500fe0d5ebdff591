/** Keys, foreign keys, checks, exclusions and indexes. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import type { Hazard } from "../../../model/plan.ts";
import {
  type Draft,
  hazard,
  type KindRenderer,
  type Refusal,
  refuse,
  type Step,
} from "../../../plan/renderer.ts";
import { childrenOfKind, type Side } from "../../../plan/side.ts";
import {
  accessExclusive,
  alterOptions,
  draft,
  scansTable,
  share,
  shareRowExclusive,
  shareUpdateExclusive,
  withOptions,
} from "./drafts.ts";
import { alterMarks, markSteps } from "./extension-marks.ts";
import { name, nameList, ownName, qualified, tableOf } from "./names.ts";

const buildsIndex: readonly Hazard[] = [
  scansTable,
  hazard("blocks-writes", "Builds an index while writers wait."),
];
const mayViolate: Hazard = hazard("may-fail", "Fails when rows violate the constraint.");

/** ADD CONSTRAINT and back. What a partition has from its parent goes only with the parent's, so it is never dropped. */
function constraintStep(key: ObjectKey, definition: string, add: Draft, isInherited: boolean): Step {
  const make = { ...add, sql: `ALTER TABLE ${tableOf(key)} ADD CONSTRAINT ${ownName(key)} ${definition}` };
  const drop = draft(`ALTER TABLE ${tableOf(key)} DROP CONSTRAINT ${ownName(key)}`, accessExclusive);
  return isInherited ? { make: [make], unmake: [], at: "early" } : { make: [make], unmake: [drop] };
}

function timing(a: { readonly deferrable?: boolean; readonly initiallyDeferred?: boolean }): string {
  if (a.deferrable !== true) return "";
  return a.initiallyDeferred === true ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

/** States that no ADD CONSTRAINT gives. */
function oddState(a: {
  readonly triggerState?: string;
  readonly referencedTriggerState?: string;
  readonly valid?: boolean;
}): Refusal | undefined {
  if ((a.triggerState ?? "O") !== "O" || (a.referencedTriggerState ?? "O") !== "O")
    return refuse("plans do not switch the triggers behind a constraint off yet");
  return a.valid === false ? refuse("an invalid index cannot be made on purpose") : undefined;
}

type Keyed = ObjectOf<"primary-key"> | ObjectOf<"unique">;

function buildKey(object: Keyed): readonly Step[] | Refusal {
  const { key, attributes: a } = object;
  const odd = oddState(a);
  if (odd !== undefined) return odd;
  const columns = a.columns.map((column, index) =>
    a.withoutOverlaps === true && index === a.columns.length - 1
      ? `${name(column)} WITHOUT OVERLAPS`
      : name(column),
  );
  const definition =
    (object.kind === "primary-key" ? "PRIMARY KEY" : "UNIQUE") +
    (a.nullsNotDistinct === true ? " NULLS NOT DISTINCT" : "") +
    ` (${columns.join(", ")})` +
    ((a.include ?? []).length === 0 ? "" : ` INCLUDE (${nameList(a.include ?? [])})`) +
    withOptions(a.storageParameters) +
    (a.tablespace ? ` USING INDEX TABLESPACE ${name(a.tablespace)}` : "") +
    timing(a);
  const add = draft("", accessExclusive, ...buildsIndex, mayViolate);
  return [
    constraintStep(key, definition, add, Boolean(a.inheritedFrom)),
    ...clusterSteps(key, a.clustered),
    ...markSteps(object),
  ];
}

function clusterSteps(key: ObjectKey, clustered: boolean | undefined): Step[] {
  if (clustered !== true) return [];
  return [{ make: [cluster(key, true)], unmake: [] }];
}

/** ALTER TABLE, "CLUSTER ON": no rows are moved. */
function cluster(key: ObjectKey, isOn: boolean): Draft {
  return draft(
    `ALTER TABLE ${tableOf(key)} ${isOn ? `CLUSTER ON ${ownName(key)}` : "SET WITHOUT CLUSTER"}`,
    shareUpdateExclusive,
  );
}

function renameConstraint(from: ObjectKey, to: ObjectKey): readonly Draft[] {
  return [
    draft(`ALTER TABLE ${tableOf(to)} RENAME CONSTRAINT ${ownName(from)} TO ${ownName(to)}`, accessExclusive),
  ];
}

const clusterRule = ({
  after,
}: {
  readonly after: ObjectOf<"primary-key" | "unique" | "index">;
}): readonly Draft[] => [cluster(after.key, after.attributes.clustered === true)];

const keyAlterations = {
  columns: "rebuild",
  include: "rebuild",
  nullsNotDistinct: "rebuild",
  deferrable: "rebuild",
  initiallyDeferred: "rebuild",
  withoutOverlaps: "rebuild",
  storageParameters: "rebuild",
  tablespace: "rebuild",
  clustered: clusterRule,
  extensionDependencies: alterMarks<"primary-key" | "unique">(),
} as const;

/** Foreign keys lean on the columns of the key, and name its table. */
const tableOfKey = ({ key }: { readonly key: ObjectKey }): readonly string[] => key.path.slice(0, -1);

export const primaryKeyRenderer: KindRenderer<"primary-key"> = {
  build: buildKey,
  alter: keyAlterations,
  rename: renameConstraint,
  blockers: ["foreign-key"],
  knownAs: tableOfKey,
};

export const uniqueRenderer: KindRenderer<"unique"> = {
  build: buildKey,
  alter: keyAlterations,
  rename: renameConstraint,
  blockers: ["foreign-key"],
  knownAs: tableOfKey,
};

/** ALTER TABLE, "ADD FOREIGN KEY": SHARE ROW EXCLUSIVE on both tables. */
export const foreignKeyRenderer: KindRenderer<"foreign-key"> = {
  alone: true,
  build: ({ key, attributes: a }) => {
    const odd = oddState(a);
    if (odd !== undefined) return odd;
    const periodic = (columns: readonly string[]): string =>
      columns
        .map(
          (column, index) =>
            (a.period === true && index === columns.length - 1 ? "PERIOD " : "") + name(column),
        )
        .join(", ");
    const listed = (a.onDeleteColumns ?? []).length === 0 ? "" : ` (${nameList(a.onDeleteColumns ?? [])})`;
    const definition =
      `FOREIGN KEY (${periodic(a.columns)}) REFERENCES ${a.referencedTable} (${periodic(a.referencedColumns)})` +
      (a.match === undefined || a.match === "SIMPLE" ? "" : ` MATCH ${a.match}`) +
      (a.onUpdate === "NO ACTION" ? "" : ` ON UPDATE ${a.onUpdate}`) +
      (a.onDelete === "NO ACTION" ? "" : ` ON DELETE ${a.onDelete}${listed}`) +
      timing(a) +
      (a.enforced === false ? " NOT ENFORCED" : a.validated === false ? " NOT VALID" : "");
    const checks = a.validated === false || a.enforced === false ? [] : [scansTable, mayViolate];
    const add = draft(
      "",
      shareRowExclusive,
      ...checks,
      hazard("blocks-writes", "Writers of both tables wait."),
    );
    return [constraintStep(key, definition, add, Boolean(a.inheritedFrom))];
  },
  alter: {
    columns: "rebuild",
    referencedTable: "rebuild",
    referencedColumns: "rebuild",
    onUpdate: "rebuild",
    onDelete: "rebuild",
    onDeleteColumns: "rebuild",
    match: "rebuild",
    deferrable: "rebuild",
    initiallyDeferred: "rebuild",
    enforced: "rebuild",
    period: "rebuild",
    validated: "rebuild",
  },
  rename: renameConstraint,
};

/** Checks of tables and of domains, whose parent says which. */
export const checkRenderer: KindRenderer<"check"> = {
  build: ({ key, parent, attributes: a }, side) => {
    if (a.local === false) return [];
    const definition =
      `CHECK (${withoutParentheses(a.expression)})` +
      (a.inherit === false ? " NO INHERIT" : "") +
      (a.enforced === false ? " NOT ENFORCED" : a.validated === false ? " NOT VALID" : "");
    const checks = a.validated === false || a.enforced === false ? [] : [scansTable, mayViolate];
    const noun = parent?.kind === "domain" ? "DOMAIN" : "TABLE";
    const lock = noun === "TABLE" ? accessExclusive : undefined;
    const target = `ALTER ${noun} ${tableOf(key)}`;
    const make = [draft(`${target} ADD CONSTRAINT ${ownName(key)} ${definition}`, lock, ...checks)];
    // A partition has its own before it is attached; from then on it goes with its parent's.
    if (isOfParent(key, parent, side)) return [{ make, unmake: [], at: "early" }];
    return [{ make, unmake: [draft(`${target} DROP CONSTRAINT ${ownName(key)}`, lock)] }];
  },
  alter: { expression: "rebuild", validated: "rebuild", enforced: "rebuild", inherit: "rebuild" },
  rename: (from, to, { parent }) =>
    parent?.kind === "domain"
      ? [draft(`ALTER DOMAIN ${tableOf(to)} RENAME CONSTRAINT ${ownName(from)} TO ${ownName(to)}`)]
      : renameConstraint(from, to),
};

/** Whether the parent of a partition has a check of this name. */
function isOfParent(key: ObjectKey, table: ObjectKey | undefined, side: Side): boolean {
  const partition = table && side.find(table);
  const above = partition?.kind === "table" ? partition.attributes.partitionOf : null;
  if (!above) return false;
  return side.objects.some(
    (each) =>
      each.kind === "check" && each.key.path.at(-1) === key.path.at(-1) && tableOf(each.key) === above,
  );
}

/** "(a > 1)" -> "a > 1": the server prints a pair of its own around most expressions. */
function withoutParentheses(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === "'" || character === '"') return text;
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth === 0 && index < text.length - 1) return text;
  }
  return text.slice(1, -1);
}

export const exclusionRenderer: KindRenderer<"exclusion"> = {
  build: (exclusion) => {
    const { key, attributes: a } = exclusion;
    const odd = oddState(a);
    if (odd !== undefined) return odd;
    return [
      constraintStep(
        key,
        a.definition,
        draft("", accessExclusive, ...buildsIndex, mayViolate),
        Boolean(a.inheritedFrom),
      ),
      ...clusterSteps(key, a.clustered),
      ...markSteps(exclusion),
    ];
  },
  alter: {
    definition: "rebuild",
    deferrable: "rebuild",
    initiallyDeferred: "rebuild",
    extensionDependencies: alterMarks(),
  },
  rename: renameConstraint,
};

/** Whether a key of the same table has the same columns, so that the parent's index could take either. */
function hasTwin({ parent, attributes: { columns } }: ObjectOf<"index">, side: Side): boolean {
  if (parent === undefined) return false;
  const keys = [...childrenOfKind(side, parent, "primary-key"), ...childrenOfKind(side, parent, "unique")];
  return keys.some(({ attributes }) => nameList(attributes.columns) === columns.join(", "));
}

/** CREATE INDEX takes SHARE: readers go on, writers wait until it is built. */
export const indexRenderer: KindRenderer<"index"> = {
  build: (index, side) => {
    const { key, attributes: a } = index;
    if (a.valid === false || a.ready === false) return refuse("an invalid index cannot be made on purpose");
    if (a.partitionOf && hasTwin(index, side))
      return refuse("ATTACH PARTITION chooses among equal indexes of a partition by itself");
    const schema = key.path[0] ?? "";
    const place = qualified([schema, key.path.at(-1) ?? ""]);
    const sql =
      `CREATE ${a.unique ? "UNIQUE " : ""}INDEX ${ownName(key)} ON ${tableOf(key)} USING ${name(a.method)} (${a.columns.join(", ")})` +
      ((a.include ?? []).length === 0 ? "" : ` INCLUDE (${nameList(a.include ?? [])})`) +
      (a.nullsNotDistinct === true ? " NULLS NOT DISTINCT" : "") +
      withOptions(a.storageParameters) +
      (a.tablespace ? ` TABLESPACE ${name(a.tablespace)}` : "") +
      (a.predicate ? ` WHERE ${a.predicate}` : "");
    const unique = a.unique ? [mayViolate] : [];
    const targets = Object.entries(a.statisticsTargets ?? {}).map(([column, target]) =>
      draft(`ALTER INDEX ${place} ALTER COLUMN ${column} SET STATISTICS ${target}`, shareUpdateExclusive),
    );
    const make = [draft(sql, share, ...buildsIndex, ...unique), ...targets];
    const unmake = [draft(`DROP INDEX ${place}`, accessExclusive)];
    const step: Step = a.partitionOf ? { make, unmake: [], at: "early" } : { make, unmake };
    return [step, ...clusterSteps(key, a.clustered), ...markSteps(index)];
  },
  alter: {
    method: "rebuild",
    unique: "rebuild",
    columns: "rebuild",
    include: "rebuild",
    predicate: "rebuild",
    nullsNotDistinct: "rebuild",
    tablespace: "rebuild",
    clustered: clusterRule,
    extensionDependencies: alterMarks(),
    storageParameters: alterOptions(
      ({ key }) => `ALTER INDEX ${qualified([key.path[0] ?? "", key.path.at(-1) ?? ""])}`,
      (a) => a.storageParameters,
      shareUpdateExclusive,
    ),
  },
  rename: (from, to) => [
    draft(
      `ALTER INDEX ${qualified([to.path[0] ?? "", from.path.at(-1) ?? ""])} RENAME TO ${ownName(to)}`,
      shareUpdateExclusive,
    ),
  ],
};
