import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdDataFolder } from "../../src/embedded/data-folder.ts";

describe("holding a data folder", () => {
  let folder: string;
  let lockFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
    lockFile = join(folder, "driftwatch.lock");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function lockedBy(holder: object): void {
    writeFileSync(lockFile, JSON.stringify(holder));
  }

  it("makes the folder, names the holder and frees it again", () => {
    const held = holdDataFolder(join(folder, "new", "data"));
    const lock = join(folder, "new", "data", "driftwatch.lock");
    expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
    held.release();
    held.release();
    expect(existsSync(lock)).toBe(false);
  });

  it("is refused twice in one process, and allowed after the first let go", () => {
    const held = holdDataFolder(folder);
    expect(() => holdDataFolder(folder)).toThrow(/in use by this process/);
    held.release();
    holdDataFolder(folder).release();
  });

  it("is refused while another live process holds it, naming the process and a remedy", () => {
    lockedBy({ pid: process.ppid, host: hostname(), started: "" });
    expect(() => holdDataFolder(folder)).toThrow(
      expect.objectContaining({
        code: "store.failed",
        message: expect.stringContaining(`process ${process.ppid}`),
        remedy: expect.stringContaining("PostgreSQL store"),
      }),
    );
  });

  it.each<readonly [title: string, holder: () => object]>([
    ["died", () => ({ pid: spawnSync("true").pid, host: hostname(), started: "1" })],
    [
      "had this process's own id in an earlier life",
      () => ({ pid: process.pid, host: hostname(), started: "1" }),
    ],
    ["had an id that another process has now", () => ({ pid: process.ppid, host: hostname(), started: "1" })],
  ])("is given to the next when the holder %s", (_, holder) => {
    lockedBy(holder());
    const held = holdDataFolder(folder);
    expect(JSON.parse(readFileSync(lockFile, "utf8"))).toMatchObject({ pid: process.pid });
    held.release();
  });

  it("trusts a holder on another host for as long as it gives signs of life", () => {
    lockedBy({ pid: 1, host: "another-host", started: "1" });
    expect(() => holdDataFolder(folder)).toThrow(/process 1 on another-host/);
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lockFile, longAgo, longAgo);
    holdDataFolder(folder).release();
  });

  it("is given to the next when the lock file is damaged", () => {
    writeFileSync(lockFile, "{");
    holdDataFolder(folder).release();
  });

  it("says what is wrong with a folder that cannot be made", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => holdDataFolder(join(folder, "file", "data"))).toThrow(/cannot be used/);
  });
});
