/** CHECK expressions of MySQL, which are kept as they were printed when the table was made. */
import { quotedName, tokenise } from "./sql-text.ts";

/**
 * Made under sql_quote_show_create = OFF the names of columns stand bare. They get their quotes back where no name in the
 * expression has any; a word before "(" is a function, and one after AS a type.
 */
export function withQuotedColumns(expression: string, columns: readonly string[]): string {
  if (expression.includes("`") && !expression.includes("'")) return expression;
  const tokens = tokenise(expression);
  // A backtick within a string quotes nothing.
  if (tokens.some((token) => token.kind === "name")) return expression;
  const names = new Map(columns.map((column) => [column.toLowerCase(), column]));
  let result = "";
  let from = 0;
  for (const [index, token] of tokens.entries()) {
    const column = token.kind === "word" ? names.get(token.text.toLowerCase()) : undefined;
    const isOther = tokens[index + 1]?.text === "(" || tokens[index - 1]?.text.toLowerCase() === "as";
    if (column === undefined || isOther) continue;
    result += expression.slice(from, token.start) + quotedName(token.text);
    from = token.end;
  }
  return result + expression.slice(from);
}
