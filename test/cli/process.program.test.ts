/** What only a real process shows: exit codes, closed pipes, signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serializeSnapshot } from "../../src/model/snapshot-file.ts";
import { aColumn, aSnapshot, aTable } from "../support/builders.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");
const tsx = import.meta.resolve("tsx");
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "driftwatch-process-"));
  const columns = Array.from({ length: 3000 }, (_, index) =>
    aColumn("wide", `c${index}`, { position: index + 1 }),
  );
  writeFileSync(join(cwd, "empty.json"), serializeSnapshot(aSnapshot([])));
  writeFileSync(join(cwd, "wide.json"), serializeSnapshot(aSnapshot([aTable("wide"), ...columns])));
});

afterAll(() => {
  rmSync(cwd, { recursive: true });
});

function start(args: readonly string[]): ChildProcess {
  const { DATABASE_URL: _one, FORCE_COLOR: _two, ...env } = process.env;
  return spawn(process.execPath, ["--import", tsx, main, ...args], { cwd, env });
}

interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => {
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
}

describe("the process", () => {
  it("ends with the exit code of the command", async () => {
    const results = await Promise.all([
      ended(start(["diff", "empty.json", "empty.json"])),
      ended(start(["diff", "empty.json", "wide.json"])),
      ended(start(["diff", "empty.json", "gone.json"])),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 2, 1]);
  });

  it("writes a large result to a pipe in full before it ends", async () => {
    const { stdout } = await ended(start(["snapshot", "wide.json"]));
    expect(stdout.length).toBeGreaterThan(200_000);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  it("bears a reader that leaves early, and still tells the truth by its exit code", async () => {
    const child = start(["diff", "empty.json", "wide.json", "--json"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const result = await ended(child);
    expect(result).toMatchObject({ exitCode: 2, signal: null, stderr: "" });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("stops cleanly at %s", async (signal) => {
    let reached: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const server = createServer(() => reached());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const child = start(["healthcheck", "--url", url, "--timeout", "60000"]);
      const end = ended(child);
      await waiting;
      child.kill(signal);
      const result = await end;
      expect(result).toMatchObject({ exitCode: 130, signal: null });
      expect(result.stderr).not.toContain("    at ");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
