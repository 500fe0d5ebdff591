/** All objects of one schema: lists in, definitions by SHOW CREATE in batches, objects out. */
import { DriftwatchError } from "../../../model/errors.ts";
import type { SchemaObject } from "../../../model/object.ts";
import type { Connection } from "../connect.ts";
import { createSharedColumns } from "../normalise/columns.ts";
import type { SchemaPlace } from "../normalise/naming.ts";
import {
  eventObjects,
  type ProgramText,
  routineObjects,
  sequenceObjects,
  triggerObject,
} from "../normalise/programs.ts";
import { quotedName } from "../normalise/sql-text.ts";
import {
  readTableDefinition,
  type TableDefinition,
  type TableRow,
  tableObjects,
} from "../normalise/tables.ts";
import { viewObject } from "../normalise/views.ts";
import { type Row, text } from "../wire/cells.ts";
import type { Asking } from "./asked-lists.ts";
import { readDefinitions, type Unreadable } from "./definitions.ts";
import { type EventRow, type RoutineRow, type TriggerRow, tableId } from "./lists.ts";

export interface Lists {
  readonly tables: readonly TableRow[];
  /** The lists that are read while the server puts others together. */
  readonly asking: Asking;
}

export interface SchemaRead {
  readonly objects: readonly SchemaObject[];
  readonly unreadable: readonly Unreadable[];
}

interface Part {
  readonly objects: SchemaObject[];
  readonly unreadable: Unreadable[];
}

export async function readSchemaObjects(
  connection: Connection,
  place: SchemaPlace,
  lists: Lists,
): Promise<SchemaRead> {
  const part: Part = { objects: [], unreadable: [] };
  const tables = lists.tables.filter((table) => table.schema === place.schema);
  const ordinary = tables.filter((table) => !/VIEW|SEQUENCE/.test(table.type));
  await readTableObjects(connection, place, ordinary, lists, part);
  const heads = await lists.asking.lists().heads;
  await readViews(
    connection,
    place,
    tables.filter((table) => table.type === "VIEW"),
    lists,
    part,
  );
  await readSequences(
    connection,
    place,
    tables.filter((table) => table.type === "SEQUENCE"),
    part,
  );
  await readRoutineObjects(
    connection,
    place,
    heads.routines.filter((row) => row.schema === place.schema),
    part,
  );
  await readTriggerObjects(
    connection,
    place,
    heads.triggers.filter((row) => row.schema === place.schema),
    part,
  );
  await readEventObjects(
    connection,
    place,
    heads.events.filter((row) => row.schema === place.schema),
    part,
  );
  return part;
}

/**
 * So many tables wait for their columns: those and the lists of programs come last, so that the server puts them together
 * while tables become objects, and only of so many are definitions held.
 */
const mostWaiting = 1_000;

async function readTableObjects(
  connection: Connection,
  place: SchemaPlace,
  tables: readonly TableRow[],
  lists: Lists,
  part: Part,
): Promise<void> {
  const { flavor } = connection.version;
  const shared = createSharedColumns();
  const what = { keyword: "TABLE", kind: "table", column: 1 } as const;
  const read = async (
    some: readonly TableRow[],
    take: (row: TableRow, printed: string) => void,
  ): Promise<void> => {
    const hidden = await readDefinitions(connection, place.schema, some, what, (item, row) =>
      take(item, text(row[1])),
    );
    part.unreadable.push(...hidden);
  };
  const define = (row: TableRow, printed: string) =>
    readTableDefinition(printed, { flavor, schema: row.schema, shared });

  const first = lists.asking.isUnderway ? 0 : mostWaiting;
  const waiting: { readonly row: TableRow; readonly definition: TableDefinition }[] = [];
  await read(tables.slice(0, first), (row, printed) =>
    waiting.push({ row, definition: define(row, printed) }),
  );
  const asked = lists.asking.lists();
  const columns = await asked.columns;
  const add = (row: TableRow, definition: TableDefinition): void => {
    const own = columns.get(tableId(row.schema, row.name)) ?? [];
    const objects = tableObjects({ flavor, place, row, columns: own, definition, shared });
    for (const object of objects) part.objects.push(object);
  };
  await inTurns(waiting, ({ row, definition }) => add(row, definition));
  await asked.all;
  await read(tables.slice(first), (row, printed) => add(row, define(row, printed)));
}

/** Between turns the driver takes what has come in. */
async function inTurns<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index % itemsPerTurn === itemsPerTurn - 1) await new Promise(setImmediate);
    work(item);
  }
}

const itemsPerTurn = 20;

async function readViews(
  connection: Connection,
  place: SchemaPlace,
  views: readonly TableRow[],
  lists: Lists,
  part: Part,
): Promise<void> {
  if (views.length === 0) return;
  const columns = await lists.asking.lists().columns;
  const columnsOf = (view: TableRow): readonly string[] =>
    (columns.get(tableId(view.schema, view.name)) ?? []).map((column) => column.name);
  // information_schema.TABLES.TABLE_COMMENT: "VIEW", or why the view is invalid.
  const doubtful = views.filter((view) => view.comment !== "VIEW" || columnsOf(view).length === 0);
  const broken = await readBrokenViews(connection, place, doubtful);
  const what = { keyword: "VIEW", kind: "view", column: 1 } as const;
  const hidden = await readDefinitions(connection, place.schema, views, what, (item, row) => {
    part.objects.push(
      viewObject({
        place,
        name: item.name,
        isValid: !broken.has(item.name),
        columns: columnsOf(item),
        text: text(row[1]),
        clientCharset: text(row[2]),
        clientCollation: text(row[3]),
      }),
    );
  });
  part.unreadable.push(...hidden);
}

/** ER_VIEW_INVALID: SHOW CREATE VIEW warns of it, and gives the text all the same. */
const viewInvalid = 1356;

/**
 * Names of those whose body names what is not there. MySQL's catalog also calls views invalid whose definer is gone or may
 * not read the tables, and finds that out only when one of the tables is altered; SHOW CREATE VIEW tells the two apart.
 */
async function readBrokenViews(
  connection: Connection,
  place: SchemaPlace,
  doubtful: readonly TableRow[],
): Promise<ReadonlySet<string>> {
  const invalid = new Set(doubtful.map((view) => view.name));
  if (invalid.size === 0 || connection.version.flavor !== "mysql") return invalid;
  // A server that keeps no warnings gives none; for a session of its own an ordinary user may not change that.
  const [most] = await connection.rows("SELECT @@max_error_count AS n");
  if (Number(text(most?.[0])) === 0) return invalid;
  const statements = doubtful.flatMap((view) => [
    `SHOW CREATE VIEW ${quotedName(view.name)}`,
    "SHOW WARNINGS",
  ]);
  const broken = new Set<string>();
  await connection.show(place.schema, statements, (reply, index) => {
    const view = doubtful[Math.floor(index / 2)];
    if (view === undefined || index % 2 === 0) return;
    const isBroken =
      reply instanceof DriftwatchError || reply.some((row) => Number(text(row[1])) === viewInvalid);
    if (isBroken) broken.add(view.name);
  });
  return broken;
}

async function readSequences(
  connection: Connection,
  place: SchemaPlace,
  tables: readonly TableRow[],
  part: Part,
): Promise<void> {
  const what = { keyword: "SEQUENCE", kind: "sequence", column: 1 } as const;
  const hidden = await readDefinitions(connection, place.schema, tables, what, (item, row) => {
    part.objects.push(...sequenceObjects(place, item.name, item.comment, text(row[1])));
  });
  part.unreadable.push(...hidden);
}

/** Columns of SHOW CREATE for programs: [name, sql_mode, text, client charset, its collation, database collation]. */
function programText(row: Row, textAt: number): ProgramText {
  return {
    text: text(row[textAt]),
    sqlMode: text(row[1]),
    clientCharset: text(row[textAt + 1]),
    clientCollation: text(row[textAt + 2]),
    databaseCollation: text(row[textAt + 3]),
  };
}

async function readRoutineObjects(
  connection: Connection,
  place: SchemaPlace,
  rows: readonly RoutineRow[],
  part: Part,
): Promise<void> {
  const what = { keyword: (row: RoutineRow) => row.type, kind: "function", column: 2 } as const;
  const hidden = await readDefinitions(connection, place.schema, rows, what, (item, row) => {
    part.objects.push(...routineObjects(place, item, programText(row, 2)));
  });
  part.unreadable.push(...hidden);
}

async function readTriggerObjects(
  connection: Connection,
  place: SchemaPlace,
  rows: readonly TriggerRow[],
  part: Part,
): Promise<void> {
  const what = { keyword: "TRIGGER", kind: "trigger", column: 2 } as const;
  const hidden = await readDefinitions(connection, place.schema, rows, what, (item, row) => {
    part.objects.push(triggerObject(place, item, programText(row, 2)));
  });
  part.unreadable.push(...hidden);
}

/** Events have their time zone between sql_mode and text. */
async function readEventObjects(
  connection: Connection,
  place: SchemaPlace,
  rows: readonly EventRow[],
  part: Part,
): Promise<void> {
  const what = { keyword: "EVENT", kind: "event", column: 3 } as const;
  const hidden = await readDefinitions(connection, place.schema, rows, what, (item, row) => {
    part.objects.push(...eventObjects(place, item, { ...programText(row, 3), timeZone: text(row[2]) }));
  });
  part.unreadable.push(...hidden);
}
