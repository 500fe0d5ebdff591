/** The type of a column: what goes with it, and what forbids it. */
import { describeKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import { mentionsIn } from "../../../plan/mentions.ts";
import { type AlterDrafts, type Draft, type Refusal, refuse } from "../../../plan/renderer.ts";
import { childrenOfKind, type Side } from "../../../plan/side.ts";
import { typeHazards } from "../../../plan/value-hazards.ts";
import { castWords } from "./casts.ts";
import { accessExclusive, draft, rewritesTable } from "./drafts.ts";
import { inheritedColumns, isPartitionThroughout } from "./heirs.ts";
import { ownName, qualified, tableOf } from "./names.ts";

type Column = ObjectOf<"column">;

export function alterColumn({ key }: Column): string {
  return `ALTER TABLE ${tableOf(key)} ALTER COLUMN ${ownName(key)}`;
}

export function setting(column: Column, words: string): Draft {
  return draft(`${alterColumn(column)} ${words}`, accessExclusive);
}

export function storageWords({ attributes: a }: Column, side: Side): string {
  return `SET STORAGE ${(a.storage ?? ownStorage(a.type, side)).toUpperCase()}`;
}

/** SET STORAGE DEFAULT is known since 16; before, the type's own has to be told (pg_type.typstorage of what can be toasted). */
function ownStorage(type: string, { server }: Side): string {
  if (Number(server.major) >= 16) return "default";
  return /^(?:numeric|inet|cidr)\b(?!.*\[)/.test(type) ? "main" : "extended";
}

export function compressionWords({ attributes: a }: Column): string {
  return `SET COMPRESSION ${a.compression ?? "default"}`;
}

const hasOther = (a: Column, b: Column): boolean => a.attributes.type !== b.attributes.type;

/** A statement for the type brings default, storage and compression along. */
export const isRetyped = (a: Column, b: Column): boolean =>
  hasOther(a, b) || (a.attributes.collation ?? null) !== (b.attributes.collation ?? null);

/** ATExecAlterColumnType gives the column, and those below, the storage and compression of the new type. */
function settingsAgain(column: Column, side: Side): Draft[] {
  const { storage, compression } = column.attributes;
  return [
    ...(storage ? [setting(column, storageWords(column, side))] : []),
    ...(compression ? [setting(column, compressionWords(column))] : []),
    ...inheritedColumns(column, side).flatMap((heir) => settingsAgain(heir, side)),
  ];
}

/** What ATPostAlterTypeCleanup of the server refuses, or takes away without making it again. */
function holderOf({ key, parent }: Column, from: Side): Refusal | undefined {
  const own = key.path.at(-1) ?? "";
  const table = parent && from.find(parent);
  if (parent === undefined || table?.kind !== "table") return undefined;
  const isNamed = (text: string | null | undefined): boolean =>
    mentionsIn([table], () => text ?? "").of([own]).length > 0;
  if (isNamed(table.attributes.partitionKey)) return refuse("the table is partitioned by this column");
  const generated = childrenOfKind(from, parent, "column").find((each) => {
    const later = from.other(each.key);
    return later?.kind === "column" && [each, later].some(({ attributes }) => isNamed(attributes.generated));
  });
  if (generated !== undefined)
    return refuse(`the generated ${describeKey(generated.key)} depends on it and stays`);
  const keys = [...childrenOfKind(from, parent, "primary-key"), ...childrenOfKind(from, parent, "unique")];
  const isIncluded = keys.some(
    (each) =>
      each.attributes.include?.includes(own) === true &&
      from.stays(each.key, ...Object.keys(each.attributes)),
  );
  const isReferenced = from.objects.some(
    (each) => each.kind === "foreign-key" && each.attributes.referencedTable === qualified(table.key.path),
  );
  return isIncluded && isReferenced
    ? refuse("a foreign key depends on a key that includes this column")
    : undefined;
}

/** A new type; default and generated expression are told along, because they are of the old type. */
export const retype: AlterDrafts<"column"> = ({ before, after, from, to }) => {
  const { key, attributes: a } = after;
  if (a.local === false || isPartitionThroughout(after.parent, to)) return [];
  if (a.generated || before.attributes.generated)
    return refuse("plans do not change the type of a generated column yet");
  const held = holderOf(before, from);
  if (held !== undefined) return held;
  const column = `ALTER COLUMN ${ownName(key)}`;
  const collate = a.collation ? ` COLLATE ${a.collation}` : "";
  const words = hasOther(before, after) ? castWords(before.attributes.type, a.type, from, to) : "";
  const cast = words === "" ? "" : ` USING ${ownName(key)}${words}`;
  const parts = [
    ...(before.attributes.default === null ? [] : [`${column} DROP DEFAULT`]),
    `${column} TYPE ${a.type}${collate}${cast}`,
    ...(a.default === null ? [] : [`${column} SET DEFAULT ${a.default}`]),
  ];
  return [
    draft(
      `ALTER TABLE ${tableOf(key)} ${parts.join(", ")}`,
      accessExclusive,
      rewritesTable,
      ...typeHazards(before.attributes.type, a.type),
    ),
    ...settingsAgain(after, to),
  ];
};
