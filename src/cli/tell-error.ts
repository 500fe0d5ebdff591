/** How a failure is told: what happened, what to do, and the code to look up. Never a stack, never a secret. */
import { asDriftwatchError } from "../model/errors.ts";
import { visibleLines } from "../model/visible-text.ts";
import { type CliContext, tell } from "./context.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { styleFor } from "./terminal.ts";

/** Writes the error to stderr and returns the exit code. */
export function tellError(context: CliContext, thrown: unknown): number {
  const error = asDriftwatchError(thrown);
  const style = styleFor(context.colors.stderr);
  // Mistakes of the configuration hold examples of URLs and nobody's password.
  const lines = visibleLines(error.code === "config.invalid" ? error.message : withoutLogins(error.message));
  const [first = "", ...more] = lines;
  tell(context, `${style.red("error:")} ${first} ${style.dim(`[${error.code}]`)}`);
  for (const line of more) tell(context, line);
  if (error.code === "internal") {
    tell(
      context,
      "  This is a bug in Driftwatch; run again with DRIFTWATCH_DEBUG=1 to see where, and report it.",
    );
    if (isSet(context.env.DRIFTWATCH_DEBUG)) tell(context, withoutLogins(stackOf(thrown)));
  } else if (error.remedy !== undefined) tell(context, `  ${error.remedy}`);
  return exitCodeOf(error.code);
}

/** Errors of our own hold no password; those of libraries may quote a URL. */
function withoutLogins(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s@/]*:[^\s@]*@/gi, "$1<secret>@");
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? "") : String(thrown);
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text !== "" && text !== "0";
}
