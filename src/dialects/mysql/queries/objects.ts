/** All objects of one schema: lists in, definitions by SHOW CREATE in batches, objects out. */
import type { SchemaObject } from "../../../model/object.ts";
import type { Connection } from "../connect.ts";
import type { SchemaPlace } from "../normalise/naming.ts";
import {
  eventObjects,
  type ProgramText,
  routineObjects,
  sequenceObjects,
  triggerObject,
} from "../normalise/programs.ts";
import { type ColumnRow, type TableRow, tableObjects } from "../normalise/tables.ts";
import { viewObject } from "../normalise/views.ts";
import { type Row, text } from "../wire/cells.ts";
import { readDefinitions, type Unreadable } from "./definitions.ts";
import { type EventRow, type RoutineRow, type TriggerRow, tableId } from "./lists.ts";

export interface Lists {
  readonly tables: readonly TableRow[];
  readonly columns: ReadonlyMap<string, readonly ColumnRow[]>;
  readonly routines: readonly RoutineRow[];
  readonly triggers: readonly TriggerRow[];
  readonly events: readonly EventRow[];
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
  await readTableObjects(connection, place, ordinary, lists.columns, part);
  await readViews(
    connection,
    place,
    tables.filter((table) => table.type === "VIEW"),
    lists.columns,
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
    lists.routines.filter((row) => row.schema === place.schema),
    part,
  );
  await readTriggerObjects(
    connection,
    place,
    lists.triggers.filter((row) => row.schema === place.schema),
    part,
  );
  await readEventObjects(
    connection,
    place,
    lists.events.filter((row) => row.schema === place.schema),
    part,
  );
  return part;
}

async function readTableObjects(
  connection: Connection,
  place: SchemaPlace,
  tables: readonly TableRow[],
  columns: ReadonlyMap<string, readonly ColumnRow[]>,
  part: Part,
): Promise<void> {
  const { flavor } = connection.version;
  const what = { keyword: "TABLE", kind: "table", column: 1 } as const;
  const hidden = await readDefinitions(connection, place.schema, tables, what, (item, row) => {
    const own = columns.get(tableId(item.schema, item.name)) ?? [];
    const input = { flavor, place, row: item, columns: own, text: text(row[1]) };
    for (const object of tableObjects(input)) part.objects.push(object);
  });
  part.unreadable.push(...hidden);
}

async function readViews(
  connection: Connection,
  place: SchemaPlace,
  views: readonly TableRow[],
  columns: ReadonlyMap<string, readonly ColumnRow[]>,
  part: Part,
): Promise<void> {
  const what = { keyword: "VIEW", kind: "view", column: 1 } as const;
  const hidden = await readDefinitions(connection, place.schema, views, what, (item, row) => {
    part.objects.push(
      viewObject({
        place,
        name: item.name,
        comment: item.comment,
        columns: (columns.get(tableId(item.schema, item.name)) ?? []).map((column) => column.name),
        text: text(row[1]),
        clientCharset: text(row[2]),
        clientCollation: text(row[3]),
      }),
    );
  });
  part.unreadable.push(...hidden);
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
