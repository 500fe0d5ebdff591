/** What the doctor examines: whether an environment can be reached and read in full, and has a baseline. */
import type { Config } from "../config/config.ts";
import type { Environment } from "../model/environment.ts";
import { asDriftwatchError } from "../model/errors.ts";
import type { ChannelTrouble, Diagnosis, MonitorStore } from "../monitor/ports.ts";
import { createReader } from "./reader.ts";

export type { Diagnosis } from "../monitor/ports.ts";

/** Never throws: what fails is a diagnosis. Connects and reads, changes nothing. */
export async function diagnoseDatabase(
  environment: Environment,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const { scope, statementTimeoutMs, lockTimeoutMs, deadlineMs } = environment;
  try {
    const session = await createReader().connect(environment.url, {
      scope,
      statementTimeoutMs,
      lockTimeoutMs,
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    });
    try {
      const { flavor, version, database } = session.server;
      const connection = {
        check: "connection",
        ok: true,
        message: `${flavor} ${version}, database ${database}`,
      };
      return [connection, ...(await session.diagnose())];
    } finally {
      await session.close();
    }
  } catch (thrown) {
    return [failedDiagnosis("connection", thrown)];
  }
}

export async function diagnoseBaseline(
  environment: Environment,
  store: Pick<MonitorStore, "baseline">,
): Promise<Diagnosis> {
  const check = "baseline";
  const baseline = await store.baseline(environment.name);
  if (baseline !== undefined) {
    return {
      check,
      ok: true,
      message: `${baseline.origin} on ${baseline.acceptedAt} by ${baseline.acceptedBy}`,
    };
  }
  if (environment.baseline === "capture") {
    return { check, ok: true, message: "none yet; the first check captures it" };
  }
  const remedy = `driftwatch baseline accept ${environment.name}`;
  return { check, ok: false, message: "there is none", remedy };
}

/** Of channels that are still configured. */
export async function undeliveredOf(
  store: Pick<MonitorStore, "undelivered">,
  config: Pick<Config, "channels">,
): Promise<readonly ChannelTrouble[]> {
  const names = new Set(config.channels.map(({ name }) => name));
  return (await store.undelivered()).filter(({ channel }) => names.has(channel));
}

/** One per configured channel: whether what was to be told has arrived. */
export async function diagnoseChannels(
  store: Pick<MonitorStore, "undelivered">,
  config: Pick<Config, "channels">,
): Promise<readonly Diagnosis[]> {
  const troubles = new Map((await undeliveredOf(store, config)).map((one) => [one.channel, one]));
  return config.channels.map(({ name }) => {
    const check = `channel ${name}`;
    const trouble = troubles.get(name);
    if (trouble === undefined) return { check, ok: true, message: "nothing is left undelivered" };
    const { waiting, givenUp, since, lastError } = trouble;
    const tally = `${waiting} messages wait and ${givenUp} were given up since ${since}`;
    const message = `${tally}; the last failed: ${lastError ?? "for an unknown reason"}`;
    const remedy =
      "Correct the channel's address or key, or the far side; what waits is tried again, what was given up is not.";
    return { check, ok: false, message, remedy };
  });
}

export function failedDiagnosis(check: string, thrown: unknown): Diagnosis {
  const error = asDriftwatchError(thrown);
  const message = `${error.message} [${error.code}]`;
  return { check, ok: false, message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) };
}
