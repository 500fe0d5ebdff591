/** Drafts, hazards and the parts that several kinds share: options, renames. */
import type { Options } from "../../../model/attribute.ts";
import type { ObjectKey } from "../../../model/key.ts";
import type { AttributesOf, ObjectKind } from "../../../model/kind.ts";
import type { ObjectOf } from "../../../model/object.ts";
import type { Hazard } from "../../../model/plan.ts";
import { type AlterDrafts, type Draft, hazard, type Refusal } from "../../../plan/renderer.ts";
import { name } from "./names.ts";

/**
 * Table locks by their names in the manual, "13.3.1. Table-level locks". ACCESS EXCLUSIVE is what ALTER TABLE, DROP and
 * REINDEX take unless their page says otherwise; it waits for, and then stops, even readers.
 */
export const accessExclusive = "ACCESS EXCLUSIVE";
/** CREATE TRIGGER, ADD FOREIGN KEY (on both tables). Readers go on, writers wait. */
export const shareRowExclusive = "SHARE ROW EXCLUSIVE";
/** CREATE INDEX without CONCURRENTLY. Readers go on, writers wait. */
export const share = "SHARE";
/** VALIDATE CONSTRAINT, SET STATISTICS, ATTACH PARTITION (on the parent), COMMENT. Readers and writers go on. */
export const shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE";

export function draft(sql: string, lock?: string, ...hazards: readonly Hazard[]): Draft {
  return { sql, ...(lock === undefined ? {} : { lock }), ...(hazards.length === 0 ? {} : { hazards }) };
}

export const scansTable: Hazard = hazard("table-scan", "Reads the whole table while it holds the lock.");
export const rewritesTable: Hazard = hazard("table-rewrite", "Writes the whole table and its indexes anew.");

/** `("a" = 'b', ...)` for WITH and SET; options in the order of their names. */
export function optionList(options: Options): string {
  return Object.entries(options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([option, value]) => `${option.split(".").map(name).join(".")} = '${value.replaceAll("'", "''")}'`)
    .join(", ");
}

/** " WITH (...)", or nothing. */
export function withOptions(options: Options | undefined): string {
  return options === undefined || Object.keys(options).length === 0 ? "" : ` WITH (${optionList(options)})`;
}

/** What turns one set of options into the other: `target` is "ALTER TABLE shop.orders". */
export function optionDrafts(target: string, before: Options, after: Options, lock: string): Draft[] {
  const gone = Object.keys(before).filter((option) => after[option] === undefined);
  const set = Object.fromEntries(Object.entries(after).filter(([option, value]) => before[option] !== value));
  return [
    ...(gone.length === 0
      ? []
      : [
          draft(
            `${target} RESET (${gone.map((option) => option.split(".").map(name).join(".")).join(", ")})`,
            lock,
          ),
        ]),
    ...(Object.keys(set).length === 0 ? [] : [draft(`${target} SET (${optionList(set)})`, lock)]),
  ];
}

/** SET and RESET of the options that an attribute holds; `targetOf` says "ALTER TABLE shop.orders". */
export function alterOptions<K extends ObjectKind>(
  targetOf: (object: ObjectOf<K>) => string,
  optionsOf: (attributes: AttributesOf[K]) => Options | undefined,
  lock: string,
): AlterDrafts<K> {
  return ({ before, after }) =>
    optionDrafts(
      targetOf(after),
      optionsOf(before.attributes as AttributesOf[K]) ?? {},
      optionsOf(after.attributes as AttributesOf[K]) ?? {},
      lock,
    );
}

/** ALTER ... RENAME TO for objects whose name ends their path; another schema takes SET SCHEMA first. */
export function renameRoot(noun: string): (from: ObjectKey, to: ObjectKey) => readonly Draft[] | Refusal {
  return (from, to) => {
    const [oldName, newName] = [from.path.at(-1) ?? "", to.path.at(-1) ?? ""];
    const [oldSchema = "", newSchema = ""] = [from.path[0], to.path[0]];
    const signature = from.signature === undefined ? "" : `(${from.signature})`;
    const target = (schema: string): string => `${noun} ${name(schema)}.${name(oldName)}${signature}`;
    return [
      ...(oldSchema === newSchema
        ? []
        : [draft(`ALTER ${target(oldSchema)} SET SCHEMA ${name(newSchema)}`, accessExclusive)]),
      ...(oldName === newName
        ? []
        : [draft(`ALTER ${target(newSchema)} RENAME TO ${name(newName)}`, accessExclusive)]),
    ];
  };
}
