/** What tests on servers of their own need: statements as an administrator, and the list of servers that can be had. */
import { createConnection } from "mysql2/promise";
import { describe, it } from "vitest";
import { mysqlDialect } from "../../../src/dialects/mysql/dialect.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { Diagnosis } from "../../../src/monitor/ports.ts";
import { type OwnMysql, type OwnMysqlName, whyNotOwn } from "../../support/servers/own-mysql.ts";

/** Those of the servers that a test can start itself. The others are told as skipped, with the reason. */
export function ownable(...names: readonly OwnMysqlName[]): readonly OwnMysqlName[] {
  return names.filter((name) => {
    const reason = whyNotOwn(name);
    if (reason === undefined) return true;
    describe.skip(`${name} (skipped: ${reason})`, () => it("has no server here", () => {}));
    return false;
  });
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Runs statements in a session of their own; resolves with the rows of the last one. */
export async function execute(url: string, ...statements: readonly string[]): Promise<Rows> {
  const connection = await createConnection({
    uri: url.replace(/^mariadb:/, "mysql:"),
    multipleStatements: true,
    flags: ["-IGNORE_SPACE"],
  });
  try {
    let rows: unknown = [];
    for (const statement of statements) [rows] = await connection.query(statement);
    return Array.isArray(rows) ? (rows as unknown as Rows) : [];
  } finally {
    await connection.end();
  }
}

export interface Seen {
  readonly token: string | undefined;
  /** What doctor says of the probe. */
  readonly told: Diagnosis | undefined;
  readonly snapshot: Snapshot;
}

/** What one check would see of the database `shop`. */
export async function seeShop(server: OwnMysql, previous?: Snapshot): Promise<Seen> {
  const session = await mysqlDialect.connect(`${server.url}shop`, {});
  try {
    return {
      token: await session.probe(),
      told: (await session.diagnose()).find((each) => each.check === "probe"),
      snapshot: await session.introspect(previous),
    };
  } finally {
    await session.close();
  }
}

/** Longer than the catalog's times need to be trusted. */
export const settleMs = 3_100;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
