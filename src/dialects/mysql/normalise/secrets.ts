/** Options and comments that may hold secrets leave this file only as digests. */
import { digestOf } from "../../digest.ts";

/** Table options that hold a remote server's user and password (FEDERATED, CONNECT, MERGE, Spider), or a URL with them. */
const secretOptions: ReadonlySet<string> = new Set([
  "CONNECTION",
  "PASSWORD",
  "REMOTE_SERVER",
  "OPTION_LIST",
  "HTTP",
  "URI",
]);

export function maskOption(name: string, value: string): string {
  return secretOptions.has(name) && value !== "" ? digestOf(value) : value;
}

/** Spider keeps its connections in table and partition comments. */
export function maskComment(engine: string | null, comment: string | null): string | null {
  if (comment === null || !/^(?:spider|connect|federated)$/i.test(engine ?? "")) return comment;
  return /password/i.test(comment) ? digestOf(comment) : comment;
}
