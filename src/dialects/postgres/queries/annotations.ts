/** Catalog queries for what is said about objects: comments, security labels, extensions that take them along. */
import { type CatalogFacts, catalogs, firstUserOid, type OnlyRoots } from "./facts.ts";

export type CommentRow = readonly [catalog: string, oid: string, column: string, text: string];

/** Comments that initdb wrote are left out, but for those on schemas and extensions, which are everyone's. People number large objects. */
export function commentsSql({ only }: CatalogFacts): string {
  if (only !== undefined) return partsOf(only, "classoid, objoid, objsubid, description", "pg_description");
  return `select classoid, objoid, objsubid, description from pg_description
where objoid >= ${firstUserOid} or classoid in (${catalogs.namespace}, ${catalogs.extension}, ${catalogs.largeObject})
union all select classoid, objoid, 0, description from pg_shdescription`;
}

export type ExtensionMarkRow = readonly [catalog: string, oid: string, extension: string];

/** What ALTER ... DEPENDS ON EXTENSION marks; few rows, so all of them in every reading. */
export const extensionMarksSql = `select d.classid, d.objid, e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
where d.refclassid = ${catalogs.extension} and d.deptype = 'x'`;

export type LabelRow = readonly [
  catalog: string,
  oid: string,
  column: string,
  provider: string,
  label: string,
];

export function labelsSql({ only }: CatalogFacts): string {
  if (only !== undefined) return partsOf(only, "classoid, objoid, objsubid, provider, label", "pg_seclabel");
  return `select classoid, objoid, objsubid, provider, label from pg_seclabel
union all select classoid, objoid, 0, provider, label from pg_shseclabel`;
}

/** Rows about some root objects and about what belongs to them. */
function partsOf({ relations, routines }: OnlyRoots, columns: string, table: string): string {
  const wanted = `any ('${relations}'::oid[])`;
  const parts = [
    [catalogs.class, `select unnest('${relations}'::oid[])`],
    [catalogs.class, `select indexrelid from pg_index where indrelid = ${wanted}`],
    [catalogs.constraint, `select oid from pg_constraint where conrelid = ${wanted}`],
    [catalogs.trigger, `select oid from pg_trigger where tgrelid = ${wanted}`],
    [catalogs.policy, `select oid from pg_policy where polrelid = ${wanted}`],
    [catalogs.rewrite, `select oid from pg_rewrite where ev_class = ${wanted}`],
    [catalogs.statistics, `select oid from pg_statistic_ext where stxrelid = ${wanted}`],
    [catalogs.procedure, `select unnest('${routines}'::oid[])`],
  ] as const;
  return parts
    .map(
      ([catalog, oids]) =>
        `select ${columns} from ${table} where classoid = ${catalog} and objoid in (${oids})`,
    )
    .join("\nunion all ");
}
