/** Routines, types and operators: pg_proc, pg_type and what hangs on them. */
import { type CatalogFacts, catalogs, inScope, notMadeAlong, notMember, ofRoutines } from "./facts.ts";

export type RoutineRow = readonly [
  oid: string,
  namespace: string,
  name: string,
  signature: string,
  owner: string,
  kind: string,
  source: string,
  library: string | null,
  sqlBody: string | null,
  language: string,
  returns: string | null,
  arguments_: string,
  securityDefiner: string,
  volatility: string,
  parallel: string,
  strict: string,
  leakproof: string,
  cost: string,
  rows: string,
  support: string | null,
  settings: string | null,
  transforms: string | null,
];

/** oidvectortypes is what identifies a routine; pg_get_function_identity_arguments would add argument names. */
export function routinesSql(facts: CatalogFacts): string {
  return `select p.oid, p.pronamespace, p.proname, oidvectortypes(p.proargtypes), p.proowner, p.prokind,
  p.prosrc, p.probin, case when p.prosqlbody is not null then case when pg_function_is_visible(p.oid) is not null then coalesce(pg_get_function_sqlbody(p.oid), '???') else '???' end end, l.lanname, coalesce(pg_get_function_result(p.oid), case when p.prokind <> 'p' then '???' end), coalesce(pg_get_function_arguments(p.oid), '???'),
  p.prosecdef, p.provolatile, p.proparallel, p.proisstrict, p.proleakproof, p.procost, p.prorows,
  nullif(p.prosupport, 0)::regproc, to_json(p.proconfig),
  case when p.protrftypes is not null then (select json_agg(format_type(x, null)) from unnest(p.protrftypes) x) end
from pg_proc p join pg_language l on l.oid = p.prolang
where p.prokind in ('f', 'p', 'w')${ofRoutines("p.oid", facts)} and ${notMadeAlong("p.oid", catalogs.procedure)} and ${inScope("p.pronamespace", facts)} and ${notMember("p.oid", catalogs.procedure)}`;
}

export type AggregateRow = readonly [
  oid: string,
  namespace: string,
  name: string,
  signature: string,
  owner: string,
  returns: string,
  arguments_: string,
  parallel: string,
  options: string,
];

export function aggregatesSql(facts: CatalogFacts): string {
  return `select p.oid, p.pronamespace, p.proname, oidvectortypes(p.proargtypes), p.proowner,
  format_type(p.prorettype, null), pg_get_function_arguments(p.oid), p.proparallel,
  json_strip_nulls(json_build_object('SFUNC', a.aggtransfn::regprocedure::text, 'STYPE', format_type(a.aggtranstype, null),
    'SSPACE', nullif(a.aggtransspace, 0)::text, 'INITCOND', a.agginitval,
    'FINALFUNC', nullif(a.aggfinalfn, 0)::regprocedure::text, 'FINALFUNC_EXTRA', case when a.aggfinalextra then 'true' end,
    'FINALFUNC_MODIFY', case when a.aggfinalfn <> 0 then a.aggfinalmodify::text end,
    'COMBINEFUNC', nullif(a.aggcombinefn, 0)::regprocedure::text, 'SERIALFUNC', nullif(a.aggserialfn, 0)::regprocedure::text,
    'DESERIALFUNC', nullif(a.aggdeserialfn, 0)::regprocedure::text,
    'MSFUNC', nullif(a.aggmtransfn, 0)::regprocedure::text, 'MINVFUNC', nullif(a.aggminvtransfn, 0)::regprocedure::text,
    'MSTYPE', case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end,
    'MSSPACE', nullif(a.aggmtransspace, 0)::text, 'MFINALFUNC', nullif(a.aggmfinalfn, 0)::regprocedure::text,
    'MFINALFUNC_EXTRA', case when a.aggmfinalextra then 'true' end,
    'MFINALFUNC_MODIFY', case when a.aggmfinalfn <> 0 then a.aggmfinalmodify::text end, 'MINITCOND', a.aggminitval,
    'SORTOP', nullif(a.aggsortop, 0)::regoperator::text, 'HYPOTHETICAL', case when a.aggkind = 'h' then 'true' end))
from pg_proc p join pg_aggregate a on a.aggfnoid = p.oid
where ${inScope("p.pronamespace", facts)}${ofRoutines("p.oid", facts)} and ${notMember("p.oid", catalogs.procedure)}`;
}

export type TypeObjectRow = readonly [
  oid: string,
  namespace: string,
  name: string,
  owner: string,
  type: string,
  relation: string,
  details: string | null,
];

/** Enums, domains, composites, ranges and base types, each with its own facts as JSON. */
export function typeObjectsSql(facts: CatalogFacts): string {
  return `select t.oid, t.typnamespace, t.typname, t.typowner, t.typtype, t.typrelid, case t.typtype
  when 'e' then (select to_json(coalesce(array_agg(e.enumlabel::text order by e.enumsortorder), '{}')) from pg_enum e where e.enumtypid = t.oid)
  when 'd' then json_build_object('baseType', format_type(t.typbasetype, t.typtypmod), 'notNull', t.typnotnull,
    'default', coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
    'collation', case when t.typcollation <> b.typcollation then t.typcollation end)
  when 'r' then (select json_build_object('subtype', format_type(r.rngsubtype, null), 'operatorClass', r.rngsubopc,
    'collation', case when r.rngcollation <> s.typcollation then r.rngcollation end,
    'canonical', nullif(r.rngcanonical, 0)::regproc::text, 'subtypeDiff', nullif(r.rngsubdiff, 0)::regproc::text,
    'multirange', format_type(r.rngmultitypid, null), 'multirangeName', json_build_array(m.oid, m.typnamespace, m.typname))
    from pg_range r join pg_type s on s.oid = r.rngsubtype join pg_type m on m.oid = r.rngmultitypid where r.rngtypid = t.oid)
  when 'b' then ${baseTypeOptions}
  when 'p' then '{}' end
from pg_type t left join pg_type b on b.oid = t.typbasetype left join pg_class c on c.oid = t.typrelid
where ${inScope("t.typnamespace", facts)} and ${notMember("t.oid", catalogs.type)}
  and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c') or (t.typtype = 'p' and not t.typisdefined)
    or (t.typtype = 'b' and not exists (select from pg_type e where e.oid = t.typelem and e.typarray = t.oid)))`;
}

const baseTypeOptions = `json_strip_nulls(json_build_object('INPUT', nullif(t.typinput, 0)::regproc::text,
    'OUTPUT', nullif(t.typoutput, 0)::regproc::text, 'RECEIVE', nullif(t.typreceive, 0)::regproc::text,
    'SEND', nullif(t.typsend, 0)::regproc::text, 'TYPMOD_IN', nullif(t.typmodin, 0)::regproc::text,
    'TYPMOD_OUT', nullif(t.typmodout, 0)::regproc::text, 'ANALYZE', nullif(t.typanalyze, 0)::regproc::text,
    'SUBSCRIPT', nullif(t.typsubscript, 0)::regproc::text,
    'INTERNALLENGTH', case when t.typlen = -1 then 'VARIABLE' else t.typlen::text end,
    'PASSEDBYVALUE', case when t.typbyval then 'true' end, 'ALIGNMENT', t.typalign, 'STORAGE', t.typstorage,
    'CATEGORY', t.typcategory, 'PREFERRED', case when t.typispreferred then 'true' end, 'DEFAULT', t.typdefault,
    'ELEMENT', case when t.typelem <> 0 then format_type(t.typelem, null) end, 'DELIMITER', t.typdelim,
    'COLLATABLE', case when t.typcollation <> 0 then 'true' end))`;
