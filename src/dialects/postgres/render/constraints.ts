import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
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
import type { Side } from "../../../plan/side.ts";
import {
  accessExclusive,
  alterOptions,
  draft,
  scansTable,
  shareRowExclusive,
  shareUpdateExclusive,
  withOptions,
} from "./drafts.ts";
import { alterMarks, markSteps } from "./extension-marks.ts";
import { depthUnder, isPartitionThroughout, isRetied } from "./heirs.ts";
import { name, nameList, ownName, qualified, tableOf } from "./names.ts";

export const buildsIndex: readonly Hazard[] = [
  scansTable,
  hazard("blocks-writes", "Builds an index while writers wait."),
];
export const mayViolate: Hazard = hazard("may-fail", "Fails when rows violate the constraint.");

interface Inheritable {
  readonly key: ObjectKey;
  readonly parent?: ObjectKey;
  readonly attributes: { readonly inheritedFrom?: string | null };
}

/** Indexes are named without their table. */
export function indexName(key: ObjectKey): string {
  return qualified([key.path[0] ?? "", key.path.at(-1) ?? ""]);
}

/** Whether the parent's own, which holds on to it, is the same before and after. */
export function isHeldByParent(
  kind: ObjectKind,
  above: string | null | undefined,
  table: ObjectKey | undefined,
  side: Side,
) {
  if (!above || table === undefined || !isPartitionThroughout(table, side)) return false;
  const nameOf = (key: ObjectKey): string => (kind === "index" ? indexName(key) : qualified(key.path));
  const found = side.objects.find((each) => each.kind === kind && nameOf(each.key) === above);
  return (
    found !== undefined &&
    side.other(table) !== undefined &&
    side.stays(found.key, ...Object.keys(found.attributes))
  );
}

export const held = refuse("the parent's, which holds on to it, stays");

/** ADD CONSTRAINT and back. What a partition has from its parent goes only with the parent's, unless it is detached before. */
function constraintStep(object: Inheritable, definition: string, add: Draft, side: Side): Step {
  const { key, parent } = object;
  const isInherited = Boolean(object.attributes.inheritedFrom) && !isRetied(parent, side);
  const make = { ...add, sql: `ALTER TABLE ${tableOf(key)} ADD CONSTRAINT ${ownName(key)} ${definition}` };
  const drop = draft(`ALTER TABLE ${tableOf(key)} DROP CONSTRAINT ${ownName(key)}`, accessExclusive);
  // The deepest first: what is there already is taken over.
  return isInherited
    ? { make: [make], unmake: [], at: "early", depth: -depthUnder(parent, side) }
    : { make: [make], unmake: [drop] };
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

function buildKey(object: Keyed, side: Side): readonly Step[] | Refusal {
  const { key, attributes: a } = object;
  const odd = oddState(a);
  if (odd !== undefined) return odd;
  if (isHeldByParent(object.kind, a.inheritedFrom, object.parent, side)) return held;
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
    constraintStep(object, definition, add, side),
    ...clusterSteps(key, a.clustered),
    ...markSteps(object),
  ];
}

export function clusterSteps(key: ObjectKey, clustered: boolean | undefined): Step[] {
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

export const clusterRule = ({
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
  storageParameters: alterOptions<"primary-key" | "unique">(
    ({ key }) => `ALTER INDEX ${indexName(key)}`,
    (a) => a.storageParameters,
    shareUpdateExclusive,
  ),
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
  schemaWide: true,
  blockers: ["foreign-key"],
  knownAs: tableOfKey,
};

export const uniqueRenderer: KindRenderer<"unique"> = {
  build: buildKey,
  alter: keyAlterations,
  rename: renameConstraint,
  schemaWide: true,
  blockers: ["foreign-key"],
  knownAs: tableOfKey,
};

/**
 * A partition gets the foreign keys of its parent when it is attached, or when the parent gets them; so a parent's comes
 * after its partitions and goes before them.
 */
function foreignKeyStep(
  foreignKey: ObjectOf<"foreign-key">,
  definition: string,
  add: Draft,
  side: Side,
): Step {
  const { key, parent, attributes: a } = foreignKey;
  if (a.inheritedFrom?.split(".").at(-1) === ownName(key) && isPartitionThroughout(parent, side))
    return { make: [], unmake: [] };
  const step = constraintStep(foreignKey, definition, add, side);
  const table = parent && side.find(parent);
  const isOfParent = table?.kind === "table" && Boolean(table.attributes.partitionKey) && !a.inheritedFrom;
  return isOfParent ? { ...step, at: "late", depth: deepest } : step;
}

/** Deeper than any partition. */
const deepest = 500;

/** ALTER TABLE, "ADD FOREIGN KEY": SHARE ROW EXCLUSIVE on both tables. */
export const foreignKeyRenderer: KindRenderer<"foreign-key"> = {
  alone: true,
  build: (foreignKey, side) => {
    const { attributes: a } = foreignKey;
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
    return [foreignKeyStep(foreignKey, definition, add, side)];
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
    // A partition has its own before it is attached; from then on it comes and goes with its parent's.
    if (isOfParent(key, parent, side) && isPartitionThroughout(parent, side)) {
      const isAttached = parent !== undefined && side.other(parent) !== undefined;
      return isAttached ? [] : [{ make, unmake: [], at: "early" }];
    }
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
  schemaWide: true,
  build: (exclusion, side) => {
    const { key, attributes: a } = exclusion;
    const odd = oddState(a);
    if (odd !== undefined) return odd;
    return [
      constraintStep(exclusion, a.definition, draft("", accessExclusive, ...buildsIndex, mayViolate), side),
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
