/** One-attribute cases of where and how rows are kept, and of what only a few tables have. */
import { type AttributeCase, table } from "./case.ts";

/** In-place tablespaces need no folder; they stay in the cluster, so each has a name of its own. */
function moved(name: string, setup: string, alter: string, id: string): AttributeCase {
  const space = `dwpg_${id.replaceAll(/\W/g, "_")}`;
  return {
    name: `tablespace of ${name}`,
    setup,
    change: [
      "set allow_in_place_tablespaces = on",
      `drop tablespace if exists ${space}`,
      `create tablespace ${space} location ''`,
      `alter ${alter} set tablespace ${space}`,
    ],
    expected: [`altered ${id}.tablespace`],
    since: 150000,
  };
}

const matview = `${table} create materialized view m as select a, b from t;`;
const tablespaces: readonly AttributeCase[] = [
  moved("a table", table, "table t", "table:s.t"),
  moved("a partitioned table", "create table p (a int) partition by range (a)", "table p", "table:s.p"),
  moved("a materialized view", matview, "materialized view m", "materialized-view:s.m"),
  moved("an index", `${table} create index i on t (a)`, "index i", "index:s.t.i"),
  moved(
    "a partitioned index",
    "create table p (a int) partition by range (a); create index pi on p (a)",
    "index pi",
    "index:s.p.pi",
  ),
  moved("a primary key", "create table t (a int primary key)", "index t_pkey", "primary-key:s.t.t_pkey"),
  moved("a unique constraint", "create table t (a int unique)", "index t_a_key", "unique:s.t.t_a_key"),
  moved(
    "an exclusion constraint",
    "create table t (r int4range, constraint x exclude using gist (r with &&))",
    "index x",
    "exclusion:s.t.x",
  ),
];

const excluded = "create table t (a int, r int4range, constraint x exclude using gist (r with &&));";
const excludedAgain = (rest: string): readonly string[] => [
  "alter table t drop constraint x",
  `alter table t add constraint x exclude using gist (r with &&)${rest}`,
];
const exclusions: readonly AttributeCase[] = [
  {
    name: "exclusion deferrable",
    setup: excluded,
    change: excludedAgain(" deferrable"),
    expected: ["altered exclusion:s.t.x.deferrable"],
  },
  {
    name: "exclusion initially deferred",
    setup: excluded,
    change: excludedAgain(" deferrable initially deferred"),
    expected: ["altered exclusion:s.t.x.deferrable", "altered exclusion:s.t.x.initiallyDeferred"],
  },
  {
    name: "exclusion predicate",
    setup: excluded,
    change: excludedAgain(" where (a > 0)"),
    expected: ["altered exclusion:s.t.x.definition"],
  },
  {
    name: "exclusion predicate and deferrable",
    setup: excluded,
    change: excludedAgain(" where (a > 0) deferrable"),
    expected: ["altered exclusion:s.t.x.deferrable", "altered exclusion:s.t.x.definition"],
  },
  {
    name: "exclusion index parameters",
    setup: excluded,
    change: "alter index x set (fillfactor = 50, buffering = off)",
    expected: ["altered exclusion:s.t.x.storageParameters"],
  },
  {
    name: "exclusion clustered",
    setup: excluded,
    change: "alter table t cluster on x",
    expected: ["altered exclusion:s.t.x.clustered"],
  },
];

const identity = "create table t (a int generated always as identity);";
const identities: readonly AttributeCase[] = [
  ...["start with 7", "minvalue -3", "maxvalue 99", "cache 9", "cycle"].map((option) => ({
    name: `identity ${option}`,
    setup: identity,
    change: `alter table t alter a set ${option}`,
    expected: ["altered column:s.t.a.identityOptions"],
  })),
  {
    name: "name of an identity's sequence",
    setup: identity,
    change: "alter sequence t_a_seq rename to chosen",
    expected: ["altered column:s.t.a.identityOptions"],
  },
  {
    name: "unlogged sequence of an identity",
    setup: identity,
    change: "alter sequence t_a_seq set unlogged",
    expected: ["altered column:s.t.a.identityOptions"],
    since: 150000,
  },
  {
    name: "comment on an identity's sequence",
    setup: identity,
    change: "comment on sequence t_a_seq is 'x'",
    expected: ["added comment:sequence:s.t_a_seq"],
  },
];

const others: readonly AttributeCase[] = [
  {
    name: "partition detached halfway",
    setup:
      "create table p (a int) partition by range (a); create table t partition of p for values from (1) to (2)",
    change: "update pg_inherits set inhdetachpending = true where inhrelid = 's.t'::regclass",
    expected: ["altered table:s.t.partitionOf"],
    cleanup: "alter table s.p detach partition s.t finalize",
  },
  {
    name: "toast parameters of a materialized view",
    setup: matview,
    change: "alter materialized view m set (toast.autovacuum_enabled = false)",
    expected: ["altered materialized-view:s.m.options"],
  },
  {
    name: "materialized view clustered",
    setup: `${matview} create index i on m (a)`,
    change: "alter materialized view m cluster on i",
    expected: ["altered index:s.m.i.clustered"],
  },
  {
    name: "access method of a materialized view",
    setup: `create access method heap2 type table handler heap_tableam_handler; ${matview}`,
    change: "alter materialized view m set access method heap2",
    expected: ["altered materialized-view:s.m.accessMethod"],
    cleanup: "drop access method heap2 cascade",
    since: 150000,
  },
  {
    name: "access method of a partitioned table",
    setup:
      "create access method heap2 type table handler heap_tableam_handler; create table p (a int) partition by range (a)",
    change: "alter table p set access method heap2",
    expected: ["altered table:s.p.accessMethod"],
    cleanup: "drop access method heap2 cascade",
    since: 170000,
  },
  {
    name: "operator class of a partition key",
    setup: "create table p (a text) partition by range (a)",
    change: ["drop table p", "create table p (a text) partition by range (a text_pattern_ops)"],
    expected: ["altered table:s.p.partitionKey"],
  },
  {
    name: "remainder of a hash partition",
    setup:
      "create table p (a int) partition by hash (a); create table t partition of p for values with (modulus 4, remainder 0)",
    change: [
      "alter table p detach partition t",
      "alter table p attach partition t for values with (modulus 4, remainder 1)",
    ],
    expected: ["altered table:s.t.partitionBound"],
  },
  {
    name: "number of distinct values of children",
    setup: table,
    change: "alter table t alter a set (n_distinct_inherited = -0.5)",
    expected: ["altered column:s.t.a.options"],
  },
];

/** Temporal keys need an operator class for the plain columns. */
const temporal: readonly AttributeCase[] = [
  {
    name: "foreign key over a period",
    setup:
      "create extension btree_gist schema s; create table p (id int, r daterange, unique (id, r), unique (id, r without overlaps)); create table t (id int, r daterange, constraint f foreign key (id, r) references p (id, r))",
    change: [
      "alter table t drop constraint f",
      "alter table t add constraint f foreign key (id, period r) references p (id, period r)",
    ],
    expected: ["altered foreign-key:s.t.f.period"],
    cleanup: "drop extension btree_gist cascade",
    since: 180000,
  },
  {
    name: "primary key without overlaps",
    setup:
      "create extension btree_gist schema s; create table t (a int, r daterange, constraint k primary key (a, r))",
    change: [
      "alter table t drop constraint k",
      "alter table t add constraint k primary key (a, r without overlaps)",
    ],
    expected: ["altered primary-key:s.t.k.withoutOverlaps"],
    cleanup: "drop extension btree_gist cascade",
    since: 180000,
  },
];

export const storageCases: readonly AttributeCase[] = [
  ...tablespaces,
  ...exclusions,
  ...identities,
  ...others,
  ...temporal,
];
