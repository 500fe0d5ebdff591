/** Measures the phases of one check. */
import type { CheckPhase } from "../model/check.ts";
import type { Clock } from "./ports.ts";

export interface Stopwatch {
  readonly durations: Partial<Record<CheckPhase, number>>;
  time<T>(phase: CheckPhase, work: () => Promise<T>): Promise<T>;
}

/** Durations add up when a phase runs more than once. */
export function createStopwatch(clock: Clock): Stopwatch {
  const durations: Partial<Record<CheckPhase, number>> = {};
  return {
    durations,
    async time(phase, work) {
      const start = clock.now();
      try {
        return await work();
      } finally {
        durations[phase] = (durations[phase] ?? 0) + clock.now() - start;
      }
    },
  };
}
