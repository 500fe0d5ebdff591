/** Runs one command line and returns its exit code. Everything that may be thrown ends here. */
import { CommanderError } from "commander";
import { type CliContext, tell } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { tellError } from "./tell-error.ts";
import { wantsColor } from "./terminal.ts";

/** `args`: without node and script. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const color = !args.includes("--no-color");
  context.colors.stdout = wantsColor(context.stdout, context.env, color);
  context.colors.stderr = wantsColor(context.stderr, context.env, color);
  try {
    await createProgram(context).parseAsync([...args], { from: "user" });
    return context.exitCode;
  } catch (thrown) {
    context.progress.done();
    if (thrown instanceof CommanderError) return exitCodeOfCommander(thrown);
    if (!context.signal.aborted) return tellError(context, thrown);
    // Whatever failed, it failed because it was stopped.
    tell(context, "Interrupted.");
    return exitCodes.interrupted;
  }
}

/** Commander has already written its words; asking for help is no mistake, needing it is. */
function exitCodeOfCommander(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.inSync : exitCodes.usage;
}
