/** Where a server lists only what the user holds a privilege on: what the grants open. Pure. */
import { matchesGlob } from "../model/glob.ts";
import type { Opening, Visibility } from "../model/server.ts";

/**
 * Whether the grants open a schema, or a table or column of it for what a privilege lets see. Nobody knows where the server
 * lists everything.
 */
export function isOpened(
  { opened = [], closed = [] }: Visibility,
  path: readonly string[],
  privilege?: string,
): boolean {
  const isClosed = closed.includes(path[0] ?? "");
  return opened.some((each) => opens(each, path, privilege) && !(each.path.length === 0 && isClosed));
}

/** A grant on a table opens the name of its schema; nothing smaller opens all of something larger. */
function opens(opening: Opening, path: readonly string[], privilege: string | undefined): boolean {
  const [schema, ...rest] = opening.path;
  if (schema !== undefined && !matchesGlob(schema, path[0] ?? "")) return false;
  if (path.length === 1) return true;
  const isWider = rest.every((name, index) => name === path[index + 1]);
  return isWider && (privilege === undefined || opening.privileges.includes(privilege));
}
