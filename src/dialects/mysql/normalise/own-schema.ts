/**
 * Servers name the own schema in some places even while it is the current one. A copy of the schema under another name
 * must read the same, so the name goes.
 */
import { quotedName, type Token, tokenise } from "./sql-text.ts";

const sequenceFunctions: ReadonlySet<string> = new Set(["NEXTVAL", "LASTVAL", "SETVAL"]);

/**
 * Columns of a view whose base table or definer is gone (P23): `db`.`t`.`a` becomes `t`.`a`. Sequences in defaults and
 * views: nextval(`db`.`s`) becomes nextval(`s`). MariaDB names every table and column of a view with its schema as soon
 * as one of its tables lies elsewhere (another schema, information_schema, a JSON_TABLE), and both flavors keep the
 * schema of a stored function that its author wrote.
 */
export function withoutOwnSchema(text: string, schema: string): string {
  const own = quotedName(schema);
  if (!text.includes(own)) return text;
  const tokens = tokenise(text);
  const isOnlySchema = !namesSomethingElse(tokens, own);
  let result = "";
  let from = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.text !== own || tokens[index + 1]?.text !== "." || tokens[index - 1]?.text === ".") continue;
    if (!isOnlySchema && !isColumn(tokens, index) && !isSequence(tokens, index)) continue;
    result += text.slice(from, token.start);
    from = tokens[index + 2]?.start ?? token.end;
  }
  return result + text.slice(from);
}

/** An alias, a table or a column has the schema's name too: then two names in a row may be the alias and its column. */
function namesSomethingElse(tokens: readonly Token[], own: string): boolean {
  return tokens.some((token, index) => token.text === own && tokens[index + 1]?.text !== ".");
}

/** Three names in a row. */
function isColumn(tokens: readonly Token[], at: number): boolean {
  return tokens[at + 3]?.text === "." && tokens[at + 4]?.kind === "name";
}

function isSequence(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === "(" && sequenceFunctions.has((tokens[at - 2]?.text ?? "").toUpperCase());
}
