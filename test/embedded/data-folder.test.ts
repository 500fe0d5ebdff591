import { spawn, spawnSync } from "node:child_process";
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

  it("makes the folder, names the holder and frees it again", async () => {
    const held = await holdDataFolder(join(folder, "new", "data"));
    const lock = join(folder, "new", "data", "driftwatch.lock");
    expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
    held.release();
    held.release();
    expect(existsSync(lock)).toBe(false);
  });

  it("is refused twice in one process, and allowed after the first let go", async () => {
    const held = await holdDataFolder(folder);
    await expect(holdDataFolder(folder)).rejects.toThrow(/in use by this process/);
    held.release();
    (await holdDataFolder(folder)).release();
  });

  it("is refused while another live process holds it, naming the process and a remedy", async () => {
    lockedBy({ pid: process.ppid, host: hostname(), started: "" });
    await expect(holdDataFolder(folder)).rejects.toMatchObject({
      code: "store.failed",
      message: expect.stringContaining(`process ${process.ppid}`),
      remedy: expect.stringContaining("PostgreSQL store"),
    });
  });

  it.each<readonly [title: string, holder: () => object]>([
    ["died", () => ({ pid: spawnSync("true").pid, host: hostname(), started: "1" })],
    [
      "had this process's own id in an earlier life",
      () => ({ pid: process.pid, host: hostname(), started: "1" }),
    ],
    ["had an id that another process has now", () => ({ pid: process.ppid, host: hostname(), started: "1" })],
  ])("is given to the next when the holder %s", async (_, holder) => {
    lockedBy(holder());
    const held = await holdDataFolder(folder);
    expect(JSON.parse(readFileSync(lockFile, "utf8"))).toMatchObject({ pid: process.pid });
    held.release();
  });

  it.skipIf(process.platform !== "linux")("waits for a holder that is being killed", async () => {
    // Its output ends before it does: some of these are caught while their memory or their thread is still there.
    for (let round = 0; round < 10; round += 1) {
      const pid = await killed();
      lockedBy({ pid, host: hostname(), started: "" });
      const held = await holdDataFolder(folder);
      expect(threadsOf(pid)).toBeLessThanOrEqual(1);
      held.release();
    }
  });

  it("trusts a holder on another host for as long as it gives signs of life", async () => {
    lockedBy({ pid: 1, host: "another-host", started: "1" });
    await expect(holdDataFolder(folder)).rejects.toThrow(/process 1 on another-host/);
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lockFile, longAgo, longAgo);
    (await holdDataFolder(folder)).release();
  });

  it("is given to the next when the lock file is damaged", async () => {
    writeFileSync(lockFile, "{");
    (await holdDataFolder(folder)).release();
  });

  it("says what is wrong with a folder that cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(holdDataFolder(join(folder, "file", "data"))).rejects.toThrow(/cannot be used/);
  });
});

/** Kills a process with a second thread and returns its id as soon as nothing more can come from it. */
async function killed(): Promise<number> {
  const script = `
    const memory = Buffer.alloc(100e6, 1);
    new (require("node:worker_threads").Worker)("setInterval(() => {}, 1)", { eval: true });
    setInterval(() => console.log(memory.length), 1)`;
  const child = spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const _ of child.stdout) child.kill("SIGKILL");
  return child.pid ?? 0;
}

/** 0 when the process is gone. */
function threadsOf(pid: number): number {
  try {
    return Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return 0;
  }
}
