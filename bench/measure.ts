/** Timing for benchmarks: medians of interleaved runs, so that a ratio compares like with like. */
import { performance } from "node:perf_hooks";

export interface Contender {
  readonly name: string;
  run(): Promise<unknown>;
}

export interface Timing {
  readonly name: string;
  readonly medianMs: number;
  readonly leastMs: number;
}

/** Runs every contender `rounds` times, taking turns, after one warm-up each. */
export async function race(contenders: readonly Contender[], rounds: number): Promise<readonly Timing[]> {
  const times = new Map<string, number[]>();
  for (const { name, run } of contenders) {
    await run();
    times.set(name, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) {
      globalThis.gc?.();
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return contenders.map(({ name }) => {
    const sorted = [...(times.get(name) ?? [])].sort((a, b) => a - b);
    return { name, medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0, leastMs: sorted[0] ?? 0 };
  });
}

/** Prints a table; ratios are of medians against the contender named `base`. */
export function report(title: string, timings: readonly Timing[], base: string): void {
  const reference = timings.find(({ name }) => name === base)?.medianMs ?? 1;
  console.log(`\n${title}`);
  for (const { name, medianMs, leastMs } of timings) {
    const ratio = (medianMs / reference).toFixed(3);
    console.log(
      `  ${name.padEnd(44)} ${milliseconds(medianMs)}  least ${milliseconds(leastMs)}  ${ratio} x ${base}`,
    );
  }
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 0).padStart(8)} ms`;
}
