/** Schemas, tables with their columns, and sequences. */
import type { Options } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import {
  type AlterDrafts,
  type Draft,
  hazard,
  isRefusal,
  type KindRenderer,
  type Refusal,
  refuse,
  type Step,
  step,
} from "../../../plan/renderer.ts";
import { childrenOfKind, type Side } from "../../../plan/side.ts";
import { boundsHazard } from "../../../plan/value-hazards.ts";
import { columnDefinition, columnSettings, identityGrants, refusalOf } from "./columns.ts";
import {
  accessExclusive,
  alterOptions,
  draft,
  renameRoot,
  rewritesTable,
  shareRowExclusive,
  shareUpdateExclusive,
  withOptions,
} from "./drafts.ts";
import { depthOf } from "./heirs.ts";
import { name, ownName, qualified } from "./names.ts";
import { alterOwner, ownerSteps } from "./owners.ts";

type Table = ObjectOf<"table">;

export const schemaRenderer: KindRenderer<"schema"> = {
  build: ({ key, attributes }, side) => [
    step(draft(`CREATE SCHEMA ${ownName(key)}`), draft(`DROP SCHEMA ${ownName(key)}`)),
    ...ownerSteps(key, attributes.owner, side),
  ],
  alter: { owner: alterOwner() },
  rename: (from, to) => [draft(`ALTER SCHEMA ${ownName(from)} RENAME TO ${ownName(to)}`)],
};

function buildTable(table: Table, side: Side): readonly Step[] | Refusal {
  const { key, attributes: a } = table;
  const columns = childrenOfKind(side, key, "column").toSorted(
    (x, y) => x.attributes.position - y.attributes.position,
  );
  const refusal = tableRefusal(table) ?? columns.map(refusalOf).find((each) => each !== undefined);
  if (refusal !== undefined) return refusal;
  const own = columns.filter(({ attributes }) => attributes.local !== false);
  const words = [
    a.persistence === "unlogged" ? "CREATE UNLOGGED TABLE" : "CREATE TABLE",
    qualified(key.path),
    own.length === 0
      ? "()"
      : `(\n  ${own.map((column) => columnDefinition(a.partitionOf ? withoutIdentity(column) : column)).join(",\n  ")}\n)`,
    ...((a.inherits ?? []).length === 0 ? [] : [`INHERITS (${a.inherits?.join(", ")})`]),
    ...(a.partitionKey ? [`PARTITION BY ${a.partitionKey}`] : []),
    ...(a.accessMethod && a.accessMethod !== "heap" ? [`USING ${name(a.accessMethod)}`] : []),
  ];
  const options = { ...a.storageParameters, ...withToast(a.toastParameters) };
  const tablespace = a.tablespace ? ` TABLESPACE ${name(a.tablespace)}` : "";
  const create = draft(`${words.join(" ")}${withOptions(options)}${tablespace}`);
  const loss = hazard("data-loss", `All rows of table ${key.path.join(".")} are lost.`);
  const settings = own.flatMap((column) => [
    ...columnSettings(column),
    ...(a.partitionOf ? [] : identityGrants(column, side)),
  ]);
  return [
    {
      make: [create, ...settings],
      unmake: [draft(`DROP TABLE ${qualified(key.path)}`, accessExclusive, loss)],
    },
    ...ownerSteps(key, a.owner, side),
    ...securitySteps(table),
    ...tieSteps(table, side),
  ];
}

function withToast(options: Options | undefined): Options {
  return Object.fromEntries(
    Object.entries(options ?? {}).map(([option, value]) => [`toast.${option}`, value]),
  );
}

/** ATTACH PARTITION refuses identity columns and gives the parent's (since 17). */
function withoutIdentity(column: ObjectOf<"column">): ObjectOf<"column"> {
  return { ...column, attributes: { ...column.attributes, identity: null } };
}

function tableRefusal({ attributes: a }: Table): Refusal | undefined {
  if (a.form === "foreign") return refuse("plans do not make or drop foreign tables yet");
  if (a.partitionOf?.endsWith("(detach pending)") === true)
    return refuse("plans do not finish an interrupted DETACH CONCURRENTLY yet");
  if (a.ofType) return refuse("plans do not make tables OF a type yet");
  if (a.persistence === "temporary") return refuse("temporary tables belong to a session");
  return undefined;
}

function securitySteps(table: Table): Step[] {
  const { rowSecurity, rowSecurityForced } = table.attributes;
  const target = `ALTER TABLE ${qualified(table.key.path)}`;
  return [
    ...(rowSecurity === true
      ? [{ make: [draft(`${target} ENABLE ROW LEVEL SECURITY`, accessExclusive)], unmake: [] }]
      : []),
    ...(rowSecurityForced === true
      ? [{ make: [draft(`${target} FORCE ROW LEVEL SECURITY`, accessExclusive)], unmake: [] }]
      : []),
  ];
}

/** What ties the table to others: a partition is attached once its keys and indexes are there, so that they are taken over. */
function tieSteps(table: Table, side: Side): Step[] {
  const { key, attributes: a } = table;
  const steps: Step[] = [];
  if (a.replicaIdentity !== undefined && a.replicaIdentity !== "default")
    steps.push({ make: [replicaIdentity(key, a.replicaIdentity)], unmake: [], at: "late" });
  if (a.partitionOf && a.partitionBound)
    steps.push({
      make: [attach(key, a.partitionOf, a.partitionBound)],
      unmake: [detach(key, a.partitionOf)],
      at: "late",
      // An identity reaches what is attached already only.
      depth: depthOf(table, side),
    });
  return steps;
}

/** ALTER TABLE, "ATTACH PARTITION": SHARE UPDATE EXCLUSIVE on the parent, ACCESS EXCLUSIVE on the partition and a default one. */
function attach(key: ObjectKey, parent: string, bound: string): Draft {
  return draft(
    `ALTER TABLE ${parent} ATTACH PARTITION ${qualified(key.path)} ${bound}`,
    shareUpdateExclusive,
    hazard("table-scan", "Reads the whole partition, and the default partition, to check the bound."),
    hazard("may-fail", "Fails when a row does not fit the bound."),
  );
}

/** Detached before it is dropped, so that its keys, which the parent's hold on to, can go. */
function detach(key: ObjectKey, parent: string): Draft {
  return draft(`ALTER TABLE ${parent} DETACH PARTITION ${qualified(key.path)}`, accessExclusive);
}

function replicaIdentity(key: ObjectKey, identity: string): Draft {
  const words = identity.startsWith("index ")
    ? `USING INDEX ${identity.slice("index ".length)}`
    : identity.toUpperCase();
  return draft(`ALTER TABLE ${qualified(key.path)} REPLICA IDENTITY ${words}`, accessExclusive);
}

const toggle =
  (on: string, off: string, isOn: (a: Table["attributes"]) => boolean): AlterDrafts<"table"> =>
  ({ after }) => [
    draft(
      `ALTER TABLE ${qualified(after.key.path)} ${isOn(after.attributes) ? on : off} ROW LEVEL SECURITY`,
      accessExclusive,
      hazard("access", "Changes which rows each role sees."),
    ),
  ];

/** Alone in between, so that it can be altered, and its bound given to another. */
const setPartition: AlterDrafts<"table"> = ({ before, after, from, to }) => {
  const { key } = after;
  const [was, is] = [before.attributes, after.attributes];
  if ([was, is].some(({ partitionOf }) => partitionOf?.endsWith("(detach pending)")))
    return refuse("plans do not finish an interrupted DETACH CONCURRENTLY yet");
  const depth = Math.max(depthOf(before, from), depthOf(after, to));
  return [
    ...(was.partitionOf ? [{ ...detach(key, was.partitionOf), at: "first", depth } as const] : []),
    ...(is.partitionOf && is.partitionBound
      ? [{ ...attach(key, is.partitionOf, is.partitionBound), at: "late", depth } as const]
      : []),
  ];
};

export const tableRenderer: KindRenderer<"table"> = {
  build: buildTable,
  alter: {
    owner: alterOwner(),
    rowSecurity: toggle("ENABLE", "DISABLE", (a) => a.rowSecurity === true),
    rowSecurityForced: toggle("FORCE", "NO FORCE", (a) => a.rowSecurityForced === true),
    replicaIdentity: ({ after }) => [
      replicaIdentity(after.key, after.attributes.replicaIdentity ?? "default"),
    ],
    persistence: ({ after }) => [
      draft(
        `ALTER TABLE ${qualified(after.key.path)} SET ${after.attributes.persistence === "unlogged" ? "UNLOGGED" : "LOGGED"}`,
        accessExclusive,
        rewritesTable,
      ),
    ],
    storageParameters: alterOptions(
      ({ key }) => `ALTER TABLE ${qualified(key.path)}`,
      (a) => a.storageParameters,
      shareUpdateExclusive,
    ),
    toastParameters: alterOptions(
      ({ key }) => `ALTER TABLE ${qualified(key.path)}`,
      (a) => withToast(a.toastParameters),
      shareUpdateExclusive,
    ),
    partitionOf: setPartition,
    partitionBound: setPartition,
  },
  rename: renameRoot("TABLE"),
};

type Sequence = ObjectOf<"sequence">;

function sequenceOptions({ attributes: a }: Sequence): string {
  return [
    `AS ${a.type}`,
    `INCREMENT BY ${a.increment}`,
    `MINVALUE ${a.minimum}`,
    `MAXVALUE ${a.maximum}`,
    `START WITH ${a.start}`,
    `CACHE ${a.cache}`,
    a.cycle ? "CYCLE" : "NO CYCLE",
  ].join(" ");
}

const setSequence: AlterDrafts<"sequence"> = ({ before, after }) => {
  const { startsAnew, hazard: fate } = boundsHazard(before.attributes, after.attributes);
  const alter = `ALTER SEQUENCE ${qualified(after.key.path)} ${sequenceOptions(after)}`;
  return [draft(startsAnew ? `${alter} RESTART` : alter, shareRowExclusive, fate)];
};

const owned = (key: ObjectKey, column: string | null | undefined): Draft =>
  draft(`ALTER SEQUENCE ${qualified(key.path)} OWNED BY ${column ?? "NONE"}`, shareRowExclusive);

/**
 * A sequence that belongs to a column changes its owner with the table, and has to have the same one before it is given
 * to it. From one column to the next it is nobody's: it would go with the old one.
 */
const setOwnership: AlterDrafts<"sequence"> = (pair) => {
  const { before, after, from, to } = pair;
  const [was, is] = [before.attributes.ownedBy, after.attributes.ownedBy];
  const isOther = before.attributes.owner !== after.attributes.owner;
  const owner = isOther ? alterOwner<"sequence">()({ before, after, from, to }) : [];
  if (isRefusal(owner)) return owner;
  if ((was ?? null) === (is ?? null)) return is ? [] : owner;
  const first = [...(was ? [owned(after.key, null)] : []), ...(is ? [] : owner)];
  const late = is ? [...owner, owned(after.key, is)] : [];
  return [
    ...first.map((each) => ({ ...each, at: "first" }) as const),
    ...late.map((each) => ({ ...each, at: "late" }) as const),
  ];
};

export const sequenceRenderer: KindRenderer<"sequence"> = {
  build: (sequence, side) => {
    const { key, attributes: a } = sequence;
    const unlogged = a.persistence === "unlogged" ? "UNLOGGED " : "";
    const loss = hazard("data-loss", "The position of the sequence is lost.");
    return [
      step(
        draft(`CREATE ${unlogged}SEQUENCE ${qualified(key.path)} ${sequenceOptions(sequence)}`),
        draft(`DROP SEQUENCE ${qualified(key.path)}`, accessExclusive, loss),
      ),
      ...ownerSteps(key, a.owner, side),
      ...(a.ownedBy
        ? [{ make: [owned(key, a.ownedBy)], unmake: [owned(key, null)], at: "late" } as const]
        : []),
    ];
  },
  alter: {
    type: setSequence,
    start: setSequence,
    minimum: setSequence,
    maximum: setSequence,
    increment: setSequence,
    cycle: setSequence,
    cache: setSequence,
    ownedBy: setOwnership,
    owner: setOwnership,
    persistence: ({ after }) => [
      draft(
        `ALTER SEQUENCE ${qualified(after.key.path)} SET ${after.attributes.persistence === "unlogged" ? "UNLOGGED" : "LOGGED"}`,
        accessExclusive,
      ),
    ],
  },
  rename: renameRoot("SEQUENCE"),
};
