/**
 * Catalog queries for the rare kinds: one row per object, its attributes already as JSON, all in one uniform shape. Lists
 * of options ("name=value") stay arrays here; normalising turns them into maps and masks secrets.
 */
import { has } from "../version.ts";
import { type CatalogFacts, catalogs, firstUserOid, inScope, notMadeAlong, notMember } from "./facts.ts";
import { publicationSql, subscriptionSql } from "./replication.ts";

export type DefinitionRow = readonly [
  kind: string,
  catalog: string,
  oid: string,
  /** JSON array. */
  path: string,
  signature: string | null,
  owner: string | null,
  /** JSON object. */
  attributes: string,
];

export function definitionsSql(facts: CatalogFacts): string {
  return [
    databaseSql(facts),
    extensionSql,
    collationSql(facts),
    textSearchSql(facts),
    castSql,
    operatorSql(facts),
    operatorClassSql(facts),
    conversionSql(facts),
    languageSql,
    accessMethodSql,
    transformSql,
    foreignSql,
    eventTriggerSql,
    publicationSql(facts),
    subscriptionSql(facts),
  ].join("\nunion all\n");
}

/** The start of a row: kind, catalog, oid, path, signature, owner. */
export function head(
  kind: string,
  catalog: number,
  oid: string,
  path: string,
  signature: string,
  owner: string,
): string {
  return `select '${kind}', ${catalog}, ${oid}::text, json_build_array(${path})::text, ${signature}::text, ${owner}::text`;
}

function databaseSql(facts: CatalogFacts): string {
  const providers = has(facts.version, "databaseLocaleProvider");
  const locale = has(facts.version, "localeOfEveryProvider")
    ? "d.datlocale"
    : providers
      ? "d.daticulocale"
      : "null";
  return `${head("database", catalogs.database, "d.oid", "", "null", "d.datdba")},
  json_build_object('encoding', pg_encoding_to_char(d.encoding), 'collation', d.datcollate, 'characterType', d.datctype,
    'connectionLimit', d.datconnlimit, 'allowConnections', d.datallowconn, 'tablespace', t.spcname
    ${providers ? `, 'localeProvider', ${providerName("d.datlocprovider")}, 'locale', ${locale}` : ""}
    ${has(facts.version, "icuRules") ? ", 'icuRules', d.daticurules" : ""}
    ${providers ? ", 'collationVersion', d.datcollversion, 'collationVersionMatches', d.datcollversion is null or d.datcollversion is not distinct from pg_database_collation_actual_version(d.oid)" : ""})::text
from pg_database d join pg_tablespace t on t.oid = d.dattablespace where d.datname = current_database()`;
}

function providerName(column: string): string {
  return `case ${column} when 'c' then 'libc' when 'i' then 'icu' when 'b' then 'builtin' when 'd' then 'default' else ${column}::text end`;
}

const extensionSql = `${head("extension", catalogs.extension, "e.oid", "e.extname", "null", "e.extowner")},
  json_build_object('version', e.extversion, 'schema', n.nspname)::text
from pg_extension e join pg_namespace n on n.oid = e.extnamespace`;

function collationSql(facts: CatalogFacts): string {
  const locale = has(facts.version, "localeOfEveryProvider")
    ? "coalesce(c.colllocale, c.collcollate)"
    : has(facts.version, "collationIcuLocale")
      ? "coalesce(c.colliculocale, c.collcollate)"
      : "c.collcollate";
  return `${head("collation", catalogs.collation, "c.oid", "n.nspname, c.collname", "null", "c.collowner")},
  json_build_object('provider', ${providerName("c.collprovider")}, 'locale', ${locale}, 'characterType', c.collctype
    ${has(facts.version, "icuRules") ? ", 'icuRules', c.collicurules" : ""}, 'deterministic', c.collisdeterministic,
    'version', c.collversion, 'versionMatches', c.collversion is null or c.collversion is not distinct from pg_collation_actual_version(c.oid))::text
from pg_collation c join pg_namespace n on n.oid = c.collnamespace
where ${inScope("c.collnamespace", facts)} and ${notMember("c.oid", catalogs.collation)}`;
}

function textSearchSql(facts: CatalogFacts): string {
  return `${head("text-search-configuration", catalogs.textSearchConfiguration, "c.oid", "n.nspname, c.cfgname", "null", "c.cfgowner")},
  json_build_object('parser', (select format('%I.%I', pn.nspname, p.prsname) from pg_ts_parser p join pg_namespace pn on pn.oid = p.prsnamespace where p.oid = c.cfgparser),
    'mapping', (select coalesce(json_object_agg(x.alias, x.dictionaries), '{}') from (
      select k.alias, string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno) as dictionaries
      from pg_ts_config_map m join ts_token_type(c.cfgparser) k on k.tokid = m.maptokentype where m.mapcfg = c.oid group by k.alias) x))::text
from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace
where ${inScope("c.cfgnamespace", facts)} and ${notMember("c.oid", catalogs.textSearchConfiguration)}
union all
${head("text-search-dictionary", catalogs.textSearchDictionary, "d.oid", "n.nspname, d.dictname", "null", "d.dictowner")},
  json_build_object('template', (select format('%I.%I', tn.nspname, t.tmplname) from pg_ts_template t join pg_namespace tn on tn.oid = t.tmplnamespace where t.oid = d.dicttemplate),
    'options', d.dictinitoption)::text
from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace
where ${inScope("d.dictnamespace", facts)} and ${notMember("d.oid", catalogs.textSearchDictionary)}
union all
${head("text-search-parser", catalogs.textSearchParser, "p.oid", "n.nspname, p.prsname", "null", "null")},
  json_build_object('options', json_strip_nulls(json_build_object('START', p.prsstart::regproc::text, 'GETTOKEN', p.prstoken::regproc::text,
    'END', p.prsend::regproc::text, 'LEXTYPES', p.prslextype::regproc::text, 'HEADLINE', nullif(p.prsheadline::oid, 0)::regproc::text)))::text
from pg_ts_parser p join pg_namespace n on n.oid = p.prsnamespace
where ${inScope("p.prsnamespace", facts)} and ${notMember("p.oid", catalogs.textSearchParser)}
union all
${head("text-search-template", catalogs.textSearchTemplate, "t.oid", "n.nspname, t.tmplname", "null", "null")},
  json_build_object('options', json_strip_nulls(json_build_object('INIT', nullif(t.tmplinit::oid, 0)::regproc::text, 'LEXIZE', t.tmpllexize::regproc::text)))::text
from pg_ts_template t join pg_namespace n on n.oid = t.tmplnamespace
where ${inScope("t.tmplnamespace", facts)} and ${notMember("t.oid", catalogs.textSearchTemplate)}`;
}

const castSql = `${head("cast", catalogs.cast, "c.oid", "", "format_type(c.castsource, null) || ' AS ' || format_type(c.casttarget, null)", "null")},
  json_build_object('options', json_strip_nulls(json_build_object('FUNCTION', nullif(c.castfunc, 0)::regprocedure::text,
    'METHOD', case c.castmethod when 'f' then 'FUNCTION' when 'i' then 'INOUT' when 'b' then 'WITHOUT FUNCTION' end,
    'CONTEXT', case c.castcontext when 'e' then 'EXPLICIT' when 'a' then 'ASSIGNMENT' when 'i' then 'IMPLICIT' end)))::text
from pg_cast c where c.oid >= ${firstUserOid} and ${notMadeAlong("c.oid", catalogs.cast)} and ${notMember("c.oid", catalogs.cast)}`;

function operatorSql(facts: CatalogFacts): string {
  return `${head("operator", catalogs.operator, "o.oid", "n.nspname, o.oprname", "case when o.oprleft = 0 then 'NONE' else format_type(o.oprleft, null) end || ', ' || case when o.oprright = 0 then 'NONE' else format_type(o.oprright, null) end", "o.oprowner")},
  json_build_object('options', json_strip_nulls(json_build_object('FUNCTION', o.oprcode::regprocedure::text,
    'COMMUTATOR', nullif(o.oprcom, 0)::regoperator::text, 'NEGATOR', nullif(o.oprnegate, 0)::regoperator::text,
    'RESTRICT', nullif(o.oprrest::oid, 0)::regproc::text, 'JOIN', nullif(o.oprjoin::oid, 0)::regproc::text,
    'HASHES', case when o.oprcanhash then 'true' end, 'MERGES', case when o.oprcanmerge then 'true' end)))::text
from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
where ${inScope("o.oprnamespace", facts)} and ${notMember("o.oid", catalogs.operator)}`;
}

/** Members belong to the class when they depend on it, and are loose members of the family otherwise. */
function members(catalog: number, oid: string): string {
  return `(select coalesce(json_object_agg(m.name, m.text), '{}')::jsonb from (
    select format('OPERATOR %s (%s, %s)', ao.amopstrategy, format_type(ao.amoplefttype, null), format_type(ao.amoprighttype, null)) as name,
      ao.amopopr::regoperator::text || case when ao.amopsortfamily <> 0 then ' FOR ORDER BY' || (select format(' %I', sort.opfname) from pg_opfamily sort where sort.oid = ao.amopsortfamily) else '' end as text
    from pg_depend dep join pg_amop ao on ao.oid = dep.objid where dep.classid = 2602 and dep.refclassid = ${catalog} and dep.refobjid = ${oid}
    union all
    select format('FUNCTION %s (%s, %s)', ap.amprocnum, format_type(ap.amproclefttype, null), format_type(ap.amprocrighttype, null)), ap.amproc::regprocedure::text
    from pg_depend dep join pg_amproc ap on ap.oid = dep.objid where dep.classid = 2603 and dep.refclassid = ${catalog} and dep.refobjid = ${oid}) m)`;
}

function operatorClassSql(facts: CatalogFacts): string {
  return `${head("operator-class", catalogs.operatorClass, "o.oid", "n.nspname, o.opcname", "a.amname", "o.opcowner")},
  json_build_object('options', jsonb_strip_nulls(jsonb_build_object('TYPE', format_type(o.opcintype, null), 'DEFAULT', case when o.opcdefault then 'true' end,
    'FAMILY', format('%I.%I', fn.nspname, f.opfname), 'STORAGE', case when o.opckeytype <> 0 then format_type(o.opckeytype, null) end))
    || ${members(catalogs.operatorClass, "o.oid")})::text
from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace join pg_am a on a.oid = o.opcmethod
  join pg_opfamily f on f.oid = o.opcfamily join pg_namespace fn on fn.oid = f.opfnamespace
where ${inScope("o.opcnamespace", facts)} and ${notMember("o.oid", catalogs.operatorClass)}
union all
${head("operator-family", catalogs.operatorFamily, "f.oid", "n.nspname, f.opfname", "a.amname", "f.opfowner")},
  json_build_object('options', ${members(catalogs.operatorFamily, "f.oid")})::text
from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace join pg_am a on a.oid = f.opfmethod
where ${inScope("f.opfnamespace", facts)} and ${notMember("f.oid", catalogs.operatorFamily)}`;
}

function conversionSql(facts: CatalogFacts): string {
  return `${head("conversion", catalogs.conversion, "c.oid", "n.nspname, c.conname", "null", "c.conowner")},
  json_build_object('options', json_strip_nulls(json_build_object('FROM', pg_encoding_to_char(c.conforencoding), 'TO', pg_encoding_to_char(c.contoencoding),
    'FUNCTION', c.conproc::regproc::text, 'DEFAULT', case when c.condefault then 'true' end)))::text
from pg_conversion c join pg_namespace n on n.oid = c.connamespace
where ${inScope("c.connamespace", facts)} and ${notMember("c.oid", catalogs.conversion)}`;
}

const languageSql = `${head("language", catalogs.language, "l.oid", "l.lanname", "null", "l.lanowner")},
  json_build_object('options', json_strip_nulls(json_build_object('HANDLER', nullif(l.lanplcallfoid, 0)::regproc::text,
    'INLINE', nullif(l.laninline, 0)::regproc::text, 'VALIDATOR', nullif(l.lanvalidator, 0)::regproc::text, 'TRUSTED', case when l.lanpltrusted then 'true' end)))::text
from pg_language l where l.oid >= ${firstUserOid} and ${notMember("l.oid", catalogs.language)}`;

const accessMethodSql = `${head("access-method", catalogs.accessMethod, "a.oid", "a.amname", "null", "null")},
  json_build_object('options', json_build_object('TYPE', case a.amtype when 'i' then 'INDEX' when 't' then 'TABLE' end, 'HANDLER', a.amhandler::regproc::text))::text
from pg_am a where a.oid >= ${firstUserOid} and ${notMember("a.oid", catalogs.accessMethod)}`;

const transformSql = `${head("transform", catalogs.transform, "t.oid", "", "format('FOR %s LANGUAGE %I', format_type(t.trftype, null), l.lanname)", "null")},
  json_build_object('options', json_strip_nulls(json_build_object('FROM SQL', nullif(t.trffromsql::oid, 0)::regprocedure::text, 'TO SQL', nullif(t.trftosql::oid, 0)::regprocedure::text)))::text
from pg_transform t join pg_language l on l.oid = t.trflang where ${notMember("t.oid", catalogs.transform)}`;

const foreignSql = `${head("foreign-data-wrapper", catalogs.foreignDataWrapper, "f.oid", "f.fdwname", "null", "f.fdwowner")},
  json_build_object('handler', nullif(f.fdwhandler, 0)::regproc::text, 'validator', nullif(f.fdwvalidator, 0)::regproc::text, 'options', f.fdwoptions)::text
from pg_foreign_data_wrapper f where ${notMember("f.oid", catalogs.foreignDataWrapper)}
union all
${head("foreign-server", catalogs.foreignServer, "s.oid", "s.srvname", "null", "s.srvowner")},
  json_build_object('wrapper', f.fdwname, 'type', s.srvtype, 'version', s.srvversion, 'options', s.srvoptions)::text
from pg_foreign_server s join pg_foreign_data_wrapper f on f.oid = s.srvfdw where ${notMember("s.oid", catalogs.foreignServer)}`;

const eventTriggerSql = `${head("event-trigger", catalogs.eventTrigger, "e.oid", "e.evtname", "null", "e.evtowner")},
  json_build_object('event', e.evtevent, 'function', e.evtfoid::regproc::text,
    'tags', (select coalesce(json_agg(t order by t), '[]') from unnest(e.evttags) t), 'enabled', e.evtenabled)::text
from pg_event_trigger e where ${notMember("e.oid", catalogs.eventTrigger)}`;
