/**
 * Sends statements as plain text, many in one round trip where their answers can be told apart, and hands rows back as
 * arrays. Whatever fails becomes a DriftwatchError that names the place.
 */
import type { Connection as Client } from "mysql2/promise";
import { DriftwatchError } from "../../../model/errors.ts";
import { throwIfAborted } from "../../abort.ts";
import { errorNumber, mapError } from "../errors.ts";
import type { Row } from "./cells.ts";

/** The rows of a statement, or why it failed. */
export type Reply = readonly Row[] | DriftwatchError;
export type TakeReply = (reply: Reply, index: number) => void;

/** Statements per round trip: large enough that latency is no matter, small enough for max_allowed_packet. */
const batchSize = 200;

/** What statements run on. */
export interface Line {
  readonly client: Client;
  readonly place: string;
  readonly signal: AbortSignal | undefined;
}

export async function rowsOf({ client, place, signal }: Line, sql: string): Promise<readonly Row[]> {
  throwIfAborted(signal);
  try {
    const [rows] = (await client.query(sql)) as unknown as [Row[]];
    // A killed statement may still answer: SLEEP returns 1, a SHOW returns what it had.
    throwIfAborted(signal);
    return rows;
  } catch (error) {
    throwIfAborted(signal);
    throw mapError(error, `reading the catalog of ${place}`);
  }
}

/** ER_UNKNOWN_TABLE, ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR: this server's catalog has no such thing. */
const absent: ReadonlySet<number> = new Set([1109, 1146, 1054, 1235, 1193]);

/** Rows, or undefined when the user may not read them or the server has no such table. */
export async function rowsIfAllowed(line: Line, sql: string): Promise<readonly Row[] | undefined> {
  try {
    return await rowsOf(line, sql);
  } catch (error) {
    const number = errorNumber((error as Error).cause);
    if (number !== undefined && absent.has(number)) return undefined;
    if (error instanceof DriftwatchError && error.code === "read.forbidden") return undefined;
    throw error;
  }
}

/** The rows of each of several statements, in one round trip; undefined when it may not have those of all. */
export async function rowsOfEach(
  line: Line,
  statements: readonly string[],
): Promise<readonly (readonly Row[])[] | undefined> {
  const rows = await rowsIfAllowed(line, statements.join("; "));
  // The driver wraps the results of several statements into one more array, and not that of a single one.
  return rows === undefined || statements.length > 1 ? (rows as unknown as readonly Row[][]) : [rows];
}

/**
 * Runs SHOW statements in few round trips; texts come back byte for byte (P2). `schema` becomes the current one (P3).
 * `take` gets one reply per statement, in order. It works while the server prepares more, and what it throws ends the whole.
 */
export async function showAll(
  line: Line,
  schema: string,
  statements: readonly string[],
  take: TakeReply,
): Promise<void> {
  if (statements.length === 0) return;
  await rowsOf(line, `USE \`${schema.replaceAll("`", "``")}\`; SET character_set_results = binary`);
  const batchFrom = (at: number): Promise<readonly Reply[]> =>
    showBatch(line, statements.slice(at, at + batchSize));
  let coming: Promise<readonly Reply[]> | undefined = batchFrom(0);
  try {
    for (let at = 0; coming !== undefined; at += batchSize) {
      const replies: readonly Reply[] = await coming;
      const next = at + batchSize;
      // Sent before the work on these begins, so that the server is not idle meanwhile; and not before they are here, so
      // that nothing waits in line for a server that was told to stop.
      coming = next < statements.length ? batchFrom(next) : undefined;
      for (const [index, reply] of replies.entries()) take(reply, at + index);
    }
  } catch (error) {
    await coming?.catch(() => {});
    // The next reading through this session must not get its lists as bytes; the session may also be gone.
    await rowsOf(line, characterSetOfLists).catch(() => {});
    throw error;
  }
  await rowsOf(line, characterSetOfLists);
}

const characterSetOfLists = "SET character_set_results = utf8mb4";

/** A batch that fails is halved until the statement that fails stands alone. */
async function showBatch(line: Line, statements: readonly string[]): Promise<readonly Reply[]> {
  const { client, place, signal } = line;
  throwIfAborted(signal);
  try {
    const [rows] = (await client.query(statements.join(";"))) as unknown as [Row[][] | Row[]];
    throwIfAborted(signal);
    return statements.length === 1 ? [rows as Row[]] : (rows as Row[][]);
  } catch (error) {
    throwIfAborted(signal);
    const mapped = mapError(error, `reading a definition from ${place}`);
    if (
      errorNumber(error) === undefined ||
      mapped.code === "check.cancelled" ||
      mapped.code === "connection.lost"
    )
      throw mapped;
    if (statements.length === 1)
      return [errorNumber(error) === 1792 ? await showReadWrite(line, statements[0] ?? "") : mapped];
    const middle = Math.floor(statements.length / 2);
    return [
      ...(await showBatch(line, statements.slice(0, middle))),
      ...(await showBatch(line, statements.slice(middle))),
    ];
  }
}

/**
 * MariaDB opens the sequences of a view for writing even to show its text, and refuses that in a read-only transaction
 * (ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION). The statement is still a SHOW; the session is read-only again after it.
 */
async function showReadWrite(line: Line, statement: string): Promise<Reply> {
  await rowsOf(line, "SET SESSION TRANSACTION READ WRITE");
  try {
    return await rowsOf(line, statement);
  } catch (error) {
    return mapError(error, `reading a definition from ${line.place}`);
  } finally {
    await rowsOf(line, "SET SESSION TRANSACTION READ ONLY");
  }
}
