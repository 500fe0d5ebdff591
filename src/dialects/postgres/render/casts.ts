/** How the values of a column become those of another type: by a cast, or through their text where the server has none. */
import type { Side } from "../../../plan/side.ts";
import { qualified } from "./names.ts";

/** Types with casts among each other (pg_cast; CREATE CAST, "Notes", for texts). A type may be in several families. */
const families: readonly (readonly string[])[] = [
  ["smallint", "integer", "bigint", "numeric", "real", "double precision"],
  ["integer", "boolean"],
  ["smallint", "integer", "bigint", "oid"],
  ["smallint", "integer", "bigint", "numeric", "money"],
  ["integer", "bigint", "bit"],
  ["bit", "bit varying"],
  ["date", "timestamp without time zone", "timestamp with time zone"],
  ["timestamp without time zone", "time without time zone"],
  ["timestamp with time zone", "time without time zone", "time with time zone"],
  ["time without time zone", "interval"],
  ["json", "jsonb"],
  ["inet", "cidr"],
  ["macaddr", "macaddr8"],
];

const texts: ReadonlySet<string> = new Set([
  "text",
  "character varying",
  "character",
  '"char"',
  "name",
  "bpchar",
]);

/** "numeric(10,2)[]" -> "numeric"; "timestamp(3) with time zone" -> "timestamp with time zone" */
function familyName(type: string): string {
  return type
    .replace(/(?:\[\])+$/, "")
    .replace(/\([^()]*\)/, "")
    .trim();
}

/** What a domain is made of, as far as it is a domain. */
function baseOf(type: string, side: Side): string {
  const domain = side.objects.find(
    (each) => each.kind === "domain" && qualified(each.key.path) === type.replace(/(?:\[\])+$/, ""),
  );
  if (domain?.kind !== "domain") return type;
  return baseOf(`${domain.attributes.baseType}${/(?:\[\])+$/.exec(type)?.[0] ?? ""}`, side);
}

/** A cast by these words cuts what is too long; the one that an assignment makes refuses it. */
const cutByCast: ReadonlySet<string> = new Set([
  "character varying",
  "character",
  "bpchar",
  "bit",
  "bit varying",
]);

/** The words behind the column's name in USING; none where the server's own cast does as well, or better. */
export function castWords(before: string, after: string, from: Side, to: Side): string {
  const [was, is] = [baseOf(before, from), baseOf(after, to)];
  const [one, other] = [familyName(was), familyName(is)];
  const isList = (type: string): boolean => type.endsWith("[]");
  const hasCast =
    one === other ||
    texts.has(one) ||
    texts.has(other) ||
    families.some((family) => family.includes(one) && family.includes(other));
  // Of every type: automatic I/O conversions to strings are assignments (CREATE CAST, "Notes").
  const isAssigned = one === other || texts.has(other) || (one.startsWith("bit") && other.startsWith("bit"));
  if (cutByCast.has(other) && isAssigned && isList(was) === isList(is) && is === after) return "";
  if (isList(was) && isList(is)) return hasCast ? `::${after}` : `::text[]::${after}`;
  if (isList(was) !== isList(is)) {
    const isText = texts.has(isList(was) ? other : one);
    return isText ? `::${after}` : `::text::${after}`;
  }
  return hasCast ? `::${after}` : `::text::${after}`;
}
