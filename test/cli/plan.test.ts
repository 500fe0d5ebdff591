/** The contracts of `driftwatch plan`: what it prints where, and its exit codes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serializeSnapshot } from "../../src/model/snapshot-file.ts";
import { aColumn, anIndex, aSnapshot, aTable } from "../support/builders.ts";
import { errorsOf, publishedSchema } from "../support/published-schema.ts";
import { run } from "./in-process.ts";

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "driftwatch-plan-"));
  const write = (name: string, objects: Parameters<typeof aSnapshot>[0]): void =>
    writeFileSync(join(cwd, name), serializeSnapshot(aSnapshot(objects)));
  const before = [aTable("orders", { tablespace: null }), aColumn("orders", "id")];
  write("before.json", before);
  write("index.json", [...before, anIndex("orders", "by_id")]);
  write("moved.json", [aTable("orders", { tablespace: "fast" }), aColumn("orders", "id")]);
  const { server, ...snapshot } = aSnapshot(before);
  const mysql = { ...snapshot, dialect: "mysql" as const, server: { ...server, flavor: "mysql" as const } };
  writeFileSync(join(cwd, "mysql.json"), serializeSnapshot(mysql));
});

afterAll(() => {
  rmSync(cwd, { recursive: true });
});

describe("driftwatch plan", () => {
  it.each([
    ["0 and no statement when there is nothing to do", ["before.json", "before.json"], 0, "nothing to do"],
    [
      "2 and the statement when there is one",
      ["before.json", "index.json"],
      2,
      "CREATE INDEX by_id ON public.orders USING btree (id);",
    ],
    [
      "2 and the way back with --rollback",
      ["before.json", "index.json", "--rollback"],
      2,
      "DROP INDEX public.by_id;",
    ],
    [
      "2 and the reason when a change is not planned",
      ["before.json", "moved.json"],
      2,
      "-- NOT PLANNED: table public.orders: tablespace altered",
    ],
    [
      "0 when what differs is ignored",
      ["before.json", "index.json", "--ignore", "kind=index"],
      0,
      "nothing to do",
    ],
  ] as const)("exits with %s", async (_sentence, args, exitCode, words) => {
    const ran = await run(["plan", ...args], { cwd });
    expect(ran.stdout).toContain(words);
    expect(ran.exitCode).toBe(exitCode);
  });

  it.each([
    ["a statement", "index.json"],
    ["a change that is not planned", "moved.json"],
    ["nothing", "before.json"],
  ])("prints %s as JSON of the published schema", async (_what, to) => {
    const { stdout } = await run(["plan", "before.json", to, "--json"], { cwd });
    expect(errorsOf(publishedSchema("plan"), JSON.parse(stdout))).toEqual([]);
  });

  it("prints the plan with its rollback as JSON", async () => {
    const { stdout, exitCode } = await run(["plan", "before.json", "index.json", "--json"], { cwd });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      from: "before.json",
      to: "index.json",
      statements: [{ lock: "SHARE", because: { verb: "added", key: "index:public.orders.by_id" } }],
      unplanned: [],
      rollback: { complete: true, statements: ["DROP INDEX public.by_id"] },
    });
  });

  it("refuses to plan between two kinds of server", async () => {
    const { stderr, exitCode } = await run(["plan", "before.json", "mysql.json"], { cwd });
    expect(stderr).toContain("before.json is PostgreSQL and mysql.json is MySQL");
    expect(exitCode).toBe(64);
  });
});
