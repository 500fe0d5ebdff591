/** What happens to the values of a column when its type changes. Pure comparison of two type texts of one server. */
import { type ColumnType, parseColumnType } from "./column-type.ts";

/**
 * "equivalent": the same values under another spelling. "widened": every old value fits unchanged. "narrowed": the same
 * sort of value, some no longer fit. "lossy": values convert, but lose precision, range or meaning. "incompatible":
 * another sort of value; programs and casts break.
 */
export type TypeChange = "widened" | "narrowed" | "lossy" | "incompatible" | "equivalent";

type TypeOf<F extends ColumnType["family"]> = Extract<ColumnType, { family: F }>;

/** Both texts as the server prints types: "character varying(50)", "int unsigned", "enum('a','b')", "integer[]". */
export function compareTypes(before: string, after: string): TypeChange {
  if (before === after) return "equivalent";
  return change(parseColumnType(before), parseColumnType(after));
}

/** From fits and back-fits to a word; `worse` says what not fitting means. */
function byFit(fits: boolean, fitsBack: boolean, worse: TypeChange): TypeChange {
  if (fits) return fitsBack ? "equivalent" : "widened";
  return worse;
}

function change(from: ColumnType, to: ColumnType): TypeChange {
  switch (from.family) {
    case "integer":
    case "decimal":
    case "float":
      return isNumber(to) ? numbers(from, to) : "incompatible";
    case "text":
      if (to.family === "text") return texts(from, to);
      return to.family === "choice" ? "narrowed" : "incompatible";
    case "bytes":
      return to.family === "bytes" ? byteStrings(from, to) : "incompatible";
    case "bits":
      return to.family === "bits" ? bitStrings(from, to) : "incompatible";
    case "date":
      if (to.family === "date") return "equivalent";
      return to.family === "moment" ? (to.epoch ? "narrowed" : "widened") : "incompatible";
    case "time":
      if (to.family !== "time") return "incompatible";
      return from.zoned === to.zoned ? byPrecision(from, to) : "lossy";
    case "moment":
      return moments(from, to);
    case "interval":
      if (to.family !== "interval") return "incompatible";
      if (from.fields === to.fields) return byPrecision(from, to);
      return to.fields === "" ? "widened" : "lossy";
    case "choice":
      return choices(from, to);
    case "array":
      return to.family === "array" ? change(from.element, to.element) : "incompatible";
    case "named":
      return to.family === "named" ? names(from.name, to.name) : "incompatible";
  }
}

type NumberType = TypeOf<"integer"> | TypeOf<"decimal"> | TypeOf<"float">;

function isNumber(type: ColumnType): type is NumberType {
  return type.family === "integer" || type.family === "decimal" || type.family === "float";
}

function numbers(from: NumberType, to: NumberType): TypeChange {
  if (from.family === "decimal" && to.family === "decimal") return decimals(from, to);
  if (from.family === "integer" && to.family === "decimal") {
    const signFits = from.low >= 0n || !to.unsigned;
    return signFits && to.whole >= digitsOf(from) && to.scale >= 0 ? "widened" : "lossy";
  }
  if (from.family === "float" && to.family === "float") {
    const unrounded = to.rounded === "" || to.rounded === from.rounded;
    const fits = to.bits >= from.bits && (from.unsigned || !to.unsigned) && unrounded;
    const fitsBack = to.bits === from.bits && from.unsigned === to.unsigned && to.rounded === from.rounded;
    return byFit(fits, fitsBack, "lossy");
  }
  if (from.family === "integer" && to.family === "integer") {
    const fits = to.low <= from.low && to.high >= from.high;
    return byFit(fits, to.low === from.low && to.high === from.high, "lossy");
  }
  if (from.family === "integer" && to.family === "float") {
    const exact = 2n ** BigInt(to.bits);
    return from.high <= exact && -from.low <= exact && (from.low >= 0n || !to.unsigned) ? "widened" : "lossy";
  }
  return "lossy";
}

function digitsOf(type: TypeOf<"integer">): number {
  return Math.max(String(type.high).length, String(-type.low).length);
}

function decimals(from: TypeOf<"decimal">, to: TypeOf<"decimal">): TypeChange {
  // Digits after the point that go are rounded away; digits before it make values that no longer fit.
  if (to.scale < from.scale) return "lossy";
  if (to.whole < from.whole || (to.unsigned && !from.unsigned)) return "narrowed";
  return to.scale === from.scale && to.whole === from.whole && to.unsigned === from.unsigned
    ? "equivalent"
    : "widened";
}

function texts(from: TypeOf<"text">, to: TypeOf<"text">): TypeChange {
  if (to.characters < mostCharacters(from) || !bytesFit(from, to)) return "narrowed";
  if (from.padded && !to.padded) return "widened";
  // Padding strips or adds trailing spaces, which some values end in on purpose.
  if (!from.padded && to.padded) return "lossy";
  const same = to.characters === from.characters && from.bytes === to.bytes;
  return same ? "equivalent" : "widened";
}

/** A tinytext surely takes 63 characters of four bytes, and may hold 255 of one. */
function mostCharacters(type: TypeOf<"text">): number {
  return Number.isFinite(type.characters) ? (type.bytes ?? type.characters) : type.characters;
}

const textBytes = 65_535;

/** MySQL's sized texts among each other; a plain text there is one of 65,535 bytes. */
function bytesFit(from: TypeOf<"text">, to: TypeOf<"text">): boolean {
  if (to.bytes === undefined && from.bytes === undefined) return true;
  if (Number.isFinite(from.characters) || Number.isFinite(to.characters)) return true;
  return (to.bytes ?? textBytes) >= (from.bytes ?? textBytes);
}

function byteStrings(from: TypeOf<"bytes">, to: TypeOf<"bytes">): TypeChange {
  if (to.length < from.length) return "narrowed";
  if (to.padded && (!from.padded || to.length !== from.length)) return "lossy";
  return byFit(true, to.length === from.length && to.padded === from.padded, "narrowed");
}

function bitStrings(from: TypeOf<"bits">, to: TypeOf<"bits">): TypeChange {
  if (to.length < from.length) return "narrowed";
  if (from.varying && !to.varying) return "lossy";
  return byFit(true, to.length === from.length && to.varying === from.varying, "narrowed");
}

function byPrecision(from: { readonly precision: number }, to: { readonly precision: number }): TypeChange {
  return byFit(to.precision >= from.precision, to.precision === from.precision, "lossy");
}

function moments(from: TypeOf<"moment">, to: ColumnType): TypeChange {
  if (to.family === "date" || to.family === "time") return "lossy";
  if (to.family !== "moment") return "incompatible";
  // MySQL's TIMESTAMP ends in 2038; what DATETIME holds beyond does not fit.
  if (to.epoch && !from.epoch) return "narrowed";
  // With or without a zone the same digits mean another moment.
  if (from.zoned !== to.zoned) return "lossy";
  return byPrecision(from, to);
}

function choices(from: TypeOf<"choice">, to: ColumnType): TypeChange {
  if (to.family === "text") {
    const longest =
      from.form === "enum" ? Math.max(0, ...from.values.map((value) => [...value].length)) : setLength(from);
    return to.characters >= longest ? "widened" : "narrowed";
  }
  if (to.family !== "choice" || to.form !== from.form) return "incompatible";
  if (from.values.some((value) => !to.values.includes(value))) return "narrowed";
  const kept = from.values.every((value, index) => to.values[index] === value);
  // The server sorts and stores choices by position: moved values are other numbers.
  return byFit(kept, to.values.length === from.values.length, "lossy");
}

function setLength(set: TypeOf<"choice">): number {
  return set.values.reduce((sum, value) => sum + [...value].length + 1, 0) - 1;
}

/** Pairs of types without bounds whose values carry over; every other pair of names is another sort of value. */
const namedChanges: Readonly<Record<string, TypeChange>> = {
  // jsonb drops blanks, the order of keys and duplicate keys.
  "json -> jsonb": "lossy",
  "cidr -> inet": "widened",
  // The bits of the host become zero.
  "inet -> cidr": "lossy",
  "inet4 -> inet6": "widened",
  "inet6 -> inet4": "narrowed",
  "macaddr -> macaddr8": "widened",
  "macaddr8 -> macaddr": "narrowed",
};
const geometries = new Set([
  "point",
  "linestring",
  "polygon",
  "multipoint",
  "multilinestring",
  "multipolygon",
  "geometrycollection",
  "geomcollection",
]);

function names(from: string, to: string): TypeChange {
  if (from === to) return "equivalent";
  if (to === "geometry" && geometries.has(from)) return "widened";
  if (from === "geometry" && geometries.has(to)) return "narrowed";
  return namedChanges[`${from} -> ${to}`] ?? "incompatible";
}
