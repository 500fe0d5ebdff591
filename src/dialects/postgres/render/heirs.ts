/**
 * Partitions and tables that inherit: which statements on a parent reach them by themselves (ALTER TABLE, "ONLY"), and
 * which must leave them alone. What is attached or detached by the plan stands alone while the rest of it runs.
 */

import { canonicalText } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import type { Side } from "../../../plan/side.ts";
import { qualified } from "./names.ts";

type Table = ObjectOf<"table">;
type Column = ObjectOf<"column">;
type ColumnAttribute = "default" | "generated" | "statisticsTarget" | "storage";

const ties = ["partitionOf", "partitionBound", "inherits"] as const;

function tableAt(side: Side, key: ObjectKey | undefined): Table | undefined {
  const found = key && side.find(key);
  return found?.kind === "table" ? found : undefined;
}

function namesOfParents({ attributes: a }: Table): readonly string[] {
  return a.partitionOf ? [a.partitionOf] : (a.inherits ?? []);
}

function parentsOf(table: Table, side: Side): readonly Table[] {
  const names = namesOfParents(table);
  if (names.length === 0) return [];
  return side.objects.filter(
    (each): each is Table => each.kind === "table" && names.includes(qualified(each.key.path)),
  );
}

/** How many partitioned tables lie above. */
export function depthOf(table: Table, side: Side): number {
  const [above] = table.attributes.partitionOf ? parentsOf(table, side) : [];
  return above === undefined ? 0 : 1 + depthOf(above, side);
}

/** The same of a table by its key. */
export function depthUnder(table: ObjectKey | undefined, side: Side): number {
  const found = tableAt(side, table);
  return found === undefined ? 0 : depthOf(found, side);
}

/** Whether a table is a partition of one parent from before the plan until after it, or comes and goes as a whole. */
export function isPartitionThroughout(table: ObjectKey | undefined, side: Side): boolean {
  const found = tableAt(side, table);
  if (!found?.attributes.partitionOf) return false;
  return side.other(found.key) === undefined || side.stays(found.key, ...ties);
}

/** Whether the plan attaches or detaches the table, which is there before and after. */
export function isRetied(table: ObjectKey | undefined, side: Side): boolean {
  const found = tableAt(side, table);
  return found !== undefined && side.other(found.key) !== undefined && !side.stays(found.key, ...ties);
}

/** The tables below one, as long as they are below it before and after. */
function heirsOf(table: Table, side: Side): readonly Table[] {
  const own = qualified(table.key.path);
  return side.objects.filter(
    (each): each is Table =>
      each.kind === "table" && namesOfParents(each).includes(own) && side.stays(each.key, ...ties),
  );
}

function columnIn(table: Table, name: string, side: Side): Column | undefined {
  const found = side.find({ kind: "column", path: [...table.key.path, name] });
  return found?.kind === "column" ? found : undefined;
}

function nameOf({ key }: Column): string {
  return key.path.at(-1) ?? "";
}

/** The same column of the tables below. */
export function inheritedColumns(column: Column, side: Side): readonly Column[] {
  const table = tableAt(side, column.parent);
  if (table === undefined) return [];
  return heirsOf(table, side).flatMap((heir) => columnIn(heir, nameOf(column), side) ?? []);
}

/** The same column of the tables above, with what it was. */
export function columnsAbove(
  column: Column,
  side: Side,
): readonly { readonly before: Column; readonly after: Column }[] {
  const table = tableAt(side, column.parent);
  if (table === undefined || !side.stays(table.key, ...ties)) return [];
  return parentsOf(table, side).flatMap((parent) => {
    const after = columnIn(parent, nameOf(column), side);
    const before = after && side.other(after.key);
    return after !== undefined && before?.kind === "column" ? [{ before, after }] : [];
  });
}

/** Whether everything below changes an attribute just as the column does, so that one statement does for all. */
function isShared(column: Column, attribute: ColumnAttribute, side: Side): boolean {
  const was = side.other(column.key);
  if (was?.kind !== "column") return false;
  const text = (each: Column): string => canonicalText(each.attributes[attribute] ?? null);
  return inheritedColumns(column, side).every((heir) => {
    const before = side.other(heir.key);
    if (before?.kind !== "column") return false;
    return text(before) === text(was) && text(heir) === text(column) && isShared(heir, attribute, side);
  });
}

/** Whether the statement for a table above does it for this one, too. */
export function isDoneAbove(column: Column, attribute: ColumnAttribute, side: Side): boolean {
  return columnsAbove(column, side).some(
    ({ after }) => !side.stays(after.key, attribute) && isShared(after, attribute, side),
  );
}

/** "ALTER TABLE", or "ALTER TABLE ONLY" where those below do not all follow. */
export function alterWords(column: Column, attribute: ColumnAttribute, side: Side): string {
  return isShared(column, attribute, side) || inheritedColumns(column, side).length === 0
    ? "ALTER TABLE"
    : "ALTER TABLE ONLY";
}
