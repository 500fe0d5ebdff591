/** Runs a command line inside the test's process, with streams that collect; for contracts that need no real process. */
import { PassThrough, Readable } from "node:stream";
import type { CliContext } from "../../src/cli/context.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import type { Output } from "../../src/cli/terminal.ts";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Pretends that stdout and stderr are terminals. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
}

export async function run(args: readonly string[], options: RunOptions): Promise<Ran> {
  const stdout = collector(options.terminal === true);
  const stderr = collector(options.terminal === true);
  const context: CliContext = {
    stdin: Readable.from([]),
    stdout: stdout.output,
    stderr: stderr.output,
    env: options.env ?? {},
    cwd: options.cwd,
    now: () => Date.parse("2027-01-31T12:00:00.000Z"),
    signal: options.signal ?? new AbortController().signal,
    progress: { say: () => undefined, done: () => undefined },
    colors: { stdout: false, stderr: false },
    exitCode: 0,
  };
  const exitCode = await runCli(args, context);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(isTTY: boolean): { output: Output; text: () => string } {
  const stream = new PassThrough();
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return { output: Object.assign(stream, { isTTY, columns: 100 }), text: () => text };
}
