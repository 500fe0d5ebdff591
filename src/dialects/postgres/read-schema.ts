/**
 * The schema at one moment, though pg_get_* functions look at newer catalogs than our snapshot. A full read that changes
 * came into is patched with what changed, which takes a fraction of its time, or done again.
 */
import { DriftwatchError } from "../../model/errors.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { pause } from "../abort.ts";
import { introspectIncrement, type RootIds } from "./incremental.ts";
import { type IntrospectInput, isSpoiled, readFull, rollback } from "./introspect.ts";
import { lettingGo } from "./wire/letting-go.ts";

/** Before the second full read, the third ...; after the last one it is given up. */
const pausesMs = [0, 25, 50, 100, 200] as const;
/** How long a read is patched before it is done again: each patch is a short read that changes may come into as well. */
const patchingMs = 2_000;

export interface ReadSchemaInput extends IntrospectInput {
  /** The server's deadlock_timeout. */
  readonly deadlockTimeoutMs: number;
}

/**
 * With the snapshot before, only what changed since is read where that can be proven. Throws DriftwatchError: read.forbidden
 * (with the GRANT), read.timeout, read.lock-timeout, read.inconsistent, read.failed, connection.lost, check.cancelled.
 *
 * Deparsing a view holds it and waits for its tables, so a read and somebody's schema change can come to wait for each other.
 */
export async function readSchema(input: ReadSchemaInput, previous?: Snapshot): Promise<Snapshot> {
  return lettingGo(input, (options) => readOneMoment({ ...input, options }, previous));
}

async function readOneMoment(input: IntrospectInput, previous: Snapshot | undefined): Promise<Snapshot> {
  const increment = previous === undefined ? undefined : await settled(input, previous);
  if (increment !== undefined) return increment;
  for (let attempt = 1; ; attempt++) {
    try {
      const read = await readFull(input);
      const whole = read.stable ? read.snapshot : await settled(input, read.snapshot);
      if (whole !== undefined) return { ...whole, reading: { ...whole.reading, full: true } };
      if (attempt > pausesMs.length) throw keptChanging(input);
    } catch (error) {
      await rollback(input.connection);
      if (attempt > pausesMs.length || !isSpoiled(error)) throw error;
    }
    await pause(pausesMs[attempt - 1] ?? 0, input.options.signal);
  }
}

/**
 * The snapshot patched with what changed since, until it is one moment: texts newer than a read belong to rows younger than
 * it, or to what such rows are about, and the next reading finds those. It is soon settled, since it reads little and only
 * a change of the very same roots can come into that. What is not one moment is never told: it may show half of a change.
 */
async function settled(input: IntrospectInput, from: Snapshot): Promise<Snapshot | undefined> {
  let latest = from;
  let unsettled: RootIds | undefined;
  const start = performance.now();
  do {
    const next = await introspectIncrement(input, latest, unsettled);
    if (next === undefined || next.unsettled.size === 0) return next?.snapshot;
    ({ snapshot: latest, unsettled } = next);
  } while (performance.now() - start < patchingMs);
  return undefined;
}

function keptChanging({ connection }: IntrospectInput): DriftwatchError {
  return new DriftwatchError(
    "read.inconsistent",
    `the schema of ${connection.place} kept changing while it was read`,
    { retryable: true, remedy: "Check again when the running schema changes have ended." },
  );
}
