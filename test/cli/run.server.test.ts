/** The daemon as a process: it starts without any configuration, serves its pages, and drains when it is told to stop. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = join(import.meta.dirname, "../../src/cli/main.ts");
const tsx = import.meta.resolve("tsx");
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "driftwatch-run-"));
});

afterAll(() => {
  rmSync(cwd, { recursive: true });
});

describe("driftwatch run", () => {
  it("shows the demo when nothing is configured, logs JSON lines only, and drains at SIGTERM", async () => {
    const { DATABASE_URL: _one, DRIFTWATCH_CONFIG: _two, ...inherited } = process.env;
    // tsx looks for the JSX settings where the process runs; the build needs no such help.
    const env = { ...inherited, TSX_TSCONFIG_PATH: join(import.meta.dirname, "../../tsconfig.json") };
    const child = spawn(process.execPath, ["--import", tsx, main, "run", "--port", "0"], { cwd, env });
    let log = "";
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = new Promise<number | null>((resolve) => {
      child.on("close", resolve);
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        const found = /"url":"(http:[^"]+)"/.exec(log)?.[1];
        if (found !== undefined) resolve(found);
      });
      ended.then((code) => reject(new Error(`ended with ${code}: ${log}`)), reject);
    });
    try {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect(await (await fetch(url)).text()).toContain("demo-shop");
    } finally {
      child.kill("SIGTERM");
    }
    expect(await ended).toBe(0);
    expect(output).toBe("");
    const messages = log
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toContain("stopping");
    expect(messages.at(-1)).toBe("stopped");
  });
});
