/** The database's own settings, tables with everything inside them, and sequences. */
import type { ObjectOf } from "../../../model/object.ts";
import {
  type AlterDrafts,
  hazard,
  isRefusal,
  type KindRenderer,
  type Refusal,
  refuse,
  step,
} from "../../../plan/renderer.ts";
import { childrenOfKind, commentOf, type Side } from "../../../plan/side.ts";
import { boundsHazard } from "../../../plan/value-hazards.ts";
import { isDigest } from "../../digest.ts";
import { columnDefinition, refusalOf } from "./columns.ts";
import { checkDefinition, type Key, keyDefinition } from "./constraints.ts";
import { copiesTable, copy, draft, exclusive, inPlace, instant } from "./drafts.ts";
import { literal, name, qualified } from "./names.ts";

type Table = ObjectOf<"table">;

/** The path is empty when the snapshot covers one database: the statement then means the session's own. */
const setSchema: AlterDrafts<"schema"> = ({ after: { key, attributes: a } }) => {
  const target = key.path.length === 0 ? "" : ` ${qualified(key.path)}`;
  return [draft(`ALTER DATABASE${target} CHARACTER SET ${a.charset} COLLATE ${a.collation}`, exclusive)];
};

export const schemaRenderer: KindRenderer<"schema"> = {
  build: ({ key, attributes: a }) => {
    if (key.path.length === 0 || a.readOnly === true) return refuse("plans do not make this database");
    const loss = hazard("data-loss", "The database with all its rows is lost.");
    return [
      step(
        draft(`CREATE DATABASE ${qualified(key.path)} CHARACTER SET ${a.charset} COLLATE ${a.collation}`),
        draft(`DROP DATABASE ${qualified(key.path)}`, exclusive, loss),
      ),
    ];
  },
  alter: { charset: setSchema, collation: setSchema },
};

/** Why no statement is made of what may hold a password (see normalise/secrets.ts). */
export const secret = "it holds a secret, which snapshots do not keep";

function tableRefusal(table: Table, side: Side): Refusal | undefined {
  const { attributes: a, key } = table;
  if (a.unmodelledDefinition)
    return refuse("its SHOW CREATE TABLE holds clauses that the model does not know");
  if (a.encrypted === true || a.tablespace || a.dataDirectory)
    return refuse("plans do not place or encrypt tables yet");
  const texts = [...Object.values(a.createOptions ?? {}), commentOf(side, key) ?? ""];
  const inside = childrenOfKind(side, key, "partition").map((part) => commentOf(side, part.key) ?? "");
  if ([...texts, ...inside].some(isDigest)) return refuse(secret);
  if (a.createOptions?.KEY_BLOCK_SIZE !== undefined)
    return refuse("KEY_BLOCK_SIZE of a table changes what its keys say");
  return childrenOfKind(side, key, "column")
    .map(refusalOf)
    .find((each) => each !== undefined);
}

const textOptions: ReadonlySet<string> = new Set([
  "COMMENT",
  "COMPRESSION",
  "CONNECTION",
  "ENGINE_ATTRIBUTE",
  "SECONDARY_ENGINE_ATTRIBUTE",
]);

function optionWords(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(
    ([option, value]) => `${option}=${textOptions.has(option) ? literal(value) : value}`,
  );
}

/** "dynamic" was asked for; "default (dynamic)" was not. */
function rowFormat(format: string | null | undefined): string[] {
  return format == null || format.startsWith("default (")
    ? []
    : [`ROW_FORMAT=${format.split(" ")[0]?.toUpperCase()}`];
}

function createTable(table: Table, side: Side): string {
  const { key, attributes: a } = table;
  const byName = (x: Key, y: Key): number => ((x.key.path.at(-1) ?? "") < (y.key.path.at(-1) ?? "") ? -1 : 1);
  const columns = childrenOfKind(side, key, "column").toSorted(
    (x, y) => x.attributes.position - y.attributes.position,
  );
  const indexes = childrenOfKind(side, key, "index").toSorted(byName);
  const elements = [
    ...columns.map((column) => columnDefinition(column, side)),
    ...childrenOfKind(side, key, "primary-key").map((each) => keyDefinition(each, side)),
    ...childrenOfKind(side, key, "unique").map((each) => keyDefinition(each, side)),
    ...indexes.map((each) => keyDefinition(each, side)),
    ...childrenOfKind(side, key, "check")
      .filter(({ attributes }) => attributes.column == null)
      .map(checkDefinition),
    ...(a.periods ?? []).filter((period) => period.startsWith("PERIOD")),
  ];
  const comment = commentOf(side, key);
  const tail = [
    ...(a.engine ? [`ENGINE=${a.engine}`] : []),
    ...(a.charset ? [`DEFAULT CHARSET=${a.charset}`] : []),
    ...(a.collation ? [`COLLATE=${a.collation}`] : []),
    ...rowFormat(a.rowFormat),
    ...optionWords(a.createOptions ?? {}),
    ...(comment === undefined ? [] : [`COMMENT=${literal(comment)}`]),
    ...((a.periods ?? []).includes("WITH SYSTEM VERSIONING") ? ["WITH SYSTEM VERSIONING"] : []),
  ];
  return `CREATE TABLE ${qualified(key.path)} (\n  ${elements.join(",\n  ")}\n) ${tail.join(" ")}${partitioning(table, side)}`;
}

function partitioning({ key, attributes: a }: Table, side: Side): string {
  if (!a.partitionKey) return "";
  const parts = childrenOfKind(side, key, "partition").toSorted(
    (x, y) => x.attributes.position - y.attributes.position,
  );
  const at = key.path.length + 1;
  const own = parts.filter((part) => part.key.path.length === at);
  // Subpartitions that were only counted leave each partition its engine; listed ones take it.
  const isCounted = parts.length > own.length && own.every(({ attributes }) => attributes.engine !== null);
  const words = (part: ObjectOf<"partition">, isSub: boolean): string => {
    const { values, engine, options } = part.attributes;
    const comment = commentOf(side, part.key);
    const bound =
      values === null
        ? ""
        : /^(?:HISTORY|CURRENT|DEFAULT)$/.test(values)
          ? ` ${values}`
          : ` VALUES ${values}`;
    const subs = parts.filter(
      (each) => each.key.path.length > at && each.key.path[at - 1] === part.key.path[at - 1],
    );
    const inner =
      isSub || isCounted || subs.length === 0 ? "" : ` (${subs.map((each) => words(each, true)).join(", ")})`;
    return (
      `${isSub ? "SUBPARTITION" : "PARTITION"} ${name(part.key.path.at(-1) ?? "")}${bound}` +
      (comment === undefined ? "" : ` COMMENT = ${literal(comment)}`) +
      (engine === null || inner !== "" ? "" : ` ENGINE = ${engine}`) +
      Object.entries(options)
        .map(([option, value]) => ` ${option} = ${value}`)
        .join("") +
      inner
    );
  };
  const list = own.map((part) => words(part, false)).join(",\n  ");
  const count = isCounted ? ` SUBPARTITIONS ${(parts.length - own.length) / own.length}` : "";
  return `\nPARTITION BY ${a.partitionKey}${count}${own.length === 0 ? "" : ` (\n  ${list}\n)`}`;
}

const alterTable =
  (
    words: (a: Table["attributes"], was: Table["attributes"]) => string | undefined,
    lock: string,
  ): AlterDrafts<"table"> =>
  ({ before, after }) => {
    const text = words(after.attributes, before.attributes);
    const values = [before, after].flatMap(({ attributes }) => Object.values(attributes.createOptions ?? {}));
    if (values.some(isDigest)) return refuse(secret);
    if (text === undefined) return refuse("the server keeps no statement that takes this option back");
    const hazards =
      lock === copy
        ? copiesTable
        : lock === inPlace
          ? [hazard("table-rewrite", "Builds the whole table anew.")]
          : [];
    return [draft(`ALTER TABLE ${qualified(after.key.path)} ${text}`, lock, ...hazards)];
  };

/** Only the default for columns to come; existing columns have a charset of their own (P16). */
const setCharset = alterTable((a) => `DEFAULT CHARACTER SET ${a.charset} COLLATE ${a.collation}`, instant);

/** InnoDB takes what others do not, so a table is one of InnoDB for as long as anything else changes. */
const setEngine: AlterDrafts<"table"> = (pair) => {
  const drafts = alterTable((a) => `ENGINE=${a.engine}`, copy)(pair);
  if (isRefusal(drafts)) return drafts;
  const { engine } = pair.after.attributes;
  return drafts.map(
    (each) => ({ ...each, at: engine?.toLowerCase() === "innodb" ? "first" : "late" }) as const,
  );
};

export const tableRenderer: KindRenderer<"table"> = {
  build: (table, side) => {
    const refusal = tableRefusal(table, side);
    if (refusal !== undefined) return refusal;
    const loss = hazard("data-loss", `All rows of table ${table.key.path.join(".")} are lost.`);
    return [
      step(
        draft(createTable(table, side)),
        draft(`DROP TABLE ${qualified(table.key.path)}`, exclusive, loss),
      ),
    ];
  },
  alter: {
    engine: setEngine,
    charset: setCharset,
    collation: setCharset,
    // The default of another engine comes along with it.
    rowFormat: (pair) =>
      [pair.before, pair.after].every(({ attributes }) => rowFormat(attributes.rowFormat).length === 0)
        ? []
        : alterTable((a) => rowFormat(a.rowFormat)[0] ?? "ROW_FORMAT=DEFAULT", inPlace)(pair),
    createOptions: alterTable((a, was) => {
      const gone = Object.keys(was.createOptions ?? {}).some(
        (option) => a.createOptions?.[option] === undefined,
      );
      return gone ? undefined : optionWords(a.createOptions ?? {}).join(" ");
    }, inPlace),
  },
  rename: (from, to) => [draft(`RENAME TABLE ${qualified(from.path)} TO ${qualified(to.path)}`, exclusive)],
};

/** Inside CREATE TABLE; an existing table's partitions are not planned yet. */
export const partitionRenderer: KindRenderer<"partition"> = {
  inline: true,
  build: () => refuse("plans do not partition an existing table yet"),
};

type Sequence = ObjectOf<"sequence">;

function sequenceWords({ attributes: a }: Sequence): string {
  return [
    `INCREMENT BY ${a.increment}`,
    `MINVALUE ${a.minimum}`,
    `MAXVALUE ${a.maximum}`,
    `START WITH ${a.start}`,
    a.cache === "0" ? "NOCACHE" : `CACHE ${a.cache}`,
    a.cycle ? "CYCLE" : "NOCYCLE",
  ].join(" ");
}

const setSequence: AlterDrafts<"sequence"> = ({ before, after }) => {
  const { startsAnew, hazard: fate } = boundsHazard(before.attributes, after.attributes);
  const alter = `ALTER SEQUENCE ${qualified(after.key.path)} ${sequenceWords(after)}`;
  return [draft(startsAnew ? `${alter} RESTART` : alter, exclusive, fate)];
};

/** MariaDB. */
export const sequenceRenderer: KindRenderer<"sequence"> = {
  build: (sequence, side) => {
    const comment = commentOf(side, sequence.key);
    const words = comment === undefined ? "" : ` COMMENT=${literal(comment)}`;
    const type = sequence.attributes.type === "bigint" ? "" : ` AS ${sequence.attributes.type}`;
    const engine = sequence.attributes.engine ? ` ENGINE=${sequence.attributes.engine}` : "";
    const loss = hazard("data-loss", "The position of the sequence is lost.");
    return [
      step(
        draft(
          `CREATE SEQUENCE ${qualified(sequence.key.path)}${type} ${sequenceWords(sequence)}${engine}${words}`,
        ),
        draft(`DROP SEQUENCE ${qualified(sequence.key.path)}`, exclusive, loss),
      ),
    ];
  },
  alter: {
    start: setSequence,
    minimum: setSequence,
    maximum: setSequence,
    increment: setSequence,
    cycle: setSequence,
    cache: setSequence,
  },
  rename: (from, to) => [draft(`RENAME TABLE ${qualified(from.path)} TO ${qualified(to.path)}`, exclusive)],
};
