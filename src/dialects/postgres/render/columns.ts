/** Columns: their definition, ADD, DROP and every ALTER COLUMN. */
import type { Options } from "../../../model/attribute.ts";
import type { ObjectOf } from "../../../model/object.ts";
import type { Hazard } from "../../../model/plan.ts";
import {
  type AlterDrafts,
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
  optionDrafts,
  rewritesTable,
  scansTable,
  shareUpdateExclusive,
} from "./drafts.ts";
import { alterWords, columnsAbove, inheritedColumns, isDoneAbove, isPartitionThroughout } from "./heirs.ts";
import { name, ownName, tableOf } from "./names.ts";
import { grantedByDefault } from "./owners.ts";
import { alterColumn, compressionWords, isRetyped, retype, setting, storageWords } from "./retype.ts";

type Column = ObjectOf<"column">;

/** The words of one column in CREATE TABLE and ADD COLUMN. Throws nothing; what it cannot say is in `refusalOf`. */
export function columnDefinition({ key, attributes: a }: Column): string {
  const words = [ownName(key), a.type];
  if (a.compression) words.push(`COMPRESSION ${a.compression}`);
  if (a.collation) words.push(`COLLATE ${a.collation}`);
  if (a.generated)
    words.push(`GENERATED ALWAYS AS (${a.generated}) ${(a.generatedKind ?? "stored").toUpperCase()}`);
  else if (a.identity)
    words.push(`GENERATED ${a.identity.toUpperCase()} AS IDENTITY${identityOptions(a.identityOptions)}`);
  else if (a.default !== null) words.push(`DEFAULT ${a.default}`);
  if (a.notNull) {
    const { name: chosen, inherit } = a.notNullConstraint ?? {};
    words.push(
      `${chosen === undefined ? "" : `CONSTRAINT ${name(chosen)} `}NOT NULL${inherit === false ? " NO INHERIT" : ""}`,
    );
  }
  return words.join(" ");
}

const identityWords: Readonly<Record<string, string>> = {
  start: "START WITH",
  increment: "INCREMENT BY",
  minimum: "MINVALUE",
  maximum: "MAXVALUE",
  cache: "CACHE",
};

function identityOptions(options: Options | null | undefined): string {
  const words = Object.entries(options ?? {}).flatMap(([option, value]) => {
    if (option === "cycle") return value === "true" ? ["CYCLE"] : [];
    if (option === "name") return [`SEQUENCE NAME ${name(value)}`];
    if (option === "persistence") return [value.toUpperCase()];
    return identityWords[option] === undefined ? [] : [`${identityWords[option]} ${value}`];
  });
  return words.length === 0 ? "" : ` (${words.join(" ")})`;
}

/** What a definition cannot say. */
export function refusalOf({ attributes: a }: Column): Refusal | undefined {
  if (a.notNullConstraint?.validated === false)
    return refuse("plans do not make NOT NULL constraints NOT VALID yet");
  if (a.identityOptions?.type !== undefined)
    return refuse("plans do not make identity columns with a sequence of another type");
  if (Object.keys(a.foreignOptions ?? {}).length > 0) return refuse("plans do not make foreign columns yet");
  return undefined;
}

/** Settings that only ALTER COLUMN can give, in every version. */
export function columnSettings(column: Column): Draft[] {
  const { attributes: a } = column;
  const alter = alterColumn(column);
  return [
    ...(a.storage ? [draft(`${alter} SET STORAGE ${a.storage.toUpperCase()}`, accessExclusive)] : []),
    ...(a.statisticsTarget == null
      ? []
      : [draft(`${alter} SET STATISTICS ${a.statisticsTarget}`, shareUpdateExclusive)]),
    ...optionDrafts(alter, {}, a.options ?? {}, shareUpdateExclusive),
  ];
}

function build(column: Column, side: Side): readonly Step[] | Refusal {
  const { key, attributes: a } = column;
  if (a.local === false || isPartitionThroughout(column.parent, side)) return [];
  const refusal = refusalOf(column);
  if (refusal !== undefined) return refusal;
  const own = { ...column, attributes: ownIdentity(column, side) };
  const add = `ALTER TABLE ${tableOf(key)} ADD COLUMN ${columnDefinition(own)}`;
  const drop = `ALTER TABLE ${tableOf(key)} DROP COLUMN ${ownName(key)}`;
  const loss = hazard("data-loss", `The values of column ${key.path.at(-1)} are lost.`);
  return [
    {
      make: [
        draft(add, accessExclusive, ...addHazards(column, side)),
        ...columnSettings(own),
        ...identityGrants(own, side),
      ],
      unmake: [draft(drop, accessExclusive, ...(a.generated ? [] : [loss]))],
    },
  ];
}

/** ALTER TABLE, "Notes": only a column with a volatile default, a stored expression or an identity makes the table anew. */
function addHazards({ key, parent, attributes: a }: Column, side: Side): Hazard[] {
  const siblings = parent === undefined ? [] : childrenOfKind(side, parent, "column");
  const isInside = siblings.some(({ attributes }) => attributes.position > a.position);
  const isRewrite = a.generatedKind === "stored" || Boolean(a.identity) || /\w\(/.test(a.default ?? "");
  const isEmpty = a.notNull && a.default === null && !a.identity && !a.generated;
  return [
    ...(isRewrite ? [rewritesTable] : []),
    ...(isEmpty
      ? [
          hazard(
            "may-fail",
            `Fails when the table has rows: ${key.path.at(-1)} is NOT NULL without a default.`,
          ),
        ]
      : []),
    ...(isInside
      ? [hazard("column-order", "The column comes last: PostgreSQL cannot add one between others.")]
      : []),
  ];
}

const setDefault: AlterDrafts<"column"> = ({ before, after, to }) => {
  if (isRetyped(before, after) || after.attributes.identity !== before.attributes.identity) return [];
  if (isDoneAbove(after, "default", to)) return [];
  const { default: text } = after.attributes;
  const words = text === null ? "DROP DEFAULT" : `SET DEFAULT ${text}`;
  return [
    draft(
      `${alterWords(after, "default", to)} ${tableOf(after.key)} ALTER COLUMN ${ownName(after.key)} ${words}`,
      accessExclusive,
    ),
  ];
};

/** NOT NULL of a table above is that of all below (ALTER TABLE, "SET NOT NULL"); dropped there, it is dropped below. */
const setNotNull: AlterDrafts<"column"> = ({ before, after, to }) => {
  const { attributes: a, key } = after;
  const isAbove = columnsAbove(after, to).some(
    (above) =>
      above.after.attributes.notNull === a.notNull &&
      above.before.attributes.notNull === before.attributes.notNull,
  );
  if (isAbove) return [];
  if (!a.notNull)
    return [
      draft(`${alterColumn(after)} DROP NOT NULL`, accessExclusive),
      ...inheritedColumns(after, to)
        .filter(({ attributes }) => attributes.notNull)
        .map((heir) => draft(`${alterColumn(heir)} SET NOT NULL`, accessExclusive, scansTable)),
    ];
  if (a.notNullConstraint?.validated === false)
    return refuse("plans do not make NOT NULL constraints NOT VALID yet");
  const hazards = [scansTable, hazard("may-fail", "Fails when a row holds NULL.")];
  const chosen = a.notNullConstraint;
  if (chosen == null || before.attributes.notNull)
    return [draft(`${alterColumn(after)} SET NOT NULL`, accessExclusive, ...hazards)];
  const label = chosen.name === undefined ? "" : `CONSTRAINT ${name(chosen.name)} `;
  const tail = chosen.inherit === false ? " NO INHERIT" : "";
  return [
    draft(
      `ALTER TABLE ${tableOf(key)} ADD ${label}NOT NULL ${ownName(key)}${tail}`,
      accessExclusive,
      ...hazards,
    ),
  ];
};

/** The sequence behind an identity is a new object, too (ChooseRelationName, as far as the name is not cut). */
export function identityGrants({ key, attributes: a }: Column, side: Side): readonly Draft[] {
  if (!a.identity) return [];
  const [schema = "", table, column] = key.path;
  const named = a.identityOptions?.name ?? `${table}_${column}_seq`;
  return grantedByDefault({ kind: "sequence", path: [schema, named] }, side);
}

/** Since 17 ATTACH PARTITION refuses identity columns and gives the parent's, and DETACH PARTITION takes it away. */
function ownIdentity({ parent, attributes }: Column, side: Side): Column["attributes"] {
  const table = parent && side.find(parent);
  const isPartition = table?.kind === "table" && Boolean(table.attributes.partitionOf);
  return isPartition && Number(side.server.major) >= 17
    ? { ...attributes, identity: null, identityOptions: null }
    : attributes;
}

const setIdentity: AlterDrafts<"column"> = (pair) => {
  const { after } = pair;
  const a = ownIdentity(after, pair.to);
  const was = ownIdentity(pair.before, pair.from);
  if (!a.identity && !was.identity) return [];
  const alter = alterColumn(after);
  if (!a.identity) {
    const restore = a.default === null ? [] : [draft(`${alter} SET DEFAULT ${a.default}`, accessExclusive)];
    return [
      draft(
        `${alter} DROP IDENTITY`,
        accessExclusive,
        hazard("data-loss", "The position of its sequence is lost."),
      ),
      ...restore,
    ];
  }
  const kind = a.identity.toUpperCase();
  if (!was.identity) {
    const dropped = was.default === null ? [] : [draft(`${alter} DROP DEFAULT`, accessExclusive)];
    const add = `${alter} ADD GENERATED ${kind} AS IDENTITY${identityOptions(a.identityOptions)}`;
    return [
      ...dropped,
      draft(
        add,
        accessExclusive,
        hazard("may-fail", "Its sequence starts anew; set it beyond the largest value."),
      ),
      ...identityGrants(after, pair.to),
    ];
  }
  const options = Object.entries(a.identityOptions ?? {}).flatMap(([option, value]) => {
    if (was.identityOptions?.[option] === value) return [];
    if (option === "cycle") return [`SET ${value === "true" ? "" : "NO "}CYCLE`];
    return identityWords[option] === undefined ? [] : [`SET ${identityWords[option]} ${value}`];
  });
  const parts = [...(was.identity === a.identity ? [] : [`SET GENERATED ${kind}`]), ...options];
  const reset = Object.keys(was.identityOptions ?? {}).some(
    (option) => a.identityOptions?.[option] === undefined,
  );
  if (a.identityOptions?.name !== was.identityOptions?.name)
    return refuse("plans do not rename the sequence of an identity yet");
  if (a.identityOptions?.persistence !== was.identityOptions?.persistence)
    return refuse("plans do not change whether the sequence of an identity is logged yet");
  if (options.some((words) => /M(?:IN|AX)VALUE/.test(words)))
    return refuse("new bounds of an identity need its sequence's position, which is data");
  if (reset || a.identityOptions?.type !== undefined)
    return refuse("plans do not reset the bounds of an identity yet");
  return [draft(`${alter} ${parts.join(" ")}`, accessExclusive)];
};

/** DROP EXPRESSION since 13, SET EXPRESSION since 17 (release notes, "E.2.3.4. Utility commands"). */
const setGenerated: AlterDrafts<"column"> = ({ before, after, from, to }) => {
  const { attributes: a } = after;
  if (isDoneAbove(after, "generated", to)) return [];
  if (
    !a.generated &&
    before.attributes.generated &&
    before.attributes.generatedKind === "stored" &&
    a.default === null
  )
    return [draft(`${alterColumn(after)} DROP EXPRESSION`, accessExclusive)];
  const canSet = Number(from.server.major) >= 17;
  if (
    canSet &&
    a.generated &&
    before.attributes.generated &&
    a.generatedKind === before.attributes.generatedKind
  )
    return [
      draft(`${alterColumn(after)} SET EXPRESSION AS (${a.generated})`, accessExclusive, rewritesTable),
    ];
  return refuse("PostgreSQL cannot change this generated column in place");
};

/** SET STORAGE and SET STATISTICS reach the tables below, SET COMPRESSION and options do not. */
const setBelow =
  (
    attribute: "storage" | "statisticsTarget",
    words: (column: Column, side: Side) => string,
    lock: string,
  ): AlterDrafts<"column"> =>
  ({ before, after, to }) => {
    if (attribute === "storage" && isRetyped(before, after)) return [];
    if (isDoneAbove(after, attribute, to)) return [];
    const target = `${alterWords(after, attribute, to)} ${tableOf(after.key)} ALTER COLUMN ${ownName(after.key)}`;
    return [draft(`${target} ${words(after, to)}`, lock)];
  };

const setCompression: AlterDrafts<"column"> = ({ before, after }) =>
  isRetyped(before, after) ? [] : [setting(after, compressionWords(after))];

/** Views, rules, policies, triggers and parsed bodies hold on to the type of a column they name. */
const typeHolders = [
  "view",
  "materialized-view",
  "rule",
  "policy",
  "trigger",
  "function",
  "procedure",
] as const;

export const columnRenderer: KindRenderer<"column"> = {
  inline: true,
  build,
  blockers: ["view", "materialized-view"],
  alter: {
    type: { clears: typeHolders, draft: retype },
    collation: { clears: typeHolders, draft: retype },
    default: setDefault,
    notNull: setNotNull,
    identity: setIdentity,
    identityOptions: setIdentity,
    generated: setGenerated,
    storage: setBelow("storage", storageWords, accessExclusive),
    compression: setCompression,
    statisticsTarget: setBelow(
      "statisticsTarget",
      ({ attributes: a }) => `SET STATISTICS ${a.statisticsTarget ?? -1}`,
      shareUpdateExclusive,
    ),
    options: alterOptions(alterColumn, (a) => a.options, shareUpdateExclusive),
    position: () => refuse("PostgreSQL cannot change the order of existing columns"),
  },
  rename: (from, to) => [
    draft(`ALTER TABLE ${tableOf(to)} RENAME COLUMN ${ownName(from)} TO ${ownName(to)}`, accessExclusive),
  ],
};
