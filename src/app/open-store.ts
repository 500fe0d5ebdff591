/** The daemon's own database: PostgreSQL where a URL is configured, else an embedded one in a folder. */
import type { Config } from "../config/config.ts";
import { startEmbeddedPostgres } from "../embedded/embedded-postgres.ts";
import type { Clock, Logger, MonitorStore } from "../monitor/ports.ts";
import { createStore } from "../store/store.ts";

/** Closing the store closes the embedded database behind it. */
export async function openStore(
  deps: { readonly clock: Clock; readonly logger: Logger },
  settings: Config["store"],
): Promise<MonitorStore> {
  if ("url" in settings) return createStore({ ...deps, url: settings.url });
  const embedded = await startEmbeddedPostgres({
    dataDir: settings.dataDir,
    onCrash: (error) => deps.logger.error({ error: error.message }, "the embedded store died"),
  });
  try {
    const store = await createStore({ ...deps, url: embedded.url, poolSize: 1 });
    return {
      ...store,
      async close() {
        await store.close();
        await embedded.close();
      },
    };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}
