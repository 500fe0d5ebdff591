/** Where commands are run in tests: a folder with a configuration and, on PostgreSQL, a watched database and a store. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { stringify } from "yaml";
import { type Ran, run } from "./in-process.ts";

export interface Folder {
  /** Known once beforeAll has run. */
  path(name: string): string;
  /** Writes driftwatch.yaml. */
  configure(configuration: object): void;
  driftwatch(...args: readonly string[]): Promise<Ran>;
  /** `driftwatch check <environment>`: its exit code, and what it says of the check as JSON. */
  checked(environment: string): Promise<{ readonly exitCode: number; readonly check: CheckJson }>;
}

type CheckJson = Readonly<Record<string, unknown>>;

/** There for all tests of the describe it is called in. */
export function useFolder(): Folder {
  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), "driftwatch-cli-"));
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  const driftwatch = (...args: readonly string[]): Promise<Ran> => run(args, { cwd });
  return {
    path: (name) => join(cwd, name),
    configure: (configuration) => writeFileSync(join(cwd, "driftwatch.yaml"), stringify(configuration)),
    driftwatch,
    async checked(environment) {
      const { exitCode, stdout } = await driftwatch("check", environment, "--json");
      return { exitCode, check: JSON.parse(stdout).checks[0] };
    },
  };
}

export interface Workplace extends Folder {
  readonly shopName: string;
  /** A role that tests may create; it is dropped with all that it was given. Its password is "sesame". */
  readonly reader: string;
  /** Of the watched database, as administrator or as the reader. */
  shopUrl(as?: "reader"): string;
  storeUrl(): string;
  /** As administrator in the watched database. */
  sql(text: string): Promise<void>;
  /** As administrator in the server's first database. */
  serverRows(text: string): Promise<readonly unknown[]>;
}

/** A workplace with an empty watched database and an empty store. `label` makes the names tell who left one behind. */
export function useWorkplace(serverUrl: string, label: string): Workplace {
  const suffix = `${process.pid}_${Date.now() % 100_000}`;
  const names = { shop: `${label}_shop_${suffix}`, store: `${label}_store_${suffix}` };
  const reader = `${label}_reader_${suffix}`;
  const folder = useFolder();
  let admin: pg.Client;
  let shop: pg.Client;

  function urlOf(name: string, login: object = {}): string {
    return Object.assign(new URL(serverUrl), { pathname: `/${name}`, ...login }).href;
  }

  beforeAll(async () => {
    admin = new pg.Client(serverUrl);
    await admin.connect();
    for (const name of Object.values(names)) await admin.query(`CREATE DATABASE ${name}`);
    shop = new pg.Client(urlOf(names.shop));
    await shop.connect();
  });
  afterAll(async () => {
    await shop?.end();
    for (const name of Object.values(names))
      await admin?.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin?.query(`DROP ROLE IF EXISTS ${reader}`);
    await admin?.end();
  });

  return {
    ...folder,
    shopName: names.shop,
    reader,
    shopUrl: (as) => urlOf(names.shop, as === undefined ? {} : { username: reader, password: "sesame" }),
    storeUrl: () => urlOf(names.store),
    sql: (text) => shop.query(text).then(() => undefined),
    serverRows: (text) => admin.query(text).then(({ rows }) => rows),
  };
}
