/** Primary keys, unique keys, indexes, foreign keys and checks. */
import type { Options } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import type { ObjectOf } from "../../../model/object.ts";
import type { Hazard } from "../../../model/plan.ts";
import {
  type Draft,
  hazard,
  type KindRenderer,
  type PairOf,
  type Refusal,
  refuse,
  step,
} from "../../../plan/renderer.ts";
import { childrenOfKind, commentOf, type Side } from "../../../plan/side.ts";
import { modify } from "./columns.ts";
import {
  buildsIndex,
  copiesTable,
  copy,
  draft,
  inPlace,
  inPlaceShared,
  instant,
  mayViolate,
} from "./drafts.ts";
import { keyPart, literal, nameList, ownName, printedName, qualified, tableOf } from "./names.ts";

export type Key = ObjectOf<"primary-key"> | ObjectOf<"unique"> | ObjectOf<"index">;

const textOptions: ReadonlySet<string> = new Set(["ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE"]);

function optionWords(options: Options, side: Side): string[] {
  return Object.entries(options).map(([option, value]) => {
    if (option === "INVISIBLE") return side.server.flavor === "mariadb" ? "IGNORED" : "INVISIBLE";
    if (option === "USING") return `USING ${value}`;
    return textOptions.has(option) ? `${option} ${literal(value)}` : `${option}=${value}`;
  });
}

/** A key as CREATE TABLE and ADD take it. */
export function keyDefinition(object: Key, side: Side, withComment = true): string {
  const { kind, key } = object;
  const columns = `(${object.attributes.columns.map(keyPart).join(", ")})`;
  const index = kind === "index" ? object.attributes : undefined;
  const form = index?.form === undefined || index.form === "ordinary" ? "" : `${index.form.toUpperCase()} `;
  const head =
    kind === "primary-key"
      ? "PRIMARY KEY"
      : kind === "unique"
        ? `UNIQUE KEY ${ownName(key)}`
        : `${form}KEY ${ownName(key)}`;
  const comment = withComment ? commentOf(side, key) : undefined;
  return [
    head,
    columns,
    ...(index?.parser ? [`WITH PARSER ${index.parser}`] : []),
    ...optionWords(
      { ...object.attributes.createOptions, ...(index?.invisible === true ? { INVISIBLE: "1" } : {}) },
      side,
    ),
    ...(comment === undefined ? [] : [`COMMENT ${literal(comment)}`]),
  ].join(" ");
}

export function dropWords({ kind, key }: Key): string {
  return kind === "primary-key" ? "DROP PRIMARY KEY" : `DROP KEY ${ownName(key)}`;
}

/**
 * A foreign key needs an index that starts with its columns, whichever it is, and the server drops one that it made by
 * itself as soon as there is another. So an index of such columns is not dropped while the foreign key stays.
 */
function firstColumn({ key, attributes }: Pick<Key, "key" | "attributes">): readonly string[] {
  const [, name = ""] = /^`?([^`(\s]+)/.exec(attributes.columns[0] ?? "") ?? [];
  return [...key.path.slice(0, -1), name];
}

function lockOf(object: Key): string {
  return object.kind === "index" &&
    object.attributes.form !== undefined &&
    object.attributes.form !== "ordinary"
    ? inPlaceShared
    : inPlace;
}

function hazardsOf(object: Key): readonly Hazard[] {
  if (object.kind === "primary-key")
    return [hazard("table-rewrite", "Builds the whole table anew, in the order of the key."), mayViolate];
  return object.kind === "unique" ? [buildsIndex, mayViolate] : [buildsIndex];
}

function buildKey(object: Key, side: Side) {
  const target = `ALTER TABLE ${tableOf(object.key)}`;
  return [
    step(
      draft(`${target} ADD ${keyDefinition(object, side)}`, lockOf(object), ...hazardsOf(object)),
      draft(`${target} ${dropWords(object)}`, object.kind === "primary-key" ? copy : inPlace),
    ),
  ];
}

/** Dropped and added in one statement, so that a foreign key or AUTO_INCREMENT column is never without. */
export function replaceKey(object: Key, side: Side, withComment = true): Draft {
  const definition = keyDefinition(object, side, withComment);
  return draft(
    `ALTER TABLE ${tableOf(object.key)} ${dropWords(object)}, ADD ${definition}`,
    lockOf(object),
    ...hazardsOf(object),
  );
}

const redefineKey = ({
  after,
  to,
}: PairOf<"primary-key"> | PairOf<"unique"> | PairOf<"index">): readonly Draft[] => [replaceKey(after, to)];

const renameKey = (from: ObjectKey, to: ObjectKey): readonly Draft[] => [
  draft(`ALTER TABLE ${tableOf(to)} RENAME KEY ${ownName(from)} TO ${ownName(to)}`, inPlace),
];

type KeyPair = PairOf<"primary-key"> | PairOf<"unique"> | PairOf<"index">;

/** A key that starts with the same column serves a foreign key as before. */
const columns = {
  anchors: ({ before, after }: KeyPair): readonly ObjectKind[] =>
    firstColumn(before).at(-1) === firstColumn(after).at(-1) ? [] : ["foreign-key"],
  draft: redefineKey,
};

/** A column that goes takes the key along, so that key goes before and comes after. */
const losesColumn = ({ before, from }: KeyPair): boolean =>
  before.parent !== undefined &&
  childrenOfKind(from, before.parent, "column").some(
    (column) =>
      from.other(column.key) === undefined &&
      before.attributes.columns.some((part) => keyPart(part).startsWith(ownName(column.key))),
  );

export const primaryKeyRenderer: KindRenderer<"primary-key"> = {
  inline: true,
  knownAs: firstColumn,
  build: buildKey,
  alter: { columns, createOptions: redefineKey },
};

export const uniqueRenderer: KindRenderer<"unique"> = {
  inline: true,
  anchors: ["foreign-key"],
  knownAs: firstColumn,
  build: buildKey,
  alter: { columns: { ...columns, anew: losesColumn }, createOptions: redefineKey },
  rename: renameKey,
};

export const indexRenderer: KindRenderer<"index"> = {
  inline: true,
  anchors: ["foreign-key"],
  knownAs: firstColumn,
  build: buildKey,
  alter: {
    method: redefineKey,
    columns: { ...columns, anew: losesColumn },
    form: redefineKey,
    parser: redefineKey,
    createOptions: (pair) =>
      [pair.before, pair.after].some(
        ({ attributes }) => attributes.createOptions?.KEY_BLOCK_SIZE !== undefined,
      )
        ? refuse("a key's KEY_BLOCK_SIZE depends on that of its table")
        : redefineKey(pair),
    invisible: ({ after, to }) => {
      const [hidden, shown] =
        to.server.flavor === "mariadb" ? ["IGNORED", "NOT IGNORED"] : ["INVISIBLE", "VISIBLE"];
      const word = after.attributes.invisible === true ? hidden : shown;
      return [draft(`ALTER TABLE ${tableOf(after.key)} ALTER INDEX ${ownName(after.key)} ${word}`, inPlace)];
    },
  },
  rename: renameKey,
};

type ForeignKey = ObjectOf<"foreign-key">;

/**
 * The manual's "Foreign Key Operations": with foreign_key_checks on, adding one copies the table. A clause of the table:
 * REFERENCES of a column was read and forgotten by older servers (P42).
 */
function addForeignKey(foreignKey: ForeignKey): Draft {
  const { key, attributes: a } = foreignKey;
  const definition =
    `CONSTRAINT ${ownName(key)} FOREIGN KEY (${nameList(a.columns)}) REFERENCES ${printedName(a.referencedTable)}` +
    ` (${nameList(a.referencedColumns)})` +
    (a.match === undefined || a.match === "SIMPLE" ? "" : ` MATCH ${a.match}`) +
    ` ON DELETE ${a.onDelete} ON UPDATE ${a.onUpdate}`;
  return draft(`ALTER TABLE ${tableOf(foreignKey.key)} ADD ${definition}`, copy, ...copiesTable, mayViolate);
}

function dropForeignKey(foreignKey: Pick<ForeignKey, "key">): Draft {
  return draft(`ALTER TABLE ${tableOf(foreignKey.key)} DROP FOREIGN KEY ${ownName(foreignKey.key)}`, inPlace);
}

/** Foreign keys that only a session without foreign_key_checks could make. */
function foreignKeyRefusal({ key, attributes: a }: ForeignKey, side: Side): Refusal | undefined {
  const name = printedName(a.referencedTable);
  const schema = key.path.slice(0, -2);
  const table = side.objects.find(
    (each) =>
      each.kind === "table" &&
      (qualified(each.key.path) === name ||
        qualified(each.key.path) === qualified([...schema, name.slice(1, -1).replaceAll("``", "`")])),
  );
  if (table === undefined)
    return refuse(`the table ${a.referencedTable} that it references is not in this schema`);
  if (side.server.settings.restrict_fk_on_non_standard_key !== "ON") return undefined;
  const wanted = a.referencedColumns.join(", ");
  const isKey = [
    ...childrenOfKind(side, table.key, "primary-key"),
    ...childrenOfKind(side, table.key, "unique"),
  ].some(({ attributes }) => attributes.columns.join(", ") === wanted);
  return isKey ? undefined : refuse("this server allows no foreign key to columns that are no unique key");
}

export const foreignKeyRenderer: KindRenderer<"foreign-key"> = {
  alone: true,
  build: (foreignKey, side) =>
    foreignKeyRefusal(foreignKey, side) ?? [step(addForeignKey(foreignKey), dropForeignKey(foreignKey))],
  rename: (from, to, foreignKey) => [
    dropForeignKey({ key: from }),
    addForeignKey({ ...foreignKey, key: to }),
  ],
  alter: {
    columns: "rebuild",
    referencedTable: "rebuild",
    referencedColumns: "rebuild",
    onUpdate: "rebuild",
    onDelete: "rebuild",
    match: "rebuild",
  },
};

/** "(`a` > 1)" as MySQL prints it, "`a` > 1" as MariaDB does. */
export function checkDefinition({ key, attributes: a }: ObjectOf<"check">): string {
  return `CONSTRAINT ${ownName(key)} CHECK (${a.expression})${a.enforced === false ? " NOT ENFORCED" : ""}`;
}

export const checkRenderer: KindRenderer<"check"> = {
  inline: true,
  build: (check, side) => {
    const { key, parent, attributes: a } = check;
    if (key.path.length > (parent?.path.length ?? 0) + 1)
      return refuse("plans do not make a second check of one name");
    const column =
      a.column == null || parent === undefined
        ? undefined
        : childrenOfKind(side, parent, "column").find((each) => each.key.path.at(-1) === a.column);
    if (column !== undefined && side.isMade(column.key)) return [];
    if (column !== undefined)
      return [
        step(
          draft(modify(column, side), copy, ...copiesTable, mayViolate),
          draft(modify(column, side, { check: true }), instant),
        ),
      ];
    const target = `ALTER TABLE ${tableOf(check.key)}`;
    return [
      step(
        draft(`${target} ADD ${checkDefinition(check)}`, copy, ...copiesTable, mayViolate),
        draft(`${target} DROP CONSTRAINT ${ownName(key)}`, instant),
      ),
    ];
  },
  alter: { expression: "rebuild", enforced: "rebuild", column: "rebuild" },
  rename: (from, to, check) => {
    if (check.attributes.column != null) return refuse("the check of a column is named by its column");
    const target = `ALTER TABLE ${tableOf(to)}`;
    return [
      draft(
        `${target} DROP CONSTRAINT ${ownName(from)}, ADD ${checkDefinition({ ...check, key: to })}`,
        copy,
        ...copiesTable,
      ),
    ];
  },
};
