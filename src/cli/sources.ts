/** How commands read the sources they are given, and what they say of what could not be read in them. */
import { type ResolvedSource, resolveSource } from "../app/resolve-source.ts";
import { type CliContext, tell } from "./context.ts";
import { type ScopeOptions, scopeOf } from "./options.ts";
import type { Session } from "./session.ts";

/** Reads one source in the scope of the options; throws what `resolveSource` throws. */
export async function readSource(
  context: CliContext,
  session: Session,
  text: string,
  options: ScopeOptions,
): Promise<ResolvedSource> {
  context.progress.say(`Reading ${text.includes("://") ? "the database" : text}`);
  return resolveSource(text, session.sources, { scope: scopeOf(options), signal: context.signal });
}

/** Tells what could not be read in a source, and what opens it. */
export function tellUnread(context: CliContext, { label, snapshot }: ResolvedSource): void {
  for (const { area, reason, remedy } of snapshot.visibility.hidden) {
    const opening = remedy === undefined ? "" : ` Open it with: ${remedy}`;
    tell(
      context,
      `note: in ${label}, ${area} could not be read, so nothing is said of it: ${reason}${opening}`,
    );
  }
}
