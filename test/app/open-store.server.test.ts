import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../src/app/open-store.ts";
import { anEnvironment, silentLogger } from "../support/model-builders.ts";

const deps = { clock: { now: Date.now }, logger: silentLogger() };

describe("the embedded store", () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "driftwatch-store-"));
  });

  afterEach(() => {
    rmSync(dataDir, { recursive: true });
  });

  it("of a running daemon is shared by commands and refused to a second daemon", async () => {
    const daemon = await openStore({ ...deps, share: false }, { dataDir });
    try {
      await daemon.registerEnvironments([anEnvironment()], new Date().toISOString());
      const command = await openStore({ ...deps, share: true }, { dataDir });
      expect(await command.environments()).toMatchObject([{ name: "shop" }]);
      await command.close();
      await daemon.ping();
      await expect(openStore({ ...deps, share: false }, { dataDir })).rejects.toMatchObject({
        code: "store.failed",
      });
    } finally {
      await daemon.close();
    }
  });

  it("is opened by a command itself when no daemon runs, even where a crashed one left its address", async () => {
    writeFileSync(
      join(dataDir, "driftwatch.address"),
      "postgres://postgres@/postgres?host=/tmp/no-such-socket\n",
    );
    const command = await openStore({ ...deps, share: true }, { dataDir });
    try {
      await command.ping();
    } finally {
      await command.close();
    }
  });
});
