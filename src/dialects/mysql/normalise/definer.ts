/** Accounts in one spelling: 'user'@'host', as the keys of roles and privileges have them. */
import type { Token } from "./sql-text.ts";

export function accountName(user: string, host: string): string {
  const quoted = (part: string): string => `'${part.replaceAll("'", "''")}'`;
  // A role of MariaDB, and PUBLIC, have no host (P30).
  return host === "" ? quoted(user) : `${quoted(user)}@${quoted(host)}`;
}

/** The account that stands at `at`: `u`@`h`, "u"@"h" or a role alone. */
export function definerName(tokens: readonly Token[], at: number): string {
  const user = tokens[at]?.value ?? "";
  const host = tokens[at + 1]?.text === "@" ? (tokens[at + 2]?.value ?? "") : "";
  return accountName(user, host);
}

/** information_schema's user@host; the host has no @. */
export function definerOf(text: string): string {
  const at = text.lastIndexOf("@");
  return at < 0 ? accountName(text, "") : accountName(text.slice(0, at), text.slice(at + 1));
}
