/** SHOW CREATE of everything, in batches; what could not be read is told apart from what is gone. */
import { DriftwatchError } from "../../../model/errors.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import type { Connection } from "../connect.ts";
import { errorNumber } from "../errors.ts";
import { quotedName } from "../normalise/sql-text.ts";
import type { Reply } from "../wire/batch.ts";
import { type Cell, type Row, text } from "../wire/cells.ts";
import { literal } from "./lists.ts";

/** A definition that the user may not read, or that the server cannot show. */
export interface Unreadable {
  readonly schema: string;
  readonly kind: ObjectKind;
  readonly name: string;
  /** The server's error where it is the object that is broken: "ER_VIEW_RECURSIVE (1462)". */
  readonly error?: string;
}

/**
 * Runs `SHOW CREATE <what>` per item and hands each row to `take` while the server prepares more. `column` is where the
 * text stands; a NULL there means: listed, not readable. Returns what is unreadable.
 * Throws read.inconsistent when an item went away meanwhile, so that the whole is read again.
 */
export async function readDefinitions<T extends { readonly schema: string; readonly name: string }>(
  connection: Connection,
  schema: string,
  items: readonly T[],
  what: {
    readonly keyword: string | ((item: T) => string);
    readonly kind: ObjectKind;
    readonly column: number;
  },
  take: (item: T, row: Row) => void,
): Promise<readonly Unreadable[]> {
  const statements = items.map((item) => {
    const keyword = typeof what.keyword === "string" ? what.keyword : what.keyword(item);
    return `SHOW CREATE ${keyword} ${quotedName(item.name)}`;
  });
  const unreadable: Unreadable[] = [];
  const missing: Missing[] = [];
  await connection.show(schema, statements, (reply, index) => {
    const item = items[index];
    if (item === undefined) return;
    if (isNoSuchTable(reply)) {
      missing.push({ name: item.name, reply });
      return;
    }
    const row = reply instanceof DriftwatchError ? undefined : reply[0];
    if (row !== undefined && !isEmpty(row[what.column])) take(item, row);
    else unreadable.push({ schema, kind: what.kind, name: item.name, ...errorOf(reply) });
  });
  if (missing.length > 0) unreadable.push(...(await brokenAmong(connection, schema, what.kind, missing)));
  return unreadable;
}

/** Listed, and then there was no such table. */
interface Missing {
  readonly name: string;
  readonly reply: DriftwatchError;
}

function isNoSuchTable(reply: Reply): reply is DriftwatchError {
  return reply instanceof DriftwatchError && errorNumber(reply.cause) === noSuchTable;
}

const noSuchTable = 1146;

/**
 * MySQL says ER_NO_SUCH_TABLE also of a partitioned table that has lost the file of a partition, and of its triggers: that
 * is still listed. Throws the error of what is not.
 */
async function brokenAmong(
  connection: Connection,
  schema: string,
  kind: ObjectKind,
  missing: readonly Missing[],
): Promise<readonly Unreadable[]> {
  const own = kind === "trigger" ? "TRIGGER" : "TABLE";
  const names = missing.map(({ name }) => literal(name)).join(", ");
  const rows = await connection.rows(
    `SELECT ${own}_NAME AS n FROM information_schema.${own}S WHERE ${own}_SCHEMA = ${literal(schema)} AND ${own}_NAME IN (${names})`,
  );
  const listed = new Set(rows.map((row) => text(row[0])));
  return missing.map(({ name, reply }) => {
    if (!listed.has(name)) throw reply;
    return { schema, kind, name, error: `ER_NO_SUCH_TABLE (${noSuchTable})` };
  });
}

function isEmpty(cell: Cell | undefined): boolean {
  return cell === null || cell === undefined || (typeof cell !== "number" && cell.length === 0);
}

/**
 * A missing right is no error, and neither is a table without its storage or a view that contains itself: whatever the
 * server says of this one definition and nothing else means. Its text is left out, it may quote a connection. Throws the rest.
 */
function errorOf(reply: Reply): Pick<Unreadable, "error"> {
  if (!(reply instanceof DriftwatchError) || reply.code === "read.forbidden") return {};
  const number = errorNumber(reply.cause);
  if (reply.code !== "read.failed" || reply.retryable || number === undefined) throw reply;
  const { code } = reply.cause as { readonly code?: string };
  // From here on each flavor has numbers of its own, and the driver knows the names of MySQL.
  return { error: number < 1900 && code !== undefined ? `${code} (${number})` : `error ${number}` };
}
