/** Catalog queries for constraints, triggers, rules and policies. */
import { has } from "../version.ts";
import { type CatalogFacts, catalogs, inScope, ofRelations, whileAlive } from "./facts.ts";

export type ConstraintRow = readonly [
  oid: string,
  name: string,
  type: string,
  relation: string,
  domain: string,
  index: string,
  parent: string,
  referenced: string,
  columns: string | null,
  referencedColumns: string | null,
  onUpdate: string,
  onDelete: string,
  match: string,
  onDeleteColumns: string | null,
  deferrable: string,
  deferred: string,
  validated: string,
  enforced: string,
  local: string,
  noInherit: string,
  period: string,
  text: string | null,
];

/**
 * NOT NULLs of 18 and later come along only when something about them is not automatic; their automatic names begin
 * with the table's name, which is all that can be told cheaply here. A comment needs what it speaks of.
 */
export function constraintsSql(facts: CatalogFacts): string {
  const named = has(facts.version, "namedNotNull")
    ? `or (x.contype = 'n' and (x.connoinherit or not x.convalidated or x.conrelid = 0
      or x.oid in (select objoid from pg_description where classoid = ${catalogs.constraint})
      or not (x.conname ~ '_not_null[0-9]*$' and starts_with(x.conname::text, c.relname || '_'))))`
    : "";
  return `select x.oid, x.conname, x.contype, x.conrelid, x.contypid, x.conindid, x.conparentid, x.confrelid,
  array_to_string(x.conkey, ' '), array_to_string(x.confkey, ' '), x.confupdtype, x.confdeltype, x.confmatchtype,
  ${has(facts.version, "partialSetNull") ? "array_to_string(x.confdelsetcols, ' ')" : "null"},
  x.condeferrable, x.condeferred, x.convalidated, ${has(facts.version, "notEnforced") ? "x.conenforced" : "true"},
  x.conislocal, x.connoinherit, ${has(facts.version, "temporalKeys") ? "x.conperiod" : "false"},
  case x.contype when 'c' then case when x.conrelid = 0 then coalesce(pg_get_expr(x.conbin, 0), '???') else ${whileAlive("x.conrelid", "pg_get_expr(x.conbin, x.conrelid)")} end
    when 'x' then ${whileAlive("x.conrelid", "pg_get_constraintdef(x.oid)")} end
from pg_constraint x left join pg_class c on c.oid = x.conrelid
where ${inScope("x.connamespace", facts)}${ofRelations("x.conrelid", facts)} and (x.contype in ('p', 'u', 'x', 'f', 'c') ${named})`;
}

export type TriggerRow = readonly [
  oid: string,
  relation: string,
  name: string,
  enabled: string,
  constraint: string,
  parent: string,
  definition: string,
];

export function triggersSql(facts: CatalogFacts): string {
  const own = has(facts.version, "clonedTriggersAreUserTriggers")
    ? "not t.tgisinternal"
    : "(not t.tgisinternal or t.tgparentid <> 0)";
  return `select t.oid, t.tgrelid, t.tgname, t.tgenabled, t.tgconstraint <> 0, t.tgparentid, ${whileAlive("t.tgrelid", "pg_get_triggerdef(t.oid)")}
from pg_trigger t join pg_class c on c.oid = t.tgrelid where ${own} and ${inScope("c.relnamespace", facts)}${ofRelations("t.tgrelid", facts)}`;
}

export type InternalTriggerRow = readonly [constraint: string, checks: string, enabled: string];

/**
 * The triggers behind a constraint, where they are not plainly enabled (DISABLE TRIGGER ALL). 1644 and 1645 are
 * RI_FKey_check_ins and RI_FKey_check_upd: the referencing side's.
 */
export function internalTriggersSql({ only }: CatalogFacts): string {
  const wanted =
    only === undefined
      ? ""
      : ` and tgconstraint in (select oid from pg_constraint where conrelid = any ('${only.relations}'::oid[]))`;
  return `select tgconstraint, tgfoid in (1644, 1645), min(tgenabled::text)
from pg_trigger where tgisinternal and tgconstraint <> 0 and tgenabled <> 'O'${wanted} group by 1, 2`;
}

export type RuleRow = readonly [
  oid: string,
  relation: string,
  name: string,
  enabled: string,
  definition: string,
];

export function rulesSql(facts: CatalogFacts): string {
  return `select r.oid, r.ev_class, r.rulename, r.ev_enabled, ${whileAlive("r.ev_class", "pg_get_ruledef(r.oid)")}
from pg_rewrite r join pg_class c on c.oid = r.ev_class
where r.rulename <> '_RETURN' and ${inScope("c.relnamespace", facts)}${ofRelations("r.ev_class", facts)}`;
}

export type PolicyRow = readonly [
  oid: string,
  relation: string,
  name: string,
  command: string,
  permissive: string,
  roles: string,
  using: string | null,
  withCheck: string | null,
];

export function policiesSql(facts: CatalogFacts): string {
  return `select p.oid, p.polrelid, p.polname, p.polcmd, p.polpermissive, array_to_string(p.polroles, ' '),
  case when p.polqual is not null then ${whileAlive("p.polrelid", "pg_get_expr(p.polqual, p.polrelid)")} end,
  case when p.polwithcheck is not null then ${whileAlive("p.polrelid", "pg_get_expr(p.polwithcheck, p.polrelid)")} end
from pg_policy p join pg_class c on c.oid = p.polrelid where ${inScope("c.relnamespace", facts)}${ofRelations("p.polrelid", facts)}`;
}

export type StatisticsRow = readonly [
  oid: string,
  relation: string,
  schema: string,
  name: string,
  owner: string,
  target: string | null,
  definition: string,
];

export function statisticsSql(facts: CatalogFacts): string {
  return `select s.oid, s.stxrelid, n.nspname, s.stxname, s.stxowner, nullif(s.stxstattarget, -1),
  ${whileAlive("s.stxrelid", "pg_get_statisticsobjdef(s.oid)")}
from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
where ${inScope("s.stxnamespace", facts)}${ofRelations("s.stxrelid", facts)} and s.oid not in (
  select objid from pg_depend where refclassid = 3079 and deptype = 'e' and classid = ${catalogs.statistics})`;
}
