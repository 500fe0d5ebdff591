/**
 * MySQL against MariaDB: what the two spell differently though it is the same, and what cannot be told because each
 * prints SQL in words of its own. Only asked when the flavors of both sides differ, which is a change by itself.
 */
import type { AttributeValue } from "../model/attribute.ts";
import type { Change } from "../model/change.ts";
import { keyId } from "../model/key.ts";

/** Texts that each flavor prints from its own parse tree, and what only one of the two tells: never compared. */
const incomparable: ReadonlySet<string> = new Set([
  "view.definition",
  "check.expression",
  "check.column",
  "column.generated",
  "column.implicitDefault",
  "partition.values",
  "table.partitionKey",
]);

/** Whether the two values say the same, or nothing that could be compared. */
export function isSpelledByFlavor(
  kind: string,
  attribute: string,
  before: AttributeValue,
  after: AttributeValue,
): boolean {
  if (attribute === "sqlMode") return true;
  if (incomparable.has(`${kind}.${attribute}`)) return before !== null && after !== null;
  if (Array.isArray(before) && Array.isArray(after)) return hasExpression(before) && hasExpression(after);
  if (/collation$/i.test(attribute)) return isSameCollation(before, after);
  if (attribute === "charset") return (before ?? "binary") === (after ?? "binary");
  if (typeof before !== "string" || typeof after !== "string") return false;
  if (attribute === "type") return typeOf(before) === typeOf(after);
  if (attribute === "returns") return isSameReturn(typeOf(before), typeOf(after));
  if (attribute === "default" || attribute === "onUpdate") return isSameDefault(before, after);
  if (attribute === "onDelete") return actionOf(before) === actionOf(after);
  return false;
}

/** MariaDB keeps display widths, which MySQL dropped with 8.0.19 for all but tinyint(1) and zerofill. */
function typeOf(text: string): string {
  if (/zerofill/i.test(text)) return text;
  const type = text.replace(/^geomcollection\b/i, "geometrycollection");
  return type.replace(/\b((?:tiny|small|medium|big)?int)\(\d+\)/g, (whole, name: string) =>
    whole === "tinyint(1)" ? whole : name,
  );
}

/** MariaDB also says the collation that the charset has by itself. */
function isSameReturn(before: string, after: string): boolean {
  const bare = (type: string): string => type.replace(/ COLLATE \w+$/i, "");
  return before === after || bare(before) === after || before === bare(after);
}

/** `'0'` is `0` (P7), CURRENT_TIMESTAMP is current_timestamp() (P8); of expressions each flavor has its own text (P22). */
function isSameDefault(before: string, after: string): boolean {
  const [old, now] = [plainDefault(before), plainDefault(after)];
  return actionOf(old) === actionOf(now) || (isExpression(old) && isExpression(now));
}

/** What MySQL keeps in parentheses and MariaDB does not: a literal, perhaps with the word for its type, and the time. */
const parenthesised =
  /^\((?:(?:date|time|timestamp) ?)?('(?:[^'\\]|''|\\[\s\S])*'|-?\d+(?:\.\d+)?|(?:now|current_timestamp)\(\d?\))\)$/i;

function plainDefault(printed: string): string {
  const text = parenthesised.exec(printed)?.[1] ?? printed;
  const number = /^'(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)'$/i.exec(text);
  if (number !== null) return number[1] ?? text;
  if (!/^(?:current_timestamp|now\()/i.test(text)) return text;
  return text.toLowerCase().replace(/^now/, "current_timestamp").replace("()", "");
}

function isExpression(text: string): boolean {
  return text.includes("(") && !/^'(?:[^'\\]|''|\\[\s\S])*'$/.test(text);
}

/** Unspecified reads NO ACTION on MySQL and RESTRICT on MariaDB; InnoDB treats both alike. */
function actionOf(text: string): string {
  return text === "RESTRICT" ? "NO ACTION" : text;
}

/** Collations that the other flavor does not have say nothing there, as long as the charset is one. */
const ofOneFlavor = /_0900_|_uca1400_|_nopad_/;

function isSameCollation(before: AttributeValue, after: AttributeValue): boolean {
  const [old, now] = [String(before ?? "binary"), String(after ?? "binary")];
  if (old === now) return true;
  return (ofOneFlavor.test(old) || ofOneFlavor.test(now)) && old.split("_")[0] === now.split("_")[0];
}

function hasExpression(items: readonly AttributeValue[]): boolean {
  return items.some((item) => typeof item === "string" && item.startsWith("("));
}

/** Names that the server gave: t_chk_1 on MySQL; CONSTRAINT_1, or the column's own name, on MariaDB (P21). */
function isAutomaticCheck(change: Change): boolean {
  if (change.object.kind !== "check" || (change.verb !== "added" && change.verb !== "removed")) return false;
  const name = change.key.path.at(-1) ?? "";
  return /_chk_\d+$/.test(name) || /^CONSTRAINT_\d+$/.test(name) || change.object.attributes.column !== null;
}

/** Leaves out checks with automatic names, as many per table as both sides have. */
export function withoutAutomaticChecks(changes: readonly Change[]): Change[] {
  const balance = new Map<string, number>();
  const count = (verb: Change["verb"]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const change of changes) {
      if (change.verb === verb && isAutomaticCheck(change))
        counts.set(tableOf(change), (counts.get(tableOf(change)) ?? 0) + 1);
    }
    return counts;
  };
  const added = count("added");
  for (const [table, removed] of count("removed")) {
    const both = Math.min(removed, added.get(table) ?? 0);
    balance.set(`added ${table}`, both);
    balance.set(`removed ${table}`, both);
  }
  return changes.filter((change) => {
    if (!isAutomaticCheck(change)) return true;
    const id = `${change.verb} ${tableOf(change)}`;
    const left = balance.get(id) ?? 0;
    balance.set(id, left - 1);
    return left <= 0;
  });
}

function tableOf(change: Change): string {
  return change.object.parent === undefined ? "" : keyId(change.object.parent);
}
