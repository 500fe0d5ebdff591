/** Everything opened pushes its own closer; they run last in, first out, and one that fails does not stop the others. */
import type { Logger } from "../monitor/ports.ts";

export interface Closers {
  push(name: string, close: () => Promise<void>): void;
  /** Runs all closers once; a second call waits for the first. */
  closeAll(): Promise<void>;
}

export function createClosers(logger: Logger): Closers {
  const stack: { name: string; close: () => Promise<void> }[] = [];
  let closing: Promise<void> | undefined;

  async function run(): Promise<void> {
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      try {
        await entry.close();
      } catch (error) {
        logger.warn({ err: error, part: entry.name }, "a part did not close cleanly");
      }
    }
  }

  return {
    push(name, close) {
      stack.push({ name, close });
    },
    closeAll() {
      closing ??= run();
      return closing;
    },
  };
}
