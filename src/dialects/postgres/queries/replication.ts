/** Catalog queries for publications and subscriptions, in the shape of definitions.ts. */
import { has } from "../version.ts";
import { type CatalogFacts, catalogs } from "./facts.ts";

export function publicationSql(facts: CatalogFacts): string {
  const filters = has(facts.version, "publicationFilters");
  const columns = filters
    ? `coalesce((select '(' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')' from pg_attribute a
        where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[])), '')`
    : "''";
  const filter = filters ? "coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '')" : "''";
  const schemas = filters
    ? `(select coalesce(json_agg(n.nspname order by n.nspname), '[]') from pg_publication_namespace s join pg_namespace n on n.oid = s.pnnspid where s.pnpubid = p.oid)`
    : "'[]'::json";
  const generated = has(facts.version, "publicationGeneratedColumns")
    ? ", 'generatedColumns', case p.pubgencols when 'n' then 'none' when 's' then 'stored' else p.pubgencols::text end"
    : "";
  return `select 'publication', ${catalogs.publication}, p.oid::text, json_build_array(p.pubname)::text, null, p.pubowner::text,
  json_build_object('allTables', p.puballtables, 'operations', array_remove(array[case when p.pubinsert then 'insert' end,
    case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end], null),
    'viaRoot', p.pubviaroot${generated}, 'schemas', ${schemas},
    'tables', (select coalesce(json_object_agg(r.prrelid::regclass::text, ltrim(${columns} || ${filter})), '{}') from pg_publication_rel r where r.prpubid = p.oid))::text
from pg_publication p where p.oid not in (select objid from pg_depend where refclassid = 3079 and deptype = 'e' and classid = ${catalogs.publication})`;
}

/** The connection string leaves this room only as a digest. */
export function subscriptionSql(facts: CatalogFacts): string {
  const { version } = facts;
  const options = [
    "'binary', s.subbinary::text",
    "'streaming', case s.substream::text when 'f' then 'off' when 'false' then 'off' when 'p' then 'parallel' else 'on' end",
    "'synchronous_commit', s.subsynccommit",
    // What came with later versions is told only where it is not the default, so that an upgrade changes nothing.
    // The state moves from pending to enabled by itself: both mean that it was asked for.
    ...(has(version, "subscriptionTwoPhase")
      ? [
          "'two_phase', case when s.subtwophasestate <> 'd' then 'on' end",
          "'disable_on_error', nullif(s.subdisableonerr::text, 'false')",
        ]
      : []),
    ...(has(version, "subscriptionPasswordRequired")
      ? [
          "'password_required', nullif(s.subpasswordrequired::text, 'true')",
          "'run_as_owner', nullif(s.subrunasowner::text, 'false')",
        ]
      : []),
    ...(has(version, "subscriptionOrigin") ? ["'origin', nullif(s.suborigin, 'any')"] : []),
    ...(has(version, "subscriptionFailover") ? ["'failover', nullif(s.subfailover::text, 'false')"] : []),
  ];
  return `select 'subscription', ${catalogs.subscription}, s.oid::text, json_build_array(s.subname)::text, null, s.subowner::text,
  json_build_object('enabled', s.subenabled, 'publications', (select json_agg(x order by x) from unnest(s.subpublications) x),
    'connection', ${facts.readsConnections ? "s.subconninfo" : "null"}, 'slot', s.subslotname, 'options', json_strip_nulls(json_build_object(${options.join(", ")})))::text
from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database())`;
}
