/** What is no change must read as none: copies, maintenance, traffic, other orders of creation. */
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { keyId } from "../../../src/model/key.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { findPgDump } from "../../support/servers/pg-dump.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { corpusFiles, corpusSql, createFixture, dump, fixture } from "./fixture.ts";
import { createDatabase, createRolesOf, dropWithSubscriptions, run, type TestDatabase } from "./support.ts";

function differences(before: Snapshot, after: Snapshot): readonly string[] {
  return compareSnapshots(before, after).map(changeId);
}

describe.each([15, 18] as const)("PostgreSQL %i", (major) => {
  describeServer(`postgres-${major}`, "a schema of everything", (server) => {
    const additions = major >= 18 ? [fixture("since-18")] : [];
    let database: TestDatabase;
    let baseline: Snapshot;

    beforeAll(async () => {
      database = await createFixture(server, ...additions);
      baseline = await database.snapshot();
    });
    afterAll(async () => {
      if (database) await dropWithSubscriptions(database);
    });

    it("has every kind of object that can be made without a file or a provider", () => {
      const kinds = new Set(baseline.objects.map(({ kind }) => kind));
      expect([...kinds].sort()).toEqual(expect.arrayContaining([...everyKind]));
      const left = baseline.visibility.unmodelled.map(({ what }) => what);
      expect(left.filter((what) => what.startsWith("relation") || what === "replication origin")).toEqual([]);
    });

    it("is equal when it is read twice", async () => {
      expect((await database.snapshot()).fingerprint).toBe(baseline.fingerprint);
    });

    it("is equal in another database made from the same text", async () => {
      const other = await createFixture(server, ...additions);
      try {
        expect(differences(baseline, await other.snapshot())).toEqual([]);
      } finally {
        await dropWithSubscriptions(other);
      }
    });

    it("is equal after dump and restore under another name", async (context) => {
      const dumper = await findPgDump(major);
      if ("missing" in dumper) return context.skip(dumper.missing);
      const other = await createDatabase(server);
      try {
        await other.sql(dump(dumper.command, database.url));
        await other.sql(fixture("database"));
        expect(differences(baseline, await other.snapshot())).toEqual([]);
      } finally {
        await dropWithSubscriptions(other);
      }
    });

    it.each(maintenance)("is equal after %s", async (_, statements) => {
      for (const sql of statements) await database.sql(sql);
      expect(differences(baseline, await database.snapshot())).toEqual([]);
    });

    it("is equal while another session holds temporary objects", async () => {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      try {
        await client.query(`create temporary table customers (id serial primary key, a text check (a <> ''));
          create temporary view v as select * from customers; create index on pg_temp.customers (a);
          create function pg_temp.f() returns int language sql return 1; create type pg_temp.e as enum ('a');
          create function shop.of_temporary(customers) returns int language sql as 'select 1'; comment on function shop.of_temporary is 'x';
          create function shop.makes_temporary() returns setof customers language sql as 'select null::customers';
          create aggregate shop.sums_temporary(e) (sfunc = enum_larger, stype = e); revoke all on function shop.of_temporary from public`);
        expect(differences(baseline, await database.snapshot())).toEqual([]);
      } finally {
        await client.end();
      }
    });

    it("is equal after all its sessions were ended", async () => {
      await run(
        server,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database.name}'`,
      );
      expect(differences(baseline, await database.snapshot())).toEqual([]);
    });
  });

  describeServer(`postgres-${major}`, "an order of creation", (server) => {
    it("does not matter", { timeout: 120_000 }, async () => {
      const database = await createDatabase(server);
      try {
        await database.sql(inOrder(0));
        const baseline = await database.snapshot();
        expect(baseline.objects.length).toBeGreaterThan(50);
        for (let seed = 1; seed <= 8; seed++) {
          await database.sql("drop schema s cascade");
          await database.sql(inOrder(seed));
          expect(differences(baseline, await database.snapshot()), `seed ${seed}`).toEqual([]);
        }
      } finally {
        await database.drop();
      }
    });
  });
});

describeServer("postgres-18", "dump and restore of schemas of the real world", (server) => {
  const files = corpusFiles();
  it.for(files.length > 0 ? files : ["(skipped: ../shared/corpus is not there)"])(
    "%s",
    { timeout: 240_000 },
    async (file, context) => {
      const dumper = await findPgDump(18);
      if (files.length === 0) return context.skip("../shared/corpus is not there");
      if ("missing" in dumper) return context.skip(dumper.missing);
      await createRolesOf(server, corpusSql(file));
      const [first, second] = [await createDatabase(server), await createDatabase(server)];
      try {
        await first.sql(corpusSql(file));
        await second.sql(dump(dumper.command, first.url));
        const [before, after] = [await first.snapshot(), await second.snapshot()];
        expect(before.objects.length).toBeGreaterThan(50);
        expect(differences(before, after)).toEqual([]);
      } finally {
        await first.drop();
        await second.drop();
      }
    },
  );
});

const everyKind = [
  "access-method",
  "aggregate",
  "base-type",
  "cast",
  "check",
  "collation",
  "column",
  "comment",
  "composite-type",
  "conversion",
  "database",
  "default-privileges",
  "domain",
  "enum",
  "event-trigger",
  "exclusion",
  "extension",
  "foreign-data-wrapper",
  "foreign-key",
  "foreign-server",
  "function",
  "index",
  "language",
  "materialized-view",
  "operator",
  "operator-class",
  "operator-family",
  "policy",
  "primary-key",
  "privilege",
  "procedure",
  "publication",
  "range-type",
  "rule",
  "schema",
  "sequence",
  "setting",
  "statistics",
  "subscription",
  "table",
  "text-search-configuration",
  "text-search-dictionary",
  "text-search-parser",
  "text-search-template",
  "transform",
  "trigger",
  "unique",
  "user-mapping",
  "view",
] as const;

const maintenance: readonly (readonly [string, readonly string[]])[] = [
  ["VACUUM FULL", ["vacuum full"]],
  ["VACUUM and ANALYZE", ["vacuum (freeze, analyze)"]],
  ["REINDEX", ["reindex schema shop", "reindex schema concurrently shop"]],
  ["CLUSTER on the index it is clustered on", ["cluster shop.customers"]],
  [
    "refreshed materialized views",
    ["refresh materialized view shop.sums; refresh materialized view concurrently shop.sums"],
  ],
  [
    "heavy traffic",
    [
      "insert into shop.customers (name, mail, born) select 'n' || i, 'm' || i, date '2003-01-01' + i from generate_series(1, 3000) i",
      "update shop.cache set value = null; insert into shop.derived (b, d) select 'x', i from generate_series(1, 1000) i; update shop.derived set d = d + 1; delete from shop.base where a = 2",
      "insert into shop.events (at, kind) select timestamptz '2026-01-01Z' + i * interval '1 hour', 'a' from generate_series(1, 2000) i",
      "truncate shop.base, shop.derived restart identity; truncate shop.hashed",
    ],
  ],
  [
    "used and set sequences",
    ["select setval('shop.numbers', 1), nextval('shop.orders_id_seq') from generate_series(1, 50)"],
  ],
  ["large objects", ["select lo_from_bytea(424243, 'abc'); select lo_unlink(424243)"]],
  ["a rolled back change", ["begin; alter table shop.orders add x int; drop view shop.odd; rollback"]],
  [
    "a change that was taken back",
    ["alter table shop.base rename a to b2; alter table shop.base rename b2 to a"],
  ],
  ["statistics that were thrown away", ["select pg_stat_reset()"]],
];

/** Objects of one group need only those of the groups before. */
const groups: readonly (readonly string[])[] = [
  ["create schema s"],
  [
    "create type s.e as enum ('a', 'b')",
    "create domain s.d as int check (value > 0)",
    "create sequence s.q",
    "create function s.f(int) returns int language sql immutable as 'select $1'",
    "create function s.f(text) returns int language sql immutable as 'select 1'",
    "create function s.g() returns trigger language plpgsql as 'begin return new; end'",
    "create type s.c as (a int, b text)",
  ],
  [
    "create table s.t (a int, b s.e, c s.d, n bigint default nextval('s.q'))",
    "create table s.u (a int not null, b text, c s.c)",
    "create table s.p (a int not null, b int) partition by range (a)",
  ],
  [
    "create table s.p1 partition of s.p for values from (1) to (2)",
    "create table s.p2 partition of s.p for values from (2) to (3)",
  ],
  [
    "create index i on s.t (b, a)",
    "create unique index j on s.t (n) where a > 0",
    "create index k on s.p (b)",
    "alter table s.t add constraint t_pkey primary key (a)",
    "alter table s.u add constraint u_pkey primary key (a)",
    "alter table s.p add constraint p_check check (b > 0)",
    "alter table s.t add constraint t_check check (s.f(a) > 0)",
    "create trigger x before insert on s.t for each row execute function s.g()",
    "create trigger y before insert on s.t for each row execute function s.g()",
    "create trigger z before insert on s.p for each row execute function s.g()",
    "create policy one on s.t using (a > 0)",
    "create policy two on s.t using (a > 1)",
    "create statistics s.st (ndistinct) on a, b from s.t",
    "create rule r as on delete to s.u do instead nothing",
    "create view s.v as select a, b from s.t",
    "create view s.w as select t.a, u.b from s.t join s.u on t.a = u.a",
  ],
  [
    "alter table s.u add constraint u_fkey foreign key (a) references s.t (a)",
    "alter table s.t add constraint t_fkey foreign key (a) references s.u (a) not valid",
    "comment on table s.t is 'one'",
    "comment on column s.t.a is 'two'",
    "comment on view s.v is 'three'",
    "grant select on s.t to public",
    "grant update (a) on s.t to public",
    "revoke execute on function s.f(int) from public",
    "alter table s.t alter a set statistics 100",
    "alter table s.t enable row level security",
    "create view s.x as select v.a from s.v join s.w using (a)",
  ],
];

/** The statements, each group shuffled by its seed; 0 leaves them as they stand. */
function inOrder(seed: number): string {
  let state = seed;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const shuffled = groups.map((group) => {
    if (seed === 0) return group;
    return group
      .map((sql) => ({ sql, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ sql }) => sql);
  });
  return shuffled.flat().join(";\n");
}

describe.each([14, 15, 16, 17, 18] as const)("a new database of PostgreSQL %i", (major) => {
  describeServer(`postgres-${major}`, "that nobody has touched", (server) => {
    it("says nothing of the server's own schemas", async () => {
      const database = await createDatabase(server);
      try {
        const ids = (await database.snapshot()).objects.map(({ key }) => keyId(key));
        expect(ids.filter((id) => /information_schema|pg_catalog/.test(id))).toEqual([]);
        expect(ids).toContain("schema:public");
      } finally {
        await database.drop();
      }
    });
  });
});
