/**
 * Opens the one connection of a session and runs batches on it. It keeps no state in the server's session (poolers), and
 * an abort really ends the running statement on the server.
 */
import type { ConnectionOptions } from "node:tls";
import { Client } from "pg";
import { DriftwatchError } from "../../model/errors.ts";
import type { ReadOptions } from "../../monitor/ports.ts";
import { throwIfAborted } from "../abort.ts";
import { defaultConnectTimeoutMs } from "../limits.ts";
import { isRefusedSetting, mapError } from "./errors.ts";
import { loginLockTimeoutMs } from "./queries/session.ts";
import { quoteName } from "./visibility.ts";
import { type Address, parseAddress } from "./wire/address.ts";
import { runBatch, type Step, type StepFailure } from "./wire/batch.ts";
import { requestCancel } from "./wire/cancel.ts";
import { requireChannelBinding } from "./wire/channel-binding.ts";

/** An open connection. Every error it throws is a DriftwatchError that names the place. */
export interface Connection {
  readonly place: string;
  readonly isEncrypted: boolean;
  readonly sslMode: string;
  /** Runs one statement per step, in order, in one round trip. */
  run(steps: readonly Step[]): Promise<void>;
  /** How long the login and the first run wait for a lock. */
  readonly loginLockTimeoutMs: number;
  /** The first run. A pooler lets everyone in and looks for a session then, so it may take no longer than a login. */
  runFirst(steps: readonly Step[]): Promise<void>;
  /** Logs in anew when replay on a standby ended the session: it does so to one that holds locks and is between two runs. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** How long a cancelled statement may take to end before the socket is cut. */
const cancelGraceMs = 2_000;

/** Throws DriftwatchError connection.*, source.invalid, server.starting or check.cancelled. */
export async function openConnection(url: string, options: ReadOptions): Promise<Connection> {
  const address = parseAddress(url);
  const place = `connecting to ${address.place}`;
  let failure: unknown;
  for (const [index, tls] of address.attempts.entries()) {
    try {
      const client = await connectOnce(address, tls, options);
      return connectionOf(client, address, tls, options);
    } catch (error) {
      failure = mapLoginError(error, address, place);
      if (index + 1 < address.attempts.length && mayTryOtherWay(error)) continue;
      throw failure;
    }
  }
  throw mapError(failure, place);
}

function mapLoginError(error: unknown, { user, database }: Address, place: string): DriftwatchError {
  const mapped = mapError(error, place);
  if (mapped.code !== "read.forbidden" || user === undefined || database === undefined) return mapped;
  return new DriftwatchError(mapped.code, mapped.message, {
    cause: error,
    remedy: `GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${quoteName(user)};`,
  });
}

/** sslmode=prefer and allow try the other way when TLS or pg_hba.conf refused this one, never on a wrong password. */
function mayTryOtherWay(error: unknown): boolean {
  const mapped = mapError(error, "");
  return mapped.code === "connection.tls" || (error as { code?: unknown }).code === "28000";
}

/** Servers ("host:port/database") that refused a setting at start-up, as many poolers do. They are not asked again. */
const withoutSettings = new Set<string>();

/**
 * A login itself reads catalogs, before any limit of ours: one that somebody locked (VACUUM FULL pg_class) would leave a
 * session waiting on the server long after we gave up. So the first limit is sent with the login, where that is allowed.
 */
async function connectOnce(
  address: Address,
  tls: ConnectionOptions | false,
  options: ReadOptions,
): Promise<Client> {
  if (!withoutSettings.has(address.place)) {
    try {
      return await open(address, tls, options, {
        lock_timeout: loginLockTimeoutMs(options, connectTimeoutMs(address, options)),
      });
    } catch (error) {
      if (!isRefusedSetting(error)) throw error;
      withoutSettings.add(address.place);
    }
  }
  return open(address, tls, options, {});
}

function connectTimeoutMs(address: Address, options: ReadOptions): number {
  return options.connectTimeoutMs ?? address.connectTimeoutMs ?? defaultConnectTimeoutMs;
}

async function open(
  address: Address,
  tls: ConnectionOptions | false,
  options: ReadOptions,
  settings: { readonly lock_timeout?: number },
): Promise<Client> {
  throwIfAborted(options.signal);
  const client = new Client({
    ...(address.host === undefined ? {} : { host: address.host }),
    ...(address.port === undefined ? {} : { port: address.port }),
    ...(address.database === undefined ? {} : { database: address.database }),
    ...(address.user === undefined ? {} : { user: address.user }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.startupOptions === undefined ? {} : { options: address.startupOptions }),
    ...(tls === false ? {} : { sslnegotiation: address.sslNegotiation }),
    ssl: tls,
    enableChannelBinding: address.channelBinding !== "disable",
    application_name: address.applicationName ?? "driftwatch",
    connectionTimeoutMillis: connectTimeoutMs(address, options),
    keepAlive: true,
    ...settings,
  });
  // Without a listener a connection that breaks between two statements would end the process.
  client.on("error", () => {});
  const checkBinding =
    address.channelBinding === "require" ? requireChannelBinding(client, address.place) : undefined;
  const abort = (): void => cut(client);
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    await client.connect();
    checkBinding?.();
    return client;
  } catch (error) {
    cut(client);
    throwIfAborted(options.signal);
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

function connectionOf(
  first: Client,
  address: Address,
  tls: ConnectionOptions | false,
  options: ReadOptions,
): Connection {
  const { signal } = options;
  let client = first;
  let running = false;
  /** What ended the session between two runs; the driver tells the next one only that it is gone. */
  let ending: unknown;
  let wasSpoiled = false;
  const watch = (): void => {
    ending = undefined;
    client.on("error", (error) => {
      ending ??= error;
    });
  };
  watch();
  const abort = (): void => {
    if (running) void cancelRunning(client, tls, () => running);
  };
  signal?.addEventListener("abort", abort);
  async function run(steps: readonly Step[]): Promise<void> {
    throwIfAborted(signal);
    running = true;
    try {
      await runBatch(client, steps);
      wasSpoiled = false;
    } catch (error) {
      throwIfAborted(signal);
      const { step, cause } = error as StepFailure;
      const mapped = mapError(ending ?? cause, `reading ${step} of ${address.place}`);
      wasSpoiled ||= mapped.code === "read.inconsistent";
      throw mapped;
    } finally {
      running = false;
    }
  }
  return {
    place: address.place,
    isEncrypted: tls !== false,
    sslMode: address.sslMode,
    run,
    loginLockTimeoutMs: loginLockTimeoutMs(options, connectTimeoutMs(address, options)),
    runFirst: (steps) => withinLogin(address, options, () => run(steps), abort),
    async renew() {
      if (!wasSpoiled) return;
      cut(client);
      client = await connectOnce(address, tls, options);
      watch();
    },
    async close() {
      signal?.removeEventListener("abort", abort);
      const timer = setTimeout(() => cut(client), cancelGraceMs);
      try {
        await client.end();
      } catch {
        cut(client);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** `stop` ends the work on the server too: whoever waits for a lock there does not notice that its client has gone. */
async function withinLogin(
  address: Address,
  options: ReadOptions,
  work: () => Promise<void>,
  stop: () => void,
): Promise<void> {
  const limitMs = connectTimeoutMs(address, options);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, limitMs);
  try {
    await work();
  } catch (error) {
    if (!isLate) throw error;
    throw new DriftwatchError(
      "connection.timeout",
      `${address.place} took the login and did not answer for ${limitMs / 1000} s`,
      {
        retryable: true,
        cause: error,
        remedy: "Look for a lock on the system catalog; behind a pooler, for a pool that is used up.",
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

async function cancelRunning(
  client: Client,
  tls: ConnectionOptions | false,
  isRunning: () => boolean,
): Promise<void> {
  const { processID, secretKey } = client as unknown as {
    processID: number | null;
    secretKey: number | null;
  };
  if (processID !== null && secretKey !== null) {
    const { host, port } = client;
    await requestCancel({ host, port, tls, processId: processID, secretKey }, cancelGraceMs);
  }
  setTimeout(() => {
    if (isRunning()) cut(client);
  }, cancelGraceMs).unref();
}

function cut(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
