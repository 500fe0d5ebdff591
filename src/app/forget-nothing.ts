/** What becomes of environments that are no longer configured: they keep all they have and are only named. */
import type { Config } from "../config/config.ts";
import type { Clock, Logger, MonitorStore } from "../monitor/ports.ts";

interface Deps {
  readonly store: Pick<MonitorStore, "registerEnvironments" | "openIncident">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Registers the configured environments. Nobody ends the incident of one that is gone, so that one is warned of. */
export async function forgetNothing(
  { store, clock, logger }: Deps,
  config: Pick<Config, "environments">,
): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  const gone = await store.registerEnvironments(config.environments, at);
  if (gone.length === 0) return;
  logger.info({ environments: gone }, "environments are stored but no longer configured");
  for (const environment of gone) {
    const incident = await store.openIncident(environment);
    if (incident === undefined) continue;
    const { id, worst, openedAt } = incident;
    logger.warn(
      { environment, incident: id, worst, openedAt, remedy },
      "an environment is no longer configured and its incident stays open",
    );
  }
}

const remedy =
  "It ends when the environment is configured under this name again and matches its baseline or is accepted; " +
  "one that was renamed begins with a new baseline, and its PagerDuty incident is to be resolved there by hand.";
