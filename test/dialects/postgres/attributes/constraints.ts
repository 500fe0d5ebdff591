/** One-attribute cases of constraints, triggers, rules, policies and statistics. */
import { type AttributeCase, table } from "./case.ts";

const keyed = "create table t (a int not null, b int, c int, r int4range not null, constraint k unique (a));";
const rekeyed = (definition: string): readonly string[] => [
  "alter table t drop constraint k",
  `alter table t add constraint k ${definition}`,
];
const keys: readonly AttributeCase[] = [
  {
    name: "key columns",
    setup: keyed,
    change: rekeyed("unique (a, b)"),
    expected: ["altered unique:s.t.k.columns"],
  },
  {
    name: "key include",
    setup: keyed,
    change: rekeyed("unique (a) include (b)"),
    expected: ["altered unique:s.t.k.include"],
  },
  {
    name: "key nulls not distinct",
    setup: keyed,
    change: rekeyed("unique nulls not distinct (a)"),
    expected: ["altered unique:s.t.k.nullsNotDistinct"],
    since: 150000,
  },
  {
    name: "key deferrable",
    setup: keyed,
    change: rekeyed("unique (a) deferrable"),
    expected: ["altered unique:s.t.k.deferrable"],
  },
  {
    name: "key initially deferred",
    setup: "create table t (a int, constraint k unique (a) deferrable)",
    change: rekeyed("unique (a) deferrable initially deferred"),
    expected: ["altered unique:s.t.k.initiallyDeferred"],
  },
  {
    name: "without overlaps",
    setup: "create table t (a int, r int4range, constraint k unique (a, r))",
    change: ["create extension btree_gist schema s", ...rekeyed("unique (a, r without overlaps)")],
    expected: ["added extension:btree_gist", "altered unique:s.t.k.withoutOverlaps"],
    cleanup: "drop extension btree_gist cascade",
    since: 180000,
  },
  {
    name: "key index parameters",
    setup: keyed,
    change: "alter index k set (fillfactor = 50)",
    expected: ["altered unique:s.t.k.storageParameters"],
  },
  {
    name: "key clustered",
    setup: keyed,
    change: "alter table t cluster on k",
    expected: ["altered unique:s.t.k.clustered"],
  },
  {
    name: "key comment",
    setup: keyed,
    change: "comment on constraint k on t is 'x'",
    expected: ["added comment:unique:s.t.k"],
  },
  {
    name: "comment on the index of a key",
    setup: keyed,
    change: "comment on index k is 'x'",
    expected: ["added comment:index:s.t.k"],
  },
  {
    name: "primary key",
    setup: table,
    change: "alter table t add primary key (a)",
    expected: ["added primary-key:s.t.t_pkey", "altered column:s.t.a.notNull"],
  },
  {
    name: "triggers of a deferrable key disabled",
    setup: "create table t (a int, constraint k unique (a) deferrable)",
    change: "alter table t disable trigger all",
    expected: ["altered unique:s.t.k.triggerState"],
  },
  {
    name: "exclusion",
    setup: "create table t (r int4range, constraint x exclude using gist (r with &&))",
    change: [
      "alter table t drop constraint x",
      "alter table t add constraint x exclude using gist (r with =)",
    ],
    expected: ["altered exclusion:s.t.x.definition"],
  },
];

const linked =
  "create table p (id int primary key, k int unique); create table t (a int, b int, constraint f foreign key (a) references p (id));";
const relinked = (definition: string): readonly string[] => [
  "alter table t drop constraint f",
  `alter table t add constraint f foreign key ${definition}`,
];
const foreignKeys: readonly AttributeCase[] = [
  {
    name: "foreign key columns",
    setup: linked,
    change: relinked("(b) references p (id)"),
    expected: ["altered foreign-key:s.t.f.columns"],
  },
  {
    name: "foreign key target columns",
    setup: linked,
    change: relinked("(a) references p (k)"),
    expected: ["altered foreign-key:s.t.f.referencedColumns"],
  },
  {
    name: "foreign key target",
    setup: `${linked} create table p2 (id int primary key)`,
    change: relinked("(a) references p2 (id)"),
    expected: ["altered foreign-key:s.t.f.referencedTable"],
  },
  {
    name: "foreign key match",
    setup: linked,
    change: relinked("(a) references p (id) match full"),
    expected: ["altered foreign-key:s.t.f.match"],
  },
  {
    name: "foreign key on update",
    setup: linked,
    change: relinked("(a) references p (id) on update cascade"),
    expected: ["altered foreign-key:s.t.f.onUpdate"],
  },
  {
    name: "foreign key on delete",
    setup: linked,
    change: relinked("(a) references p (id) on delete cascade"),
    expected: ["altered foreign-key:s.t.f.onDelete"],
  },
  {
    name: "foreign key set list",
    setup:
      "create table p (x int, y int, primary key (x, y)); create table t (a int, b int, constraint f foreign key (a, b) references p on delete set null)",
    change: relinked("(a, b) references p on delete set null (b)"),
    expected: ["altered foreign-key:s.t.f.onDeleteColumns"],
    since: 150000,
  },
  {
    name: "foreign key deferrable",
    setup: linked,
    change: "alter table t alter constraint f deferrable",
    expected: ["altered foreign-key:s.t.f.deferrable"],
  },
  {
    name: "foreign key initially deferred",
    setup: `${linked} alter table t alter constraint f deferrable`,
    change: "alter table t alter constraint f deferrable initially deferred",
    expected: ["altered foreign-key:s.t.f.initiallyDeferred"],
  },
  {
    name: "foreign key not valid",
    setup: linked,
    change: relinked("(a) references p (id) not valid"),
    expected: ["altered foreign-key:s.t.f.validated"],
  },
  {
    name: "foreign key not enforced",
    setup: `${linked} alter table t drop constraint f; alter table t add constraint f foreign key (a) references p (id) not valid`,
    change: "alter table t alter constraint f not enforced",
    expected: ["altered foreign-key:s.t.f.enforced"],
    since: 180000,
  },
  {
    name: "foreign key triggers disabled",
    setup: linked,
    change: "alter table t disable trigger all",
    expected: ["altered foreign-key:s.t.f.triggerState"],
  },
  {
    name: "foreign key triggers of the other side disabled",
    setup: linked,
    change: "alter table p disable trigger all",
    expected: ["altered foreign-key:s.t.f.referencedTriggerState"],
  },
  {
    name: "foreign key comment",
    setup: linked,
    change: "comment on constraint f on t is 'x'",
    expected: ["added comment:foreign-key:s.t.f"],
  },
  {
    name: "constraint renamed",
    setup: linked,
    change: "alter table t rename constraint f to g",
    expected: ["renamed foreign-key:s.t.g"],
  },
];

const checked = "create table t (a int, constraint c check (a > 0));";
const rechecked = (definition: string): readonly string[] => [
  "alter table t drop constraint c",
  `alter table t add constraint c ${definition}`,
];
const checks: readonly AttributeCase[] = [
  {
    name: "check expression",
    setup: checked,
    change: rechecked("check (a > 1)"),
    expected: ["altered check:s.t.c.expression"],
  },
  {
    name: "check no inherit",
    setup: checked,
    change: rechecked("check (a > 0) no inherit"),
    expected: ["altered check:s.t.c.inherit"],
  },
  {
    name: "check not valid",
    setup: checked,
    change: rechecked("check (a > 0) not valid"),
    expected: ["altered check:s.t.c.validated"],
  },
  {
    name: "check not enforced",
    setup: `create table t (a int, constraint c check (a > 0)); alter table t drop constraint c; alter table t add constraint c check (a > 0) not valid`,
    change: rechecked("check (a > 0) not enforced"),
    expected: ["altered check:s.t.c.enforced"],
    since: 180000,
  },
  {
    name: "inherited check declared locally",
    setup: "create table p (a int, constraint c check (a > 0)); create table t () inherits (p)",
    change: "alter table t add constraint c check (a > 0)",
    expected: ["altered check:s.t.c.local"],
  },
  {
    name: "check comment",
    setup: checked,
    change: "comment on constraint c on t is 'x'",
    expected: ["added comment:check:s.t.c"],
  },
];

const triggered = `${table} create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger g before insert on t for each row execute function f();`;
const partitioned =
  "create table p (a int) partition by range (a); create table t partition of p for values from (1) to (2); create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger g before insert on p for each row execute function f();";
const triggers: readonly AttributeCase[] = [
  {
    name: "trigger definition",
    setup: triggered,
    change: "create or replace trigger g before update on t for each row execute function f()",
    expected: ["altered trigger:s.t.g.definition"],
  },
  {
    name: "trigger disabled",
    setup: triggered,
    change: "alter table t disable trigger g",
    expected: ["altered trigger:s.t.g.enabled"],
  },
  {
    name: "trigger on replicas",
    setup: triggered,
    change: "alter table t enable replica trigger g",
    expected: ["altered trigger:s.t.g.enabled"],
  },
  {
    name: "trigger always",
    setup: triggered,
    change: "alter table t enable always trigger g",
    expected: ["altered trigger:s.t.g.enabled"],
  },
  {
    name: "trigger state on a partition",
    setup: partitioned,
    change: "alter table t disable trigger g",
    expected: ["altered trigger:s.t.g.enabled"],
  },
  {
    name: "trigger comment",
    setup: triggered,
    change: "comment on trigger g on t is 'x'",
    expected: ["added comment:trigger:s.t.g"],
  },
  {
    name: "trigger renamed",
    setup: triggered,
    change: "alter trigger g on t rename to h",
    expected: ["renamed trigger:s.t.h"],
  },
  {
    name: "deferrable constraint trigger",
    setup: `${triggered} create constraint trigger ct after insert on t for each row execute function f()`,
    change: [
      "drop trigger ct on t",
      "create constraint trigger ct after insert on t deferrable for each row execute function f()",
    ],
    expected: ["altered trigger:s.t.ct.definition"],
  },
  {
    name: "rule",
    setup: `${table} create rule r as on delete to t do instead nothing`,
    change: "create or replace rule r as on update to t do instead nothing",
    expected: ["altered rule:s.t.r.definition"],
  },
  {
    name: "rule disabled",
    setup: `${table} create rule r as on delete to t do instead nothing`,
    change: "alter table t disable rule r",
    expected: ["altered rule:s.t.r.enabled"],
  },
  {
    name: "rule comment",
    setup: `${table} create rule r as on delete to t do instead nothing`,
    change: "comment on rule r on t is 'x'",
    expected: ["added comment:rule:s.t.r"],
  },
];

const guarded = `${table} create policy y on t using (a > 0);`;
const policies: readonly AttributeCase[] = [
  {
    name: "policy command",
    setup: guarded,
    change: ["drop policy y on t", "create policy y on t for select using (a > 0)"],
    expected: ["altered policy:s.t.y.command"],
  },
  {
    name: "policy roles",
    setup: guarded,
    change: "alter policy y on t to dwpg_app",
    expected: ["altered policy:s.t.y.roles"],
  },
  {
    name: "policy restrictive",
    setup: guarded,
    change: ["drop policy y on t", "create policy y on t as restrictive using (a > 0)"],
    expected: ["altered policy:s.t.y.permissive"],
  },
  {
    name: "policy using",
    setup: guarded,
    change: "alter policy y on t using (a > 1)",
    expected: ["altered policy:s.t.y.using"],
  },
  {
    name: "policy with check",
    setup: guarded,
    change: "alter policy y on t with check (a > 1)",
    expected: ["altered policy:s.t.y.withCheck"],
  },
  {
    name: "policy comment",
    setup: guarded,
    change: "comment on policy y on t is 'x'",
    expected: ["added comment:policy:s.t.y"],
  },
];

const estimated = "create table t (a int, b int); create statistics x (ndistinct) on a, b from t;";
const statistics: readonly AttributeCase[] = [
  {
    name: "statistics definition",
    setup: estimated,
    change: ["drop statistics x", "create statistics x (mcv) on a, b from t"],
    expected: ["altered statistics:s.t.x.definition"],
  },
  {
    name: "statistics target",
    setup: estimated,
    change: "alter statistics x set statistics 100",
    expected: ["altered statistics:s.t.x.statisticsTarget"],
  },
  {
    name: "statistics owner",
    setup: estimated,
    change: "alter statistics x owner to dwpg_app",
    expected: ["altered statistics:s.t.x.owner"],
  },
  {
    name: "statistics comment",
    setup: estimated,
    change: "comment on statistics x is 'x'",
    expected: ["added comment:statistics:s.t.x"],
  },
];

export const constraintCases: readonly AttributeCase[] = [
  ...keys,
  ...foreignKeys,
  ...checks,
  ...triggers,
  ...policies,
  ...statistics,
];
