/** The baseline as a snapshot: content from the content-addressed store, server and visibility as they were at acceptance. */
import type { Baseline } from "../model/check.ts";
import { DriftwatchError } from "../model/errors.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { MonitorStore } from "./ports.ts";

export async function loadBaseline(
  store: Pick<MonitorStore, "snapshot">,
  baseline: Baseline,
): Promise<Snapshot> {
  const snapshot = await store.snapshot(baseline.fingerprint, baseline.environment);
  if (snapshot === undefined) {
    throw new DriftwatchError(
      "store.failed",
      `the baseline's snapshot of ${baseline.environment} is missing from the store`,
      {
        remedy: "Accept a new baseline with `driftwatch baseline accept`.",
      },
    );
  }
  return { ...snapshot, server: baseline.server, visibility: baseline.visibility };
}
