/** Catalog queries for what is said about objects: comments and security labels. */
import { catalogs, firstUserOid } from "./facts.ts";

export type CommentRow = readonly [catalog: string, oid: string, column: string, text: string];

/** Comments that initdb wrote are left out, but for those on schemas and extensions, which are everyone's. */
export const commentsSql = `select classoid, objoid, objsubid, description from pg_description
where objoid >= ${firstUserOid} or classoid in (${catalogs.namespace}, ${catalogs.extension})
union all select classoid, objoid, 0, description from pg_shdescription`;

export type LabelRow = readonly [
  catalog: string,
  oid: string,
  column: string,
  provider: string,
  label: string,
];

export const labelsSql = `select classoid, objoid, objsubid, provider, label from pg_seclabel
union all select classoid, objoid, 0, provider, label from pg_shseclabel`;
