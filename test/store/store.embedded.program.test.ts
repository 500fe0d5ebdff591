/** The store on the embedded PostgreSQL: the default of a small installation. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { createStore } from "../../src/store/store.ts";
import { aCheck, anEnvironment, silentLogger } from "../support/model-builders.ts";
import { storeContract } from "./contract.ts";
import { aRecord, later } from "./records.ts";

const cacheFolder = join(import.meta.dirname, "../../node_modules/.cache/driftwatch");

describe("the store on the embedded PostgreSQL", () => {
  let embedded: EmbeddedPostgres;

  beforeAll(async () => {
    embedded = await startEmbeddedPostgres({ cacheFolder });
  }, 60_000);

  afterAll(async () => {
    await embedded.close();
  });

  storeContract(() => ({ url: embedded.url, poolSize: 1 }));

  it("takes no more room than what it keeps, however much was pruned before", async () => {
    const store = await createStore({
      url: embedded.url,
      poolSize: 1,
      upkeep: true,
      logger: silentLogger(),
      clock: { now: Date.now },
    });
    try {
      await store.registerEnvironments([anEnvironment()], later(0));
      const sizes: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        for (let index = 0; index < 300; index += 1) {
          const runNumber = await store.nextRunNumber("shop");
          const check = aCheck({ id: `upkeep-${runNumber}`, startedAt: later(runNumber) });
          await store.recordCheck(aRecord({ check, runNumber }));
        }
        await store.prune({ checksBefore: later(1_000_000) });
        sizes.push((await store.facts()).sizeBytes);
      }
      expect(sizes.at(-1)).toBe(sizes[1]);
    } finally {
      await store.close();
    }
  });
});
