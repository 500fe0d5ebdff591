/** What every command is given: streams, environment, time and the way to stop. Nothing here acts. */
import type { Progress } from "./progress.ts";
import type { Output } from "./terminal.ts";

export interface CliContext {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Data. */
  readonly stdout: Output;
  /** Words for people. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => number;
  /** Fires at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Colours for stderr and stdout; known once the options are. */
  readonly colors: { stdout: boolean; stderr: boolean };
  /** Set by commands; 0 unless said otherwise. */
  exitCode: number;
}

export interface GlobalOptions {
  readonly config?: string;
  readonly color: boolean;
}

/** Writes a line of words. */
export function tell(context: CliContext, text: string): void {
  context.progress.done();
  context.stderr.write(`${text}\n`);
}

/** Writes data; ends it with a line break. */
export function print(context: CliContext, text: string): void {
  context.progress.done();
  context.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function printJson(context: CliContext, value: unknown): void {
  print(context, JSON.stringify(value, null, 2));
}
