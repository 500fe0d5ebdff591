/**
 * The live demo: an embedded PostgreSQL with a small shop, changed by hand-like DDL every 20 to 30 seconds. The daemon
 * monitors it over a real connection like any other database and knows nothing of the script.
 */
import pg from "pg";
import type { EmbeddedPostgres } from "../../embedded/embedded-postgres.ts";
import { startEmbeddedPostgres } from "../../embedded/embedded-postgres.ts";
import type { Logger } from "../../monitor/ports.ts";
import { type Act, scenario } from "./scenario.ts";
import { shopSchema } from "./shop-schema.ts";

export interface Demo {
  /** URL of the shop's database. */
  readonly url: string;
  /** Begins to change things; the first act comes after `firstAfterMs`. */
  play(firstAfterMs: number): void;
  close(): Promise<void>;
}

const stepsMs = [20_000, 30_000, 25_000] as const;

export async function startDemo(logger: Logger): Promise<Demo> {
  const shop = await startEmbeddedPostgres({});
  await run(shop, shopSchema);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let step = 0;
  let next = 0;
  let open: Act[] = [];

  /** Two acts, then both are taken back, so that an incident is seen to open, grow and resolve. */
  async function perform(): Promise<void> {
    if (step++ % 3 === 2) {
      for (const act of open.reverse()) await run(shop, act.undo);
      logger.info({ changes: open.length }, "demo: somebody notices and takes it all back");
      open = [];
      return;
    }
    const act = scenario[next++ % scenario.length];
    if (act === undefined) return;
    await run(shop, act.sql);
    open.push(act);
    logger.info({ sql: act.sql }, `demo: ${act.story}`);
  }

  function schedule(delayMs: number): void {
    timer = setTimeout(() => {
      running = perform().catch((error: unknown) => {
        logger.warn({ err: error }, "demo: a step failed");
      });
      schedule(stepsMs[step % stepsMs.length] ?? 25_000);
    }, delayMs);
  }

  return {
    url: shop.url,
    play: schedule,
    async close() {
      clearTimeout(timer);
      await running;
      await shop.close();
    },
  };
}

async function run(shop: EmbeddedPostgres, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: shop.url, application_name: "a colleague with psql" });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
