/**
 * Connections to Redis: one that fails fast for those who enqueue, one that never gives up for workers. Both reconnect by
 * themselves. An outage is told once, when it begins and when it ends. The URL holds a password and is never shown.
 */
import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "../../monitor/ports.ts";

export interface RedisClients {
  readonly main: Redis;
  /** Cuts this connection and all duplicates that BullMQ made of it, at once. */
  disconnect(): void;
}

/** ioredis 6 declares this one differently in its options and its constructor; it is not used here. */
type ConnectionSettings = Omit<RedisOptions, "replyMapping">;

const connectTimeoutMs = 5_000;
const commandTimeoutMs = 5_000;
const longestReconnectMs = 2_000;

/** For producers: commands fail at once while Redis is away instead of piling up. */
export function connectProducer(url: string, logger: Logger): RedisClients {
  const options = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: commandTimeoutMs };
  return connect(url, options, logger.child({ connection: "producer" }));
}

/** For workers: BullMQ requires maxRetriesPerRequest null, so commands wait for Redis to come back. */
export function connectWorker(url: string, logger: Logger): RedisClients {
  return connect(url, { maxRetriesPerRequest: null }, logger.child({ connection: "worker" }));
}

function connect(url: string, options: ConnectionSettings, logger: Logger): RedisClients {
  const complete: ConnectionSettings = {
    connectTimeout: connectTimeoutMs,
    retryStrategy: (times) => Math.min(times * 100, longestReconnectMs),
    // After a failover the old primary is read-only; only a new connection finds the new one.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
    ...options,
  };
  const main = new Redis(url, complete);
  const all: Redis[] = [main];
  watch(main, logger);
  // BullMQ 6 duplicates the connection for blocking reads and gives no way to cut that one while Redis is away.
  const duplicate = main.duplicate.bind(main);
  main.duplicate = (override) => {
    const copy = duplicate(override);
    copy.on("error", () => undefined);
    all.push(copy);
    return copy;
  };
  return {
    main,
    disconnect(): void {
      for (const client of all) client.disconnect();
    },
  };
}

function watch(client: Redis, logger: Logger): void {
  let lost = false;
  client.on("error", (error: Error) => {
    if (!lost) logger.warn({ error: reasonOf(error) }, "Redis connection lost");
    lost = true;
  });
  client.on("ready", () => {
    if (lost) logger.info({}, "Redis connection restored");
    lost = false;
  });
}

/** An AggregateError (IPv6 and IPv4 both refused) has no message of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

const connectionTrouble =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection is closed|Stream isn't writeable|Command timed out|max retries per request/;

/** Whether an error only says that Redis is away, which the connection itself has told already. */
export function isConnectionTrouble(error: unknown): boolean {
  const code = error instanceof Error ? String((error as { code?: unknown }).code ?? "") : "";
  return connectionTrouble.test(`${code} ${reasonOf(error)}`);
}
