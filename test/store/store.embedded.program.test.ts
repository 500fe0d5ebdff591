/** The store on the embedded PostgreSQL: the default of a small installation. */
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { storeContract } from "./contract.ts";

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
});
