/** Names and literals in the SQL of MySQL and MariaDB. Names are always in backticks: reserved words differ by version. */
import type { ObjectKey } from "../../../model/key.ts";

export function name(text: string): string {
  return `\`${text.replaceAll("`", "``")}\``;
}

export function nameList(texts: readonly string[]): string {
  return texts.map(name).join(", ");
}

export function qualified(path: readonly string[]): string {
  return path.map(name).join(".");
}

/** The last part of an object's path, as an identifier. */
export function ownName(key: ObjectKey): string {
  return name(key.path.at(-1) ?? "");
}

/** The table that a column, key or trigger belongs to. */
export function tableOf(key: ObjectKey): string {
  return qualified(key.path.slice(0, -1));
}

/** A text constant, for a session without NO_BACKSLASH_ESCAPES. */
export function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** "total(10) DESC" -> "`total`(10) DESC"; expressions and names in backticks stay as they are. */
export function keyPart(text: string): string {
  const [, bare, rest = ""] = /^([^\s(`]+)(.*)$/su.exec(text) ?? [];
  return bare === undefined ? text : `${name(bare)}${rest}`;
}

/** "shop.orders" -> "`shop`.`orders`" */
export function printedName(text: string): string {
  const parts = text.match(/`(?:[^`]|``)*`|[^.`]+/g) ?? [];
  return parts.map((part) => (part.startsWith("`") ? part : name(part))).join(".");
}
