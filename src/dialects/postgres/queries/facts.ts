/** What every catalog query needs to know, and the SQL fragments they share. */

export interface CatalogFacts {
  /** server_version_num. */
  readonly version: number;
  /** Object ids of the schemas in scope, as the text of an oid array: {2200,16385}. */
  readonly namespaces: string;
  /** Roles, their memberships and settings are read too. */
  readonly roles: boolean;
  /** The user may read pg_subscription.subconninfo. */
  readonly readsConnections: boolean;
  /** The user may read pg_user_mapping itself, with everyone's options. */
  readonly readsMappings: boolean;
  /** Only these root objects are wanted; everything when absent. */
  readonly only?: OnlyRoots;
}

/** Object ids as the text of an oid array. */
export interface OnlyRoots {
  readonly relations: string;
  readonly routines: string;
}

/** An oid array as text. */
export function oidArray(oids: Iterable<number | string>): string {
  return `{${[...oids].join(",")}}`;
}

export const noOids = oidArray([]);

/** Object ids of system catalogs: constants of PostgreSQL's sources, the same in every version. */
export const catalogs = {
  accessMethod: 2601,
  cast: 2605,
  class: 1259,
  collation: 3456,
  constraint: 2606,
  conversion: 2607,
  database: 1262,
  eventTrigger: 3466,
  extension: 3079,
  foreignDataWrapper: 2328,
  foreignServer: 1417,
  language: 2612,
  largeObject: 2613,
  namespace: 2615,
  operator: 2617,
  operatorClass: 2616,
  operatorFamily: 2753,
  parameterAcl: 6243,
  policy: 3256,
  procedure: 1255,
  publication: 6104,
  rewrite: 2618,
  role: 1260,
  statistics: 3381,
  subscription: 6100,
  textSearchConfiguration: 3602,
  textSearchDictionary: 3600,
  textSearchParser: 3601,
  textSearchTemplate: 3764,
  transform: 3576,
  trigger: 2620,
  type: 1247,
  userMapping: 1418,
} as const;

/** The first object id that initdb does not use. */
export const firstUserOid = 16384;

/** Condition: the object is not a member of an extension. A hashed subquery, never a join per object. */
export function notMember(oid: string, catalog: number): string {
  return `${oid} not in (select objid from pg_depend where refclassid = 3079 and deptype = 'e' and classid = ${catalog})`;
}

/** Condition: the schema is in scope. */
export function inScope(namespace: string, facts: CatalogFacts): string {
  return `${namespace} = any ('${facts.namespaces}'::oid[])`;
}

/** Condition, or nothing: the relation is one of those wanted. */
export function ofRelations(oid: string, { only }: CatalogFacts): string {
  return only === undefined ? "" : ` and ${oid} = any ('${only.relations}'::oid[])`;
}

/** Condition, or nothing: the routine is one of those wanted. */
export function ofRoutines(oid: string, { only }: CatalogFacts): string {
  return only === undefined ? "" : ` and ${oid} = any ('${only.routines}'::oid[])`;
}

/** Condition, or nothing: the relation is one of those wanted, or an index of one. An array, so that indexes serve it. */
export function ofRelationsOrIndexes(oid: string, { only }: CatalogFacts): string {
  if (only === undefined) return "";
  return ` and ${oid} = any (array(select unnest('${only.relations}'::oid[]) union all select indexrelid from pg_index where indrelid = any ('${only.relations}'::oid[])))`;
}

/** Condition: not made along with another object, as a range's constructors and its cast to the multirange are. */
export function notMadeAlong(oid: string, catalog: number): string {
  return `${oid} not in (select objid from pg_depend where classid = ${catalog} and deptype = 'i' and refclassid = ${catalogs.type})`;
}

/**
 * A deparsed text, or "???" when the relation is gone by now. pg_get_* look at newer catalogs than our snapshot and raise
 * an error then; pg_table_is_visible looks at the same ones and merely says NULL.
 */
export function whileAlive(relation: string, text: string): string {
  return `case when pg_table_is_visible(${relation}) is not null then coalesce(${text}, '???') else '???' end`;
}
