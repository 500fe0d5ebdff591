/**
 * The schema at one moment, though MySQL promises none across queries (P39). A read that changes came into is done again.
 */
import { DriftwatchError } from "../../model/errors.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { pause } from "../abort.ts";
import { basisOf } from "./increment/state.ts";
import { introspectIncrement } from "./incremental.ts";
import { type IntrospectInput, isSpoiled, readFull, readStart } from "./introspect.ts";

/** Before the second read, the third ...; after the last one it is given up. */
const pausesMs = [800, 1200, 1600] as const;

/**
 * With the snapshot before, only what changed since is read where that can be proven. Throws DriftwatchError: read.forbidden,
 * read.timeout, read.lock-timeout, read.inconsistent, read.failed, connection.lost, check.cancelled.
 */
export async function readSchema(input: IntrospectInput, previous?: Snapshot): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    let spoiledBy: unknown;
    try {
      const snapshot = await readOneMoment(input, previous);
      if (snapshot !== undefined) return snapshot;
    } catch (error) {
      if (!isSpoiled(error)) throw error;
      spoiledBy = error;
    }
    if (attempt > pausesMs.length) throw keptChanging(input, spoiledBy);
    await pause(pausesMs[attempt - 1] ?? 0, input.options.signal);
  }
}

/** Undefined when the schema moved meanwhile. */
async function readOneMoment(
  input: IntrospectInput,
  previous: Snapshot | undefined,
): Promise<Snapshot | undefined> {
  const start = await readStart(input);
  const basis = basisOf(previous, start.moment);
  return basis === undefined ? await readFull(input, start) : await introspectIncrement(input, start, basis);
}

function keptChanging({ connection }: IntrospectInput, cause: unknown): DriftwatchError {
  return new DriftwatchError(
    "read.inconsistent",
    `the schema of ${connection.place} kept changing while it was read`,
    { retryable: true, cause, remedy: "Check again when the running schema changes have ended." },
  );
}
