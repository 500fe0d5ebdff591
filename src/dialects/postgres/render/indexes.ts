/** Indexes, also those that partitions have for an index of their parent. */
import { canonicalText } from "../../../model/attribute.ts";
import { sameKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import { type KindRenderer, refuse, type Step } from "../../../plan/renderer.ts";
import { childrenOfKind, type Side } from "../../../plan/side.ts";
import {
  buildsIndex,
  clusterRule,
  clusterSteps,
  held,
  indexName,
  isHeldByParent,
  mayViolate,
} from "./constraints.ts";
import { accessExclusive, alterOptions, draft, share, shareUpdateExclusive, withOptions } from "./drafts.ts";
import { alterMarks, markSteps } from "./extension-marks.ts";
import { depthUnder, isRetied } from "./heirs.ts";
import { name, nameList, ownName, qualified, tableOf } from "./names.ts";

/** Whether another index of the same table is equal, so that the parent's index could take either. */
function hasTwin({ key, parent, attributes }: ObjectOf<"index">, side: Side): boolean {
  if (parent === undefined) return false;
  const { columns } = attributes;
  const shape = ({ method, unique, predicate = null, columns: parts, include = [] }: typeof attributes) =>
    canonicalText([method, unique, predicate, parts, include]);
  const isTwin = (each: ObjectOf<"index">): boolean =>
    !sameKey(each.key, key) && !each.attributes.partitionOf && shape(each.attributes) === shape(attributes);
  if (childrenOfKind(side, parent, "index").some(isTwin)) return true;
  const keys = [...childrenOfKind(side, parent, "primary-key"), ...childrenOfKind(side, parent, "unique")];
  return keys.some(({ attributes }) => nameList(attributes.columns) === columns.join(", "));
}

/** CREATE INDEX takes SHARE: readers go on, writers wait until it is built. */
export const indexRenderer: KindRenderer<"index"> = {
  schemaWide: true,
  build: (index, side) => {
    const { key, attributes: a } = index;
    if (a.valid === false || a.ready === false) return refuse("an invalid index cannot be made on purpose");
    if (a.partitionOf && hasTwin(index, side))
      return refuse("ATTACH PARTITION chooses among equal indexes of a partition by itself");
    const place = indexName(key);
    const sql =
      `CREATE ${a.unique ? "UNIQUE " : ""}INDEX ${ownName(key)} ON ${tableOf(key)} USING ${name(a.method)} (${a.columns.join(", ")})` +
      ((a.include ?? []).length === 0 ? "" : ` INCLUDE (${nameList(a.include ?? [])})`) +
      (a.nullsNotDistinct === true ? " NULLS NOT DISTINCT" : "") +
      withOptions(a.storageParameters) +
      (a.tablespace ? ` TABLESPACE ${name(a.tablespace)}` : "") +
      (a.predicate ? ` WHERE ${a.predicate}` : "");
    const unique = a.unique ? [mayViolate] : [];
    const targets = Object.entries(a.statisticsTargets ?? {}).map(([column, target]) =>
      draft(`ALTER INDEX ${place} ALTER COLUMN ${column} SET STATISTICS ${target}`, shareUpdateExclusive),
    );
    const make = [draft(sql, share, ...buildsIndex, ...unique), ...targets];
    const unmake = [draft(`DROP INDEX ${place}`, accessExclusive)];
    if (isHeldByParent("index", a.partitionOf, index.parent, side)) return held;
    const isAttached = Boolean(a.partitionOf) && !isRetied(index.parent, side);
    const depth = -depthUnder(index.parent, side);
    const step: Step = isAttached ? { make, unmake: [], at: "early", depth } : { make, unmake };
    return [step, ...clusterSteps(key, a.clustered), ...markSteps(index)];
  },
  alter: {
    method: "rebuild",
    unique: "rebuild",
    columns: "rebuild",
    include: "rebuild",
    predicate: "rebuild",
    nullsNotDistinct: "rebuild",
    tablespace: "rebuild",
    partitionOf: {
      anew: ({ after, to }) => !isRetied(after.parent, to),
      draft: () => [],
    },
    clustered: clusterRule,
    extensionDependencies: alterMarks(),
    storageParameters: alterOptions(
      ({ key }) => `ALTER INDEX ${indexName(key)}`,
      (a) => a.storageParameters,
      shareUpdateExclusive,
    ),
  },
  rename: (from, to) => [
    draft(
      `ALTER INDEX ${qualified([to.path[0] ?? "", from.path.at(-1) ?? ""])} RENAME TO ${ownName(to)}`,
      shareUpdateExclusive,
    ),
  ],
};
