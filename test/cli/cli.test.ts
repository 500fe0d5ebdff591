/** The command line's contracts that need no server: exit codes, what goes to stdout and what to stderr. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serializeSnapshot } from "../../src/model/snapshot-file.ts";
import { aColumn, anIndex, aSnapshot, aTable } from "../support/builders.ts";
import { type Ran, run } from "./in-process.ts";

let cwd: string;

const orders = [
  aTable("orders"),
  aColumn("orders", "total", { type: "numeric(10,2)" }),
  anIndex("orders", "by_id"),
];

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "driftwatch-cli-"));
  const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
  const before = aSnapshot(orders);
  write("before.json", serializeSnapshot(before));
  write("same.json", serializeSnapshot(before));
  write(
    "after.json",
    serializeSnapshot(
      aSnapshot(
        [orders[0], aColumn("orders", "total", { type: "numeric(8,2)" })].filter((one) => one !== undefined),
      ),
    ),
  );
  write("index-lost.json", serializeSnapshot(aSnapshot(orders.slice(0, 2))));
  const nowhere = serializeSnapshot(aSnapshot([], { visibility: { schemas: [] } }));
  write("nowhere.json", nowhere);
  write("nowhere-else.json", nowhere);
  write("newer.json", serializeSnapshot({ ...before, modelVersion: 999 }));
  write("damaged.json", serializeSnapshot(before).replace("numeric(10,2)", "numeric(11,2)"));
  write("not-json.json", "{");
  write("other.json", '{"format":"something-else"}');
  write(
    "mysql.json",
    serializeSnapshot({ ...before, dialect: "mysql", server: { ...before.server, flavor: "mariadb" } }),
  );
  write("bad.yaml", "environments:\n  - name: shop\n    url: oracle://root:hunter2@h/db\n    every: 5\n");
  write(
    "good.yaml",
    "environments:\n  - name: shop\n    url: postgres://reader:hunter2@127.0.0.1:1/db\n    ignore: [{ kinds: [index], expires: 2020-01-01 }]\n",
  );
});

afterAll(() => {
  rmSync(cwd, { recursive: true });
});

function driftwatch(...args: readonly string[]): Promise<Ran> {
  return run(args, { cwd });
}

describe("a wrong command line", () => {
  it.each<readonly [string, readonly string[]]>([
    ["Usage: driftwatch", []],
    ["unknown command 'dif'", ["dif"]],
    ["Did you mean diff?", ["dif"]],
    ["Did you mean --fail-on?", ["diff", "a.json", "b.json", "--fail-onn", "high"]],
    ["missing required argument 'to'", ["diff", "before.json"]],
    ["too many arguments", ["diff", "a", "b", "c"]],
    [
      "Allowed choices are any, critical, high, medium, low, info, never",
      ["diff", "a", "b", "--fail-on", "worst"],
    ],
    ["Allowed choices are text, json, markdown", ["diff", "a", "b", "--format", "xml"]],
    ['"frobnicator" is not one of scheduler, worker, http', ["run", "--roles", "worker,frobnicator"]],
    ["whole number from 0 to 65535", ["run", "--port", "70000"]],
    ["whole number from 1 to 10000", ["history", "shop", "--limit", "0"]],
    ['there is no environment "shp"', ["check", "shp", "--config", "good.yaml"]],
    ["Did you mean shop?", ["check", "shp", "--config", "good.yaml"]],
    ["No environment is configured", ["diff", "shop", "before.json"]],
    ["is not a source", ["diff", "@", "before.json"]],
    ['neither "baseline" nor a date', ["diff", "shop@yesterday", "before.json"]],
    ["Did you mean postgres://?", ["diff", "postgress://h/db", "before.json"]],
    ["their schemas cannot be compared", ["diff", "before.json", "mysql.json"]],
    [
      "before.json is recorded",
      ["diff", "before.json", "postgres://root@127.0.0.1:1/db", "--schemas", "public"],
    ],
    ["--with-roles", ["snapshot", "before.json", "--with-roles"]],
    ["shop@baseline is recorded", ["plan", "shop@baseline", "before.json", "--exclude-schemas", "tmp"]],
    ['"tabel" is no kind of object', ["diff", "before.json", "after.json", "--ignore", "kind=tabel"]],
    ["Did you mean table?", ["diff", "before.json", "after.json", "--ignore", "kind=tabel"]],
    ['"colour" is neither', ["diff", "before.json", "after.json", "--ignore", "colour=red"]],
    ["no rule has the code COL999", ["diff", "before.json", "after.json", "--ignore", "code=COL999"]],
    ["whole URL", ["healthcheck", "--url", "localhost:8080"]],
    ["neither nowhere.json nor nowhere-else.json", ["diff", "nowhere.json", "nowhere-else.json"]],
    ["nowhere.json holds no schema", ["snapshot", "nowhere.json"]],
    ["there is no terminal to confirm on", ["baseline", "accept", "shop", "--config", "good.yaml"]],
  ])("says %s and exits with 64", async (words, args) => {
    const ran = await driftwatch(...args);
    expect(ran.stderr).toContain(words);
    expect(ran).toMatchObject({ exitCode: 64, stdout: "" });
  });
});

describe("a wrong configuration", () => {
  it.each<readonly [string, readonly string[]]>([
    [
      'bad.yaml:3:5  environments[0].url: has the scheme "oracle"',
      ["config", "check", "--config", "bad.yaml"],
    ],
    ["environments[0].every: is the number 5", ["check", "-c", "bad.yaml"]],
    ["environments[0].every: is the number 5", ["diff", "shop", "before.json", "--config", "bad.yaml"]],
    ["gone.yaml does not exist", ["run", "--config", "gone.yaml"]],
    ["no environment is configured", ["check"]],
  ])("says %s and exits with 78", async (words, args) => {
    const ran = await driftwatch(...args);
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain("hunter2");
    expect(ran).toMatchObject({ exitCode: 78, stdout: "" });
  });

  it("is told to machines as JSON", async () => {
    const ran = await driftwatch("config", "check", "--config", "bad.yaml", "--json");
    expect(ran.exitCode).toBe(78);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      valid: false,
      mistakes: [
        { path: "environments[0].url", line: 3, column: 5 },
        { path: "environments[0].every", line: 4, column: 5 },
      ],
    });
  });

  it("does not keep files from being compared", async () => {
    expect(await driftwatch("diff", "before.json", "same.json", "--config", "bad.yaml")).toMatchObject({
      exitCode: 0,
    });
  });
});

describe("a failure", () => {
  it.each<readonly [string, string, readonly string[]]>([
    ["snapshot.invalid", "damaged.json is damaged", ["diff", "before.json", "damaged.json"]],
    ["snapshot.invalid", "is not JSON", ["diff", "before.json", "not-json.json"]],
    ["snapshot.invalid", "is not a Driftwatch snapshot", ["diff", "before.json", "other.json"]],
    ["snapshot.newer", "Upgrade Driftwatch", ["diff", "before.json", "newer.json"]],
    ["source.not-found", "gone.json does not exist", ["diff", "before.json", "gone.json"]],
    ["connection.refused", "127.0.0.1:1", ["diff", "postgres://root:hunter2@127.0.0.1:1/db", "before.json"]],
    ["connection.refused", "127.0.0.1:1", ["snapshot", "shop", "--config", "good.yaml"]],
    ["connection.refused", "does not answer", ["healthcheck", "--url", "http://127.0.0.1:1"]],
  ])("says %s: %s and exits with 1", async (code, words, args) => {
    const ran = await driftwatch(...args);
    expect(ran.stderr).toContain(`[${code}]`);
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain("hunter2");
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
  });

  it("to write is told with its reason", async () => {
    const ran = await driftwatch("snapshot", "before.json", "--output", "no-such-folder/out.json");
    expect(ran.stderr).toContain("its folder does not exist");
    expect(ran.exitCode).not.toBe(0);
  });
});

describe("diff", () => {
  it("exits with 0 when nothing separates the two", async () => {
    const ran = await driftwatch("diff", "before.json", "same.json");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("no differences");
  });

  it("exits with 2 and tells what drifted", async () => {
    const ran = await driftwatch("diff", "before.json", "after.json");
    expect(ran).toMatchObject({ exitCode: 2, stderr: "" });
    expect(ran.stdout).toContain("numeric(10,2) -> numeric(8,2)");
    expect(ran.stdout).not.toContain("\u001b[");
  });

  it.each([
    ["critical", 0],
    ["high", 0],
    ["medium", 2],
    ["low", 2],
    ["any", 2],
    ["never", 0],
  ])("of a lost index with --fail-on %s exits with %i", async (severity, exitCode) => {
    const ran = await driftwatch("diff", "before.json", "index-lost.json", "--fail-on", severity);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stdout).toContain("by_id");
  });

  it.each([
    [["--ignore", "kind=index", "--ignore", "kind=column"]],
    [["--ignore", "public.orders.*"]],
    [["--ignore", "code=IDX*", "--ignore", "code=COL*"]],
  ])("leaves out what %j names, and counts it", async (options) => {
    const ran = await driftwatch("diff", "before.json", "after.json", "--json", ...options);
    expect(ran.exitCode).toBe(0);
    const report = JSON.parse(ran.stdout);
    expect(report).toMatchObject({ inSync: true, findings: [] });
    expect(report.summary.hidden.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(
      2,
    );
  });

  it("prints JSON and nothing else with --json", async () => {
    const ran = await driftwatch("diff", "before.json", "after.json", "--json");
    expect(JSON.parse(ran.stdout)).toMatchObject({
      from: "before.json",
      to: "after.json",
      inSync: false,
      findings: [{ kind: "column", severity: "critical" }, { kind: "index" }],
    });
    expect(ran.exitCode).toBe(2);
  });

  it("prints Markdown with --format markdown", async () => {
    const ran = await driftwatch("diff", "before.json", "after.json", "--format", "markdown");
    expect(ran.stdout).toMatch(/^#+ |\*\*/m);
  });

  it("has colours on a terminal, unless they are not wanted", async () => {
    const args = ["diff", "before.json", "after.json"];
    const colored = await run(args, { cwd, terminal: true });
    expect(colored.stdout).toContain("\u001b[");
    for (const plain of [
      await run([...args, "--no-color"], { cwd, terminal: true }),
      await run(args, { cwd, terminal: true, env: { NO_COLOR: "1" } }),
    ]) {
      expect(plain.stdout).not.toContain("\u001b[");
    }
  });
});

describe("snapshot", () => {
  it("copies a snapshot file unchanged, words on stderr", async () => {
    const ran = await driftwatch("snapshot", "before.json", "-o", "copy.json");
    expect(ran).toMatchObject({ exitCode: 0, stdout: "" });
    expect(ran.stderr).toContain("Wrote 3 objects of before.json to copy.json");
    expect(readFileSync(join(cwd, "copy.json"), "utf8")).toBe(readFileSync(join(cwd, "before.json"), "utf8"));
  });

  it("prints to stdout without --output", async () => {
    const ran = await driftwatch("snapshot", "before.json");
    expect(ran).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: readFileSync(join(cwd, "before.json"), "utf8"),
    });
  });
});

describe("config", () => {
  it("check tells what is configured, and warns", async () => {
    const ran = await driftwatch("config", "check", "-c", "good.yaml");
    expect(ran).toMatchObject({ exitCode: 0, stdout: "" });
    expect(ran.stderr).toContain("shop: postgres, every 5m");
    expect(ran.stderr).toContain("ignore rule 1 expired on 2020-01-01");
  });

  it.each([["--json"], []])("show %s prints no secret", async (...flags) => {
    const ran = await driftwatch("config", "show", "-c", "good.yaml", ...flags);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("postgres://reader:<secret>@127.0.0.1:1/db");
    expect(ran.stdout).not.toContain("hunter2");
  });

  it("schema prints the JSON Schema", async () => {
    const ran = await driftwatch("config", "schema");
    expect(JSON.parse(ran.stdout)).toMatchObject({ title: "Driftwatch configuration" });
  });
});

describe("help", () => {
  it.each([
    ["--help"],
    ["help"],
    ["diff --help"],
    ["help diff"],
    ["baseline --help"],
    ["baseline accept --help"],
    ["run --help"],
  ])("%s goes to stdout and exits with 0", async (line) => {
    const ran = await driftwatch(...line.split(" "));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("Usage: driftwatch");
  });

  it("--version prints the version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await driftwatch("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("of every command has a description and an option table", async () => {
    const top = await driftwatch("--help");
    const names = [...top.stdout.matchAll(/^ {2}([a-z]+) .*\S$/gm)].map(([, name = ""]) => name).slice(0, 9);
    expect(names).toContain("doctor");
    for (const name of names) {
      const ran = await driftwatch(name, "--help");
      expect(ran.stdout, name).toMatch(/Options:\n/);
    }
  });
});

describe("healthcheck", () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      response.statusCode = request.url === "/livez" ? 200 : 503;
      if (request.url !== "/slow/livez") response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("exits with 0 when the daemon is alive", async () => {
    expect(await driftwatch("healthcheck", "--url", url)).toMatchObject({ exitCode: 0 });
  });

  it("finds the daemon where the configuration says it is", async () => {
    writeFileSync(
      join(cwd, "port.yaml"),
      `demo: true\nhttp: { host: 0.0.0.0, readToken: read-me-please, port: ${url.split(":").at(-1)} }\n`,
    );
    const ran = await driftwatch("healthcheck", "--config", "port.yaml");
    expect(ran).toMatchObject({ exitCode: 0, stderr: `ok ${url}/livez\n` });
  });

  it("exits with 1 when it is not ready", async () => {
    const ran = await driftwatch("healthcheck", "--url", url, "--ready");
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("/readyz answers 503");
  });

  it("exits with 1 when it does not answer in time", async () => {
    expect(await driftwatch("healthcheck", "--url", `${url}/slow`, "--timeout", "100")).toMatchObject({
      exitCode: 1,
    });
  });

  it("exits with 130 when it is interrupted", async () => {
    const ran = await run(["healthcheck", "--url", `${url}/slow`], { cwd, signal: AbortSignal.timeout(50) });
    expect(ran.exitCode).toBe(130);
  });
});
