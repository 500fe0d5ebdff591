/** How commands read the sources they are given, and what they say of what could not be read in them. */
import { parseSource, type ResolvedSource, resolveSource } from "../app/resolve-source.ts";
import { DriftwatchError } from "../model/errors.ts";
import { type CliContext, tell } from "./context.ts";
import { type ScopeOptions, scopeFlags, scopeOf } from "./options.ts";
import type { Session } from "./session.ts";

/** Reads one source in the scope of the options; throws what `resolveSource` throws. */
export async function readSource(
  context: CliContext,
  session: Session,
  text: string,
  options: ScopeOptions,
): Promise<ResolvedSource> {
  refuseScopeOfRecorded(text, options);
  context.progress.say(`Reading ${shownSource(text)}`);
  return resolveSource(text, session.sources, { scope: scopeOf(options), signal: context.signal });
}

/**
 * Reads two sources side by side, each in the scope of the options. The first that fails ends the reading of the other;
 * throws what `readSource` throws.
 */
export async function readSources(
  context: CliContext,
  session: Session,
  texts: readonly [from: string, to: string],
  options: ScopeOptions,
): Promise<[from: ResolvedSource, to: ResolvedSource]> {
  for (const text of texts) {
    parseSource(text);
    refuseScopeOfRecorded(text, options);
  }
  const [from, to] = texts.map(shownSource);
  context.progress.say(`Reading ${from} and ${to}`);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const read = async (text: string): Promise<ResolvedSource> => {
    try {
      return await resolveSource(text, session.sources, { scope: scopeOf(options), signal });
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  // Both have ended when one has failed: nothing is closed under a reading.
  const [before, after] = await Promise.allSettled([read(texts[0]), read(texts[1])]);
  if (before.status === "rejected" || after.status === "rejected") throw stop.signal.reason;
  return [before.value, after.value];
}

/** A recorded schema cannot be read again in another scope; compared with one that was, it would seem to have more. */
function refuseScopeOfRecorded(text: string, options: ScopeOptions): void {
  const given = scopeFlags(options);
  if (given.length === 0 || !["snapshot-file", "baseline", "moment"].includes(parseSource(text).kind)) return;
  throw new DriftwatchError(
    "usage.invalid",
    `${text} is recorded, and ${given.join(", ")} can only narrow what is read now`,
    { remedy: "Leave it out, and hide what does not matter with --ignore." },
  );
}

/** Without the user and password of a URL. */
function shownSource(text: string): string {
  return text.includes("://") ? "the database" : text;
}

/** Tells what could not be read in a source, and what opens it. */
export function tellUnread(context: CliContext, { label, snapshot }: ResolvedSource): void {
  for (const { area, reason, remedy } of snapshot.visibility.hidden) {
    const opening = remedy === undefined ? "" : ` Open it with: ${remedy}`;
    tell(
      context,
      `note: in ${label}, ${area} could not be read, so nothing is said of it: ${reason.replace(/\.$/u, "")}.${opening}`,
    );
  }
}
