/**
 * Texts that two major versions of a server print differently although nothing changed. Only asked when the majors of
 * both sides differ. Each case is one known change of the server's own printing, and fits only where it can be nothing
 * else; whatever does not fit is a change.
 */
import type { AttributeValue } from "../model/attribute.ts";
import { bare, tokensOf } from "./tokens.ts";

export function isRespelled(before: AttributeValue, after: AttributeValue): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    return gainsMaintain(before, after) || gainsMaintain(after, before);
  }
  if (typeof before !== "string" || typeof after !== "string") return false;
  const old = plainTokens(before);
  const now = plainTokens(after);
  return losesQualifier(old, now) || losesQualifier(now, old);
}

/** Every privilege that a table had before PostgreSQL 17. */
const all = ["DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"];

/** GRANT ALL includes MAINTAIN since PostgreSQL 17, so a dump that says ALL grants it there. */
function gainsMaintain(fewer: readonly AttributeValue[], more: readonly AttributeValue[]): boolean {
  return (
    fewer.length === all.length &&
    more.length === all.length + 1 &&
    more.includes("MAINTAIN") &&
    all.every((privilege) => fewer.includes(privilege) && more.includes(privilege))
  );
}

/** PostgreSQL 16 and later say NO INDENT in XMLSERIALIZE, which is what its absence meant. */
function plainTokens(text: string): readonly string[] {
  const tokens = tokensOf(text);
  if (!tokens.includes("INDENT")) return tokens;
  return tokens.filter(
    (token, index) =>
      !(token === "NO" && tokens[index + 1] === "INDENT") &&
      !(token === "INDENT" && tokens[index - 1] === "NO"),
  );
}

/**
 * A view over one relation: "SELECT t.a FROM s.t" until PostgreSQL 15, "SELECT a FROM s.t" since 16 (its commit 47bb9db75 took the
 * hidden entries for OLD and NEW out of views). Only columns of the one relation of the outermost query lose their
 * qualifier, so all must have lost the same one, and everything else must be equal, with what it stands for in FROM.
 */
function losesQualifier(old: readonly string[], now: readonly string[]): boolean {
  let qualifier: string | undefined;
  let i = 0;
  for (const token of now) {
    if (old[i] !== token) {
      if (old[i + 1] !== "." || old[i + 2] !== token || isPart(old[i - 1])) return false;
      qualifier ??= old[i];
      if (qualifier !== old[i]) return false;
      i += 2;
    }
    i += 1;
  }
  if (i !== old.length) return false;
  return qualifier === undefined || namesRelation(now, qualifier);
}

function isPart(token: string | undefined): boolean {
  return token === ".";
}

/** "FROM s.t", "FROM ONLY s.t x", "FROM s.f() x": the name ends what follows FROM, before the next clause. */
function namesRelation(tokens: readonly string[], name: string): boolean {
  const from = tokens.indexOf("FROM");
  return from >= 0 && tokens.slice(from + 1).some((token) => token === name || bare(token) === bare(name));
}
