/** Asks a question on the terminal; anything but yes is no. */
import { createInterface } from "node:readline/promises";
import type { CliContext } from "./context.ts";

export async function confirm(context: CliContext, question: string): Promise<boolean> {
  context.progress.done();
  const terminal = createInterface({ input: context.stdin, output: context.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: context.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
