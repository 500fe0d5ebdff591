/**
 * Reads a column type as PostgreSQL, MySQL or MariaDB print it into a family with its bounds. It reads type names only,
 * never SQL; a type it does not know is `named` and equal only to itself.
 */

export type ColumnType =
  /** Whole numbers from `low` to `high`. */
  | { readonly family: "integer"; readonly low: bigint; readonly high: bigint }
  /** Exact numbers: digits before and after the point; Infinity when unbounded. */
  | { readonly family: "decimal"; readonly whole: number; readonly scale: number; readonly unsigned: boolean }
  /** Binary floating point: bits of the significand; `rounded` is MySQL's deprecated "M,D" that rounds to D digits. */
  | { readonly family: "float"; readonly bits: number; readonly unsigned: boolean; readonly rounded: string }
  /** `characters` is Infinity without a limit; `bytes` where the limit is one of bytes (tinytext). */
  | {
      readonly family: "text";
      readonly characters: number;
      readonly bytes?: number;
      readonly padded: boolean;
    }
  | { readonly family: "bytes"; readonly length: number; readonly padded: boolean }
  | { readonly family: "bits"; readonly length: number; readonly varying: boolean }
  | { readonly family: "date" }
  | { readonly family: "time"; readonly precision: number; readonly zoned: boolean }
  /** `epoch`: MySQL's TIMESTAMP, 1970 to 2038 and converted between zones. */
  | {
      readonly family: "moment";
      readonly precision: number;
      readonly zoned: boolean;
      readonly epoch: boolean;
    }
  | { readonly family: "interval"; readonly fields: string; readonly precision: number }
  | { readonly family: "choice"; readonly form: "enum" | "set"; readonly values: readonly string[] }
  | { readonly family: "array"; readonly dimensions: number; readonly element: ColumnType }
  | { readonly family: "named"; readonly name: string };

const integerBits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  int2: 16,
  smallserial: 16,
  mediumint: 24,
  int: 32,
  integer: 32,
  int4: 32,
  serial: 32,
  bigint: 64,
  int8: 64,
  bigserial: 64,
};

/** MySQL's sized texts and binaries: their longest value in bytes. */
const sizedTexts: Readonly<Record<string, number>> = {
  tinytext: 255,
  text: Number.POSITIVE_INFINITY,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
};
const sizedBinaries: Readonly<Record<string, number>> = {
  bytea: Number.POSITIVE_INFINITY,
  tinyblob: 255,
  blob: 65_535,
  mediumblob: 16_777_215,
  longblob: 4_294_967_295,
};

interface Parts {
  readonly name: string;
  /** Numbers in parentheses. */
  readonly sizes: readonly number[];
  /** Words after the parentheses or the name: "unsigned", "without time zone". */
  readonly suffix: string;
}

const partsPattern =
  /^(?<name>[a-z][a-z0-9_]*(?: varying| precision)?)\s*(?:\(\s*(?<sizes>-?\d+(?:\s*,\s*-?\d+)*)\s*\))?\s*(?<suffix>[a-z ]*)$/;

/** Never fails: what it cannot read is { family: "named" }. */
export function parseColumnType(text: string): ColumnType {
  const trimmed = text.trim();
  const choice = choiceOf(trimmed);
  if (choice !== undefined) return choice;
  const array = /^(.*?)((?:\[\d*\])+)$/su.exec(trimmed);
  if (array?.[1] !== undefined && array[2] !== undefined) {
    const dimensions = array[2].split("[").length - 1;
    return { family: "array", dimensions, element: parseColumnType(array[1]) };
  }
  const match = partsPattern.exec(trimmed.toLowerCase());
  if (match?.groups?.name === undefined) return { family: "named", name: trimmed };
  const sizes = match.groups.sizes?.split(",").map(Number) ?? [];
  const parts = { name: match.groups.name, sizes, suffix: match.groups.suffix?.trim() ?? "" };
  return (
    numberOf(parts) ??
    stringOf(parts) ??
    timeOf(parts) ?? { family: "named", name: namedText(trimmed, parts) }
  );
}

// Case matters only in quoted names, which never get here. "year(4)" is "year" since MySQL 8.0.19.
function namedText(text: string, parts: Parts): string {
  return parts.name === "year" ? "year" : text.toLowerCase();
}

function numberOf({ name, sizes, suffix }: Parts): ColumnType | undefined {
  const unsigned = /\b(unsigned|zerofill)\b/.test(suffix);
  const bits = integerBits[name];
  if (bits !== undefined) {
    const half = 2n ** BigInt(bits - 1);
    return unsigned
      ? { family: "integer", low: 0n, high: half * 2n - 1n }
      : { family: "integer", low: -half, high: half - 1n };
  }
  if (name === "numeric" || name === "decimal" || name === "dec" || name === "fixed") {
    const [precision, scale = 0] = sizes;
    if (precision === undefined) return { family: "decimal", whole: Infinity, scale: Infinity, unsigned };
    return { family: "decimal", whole: precision - scale, scale, unsigned };
  }
  const bitsOfFloat = floatBits(name, sizes);
  if (bitsOfFloat === undefined) return undefined;
  return { family: "float", bits: bitsOfFloat, unsigned, rounded: sizes.length === 2 ? sizes.join(",") : "" };
}

function floatBits(name: string, sizes: readonly number[]): number | undefined {
  if (name === "real" || name === "float4") return 24;
  if (name === "float") return sizes.length === 1 && (sizes[0] ?? 0) > 24 ? 53 : 24;
  return name === "double precision" || name === "double" || name === "float8" ? 53 : undefined;
}

function stringOf({ name, sizes, suffix }: Parts): ColumnType | undefined {
  if (suffix !== "") return undefined;
  const length = sizes[0];
  switch (name) {
    case "character varying":
    case "varchar":
      return { family: "text", characters: length ?? Infinity, padded: false };
    case "character":
    case "char":
    case "bpchar":
      return { family: "text", characters: length ?? (name === "bpchar" ? Infinity : 1), padded: true };
    case "varbinary":
      return { family: "bytes", length: length ?? Infinity, padded: false };
    case "binary":
      return { family: "bytes", length: length ?? 1, padded: true };
    case "bit":
      return { family: "bits", length: length ?? 1, varying: false };
    case "bit varying":
    case "varbit":
      return { family: "bits", length: length ?? Infinity, varying: true };
  }
  const binary = sizedBinaries[name];
  if (binary !== undefined) return { family: "bytes", length: binary, padded: false };
  const bytes = sizedTexts[name];
  if (bytes === undefined) return undefined;
  // PostgreSQL's text has no limit and MySQL's holds more than any varchar: both take the widest varchar.
  if (name === "text") return { family: "text", characters: Infinity, padded: false };
  return { family: "text", characters: bytes === 255 ? 63 : Infinity, bytes, padded: false };
}

const longestFraction = 6;

function timeOf({ name, sizes, suffix }: Parts): ColumnType | undefined {
  const zone = suffix === "with time zone" || name === "timestamptz" || name === "timetz";
  const bare = suffix === "";
  if (!bare && !zone && suffix !== "without time zone") {
    return name === "interval"
      ? { family: "interval", fields: suffix, precision: longestFraction }
      : undefined;
  }
  // PostgreSQL always prints the zone clause, and microseconds without a precision; a bare name is MySQL's, whole seconds.
  const precision = sizes[0] ?? (bare && name !== "timestamptz" && name !== "timetz" ? 0 : longestFraction);
  switch (name) {
    case "date":
      return bare ? { family: "date" } : undefined;
    case "time":
    case "timetz":
      return { family: "time", precision, zoned: zone };
    case "datetime":
      return bare ? { family: "moment", precision, zoned: false, epoch: false } : undefined;
    case "timestamp":
    case "timestamptz":
      return {
        family: "moment",
        precision,
        zoned: zone || (bare && name === "timestamp"),
        epoch: bare && name === "timestamp",
      };
    case "interval":
      return { family: "interval", fields: "", precision: sizes[0] ?? longestFraction };
    default:
      return undefined;
  }
}

/** The values of MySQL's enum('a','b') and set('a','b'); undefined for any other type. */
export function choiceOf(text: string): Extract<ColumnType, { family: "choice" }> | undefined {
  const match = /^(enum|set)\s*\((.*)\)$/isu.exec(text.trim());
  const list = match?.[2];
  if (match?.[1] === undefined || list === undefined) return undefined;
  const form = match[1].toLowerCase() === "set" ? "set" : "enum";
  // A quote inside a value is doubled, or escaped by a backslash.
  const values = list.match(/'(?:[^'\\]|''|\\.)*'/gsu) ?? [];
  return {
    family: "choice",
    form,
    values: values.map((value) => value.slice(1, -1).replaceAll("''", "'").replace(/\\(.)/gsu, "$1")),
  };
}
