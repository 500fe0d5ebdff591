/** Everything that a secret could leak into, as one text each: Redis with all its values, the store with all its rows. */
import { inflateRawSync } from "node:zlib";
import { Redis } from "ioredis";
import pg from "pg";

/** Every key of a Redis with its value, whatever its type. */
export async function dumpRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const parts: string[] = [];
    for (const key of await redis.keys("*")) parts.push(key, JSON.stringify(await contentOf(redis, key)));
    return parts.join("\n");
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === "hash") return redis.hgetall(key);
  if (type === "list") return redis.lrange(key, "0", "-1");
  if (type === "zset") return redis.zrange(key, "0", "-1");
  if (type === "set") return redis.smembers(key);
  if (type === "stream") return redis.xrange(key, "-", "+");
  return type === "string" ? redis.get(key) : null;
}

/** Every row of every table of the store as text. */
export async function dumpStore(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'driftwatch'",
    );
    const parts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<Record<string, unknown>>(`select * from driftwatch."${name}"`);
      parts.push(name, ...rows.map((row) => JSON.stringify(row, readable)));
    }
    return parts.join("\n");
  } finally {
    await client.end();
  }
}

/** Schema objects are kept compressed. A Buffer comes to a replacer as what its toJSON gives. */
function readable(_name: string, value: unknown): unknown {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  if (type !== "Buffer" || !Array.isArray(data)) return value;
  const bytes = Buffer.from(data as number[]);
  try {
    return inflateRawSync(bytes).toString("utf8");
  } catch {
    return bytes.toString("latin1");
  }
}
