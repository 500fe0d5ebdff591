/** Columns: their definition with comment and check, ADD, MODIFY and DROP. */
import type { ObjectOf } from "../../../model/object.ts";
import type { Hazard } from "../../../model/plan.ts";
import {
  type AlterDrafts,
  hazard,
  type KindRenderer,
  type PairOf,
  type Refusal,
  refuse,
  type Step,
} from "../../../plan/renderer.ts";
import { childrenOfKind, commentOf, type Side } from "../../../plan/side.ts";
import { typeHazards } from "../../../plan/value-hazards.ts";
import { copiesTable, copy, draft, inPlace, instant } from "./drafts.ts";
import { keyPart, literal, name, ownName, tableOf } from "./names.ts";

type Column = ObjectOf<"column">;

/** What a definition leaves out: for the moment before or after it is there. */
export interface Without {
  readonly comment?: true;
  readonly check?: true;
  readonly autoIncrement?: true;
}

const flagOptions: ReadonlySet<string> = new Set([
  "COMPRESSED",
  "WITHOUT SYSTEM VERSIONING",
  "WITH SYSTEM VERSIONING",
]);
const wordOptions: ReadonlySet<string> = new Set(["COLUMN_FORMAT", "STORAGE"]);

/** A column as CREATE TABLE, ADD COLUMN and MODIFY COLUMN take it. */
export function columnDefinition(column: Column, side: Side, without: Without = {}): string {
  const { key, attributes: a } = column;
  const comment = without.comment ? undefined : commentOf(side, key);
  const check = without.check ? undefined : ownCheck(column, side);
  return [
    ownName(key),
    a.type + (a.zerofill === true && !/zerofill/i.test(a.type) ? " zerofill" : ""),
    ...(a.charset ? [`CHARACTER SET ${a.charset}`] : []),
    ...(a.collation ? [`COLLATE ${a.collation}`] : []),
    ...generatedWords(a.generated, a.generatedKind),
    // P19: said aloud, since explicit_defaults_for_timestamp decides what a bare timestamp is.
    ...(a.notNull ? ["NOT NULL"] : a.generated ? [] : ["NULL"]),
    ...(a.srid == null
      ? []
      : [side.server.flavor === "mariadb" ? `REF_SYSTEM_ID=${a.srid}` : `SRID ${a.srid}`]),
    ...(a.default === null ? [] : [`DEFAULT ${a.default}`]),
    ...(a.onUpdate ? [`ON UPDATE ${a.onUpdate}`] : []),
    ...(a.autoIncrement === true && !without.autoIncrement ? ["AUTO_INCREMENT"] : []),
    ...(a.invisible === true ? ["INVISIBLE"] : []),
    ...Object.entries(a.createOptions ?? {}).map(([option, value]) => optionWords(option, value)),
    ...(comment === undefined ? [] : [`COMMENT ${literal(comment)}`]),
    ...(check === undefined ? [] : [`CHECK (${check})`]),
  ].join(" ");
}

function generatedWords(expression: string | null | undefined, kind: string | null | undefined): string[] {
  if (!expression) return [];
  if (expression.startsWith("ROW ")) return [`GENERATED ALWAYS AS ${expression}`];
  return [`GENERATED ALWAYS AS (${expression}) ${(kind ?? "virtual").toUpperCase()}`];
}

function optionWords(option: string, value: string): string {
  if (flagOptions.has(option)) return option;
  return wordOptions.has(option) ? `${option} ${value}` : `${option} ${literal(value)}`;
}

/** MariaDB: the check that belongs to the column itself. */
function ownCheck({ key, parent }: Column, side: Side): string | undefined {
  if (parent === undefined) return undefined;
  const found = childrenOfKind(side, parent, "check").find(
    ({ attributes }) => attributes.column === key.path.at(-1),
  );
  return found?.attributes.expression;
}

/** What a definition cannot say. */
export function refusalOf({ key, attributes: a }: Column): Refusal | undefined {
  if (a.implicitDefault === false)
    return refuse(`plans do not take the implicit default of ${key.path.at(-1)} away yet`);
  const odd = Object.keys(a.createOptions ?? {}).find((option) => /SECONDARY/.test(option));
  return odd === undefined ? undefined : refuse(`plans do not set ${odd} of a column yet`);
}

function place({ parent, attributes }: Column, side: Side): string {
  if (parent === undefined) return "";
  const before = childrenOfKind(side, parent, "column")
    .filter((sibling) => sibling.attributes.position < attributes.position)
    .toSorted((x, y) => x.attributes.position - y.attributes.position)
    .at(-1);
  return before === undefined ? " FIRST" : ` AFTER ${name(before.key.path.at(-1) ?? "")}`;
}

/** MODIFY COLUMN to a definition. */
export function modify(column: Column, side: Side, without: Without = {}): string {
  return `ALTER TABLE ${tableOf(column.key)} MODIFY COLUMN ${columnDefinition(column, side, without)}`;
}

/** ER_VERS_ALTER_NOT_ALLOWED: system_versioning_alter_history is "error" unless someone says that history may change. */
function historyRefusal({ parent }: Column, side: Side): Refusal | undefined {
  const table = parent && side.find(parent);
  if (table?.kind !== "table" || side.other(table.key) === undefined) return undefined;
  return table.attributes.periods?.includes("WITH SYSTEM VERSIONING") === true
    ? refuse("MariaDB alters no columns of a table with history unless its history may change")
    : undefined;
}

/** An AUTO_INCREMENT column must be a key: it becomes one after the keys are there. */
function build(column: Column, side: Side): readonly Step[] | Refusal {
  const { key, attributes: a } = column;
  const refusal = refusalOf(column) ?? historyRefusal(column, side);
  if (refusal !== undefined) return refusal;
  // ER_BINLOG_UNSAFE_SYSTEM_FUNCTION: rows that exist already would get other values on each replica.
  if (side.server.flavor === "mysql" && /\b(?:uuid|uuid_short|rand|random_bytes)\s*\(/i.test(a.default ?? ""))
    return refuse("MySQL adds no column whose default differs from call to call");
  const core = `ALTER TABLE ${tableOf(column.key)} ADD COLUMN ${columnDefinition(column, side, { autoIncrement: true })}`;
  const add = core + place(column, side);
  const drop = `ALTER TABLE ${tableOf(column.key)} DROP COLUMN ${ownName(key)}`;
  const loss = hazard("data-loss", `The values of column ${key.path.at(-1)} are lost.`);
  const isStored = a.generatedKind === "stored";
  const steps: Step[] = [
    {
      make: [{ ...draft(add, isStored ? copy : instant, ...(isStored ? copiesTable : [])), core }],
      unmake: [draft(drop, isStored ? inPlace : instant, ...(a.generated ? [] : [loss]))],
    },
  ];
  if (a.autoIncrement === true)
    steps.push({
      make: [draft(modify(column, side), copy, ...copiesTable)],
      unmake: [draft(modify(column, side, { autoIncrement: true }), copy, ...copiesTable)],
      at: "keyed",
    });
  return steps;
}

const rebuilding = [
  "type",
  "charset",
  "collation",
  "generated",
  "generatedKind",
  "autoIncrement",
  "srid",
] as const;

/** What MODIFY COLUMN refuses whatever the rows are. */
function modifyRefusal({ before, after, to }: PairOf<"column">): Refusal | undefined {
  const [was, is] = [before.attributes, after.attributes];
  const isVirtual = ({ generated, generatedKind }: typeof was): boolean =>
    Boolean(generated) && generatedKind !== "stored";
  const isChanged =
    Boolean(was.generated) !== Boolean(is.generated) || was.generatedKind !== is.generatedKind;
  if (isChanged && (isVirtual(was) || isVirtual(is)))
    return refuse("the server stores no column that was virtual, and makes no stored one virtual");
  if (to.server.flavor === "mariadb" && geometry.test(was.type) !== geometry.test(is.type))
    return refuse("MariaDB makes no geometry of another type");
  return undefined;
}

const geometry = /^(?:geometry|point|linestring|polygon|multi\w+|geometrycollection)\b/i;

/** Whether it leaves the primary key, which holds its columns NOT NULL. */
function leavesPrimaryKey({ before, after, from }: PairOf<"column">): boolean {
  if (before.parent === undefined || after.attributes.notNull || !before.attributes.notNull) return false;
  const own = keyPart(before.key.path.at(-1) ?? "");
  return childrenOfKind(from, before.parent, "primary-key").some(({ attributes }) =>
    attributes.columns.some((part) => keyPart(part).startsWith(own)),
  );
}

/** The whole definition anew. A changed type copies the table, changed nullability builds it anew, the rest is metadata. */
const redefine: AlterDrafts<"column"> = (pair) => {
  const { before, after, to } = pair;
  const refusal = refusalOf(after) ?? historyRefusal(after, to) ?? modifyRefusal(pair);
  if (refusal !== undefined) return refusal;
  const [was, is] = [before.attributes, after.attributes];
  const isCopied = rebuilding.some((attribute) => was[attribute] !== is[attribute]);
  const hazards: Hazard[] = isCopied ? [...copiesTable] : [];
  if (was.type !== is.type) hazards.push(...typeHazards(was.type, is.type));
  if (rebuilding.some((attribute) => attribute !== "type" && was[attribute] !== is[attribute]))
    hazards.push(hazard("may-fail", "Fails when a value does not fit the new definition."));
  if (is.notNull && !was.notNull) hazards.push(hazard("may-fail", "Fails when a row holds NULL."));
  const isMoved = !to.stays(after.key, "position");
  if (isMoved && !isCopied) hazards.push(hazard("table-rewrite", "Builds the whole table anew."));
  const lock = isCopied ? copy : isMoved || is.notNull !== was.notNull ? inPlace : instant;
  const statement = draft(`${modify(after, to)}${isMoved ? place(after, to) : ""}`, lock, ...hazards);
  return [isMoved ? { ...statement, moves: true } : statement];
};

export const columnRenderer: KindRenderer<"column"> = {
  inline: true,
  build,
  // An AUTO_INCREMENT column is a key for as long as it is one.
  alteredAt: (pair) => {
    const { before, after } = pair;
    if (leavesPrimaryKey(pair)) return "keyed";
    if (before.attributes.autoIncrement === after.attributes.autoIncrement) return undefined;
    return after.attributes.autoIncrement === true ? "keyed" : "unkeyed";
  },
  alter: {
    type: { anchors: ["foreign-key"], draft: redefine },
    notNull: redefine,
    default: redefine,
    implicitDefault: redefine,
    generated: redefine,
    generatedKind: redefine,
    collation: { anchors: ["foreign-key"], draft: redefine },
    charset: { anchors: ["foreign-key"], draft: redefine },
    // ER_FK_COLUMN_CANNOT_CHANGE
    autoIncrement: {
      anchors: ({ to }) => (to.server.flavor === "mysql" ? ["foreign-key"] : []),
      draft: redefine,
    },
    onUpdate: redefine,
    invisible: redefine,
    srid: redefine,
    zerofill: redefine,
    createOptions: redefine,
    position: redefine,
  },
  rename: (from, to) => [
    draft(`ALTER TABLE ${tableOf(to)} RENAME COLUMN ${ownName(from)} TO ${ownName(to)}`, instant),
  ],
};
