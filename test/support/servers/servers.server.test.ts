/** Proves that what the tests are handed is what it says: the major version, the real MySQL, a Redis that never evicts. */
import { Redis } from "ioredis";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { Client } from "pg";
import { expect, inject, it } from "vitest";
import { type PostgresMajor, serverNames } from "./names.ts";
import { describeServer } from "./urls.ts";

const majors: readonly PostgresMajor[] = [14, 15, 16, 17, 18];

for (const major of majors) {
  describeServer(`postgres-${major}`, `PostgreSQL ${major}`, (url) => {
    it("has this major version, UTF-8 and logical decoding", async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query(
        "select current_setting('server_version_num')::int / 10000 as major, current_setting('wal_level') as wal, current_setting('server_encoding') as encoding",
      );
      await client.end();
      expect(rows[0]).toEqual({ major, wal: "logical", encoding: "UTF8" });
    });
  });
}

describeServer("mysql", "MySQL", (url) => {
  it("is MySQL 8 or newer and not MariaDB", async () => {
    const version = await mysqlVersion(url);
    expect(version).not.toContain("MariaDB");
    expect(Number.parseInt(version, 10)).toBeGreaterThanOrEqual(8);
  });
});

describeServer("mariadb", "MariaDB", (url) => {
  it("is MariaDB 10.6 or newer", async () => {
    const version = await mysqlVersion(url.replace(/^mariadb:/, "mysql:"));
    expect(version).toContain("MariaDB");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    expect(major * 100 + minor).toBeGreaterThanOrEqual(1006);
  });
});

describeServer("mariadb-11", "the newer MariaDB", (url) => {
  it("is MariaDB 11 or newer", async () => {
    const version = await mysqlVersion(url.replace(/^mariadb:/, "mysql:"));
    expect(version).toContain("MariaDB");
    expect(Number.parseInt(version, 10)).toBeGreaterThanOrEqual(11);
  });
});

describeServer("redis", "Redis", (url) => {
  it("answers and never evicts", async () => {
    const client = new Redis(url);
    try {
      expect(await client.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
    } finally {
      client.disconnect();
    }
  });
});

describeServer("pgbouncer", "PgBouncer", (url) => {
  it("is a pooler that gives a session back after each transaction", async () => {
    const admin = new URL(url);
    admin.pathname = "/pgbouncer";
    const client = new Client({ connectionString: admin.href });
    await client.connect();
    const { rows } = await client.query<{ key: string; value: string }>("show config");
    await client.end();
    expect(rows.find(({ key }) => key === "pool_mode")?.value).toBe("transaction");
  });
});

it("tells every server by provide as well as by environment variable", () => {
  const outcomes = inject("servers");
  expect(outcomes.map((outcome) => outcome.name)).toEqual([...serverNames]);
  for (const outcome of outcomes) {
    const variable = `TEST_${outcome.name.toUpperCase().replace("-", "_")}_URL`;
    expect(process.env[variable]).toBe("url" in outcome ? outcome.url : undefined);
  }
});

async function mysqlVersion(uri: string): Promise<string> {
  const connection = await createConnection({ uri });
  try {
    const [rows] = await connection.query<RowDataPacket[]>("select version() as version");
    return String(rows[0]?.version);
  } finally {
    await connection.end();
  }
}
