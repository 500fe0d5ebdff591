/** The daemon's own database: PostgreSQL where a URL is configured, else an embedded one in a folder. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { startEmbeddedPostgres } from "../embedded/embedded-postgres.ts";
import type { DriftwatchError } from "../model/errors.ts";
import type { Clock, Logger, MonitorStore } from "../monitor/ports.ts";
import { createStore } from "../store/store.ts";

interface StoreDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Use the embedded store of a daemon that is running in the folder, instead of being refused: for commands. */
  readonly share: boolean;
  /** The embedded store died; nothing can be kept until the program is started again. */
  readonly onBroken?: (error: DriftwatchError) => void;
}

/** Closing the store closes the embedded database behind it, if it was opened here. */
export async function openStore(deps: StoreDeps, settings: Config["store"]): Promise<MonitorStore> {
  const { clock, logger, share } = deps;
  if ("url" in settings) return createStore({ clock, logger, url: settings.url });
  const shared = share ? await sharedStore(deps, settings.dataDir) : undefined;
  return shared ?? ownStore(deps, settings.dataDir);
}

async function ownStore({ clock, logger, onBroken }: StoreDeps, dataDir: string): Promise<MonitorStore> {
  const embedded = await startEmbeddedPostgres({
    dataDir,
    onCrash(error) {
      logger.error({ error: error.message, remedy: error.remedy }, "the embedded store died");
      onBroken?.(error);
    },
  });
  try {
    const store = await createStore({
      clock,
      logger,
      url: embedded.url,
      poolSize: 1,
      upkeep: true,
      place: dataDir,
    });
    const forget = tellWhere(dataDir, embedded.url);
    return {
      ...store,
      async close() {
        forget();
        await store.close();
        await embedded.close();
      },
    };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** Leaves the address of the private socket in the folder, for commands of the same user. */
function tellWhere(dataDir: string, url: string): () => void {
  const file = addressFile(dataDir);
  writeFileSync(file, `${url}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** Undefined when no daemon runs there; an address left by a crashed one leads nowhere and is not used. */
async function sharedStore({ clock, logger }: StoreDeps, dataDir: string): Promise<MonitorStore | undefined> {
  try {
    const url = readFileSync(addressFile(dataDir), "utf8").trim();
    return await createStore({ clock, logger, url, poolSize: 1, place: dataDir });
  } catch {
    return undefined;
  }
}

function addressFile(dataDir: string): string {
  return join(dataDir, "driftwatch.address");
}
