/**
 * Opens the one connection of a session, read-only and with limits of its own, and runs statements on it. An abort really
 * ends the running statement on the server.
 */

import type { SslOptions } from "mysql2";
import type { Connection as Client, ConnectionOptions } from "mysql2/promise";
import { createConnection } from "mysql2/promise";
import { DriftwatchError } from "../../model/errors.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import { throwIfAborted } from "../abort.ts";
import { defaultConnectTimeoutMs } from "../limits.ts";
import { errorNumber, mapError } from "./errors.ts";
import { quotedName } from "./normalise/sql-text.ts";
import { cipherSql, namesSql, readOnlySql, settingsSql, versionSql } from "./queries/session.ts";
import { type ServerVersion, versionOf } from "./version.ts";
import { type Address, parseAddress } from "./wire/address.ts";
import { rowsIfAllowed, rowsOf, rowsOfEach, showAll, type TakeReply } from "./wire/batch.ts";
import { requestCancel } from "./wire/cancel.ts";
import { type Row, text } from "./wire/cells.ts";
import { ed25519Plugin } from "./wire/ed25519.ts";
import type { SslMode } from "./wire/tls.ts";

/** An open connection. Every error it throws is a DriftwatchError that names the place. */
export interface Connection {
  readonly place: string;
  readonly isEncrypted: boolean;
  readonly sslMode: SslMode;
  readonly version: ServerVersion;
  /** Schema that the URL names, as the server spells it; null for all schemas. */
  readonly database: string | null;
  readonly user: string;
  rows(sql: string): Promise<readonly Row[]>;
  /** Rows, or undefined when the user may not read them or the server has no such table. */
  rowsIfAllowed(sql: string): Promise<readonly Row[] | undefined>;
  /** The rows of each of several statements, in one round trip; undefined when it may not have those of all. */
  rowsOfEach(statements: readonly string[]): Promise<readonly (readonly Row[])[] | undefined>;
  /** Runs SHOW statements in few round trips, with `schema` as the current one; `take` gets one reply each, in order. */
  show(schema: string, statements: readonly string[], take: TakeReply): Promise<void>;
  close(): Promise<void>;
}

/** How long the connection that cancels a statement may take to open. */
const cancelConnectMs = 3_000;

/** Throws DriftwatchError connection.*, source.invalid, server.unsupported or check.cancelled. */
export async function openConnection(url: string, options: ReadOptions): Promise<Connection> {
  const address = parseAddress(url);
  throwIfAborted(options.signal);
  const client = await connectTo(address, options);
  const stopListening = cancelOnAbort(client, address, options);
  try {
    return await connectionOf(client, address, options, stopListening);
  } catch (error) {
    stopListening();
    client.destroy();
    throwIfAborted(options.signal);
    throw mapError(error, `connecting to ${address.place}`);
  }
}

async function connectTo(address: Address, options: ReadOptions): Promise<Client> {
  const place = `connecting to ${address.place}`;
  let failure: unknown;
  for (const [index, tls] of address.attempts.entries()) {
    try {
      return await createConnection(clientOptions(address, tls, options));
    } catch (error) {
      throwIfAborted(options.signal);
      failure = mapLoginError(error, address, place);
      if (index + 1 < address.attempts.length && mayTryOtherWay(error)) continue;
      throw failure;
    }
  }
  throw mapError(failure, place);
}

function mapLoginError(error: unknown, { user, database }: Address, place: string): DriftwatchError {
  const mapped = mapError(error, place);
  // ER_DBACCESS_DENIED_ERROR: doctor gets no further than here either, so the GRANT is told at once.
  if (errorNumber(error) !== 1044 || mapped.code !== "read.forbidden" || database === undefined)
    return mapped;
  const [, account = `'${user}'`] = /user ('.*'@'.*') to database/.exec(mapped.message) ?? [];
  return new DriftwatchError(mapped.code, mapped.message, {
    cause: error,
    remedy: `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON ${quotedName(database)}.* TO ${account};`,
  });
}

/** ssl-mode=preferred does without TLS where the server offers none, never on a wrong password. */
function mayTryOtherWay(error: unknown): boolean {
  return (error as { code?: unknown }).code === "HANDSHAKE_NO_SSL_SUPPORT";
}

function clientOptions(address: Address, tls: SslOptions | false, options: ReadOptions): ConnectionOptions {
  const { host, port, socketPath } = address;
  return {
    ...(socketPath === undefined ? { host, port } : { socketPath }),
    user: address.user,
    password: address.password,
    ...(address.database === undefined ? {} : { database: address.database }),
    ...(tls === false ? {} : { ssl: tls }),
    charset: "utf8mb4",
    connectTimeout: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    // P1: mysql2 would switch IGNORE_SPACE on in sql_mode.
    flags: ["-IGNORE_SPACE"],
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: true,
    rowsAsArray: true,
    // Every error is told with its place; where in this program a statement was sent would be captured for each of them.
    trace: false,
    // A server could otherwise ask for any file of this machine.
    infileStreamFactory: () => {
      throw new Error("LOAD DATA LOCAL is refused");
    },
    connectAttributes: { program_name: "driftwatch" },
    authPlugins: { client_ed25519: ed25519Plugin(address.password) },
  };
}

async function connectionOf(
  client: Client,
  address: Address,
  options: ReadOptions,
  stopListening: () => void,
): Promise<Connection> {
  const { place, sslMode } = address;
  const { signal } = options;
  const { version, names, cipher } = await prepare(client, options);
  const line = { client, place, signal };
  return {
    place,
    isEncrypted: text(cipher?.[1]) !== "",
    sslMode,
    version,
    database: address.database === undefined ? null : text(names?.[0]),
    user: text(names?.[1]).split("@")[0] ?? address.user,
    rows: (sql) => rowsOf(line, sql),
    rowsIfAllowed: (sql) => rowsIfAllowed(line, sql),
    rowsOfEach: (statements) => rowsOfEach(line, statements),
    show: (schema, statements, take) => showAll(line, schema, statements, take),
    async close() {
      stopListening();
      await client.end().catch(() => client.destroy());
    },
  };
}

async function rawRows(client: Client, sql: string): Promise<readonly Row[]> {
  const [rows] = (await client.query(sql)) as unknown as [readonly Row[]];
  return rows;
}

interface Prepared {
  readonly version: ServerVersion;
  readonly names: Row | undefined;
  readonly cipher: Row | undefined;
}

/** Two round trips. */
async function prepare(client: Client, options: ReadOptions): Promise<Prepared> {
  const [row] = await rawRows(client, versionSql);
  const version = versionOf(text(row?.[0]), text(row?.[1]));
  const statements = [settingsSql(version, options), readOnlySql, namesSql, cipherSql];
  const [, , names, ciphers] = await rawRows(client, statements.join("; "));
  throwIfAborted(options.signal);
  return { version, names: rowOf(names), cipher: rowOf(ciphers) };
}

/** The first row of one statement among several. */
function rowOf(rows: unknown): Row | undefined {
  return (rows as readonly Row[])[0];
}

/** Gives what stops it. */
function cancelOnAbort(client: Client, address: Address, options: ReadOptions): () => void {
  const { signal, ...rest } = options;
  const { threadId } = client;
  // Without a listener a connection that breaks between two statements would end the process.
  client.on("error", () => {});
  const open = (): Promise<Client> => connectTo(address, { ...rest, connectTimeoutMs: cancelConnectMs });
  const abort = (): void => {
    void requestCancel(open, threadId).finally(() => client.destroy());
  };
  signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}
