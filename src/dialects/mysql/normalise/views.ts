/** SHOW CREATE VIEW becomes a view object; views whose base is gone keep a stable text (P3, P23). Pure. */
import { objectOf, type SchemaObject } from "../../../model/object.ts";
import { definerName } from "./definer.ts";
import { keyIn, type SchemaPlace } from "./naming.ts";
import { withoutOwnSchema } from "./own-schema.ts";
import { areWords, closing, is, slice, splitByCommas, type Token, tokenise } from "./sql-text.ts";

export interface ViewInput {
  readonly place: SchemaPlace;
  readonly name: string;
  /** Whether its body names only what is there. */
  readonly isValid: boolean;
  readonly columns: readonly string[];
  readonly text: string;
  readonly clientCharset: string;
  readonly clientCollation: string;
}

export function viewObject(input: ViewInput): SchemaObject {
  const text = withoutOwnSchema(input.text, input.place.schema);
  const tokens = tokenise(text);
  const head = readHead(tokens);
  const tail = readCheckOption(tokens);
  const definition = slice(text, tokens[head.body], tokens[tail.last]);
  return objectOf(keyIn(input.place, "view", input.name), {
    definition,
    columns: input.isValid && input.columns.length > 0 ? input.columns : columnsOf(tokens, head),
    definer: head.definer,
    sqlSecurity: head.sqlSecurity,
    algorithm: head.algorithm,
    checkOption: tail.option,
    clientCharset: input.clientCharset,
    clientCollation: input.clientCollation,
    valid: input.isValid,
  });
}

interface Head {
  readonly definer: string;
  readonly sqlSecurity: string;
  readonly algorithm: string;
  readonly columns: readonly string[];
  /** Index of the body's first token. */
  readonly body: number;
}

/** CREATE ALGORITHM=x [MATERIALIZED] DEFINER=`u`@`h` SQL SECURITY y VIEW `v` [(`a`,`b`)] AS body */
function readHead(tokens: readonly Token[]): Head {
  const found = { definer: "", sqlSecurity: "DEFINER", algorithm: "UNDEFINED", columns: [] as string[] };
  let at = 0;
  while (at < tokens.length && !is(tokens[at], "VIEW")) {
    if (is(tokens[at], "ALGORITHM")) found.algorithm = tokens[at + 2]?.text ?? "";
    if (is(tokens[at], "MATERIALIZED")) found.algorithm += " MATERIALIZED";
    if (is(tokens[at], "DEFINER") && tokens[at + 1]?.text === "=")
      found.definer = definerName(tokens, at + 2);
    if (is(tokens[at], "SECURITY")) found.sqlSecurity = tokens[at + 1]?.text ?? "";
    at += 1;
  }
  at += tokens[at + 2]?.text === "." ? 4 : 2;
  if (tokens[at]?.text === "(") {
    const end = closing(tokens, at);
    found.columns = splitByCommas(tokens, at + 1, end).map((part) => part[0]?.value ?? "");
    at = end + 1;
  }
  return { ...found, body: is(tokens[at], "AS") ? at + 1 : at };
}

function readCheckOption(tokens: readonly Token[]): { option: string | null; last: number } {
  const end = tokens.length;
  if (!areWords(tokens, end - 2, ["CHECK", "OPTION"])) return { option: null, last: end - 1 };
  if (is(tokens[end - 4], "WITH"))
    return { option: tokens[end - 3]?.text.toUpperCase() ?? "CASCADED", last: end - 5 };
  return { option: "CASCADED", last: end - 4 };
}

/** An invalid view has no rows in information_schema.COLUMNS; the list or the first select's aliases name the same. */
function columnsOf(tokens: readonly Token[], head: Head): readonly string[] {
  if (head.columns.length > 0) return head.columns;
  let from = head.body;
  let depth = 0;
  while (from < tokens.length) {
    if (tokens[from]?.text === "(") depth += 1;
    if (tokens[from]?.text === ")") depth -= 1;
    if (depth === 0 && is(tokens[from], "SELECT")) break;
    from += 1;
  }
  let to = from + 1;
  depth = 0;
  while (to < tokens.length) {
    const token = tokens[to];
    if (token?.text === "(") depth += 1;
    if (token?.text === ")") depth -= 1;
    if (depth < 0 || (depth === 0 && (is(token, "FROM") || is(token, "UNION")))) break;
    to += 1;
  }
  return splitByCommas(tokens, from + 1, to).map((part) => part.at(-1)?.value ?? "");
}
