/**
 * pg_ts_dict.dictinitoption -> options by name. The server writes its list with serialize_deflist (tsearchcmds.c):
 * `name = 'value'`, joined by ", "; names as quote_ident does, numbers bare, and E'' with doubled backslashes where there
 * is one. ALTER moves what it sets to the end, which no dictionary template of the server gives a meaning.
 */
import type { Options } from "../../../model/attribute.ts";

const option = /("(?:[^"]|"")*"|[^\s"=]+) = (E?'(?:[^']|'')*'|[^\s,']+)(?:, |$)/gy;

/** Undefined when the text is no such list; it may come from an older release that wrote it otherwise. */
export function readDictionaryOptions(text: string | null): Options | undefined {
  const options: Record<string, string> = {};
  let end = 0;
  for (const [whole, name = "", value = ""] of (text ?? "").matchAll(option)) {
    const plain = nameOf(name);
    // A template may take an option more than once; then the order of its values is the list's.
    options[plain] = plain in options ? `${options[plain]}, ${valueText(value)}` : valueText(value);
    end += whole.length;
  }
  return end === (text ?? "").length ? options : undefined;
}

function nameOf(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function valueText(text: string): string {
  if (text.startsWith("E'")) return text.slice(2, -1).replaceAll("''", "'").replaceAll("\\\\", "\\");
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text;
}
