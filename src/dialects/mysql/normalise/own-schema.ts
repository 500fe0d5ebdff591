/**
 * MariaDB names the own schema in two places even while it is the current one. A copy of the schema under another name
 * must read the same, so the name goes.
 */
import { quotedName, type Token, tokenise } from "./sql-text.ts";

const sequenceFunctions: ReadonlySet<string> = new Set(["NEXTVAL", "LASTVAL", "SETVAL"]);

/**
 * Columns of a view whose base table or definer is gone (P23): `db`.`t`.`a` becomes `t`.`a`. Sequences in defaults and
 * views: nextval(`db`.`s`) becomes nextval(`s`).
 */
export function withoutOwnSchema(text: string, schema: string): string {
  const own = quotedName(schema);
  if (!text.includes(own)) return text;
  const tokens = tokenise(text);
  let result = "";
  let from = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text !== own || tokens[index + 1]?.text !== "." || tokens[index - 1]?.text === ".") continue;
    if (!isColumn(tokens, index) && !isSequence(tokens, index)) continue;
    result += text.slice(from, token.start);
    from = tokens[index + 2]?.start ?? token.end;
  }
  return result + text.slice(from);
}

/** Three names in a row; two may be an alias, named like the schema, and its column. */
function isColumn(tokens: readonly Token[], at: number): boolean {
  return tokens[at + 3]?.text === "." && tokens[at + 4]?.kind === "name";
}

function isSequence(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === "(" && sequenceFunctions.has((tokens[at - 2]?.text ?? "").toUpperCase());
}
