/** Databases for benchmarks: corpus schemas where they are at hand, generated ones always. */
import { existsSync, readFileSync } from "node:fs";
import mysql from "mysql2/promise";
import pg from "pg";

export type BenchServers = Readonly<Partial<Record<string, string>>>;

const corpus = new URL("../../shared/corpus/", import.meta.url);

/** The SQL of a corpus schema, or undefined (said aloud) where the corpus is not there. */
export function corpusSql(dialect: "postgres" | "mysql", name: string): string | undefined {
  const file = new URL(`${dialect}/${name}.sql`, corpus);
  if (existsSync(file)) return readFileSync(file, "utf8");
  console.log(`  (no corpus at hand: ${dialect}/${name} is left out)`);
  return undefined;
}

export async function createPostgresDatabase(
  server: string,
  name: string,
  statements: readonly string[],
): Promise<string> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  for (const sql of statements) await client.query(sql);
  await client.end();
  return url.href;
}

/** Tables of 12 columns with a primary key, two indexes, a foreign key and a check each, spread over schemas of 100. */
export function generatedPostgres(tables: number): string[] {
  const statements: string[] = [];
  for (let schema = 0; schema * 100 < tables; schema++) {
    const lines = [`CREATE SCHEMA s${schema};`];
    for (let index = 0; index < 100 && schema * 100 + index < tables; index++)
      lines.push(postgresTable(`s${schema}`, index));
    statements.push(lines.join("\n"));
  }
  return statements;
}

function postgresTable(schema: string, index: number): string {
  const parent = `${schema}.t${Math.max(0, index - 1)}`;
  return `CREATE TABLE ${schema}.t${index} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id bigint REFERENCES ${parent} (id),
    name varchar(80) NOT NULL, code text, amount numeric(12,2) NOT NULL DEFAULT 0, ratio double precision,
    active boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz,
    payload jsonb, kind smallint, note text, CONSTRAINT t${index}_amount_check CHECK (amount >= 0));
  CREATE INDEX ON ${schema}.t${index} (parent_id); CREATE INDEX ON ${schema}.t${index} (name, created_at DESC);`;
}

export async function createMysqlDatabase(
  server: string,
  name: string,
  statements: readonly string[],
): Promise<string> {
  const uri = server.replace(/^mariadb:/, "mysql:");
  const client = await mysql.createConnection({ uri, multipleStatements: true });
  await client.query(`DROP DATABASE IF EXISTS ${name}`);
  await client.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  await client.query(`USE ${name}`);
  await client.query("SET foreign_key_checks = 0");
  for (const sql of statements) await client.query(sql);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export function generatedMysql(tables: number): string[] {
  return Array.from({ length: tables }, (_, index) => {
    const parent = `t${Math.max(0, index - 1)}`;
    return `CREATE TABLE t${index} (
      id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, parent_id bigint, name varchar(80) NOT NULL, code text,
      amount decimal(12,2) NOT NULL DEFAULT 0, ratio double, active tinyint(1) NOT NULL DEFAULT 1,
      created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at datetime, payload json, kind smallint, note text,
      KEY t${index}_parent (parent_id), KEY t${index}_name (name, created_at),
      CONSTRAINT t${index}_fk FOREIGN KEY (parent_id) REFERENCES ${parent} (id),
      CONSTRAINT t${index}_amount CHECK (amount >= 0))`;
  });
}
