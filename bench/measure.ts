/** Timing for benchmarks: medians of interleaved runs, so that a ratio compares like with like. */
import { performance } from "node:perf_hooks";

export interface Contender {
  readonly name: string;
  /** Before each run, and no part of its time. */
  prepare?(): Promise<unknown>;
  run(): Promise<unknown>;
}

export interface Timing {
  readonly name: string;
  readonly medianMs: number;
  readonly leastMs: number;
  /** Median CPU time of this process; what servers and child processes did is not in it. */
  readonly cpuMs: number;
}

/** A daemon reads a schema for the hundredth time, so V8 shall know the code: what is quick is run more often, before and in the race. */
const warmUpMs = 6_000;
const raceMs = 8_000;
const mostRounds = 25;

/** Runs every contender at least `rounds` times, taking turns, after at least one warm-up each. */
export async function race(contenders: readonly Contender[], rounds: number): Promise<readonly Timing[]> {
  const times = new Map<string, { wall: number[]; cpu: number[] }>();
  let slowestMs = 0;
  for (const { name, prepare, run } of contenders) {
    const start = performance.now();
    let runs = 0;
    do {
      await prepare?.();
      await run();
      runs += 1;
    } while (runs < mostRounds && performance.now() - start < warmUpMs);
    slowestMs = Math.max(slowestMs, (performance.now() - start) / runs);
    times.set(name, { wall: [], cpu: [] });
  }
  const most = Math.max(rounds, Math.min(mostRounds, Math.floor(raceMs / slowestMs)));
  for (let round = 0; round < most; round++) {
    for (const { name, prepare, run } of contenders) {
      await prepare?.();
      const start = performance.now();
      const cpuStart = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(cpuStart);
      times.get(name)?.wall.push(performance.now() - start);
      times.get(name)?.cpu.push((user + system) / 1000);
    }
  }
  return contenders.map(({ name }) => {
    const { wall, cpu } = times.get(name) ?? { wall: [], cpu: [] };
    return { name, medianMs: median(wall), leastMs: Math.min(...wall), cpuMs: median(cpu) };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Prints a table; ratios are of medians against the contender named `base`. */
export function report(title: string, timings: readonly Timing[], base: string): void {
  const reference = timings.find(({ name }) => name === base)?.medianMs ?? 1;
  console.log(`\n${title}`);
  for (const { name, medianMs, leastMs, cpuMs } of timings) {
    const ratio = (medianMs / reference).toFixed(3);
    console.log(
      `  ${name.padEnd(44)} ${milliseconds(medianMs)}  least ${milliseconds(leastMs)}  own CPU ${milliseconds(cpuMs)}  ${ratio} x ${base}`,
    );
  }
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 0).padStart(8)} ms`;
}
