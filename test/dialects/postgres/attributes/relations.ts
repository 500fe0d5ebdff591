/** One-attribute cases of schemas, tables, columns, indexes, views and sequences. */
import { type AttributeCase, table } from "./case.ts";
import { storageCases } from "./storage.ts";

const schemas: readonly AttributeCase[] = [
  { name: "schema owner", change: "alter schema s owner to dwpg_app", expected: ["altered schema:s.owner"] },
  {
    name: "schema privileges",
    change: "grant usage on schema s to dwpg_app",
    expected: ["added privilege:schema:s@dwpg_app"],
  },
  { name: "schema comment", change: "comment on schema s is 'x'", expected: ["added comment:schema:s"] },
];

const tables: readonly AttributeCase[] = [
  {
    name: "unlogged",
    setup: table,
    change: "alter table t set unlogged",
    expected: ["altered table:s.t.persistence"],
  },
  {
    name: "access method",
    setup: "create access method heap2 type table handler heap_tableam_handler; create table t (a int);",
    change: "alter table t set access method heap2",
    expected: ["altered table:s.t.accessMethod"],
    cleanup: "drop access method heap2 cascade",
    since: 150000,
  },
  {
    name: "storage parameter",
    setup: table,
    change: "alter table t set (fillfactor = 70)",
    expected: ["altered table:s.t.storageParameters"],
  },
  {
    name: "toast parameter",
    setup: table,
    change: "alter table t set (toast.autovacuum_enabled = off)",
    expected: ["altered table:s.t.toastParameters"],
  },
  {
    name: "row security enabled",
    setup: table,
    change: "alter table t enable row level security",
    expected: ["altered table:s.t.rowSecurity"],
  },
  {
    name: "row security forced",
    setup: table,
    change: "alter table t force row level security",
    expected: ["altered table:s.t.rowSecurityForced"],
  },
  {
    name: "replica identity full",
    setup: table,
    change: "alter table t replica identity full",
    expected: ["altered table:s.t.replicaIdentity"],
  },
  {
    name: "replica identity index",
    setup:
      "create table t (a int not null); create unique index i on t (a); create unique index j on t (a); alter table t replica identity using index i",
    change: "alter table t replica identity using index j",
    expected: ["altered table:s.t.replicaIdentity"],
  },
  {
    name: "inheritance parents",
    setup: "create table p (a int); create table t (a int);",
    change: "alter table t inherit p",
    expected: ["altered table:s.t.inherits"],
  },
  {
    name: "typed table",
    setup: "create type ct as (a int); create table t (a int);",
    change: "alter table t of ct",
    expected: ["altered table:s.t.ofType"],
  },
  {
    name: "partition attached",
    setup: "create table p (a int) partition by range (a); create table t (a int);",
    change: "alter table p attach partition t for values from (1) to (2)",
    expected: ["altered table:s.t.partitionOf"],
  },
  {
    name: "partition bound",
    setup:
      "create table p (a int) partition by range (a); create table t partition of p for values from (1) to (2)",
    change: [
      "alter table p detach partition t",
      "alter table p attach partition t for values from (1) to (3)",
    ],
    expected: ["altered table:s.t.partitionBound"],
  },
  {
    name: "partition key",
    setup: "create table t (a int, b int) partition by range (a)",
    change: ["drop table t", "create table t (a int, b int) partition by range (b)"],
    expected: ["altered table:s.t.partitionKey"],
  },
  {
    name: "table owner",
    setup: table,
    change: "alter table t owner to dwpg_app",
    expected: ["altered table:s.t.owner"],
  },
  {
    name: "table privileges",
    setup: table,
    change: "grant select on t to dwpg_app",
    expected: ["added privilege:table:s.t@dwpg_app"],
  },
  {
    name: "grant option",
    setup: `${table} grant select on t to dwpg_app`,
    change: "grant select on t to dwpg_app with grant option",
    expected: ["altered privilege:table:s.t@dwpg_app.grantable"],
  },
  {
    name: "owner's own privileges",
    setup: table,
    change: "revoke delete on t from current_user",
    expected: ["added privilege:table:s.t@postgres"],
  },
  {
    name: "privileges of everyone",
    setup: table,
    change: "grant select on t to public",
    expected: ["added privilege:table:s.t@PUBLIC"],
  },
  {
    name: "table comment",
    setup: table,
    change: "comment on table t is 'x'",
    expected: ["added comment:table:s.t"],
  },
  {
    name: "table renamed",
    setup: `${table} create index i on t (a)`,
    change: "alter table t rename to u",
    expected: ["renamed table:s.u"],
  },
];

const columns: readonly AttributeCase[] = [
  {
    name: "type",
    setup: table,
    change: "alter table t alter a type bigint",
    expected: ["altered column:s.t.a.type"],
  },
  {
    name: "type modifier",
    setup: "create table t (a varchar(10))",
    change: "alter table t alter a type varchar(20)",
    expected: ["altered column:s.t.a.type"],
  },
  {
    name: "not null",
    setup: table,
    change: "alter table t alter a set not null",
    expected: ["altered column:s.t.a.notNull"],
  },
  {
    name: "default",
    setup: table,
    change: "alter table t alter a set default 1",
    expected: ["altered column:s.t.a.default"],
  },
  {
    name: "identity kind",
    setup: "create table t (a int generated always as identity)",
    change: "alter table t alter a set generated by default",
    expected: ["altered column:s.t.a.identity"],
  },
  {
    name: "identity options",
    setup: "create table t (a int generated always as identity)",
    change: "alter table t alter a set increment 5",
    expected: ["altered column:s.t.a.identityOptions"],
  },
  {
    name: "generated expression",
    setup: "create table t (a int, c int generated always as (a + 1) stored)",
    change: "alter table t alter c set expression as (a + 2)",
    expected: ["altered column:s.t.c.generated"],
    since: 170000,
  },
  {
    name: "stored and virtual",
    setup: "create table t (a int, c int generated always as (a + 1) stored)",
    change: ["alter table t drop c", "alter table t add c int generated always as (a + 1) virtual"],
    expected: ["altered column:s.t.c.generatedKind"],
    since: 180000,
  },
  {
    name: "collation",
    setup: table,
    change: `alter table t alter b type text collate "C"`,
    expected: ["altered column:s.t.b.collation"],
  },
  {
    name: "storage",
    setup: table,
    change: "alter table t alter b set storage external",
    expected: ["altered column:s.t.b.storage"],
  },
  {
    name: "compression",
    setup: table,
    change: "alter table t alter b set compression pglz",
    expected: ["altered column:s.t.b.compression"],
  },
  {
    name: "statistics target",
    setup: table,
    change: "alter table t alter b set statistics 500",
    expected: ["altered column:s.t.b.statisticsTarget"],
  },
  {
    name: "n_distinct",
    setup: table,
    change: "alter table t alter b set (n_distinct = 5)",
    expected: ["altered column:s.t.b.options"],
  },
  {
    name: "default of an inherited column",
    setup: "create table p (a int default 1); create table t () inherits (p)",
    change: "alter table t alter a set default 2",
    expected: ["altered column:s.t.a.default"],
  },
  {
    name: "inherited column declared locally",
    setup: "create table p (a int); create table t () inherits (p)",
    change: ["drop table t", "create table t (a int) inherits (p)"],
    expected: ["altered column:s.t.a.local"],
  },
  {
    name: "foreign column options",
    setup: "create foreign table ft (a int options (column_name 'x')) server srv",
    change: "alter foreign table ft alter a options (set column_name 'y')",
    expected: ["altered column:s.ft.a.foreignOptions"],
  },
  {
    name: "column privileges",
    setup: table,
    change: "grant select (a) on t to dwpg_app",
    expected: ["added privilege:column:s.t.a@dwpg_app"],
  },
  {
    name: "column comment",
    setup: table,
    change: "comment on column t.a is 'x'",
    expected: ["added comment:column:s.t.a"],
  },
  {
    name: "column renamed",
    setup: table,
    change: "alter table t rename a to z",
    expected: ["renamed column:s.t.z"],
  },
  {
    name: "column dropped in the middle",
    setup: "create table t (a int, b int, c int)",
    change: "alter table t drop b",
    expected: ["removed column:s.t.b"],
  },
  {
    name: "not-null with a name",
    setup: table,
    change: "alter table t add constraint chosen not null a",
    expected: ["altered column:s.t.a.notNull", "altered column:s.t.a.notNullConstraint"],
    since: 180000,
  },
  {
    name: "not-null renamed",
    setup: "create table t (a int not null)",
    change: "alter table t rename constraint t_a_not_null to chosen",
    expected: ["altered column:s.t.a.notNullConstraint"],
    since: 180000,
  },
  {
    name: "not-null not valid",
    setup: "create table t (a int constraint c not null)",
    change: ["alter table t drop constraint c", "alter table t add constraint c not null a not valid"],
    expected: ["altered column:s.t.a.notNullConstraint"],
    since: 180000,
  },
  {
    name: "not-null no inherit",
    setup: "create table t (a int not null)",
    change: ["alter table t alter a drop not null", "alter table t add not null a no inherit"],
    expected: ["altered column:s.t.a.notNullConstraint"],
    since: 180000,
  },
];

const indexed = "create table t (a int, b text, c int); create index i on t (a);";
const replaced = (definition: string): readonly string[] => ["drop index i", definition];
const indexes: readonly AttributeCase[] = [
  {
    name: "index method",
    setup: indexed,
    change: replaced("create index i on t using hash (a)"),
    expected: ["altered index:s.t.i.method"],
  },
  {
    name: "index columns",
    setup: indexed,
    change: replaced("create index i on t (a, c)"),
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "index expression",
    setup: "create table t (b text); create index i on t (lower(b))",
    change: replaced("create index i on t (upper(b))"),
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "operator class",
    setup: "create table t (b text); create index i on t (b)",
    change: replaced("create index i on t (b text_pattern_ops)"),
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "operator class options",
    setup: "create table t (v tsvector); create index i on t using gist (v)",
    change: replaced("create index i on t using gist (v tsvector_ops (siglen = 100))"),
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "index collation",
    setup: "create table t (b text); create index i on t (b)",
    change: replaced(`create index i on t (b collate "C")`),
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "index order",
    setup: indexed,
    change: replaced("create index i on t (a desc)"),
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "index nulls order",
    setup: indexed,
    change: replaced("create index i on t (a nulls first)"),
    expected: ["altered index:s.t.i.columns"],
  },
  {
    name: "index include",
    setup: indexed,
    change: replaced("create index i on t (a) include (c)"),
    expected: ["altered index:s.t.i.include"],
  },
  {
    name: "index predicate",
    setup: indexed,
    change: replaced("create index i on t (a) where c > 0"),
    expected: ["altered index:s.t.i.predicate"],
  },
  {
    name: "index unique",
    setup: indexed,
    change: replaced("create unique index i on t (a)"),
    expected: ["altered index:s.t.i.unique"],
  },
  {
    name: "index nulls not distinct",
    setup: "create table t (a int); create unique index i on t (a)",
    change: replaced("create unique index i on t (a) nulls not distinct"),
    expected: ["altered index:s.t.i.nullsNotDistinct"],
    since: 150000,
  },
  {
    name: "index storage parameters",
    setup: indexed,
    change: "alter index i set (fillfactor = 60)",
    expected: ["altered index:s.t.i.storageParameters"],
  },
  {
    name: "index invalid",
    setup: indexed,
    change: "update pg_index set indisvalid = false where indexrelid = 's.i'::regclass",
    expected: ["altered index:s.t.i.valid"],
  },
  {
    name: "index not ready",
    setup: indexed,
    change: "update pg_index set indisready = false where indexrelid = 's.i'::regclass",
    expected: ["altered index:s.t.i.ready"],
  },
  {
    name: "clustered on",
    setup: indexed,
    change: "alter table t cluster on i",
    expected: ["altered index:s.t.i.clustered"],
  },
  {
    name: "expression statistics",
    setup: "create table t (b text); create index i on t (lower(b))",
    change: "alter index i alter 1 set statistics 300",
    expected: ["altered index:s.t.i.statisticsTargets"],
  },
  {
    name: "index attached",
    setup:
      "create table p (a int) partition by range (a); create table t partition of p for values from (1) to (2); create index pi on only p (a); create index i on t (a)",
    change: "alter index pi attach partition i",
    expected: ["altered index:s.t.i.partitionOf", "altered index:s.p.pi.valid"],
  },
  {
    name: "index comment",
    setup: indexed,
    change: "comment on index i is 'x'",
    expected: ["added comment:index:s.t.i"],
  },
  {
    name: "index renamed",
    setup: indexed,
    change: "alter index i rename to j",
    expected: ["renamed index:s.t.j"],
  },
];

const view = "create table t (a int, b text); create view v as select a, b from t;";
const matview = "create table t (a int, b text); create materialized view m as select a, b from t;";
const views: readonly AttributeCase[] = [
  {
    name: "view definition",
    setup: view,
    change: "create or replace view v as select a, b from t where a > 0",
    expected: ["altered view:s.v.definition"],
  },
  {
    name: "security invoker",
    setup: view,
    change: "alter view v set (security_invoker = true)",
    expected: ["altered view:s.v.options"],
    since: 150000,
  },
  {
    name: "security barrier",
    setup: view,
    change: "alter view v set (security_barrier = true)",
    expected: ["altered view:s.v.options"],
  },
  {
    name: "check option",
    setup: view,
    change: "alter view v set (check_option = local)",
    expected: ["altered view:s.v.options"],
  },
  {
    name: "view column default",
    setup: view,
    change: "alter view v alter a set default 5",
    expected: ["altered view:s.v.columnDefaults"],
  },
  {
    name: "view column comment",
    setup: view,
    change: "comment on column v.a is 'x'",
    expected: ["added comment:column:s.v.a"],
  },
  {
    name: "view column privileges",
    setup: view,
    change: "grant select (a) on v to dwpg_app",
    expected: ["added privilege:column:s.v.a@dwpg_app"],
  },
  {
    name: "view owner",
    setup: view,
    change: "alter view v owner to dwpg_app",
    expected: ["altered view:s.v.owner"],
  },
  {
    name: "view privileges",
    setup: view,
    change: "grant select on v to dwpg_app",
    expected: ["added privilege:view:s.v@dwpg_app"],
  },
  {
    name: "view comment",
    setup: view,
    change: "comment on view v is 'x'",
    expected: ["added comment:view:s.v"],
  },
  {
    name: "matview populated",
    setup: matview,
    change: "refresh materialized view m with no data",
    expected: ["altered materialized-view:s.m.populated"],
  },
  {
    name: "matview definition",
    setup: matview,
    change: ["drop materialized view m", "create materialized view m as select a, b from t where a > 1"],
    expected: ["altered materialized-view:s.m.definition"],
  },
  {
    name: "matview index",
    setup: matview,
    change: "create index i on m (a)",
    expected: ["added index:s.m.i"],
  },
  {
    name: "matview options",
    setup: matview,
    change: "alter materialized view m set (fillfactor = 50)",
    expected: ["altered materialized-view:s.m.options"],
  },
  {
    name: "matview column statistics",
    setup: matview,
    change: "alter materialized view m alter a set statistics 10",
    expected: ["altered materialized-view:s.m.columnOptions"],
  },
  {
    name: "matview comment",
    setup: matview,
    change: "comment on materialized view m is 'x'",
    expected: ["added comment:materialized-view:s.m"],
  },
  {
    name: "matview owner",
    setup: matview,
    change: "alter materialized view m owner to dwpg_app",
    expected: ["altered materialized-view:s.m.owner"],
  },
];

const sequence = "create sequence q;";
const sequences: readonly AttributeCase[] = [
  {
    name: "sequence type",
    setup: sequence,
    change: "alter sequence q as integer",
    expected: ["altered sequence:s.q.type"],
  },
  {
    name: "sequence start",
    setup: sequence,
    change: "alter sequence q start 5",
    expected: ["altered sequence:s.q.start"],
  },
  {
    name: "sequence minimum",
    setup: sequence,
    change: "alter sequence q minvalue -5",
    expected: ["altered sequence:s.q.minimum"],
  },
  {
    name: "sequence maximum",
    setup: sequence,
    change: "alter sequence q maxvalue 500",
    expected: ["altered sequence:s.q.maximum"],
  },
  {
    name: "sequence increment",
    setup: sequence,
    change: "alter sequence q increment 2",
    expected: ["altered sequence:s.q.increment"],
  },
  {
    name: "sequence cycle",
    setup: sequence,
    change: "alter sequence q cycle",
    expected: ["altered sequence:s.q.cycle"],
  },
  {
    name: "sequence cache",
    setup: sequence,
    change: "alter sequence q cache 20",
    expected: ["altered sequence:s.q.cache"],
  },
  {
    name: "sequence owned by",
    setup: `${sequence} ${table}`,
    change: "alter sequence q owned by t.a",
    expected: ["altered sequence:s.q.ownedBy"],
  },
  {
    name: "sequence unlogged",
    setup: sequence,
    change: "alter sequence q set unlogged",
    expected: ["altered sequence:s.q.persistence"],
    since: 150000,
  },
  {
    name: "sequence owner",
    setup: sequence,
    change: "alter sequence q owner to dwpg_app",
    expected: ["altered sequence:s.q.owner"],
  },
  {
    name: "sequence privileges",
    setup: sequence,
    change: "grant usage on sequence q to dwpg_app",
    expected: ["added privilege:sequence:s.q@dwpg_app"],
  },
  {
    name: "identity sequence privileges",
    setup: "create table t (a int generated always as identity)",
    change: "grant usage on sequence t_a_seq to dwpg_app",
    expected: ["added privilege:sequence:s.t_a_seq@dwpg_app"],
  },
  {
    name: "sequence comment",
    setup: sequence,
    change: "comment on sequence q is 'x'",
    expected: ["added comment:sequence:s.q"],
  },
];

export const relationCases: readonly AttributeCase[] = [
  ...schemas,
  ...tables,
  ...columns,
  ...indexes,
  ...views,
  ...sequences,
  ...storageCases,
];
