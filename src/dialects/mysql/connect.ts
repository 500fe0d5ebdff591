/**
 * Opens a read-only session with limits of its own, and really cancels the running statement on the server when asked.
 * Everything above sends plain text statements and gets rows as arrays.
 */

import type { Connection, ConnectionOptions } from "mysql2/promise";
import { createConnection } from "mysql2/promise";
import { DriftwatchError } from "../../model/errors.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import { ed25519Plugin } from "./connect/ed25519.ts";
import { readTarget, type Target } from "./connect/target.ts";
import { errorNumber, mapError } from "./errors.ts";
import { quotedName } from "./normalise/sql-text.ts";
import { has, type ServerVersion, versionOf } from "./version.ts";

export type Cell = string | number | Buffer | null;
export type Row = readonly Cell[];
export type Reply = readonly Row[] | DriftwatchError;
export type TakeReply = (reply: Reply, index: number) => void;

/** What the catalog queries need of a session. */
export interface Catalog {
  readonly version: ServerVersion;
  /** Schema that the URL names, as the server spells it; null for all schemas. */
  readonly database: string | null;
  readonly user: string;
  readonly address: string;
  /** Whether the session is encrypted. */
  readonly isEncrypted: boolean;
  rows(sql: string): Promise<readonly Row[]>;
  /** Rows, or undefined when the user may not read them or the server has no such table. */
  rowsIfAllowed(sql: string): Promise<readonly Row[] | undefined>;
  /** The rows of each of several statements, in one round trip; undefined when it may not have those of all. */
  rowsOfEach(statements: readonly string[]): Promise<readonly (readonly Row[])[] | undefined>;
  /**
   * Runs SHOW statements in few round trips; texts come back byte for byte (P2). `schema` becomes the current one (P3).
   * `take` gets one reply per statement, in order: its rows, or why it failed. It works while the server prepares more,
   * and what it throws ends the whole.
   */
  show(schema: string, statements: readonly string[], take: TakeReply): Promise<void>;
}

export interface OpenSession extends Catalog {
  close(): Promise<void>;
}

const defaultConnectTimeoutMs = 10_000;
const defaultStatementTimeoutMs = 60_000;
const defaultLockTimeoutMs = 5_000;
/** Statements per round trip: large enough that latency is no matter, small enough for max_allowed_packet. */
const batchSize = 200;

/** Throws connection.*, server.unsupported, source.invalid, check.cancelled. */
export async function openSession(url: string, options: ReadOptions): Promise<OpenSession> {
  const target = readTarget(url);
  throwIfAborted(options.signal);
  const connection = await connectTo(target, options);
  const cancel = cancelOnAbort(connection, target, options);
  try {
    const version = await prepare(connection, options);
    const [names] = (await connection.query({
      sql: "SELECT DATABASE(), CURRENT_USER()",
      rowsAsArray: true,
    })) as unknown as [Row[]];
    const [cipher] = (await connection.query({
      sql: "SHOW SESSION STATUS LIKE 'Ssl_cipher'",
      rowsAsArray: true,
    })) as unknown as [Row[]];
    const run = { connection, target, options };
    return {
      version,
      database: target.database === null ? null : text(names[0]?.[0]),
      user: text(names[0]?.[1]).split("@")[0] ?? target.user,
      address: target.address,
      isEncrypted: text(cipher[0]?.[1]) !== "",
      rows: (sql) => rowsOf(run, sql),
      rowsIfAllowed: (sql) => rowsIfAllowed(run, sql),
      rowsOfEach: (statements) => rowsOfEach(run, statements),
      show: (schema, statements, take) => showAll(run, schema, statements, take),
      close: async () => {
        cancel.stop();
        await connection.end().catch(() => connection.destroy());
      },
    };
  } catch (error) {
    cancel.stop();
    connection.destroy();
    throw failure(error, `connecting to ${target.address}`, options.signal);
  }
}

/** A cell as text; single bytes that are no UTF-8 are shown as \xNN. */
export function text(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return String(cell);
  try {
    return strict.decode(cell);
  } catch {
    return cell.toString("latin1").replace(utf8RunOrByte, (part, run: string | undefined) => {
      const bytes = Buffer.from(part, "latin1");
      return run === undefined ? `\\x${bytes.toString("hex")}` : bytes.toString("utf8");
    });
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Over bytes as characters: as much UTF-8 as there is, or one byte that is none. */
const utf8RunOrByte =
  /((?:[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+)|[\0-\xff]/g;

/** A cell as text, or null. */
export function textOrNull(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : text(cell);
}

interface Run {
  readonly connection: Connection;
  readonly target: Target;
  readonly options: ReadOptions;
}

async function connectTo(target: Target, options: ReadOptions): Promise<Connection> {
  try {
    return await createConnection(connectionOptions(target, options, target.tls !== "disabled"));
  } catch (error) {
    const noTls = (error as { code?: string }).code === "HANDSHAKE_NO_SSL_SUPPORT";
    if (noTls && target.tls === "preferred") {
      try {
        return await createConnection(connectionOptions(target, options, false));
      } catch (second) {
        throw loginFailure(second, target, options);
      }
    }
    throw loginFailure(error, target, options);
  }
}

function loginFailure(thrown: unknown, target: Target, options: ReadOptions): DriftwatchError {
  const mapped = failure(thrown, `connecting to ${target.address}`, options.signal);
  // ER_DBACCESS_DENIED_ERROR: doctor gets no further than here either, so the GRANT is told at once.
  if (errorNumber(thrown) !== 1044 || mapped.code !== "read.forbidden" || target.database === null)
    return mapped;
  const [, account = `'${target.user}'`] = /user ('.*'@'.*') to database/.exec(mapped.message) ?? [];
  return new DriftwatchError(mapped.code, mapped.message, {
    cause: thrown,
    remedy: `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON ${quotedName(target.database)}.* TO ${account};`,
  });
}

function connectionOptions(target: Target, options: ReadOptions, withTls: boolean): ConnectionOptions {
  const address =
    target.socketPath === null ? { host: target.host, port: target.port } : { socketPath: target.socketPath };
  const ssl = {
    ...target.tlsFiles,
    rejectUnauthorized: target.tls === "verify_ca" || target.tls === "verify_identity",
    verifyIdentity: target.tls === "verify_identity",
  };
  return {
    ...address,
    user: target.user,
    password: target.password,
    ...(target.database === null ? {} : { database: target.database }),
    ...(withTls ? { ssl } : {}),
    charset: "utf8mb4",
    connectTimeout: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    // P1: mysql2 would switch IGNORE_SPACE on in sql_mode.
    flags: ["-IGNORE_SPACE"],
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: true,
    rowsAsArray: true,
    // A server could otherwise ask for any file of this machine.
    infileStreamFactory: () => {
      throw new Error("LOAD DATA LOCAL is refused");
    },
    connectAttributes: { program_name: "driftwatch" },
    authPlugins: { client_ed25519: ed25519Plugin(target.password) },
  };
}

/** The session's settings, so that the same schema reads the same from every server and for every user. */
async function prepare(connection: Connection, options: ReadOptions): Promise<ServerVersion> {
  const [rows] = (await connection.query("SELECT VERSION(), @@version_comment")) as unknown as [Row[]];
  const version = versionOf(text(rows[0]?.[0]), text(rows[0]?.[1]));
  const lockSeconds = Math.max(1, Math.ceil((options.lockTimeoutMs ?? defaultLockTimeoutMs) / 1000));
  const statementMs = options.statementTimeoutMs ?? defaultStatementTimeoutMs;
  const settings = [
    // A server may be told to overlook what the client speaks.
    "NAMES utf8mb4",
    // Without autocommit a table that rows are read from stays locked against DDL until the session ends.
    "SESSION autocommit = 1",
    "SESSION completion_type = NO_CHAIN",
    // Servers that are careful with SELECT would cut lists short, or refuse them.
    "SESSION sql_select_limit = 18446744073709551615",
    "SESSION sql_big_selects = 1",
    // P4: ANSI modes and NO_*_OPTIONS change SHOW CREATE.
    "SESSION sql_mode = ''",
    "SESSION sql_quote_show_create = 1",
    // TIMESTAMP literals in defaults and partitions are printed in the session's zone.
    "SESSION time_zone = '+00:00'",
    "SESSION lc_messages = 'en_US'",
    `SESSION lock_wait_timeout = ${lockSeconds}`,
    version.flavor === "mariadb"
      ? `SESSION max_statement_time = ${statementMs / 1000}`
      : `SESSION max_execution_time = ${Math.ceil(statementMs)}`,
    ...(has(version, "statisticsExpiry") ? ["SESSION information_schema_stats_expiry = 0"] : []),
    // P36: the invisible primary key that the server made by itself is part of the table.
    ...(has(version, "generatedInvisiblePrimaryKey")
      ? ["SESSION show_gipk_in_create_table_and_information_schema = ON"]
      : []),
  ];
  await connection.query(`SET ${settings.join(", ")}`);
  await connection.query("SET SESSION TRANSACTION READ ONLY");
  throwIfAborted(options.signal);
  return version;
}

/** KILL QUERY through a second connection: closing our own socket would leave the statement running. */
function cancelOnAbort(connection: Connection, target: Target, options: ReadOptions): { stop(): void } {
  const { signal } = options;
  const { threadId } = connection;
  // Without a listener a broken connection would end the process.
  connection.on("error", () => {});
  if (signal === undefined) return { stop: () => {} };
  const onAbort = (): void => {
    void killQuery(target, options, threadId).finally(() => connection.destroy());
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return { stop: () => signal.removeEventListener("abort", onAbort) };
}

async function killQuery(target: Target, options: ReadOptions, threadId: number): Promise<void> {
  const { signal: _, ...rest } = options;
  try {
    const second = await connectTo(target, { ...rest, connectTimeoutMs: 3_000 });
    second.on("error", () => {});
    await second.query(`KILL QUERY ${Number(threadId)}`).catch(() => {});
    await second.end().catch(() => second.destroy());
  } catch {
    // The server is out of reach; statement time limits end what still runs.
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}

function cancelled(signal: AbortSignal): DriftwatchError {
  if (signal.reason instanceof DriftwatchError) return signal.reason;
  return new DriftwatchError("check.cancelled", "reading was cancelled", { cause: signal.reason });
}

function failure(thrown: unknown, place: string, signal: AbortSignal | undefined): DriftwatchError {
  if (signal?.aborted === true) return cancelled(signal);
  return mapError(thrown, place);
}

async function rowsOf({ connection, target, options }: Run, sql: string): Promise<readonly Row[]> {
  throwIfAborted(options.signal);
  try {
    const [rows] = (await connection.query(sql)) as unknown as [Row[]];
    // A killed statement may still answer: SLEEP returns 1, a SHOW returns what it had.
    throwIfAborted(options.signal);
    return rows;
  } catch (error) {
    throw failure(error, `reading the catalog of ${target.address}`, options.signal);
  }
}

/** ER_UNKNOWN_TABLE, ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR: this server's catalog has no such thing. */
const absent: ReadonlySet<number> = new Set([1109, 1146, 1054, 1235, 1193]);

async function rowsIfAllowed(run: Run, sql: string): Promise<readonly Row[] | undefined> {
  try {
    return await rowsOf(run, sql);
  } catch (error) {
    const number = errorNumber((error as Error).cause);
    if (number !== undefined && absent.has(number)) return undefined;
    if (error instanceof DriftwatchError && error.code === "read.forbidden") return undefined;
    throw error;
  }
}

async function rowsOfEach(
  run: Run,
  statements: readonly string[],
): Promise<readonly (readonly Row[])[] | undefined> {
  const rows = await rowsIfAllowed(run, statements.join("; "));
  // The driver wraps the results of several statements into one more array, and not that of a single one.
  return rows === undefined || statements.length > 1 ? (rows as unknown as readonly Row[][]) : [rows];
}

async function showAll(
  run: Run,
  schema: string,
  statements: readonly string[],
  take: TakeReply,
): Promise<void> {
  if (statements.length === 0) return;
  await rowsOf(run, `USE \`${schema.replaceAll("`", "``")}\`; SET character_set_results = binary`);
  const batchFrom = (at: number): Promise<readonly Reply[]> =>
    showBatch(run, statements.slice(at, at + batchSize));
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
    await rowsOf(run, characterSetOfLists).catch(() => {});
    throw error;
  }
  await rowsOf(run, characterSetOfLists);
}

const characterSetOfLists = "SET character_set_results = utf8mb4";

/** A batch that fails is halved until the statement that fails stands alone. */
async function showBatch(run: Run, statements: readonly string[]): Promise<readonly Reply[]> {
  throwIfAborted(run.options.signal);
  try {
    const [rows] = (await run.connection.query(statements.join(";"))) as unknown as [Row[][] | Row[]];
    throwIfAborted(run.options.signal);
    return statements.length === 1 ? [rows as Row[]] : (rows as Row[][]);
  } catch (error) {
    const mapped = failure(error, `reading a definition from ${run.target.address}`, run.options.signal);
    if (
      errorNumber(error) === undefined ||
      mapped.code === "check.cancelled" ||
      mapped.code === "connection.lost"
    )
      throw mapped;
    if (statements.length === 1)
      return [errorNumber(error) === 1792 ? await showReadWrite(run, statements[0] ?? "") : mapped];
    const middle = Math.floor(statements.length / 2);
    return [
      ...(await showBatch(run, statements.slice(0, middle))),
      ...(await showBatch(run, statements.slice(middle))),
    ];
  }
}

/**
 * MariaDB opens the sequences of a view for writing even to show its text, and refuses that in a read-only transaction
 * (ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION). The statement is still a SHOW; the session is read-only again after it.
 */
async function showReadWrite(run: Run, statement: string): Promise<Reply> {
  await rowsOf(run, "SET SESSION TRANSACTION READ WRITE");
  try {
    return await rowsOf(run, statement);
  } catch (error) {
    return mapError(error, `reading a definition from ${run.target.address}`);
  } finally {
    await rowsOf(run, "SET SESSION TRANSACTION READ ONLY");
  }
}
