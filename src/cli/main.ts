#!/usr/bin/env node
/** The program's beginning and end: streams, signals, and the only process.exit. */
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { createProgress } from "./progress.ts";
import { runCli } from "./run-cli.ts";
import { flushed, tolerateClosedPipe } from "./terminal.ts";

const stopping = new AbortController();
const { stdin, stdout, stderr } = process;
tolerateClosedPipe(stdout);
tolerateClosedPipe(stderr);

for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // The first drains; who asks twice does not want to wait.
    if (stopping.signal.aborted) process.exit(exitCodes.interrupted);
    stopping.abort();
  });
}

const context: CliContext = {
  stdin,
  stdout,
  stderr,
  env: process.env,
  cwd: process.cwd(),
  now: Date.now,
  signal: stopping.signal,
  progress: createProgress(stderr, Date.now),
  colors: { stdout: false, stderr: false },
  exitCode: exitCodes.inSync,
};

const exitCode = await runCli(process.argv.slice(2), context);
await Promise.all([flushed(stdout), flushed(stderr)]);
process.exit(exitCode);
