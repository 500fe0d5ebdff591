/** Incremental reading: random storms of schema changes must give what a full read gives, after each step. */
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRecentSnapshots } from "../../../src/app/recent-snapshots.ts";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { keyId } from "../../../src/model/key.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import type { DatabaseSession } from "../../../src/monitor/ports.ts";
import { type OwnCluster, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { describeServer } from "../../support/servers/urls.ts";
import {
  diceFrom,
  nextChange,
  nextPatientChange,
  type Scenery,
  scenerySql,
  stormGround,
} from "./ddl-storm.ts";
import { createDatabase, run, type TestDatabase } from "./support.ts";

const steps = Number(process.env.DRIFTWATCH_STORM_STEPS ?? 200);
const seed = Number(process.env.DRIFTWATCH_STORM_SEED ?? 20261121);

/** Everything a snapshot says about the schema, by key, so that a failure names what differs. */
function contentOf(snapshot: Snapshot): unknown {
  return {
    objects: Object.fromEntries(
      snapshot.objects.map(({ key, parent, attributes }) => [
        keyId(key),
        { parent: parent && keyId(parent), attributes },
      ]),
    ),
    roots: snapshot.roots.map(({ key, ...root }) => ({ key: keyId(key), ...root })),
    fingerprint: snapshot.fingerprint,
    visibility: {
      ...snapshot.visibility,
      unmodelled: [...snapshot.visibility.unmodelled].sort((x, y) => x.what.localeCompare(y.what)),
    },
    server: snapshot.server,
  };
}

/** As kept by the daemon, where environments share roots that look the same: equal objects, and not the same ones. */
function keptBeside(snapshot: Snapshot): Snapshot {
  return { ...snapshot, objects: structuredClone(snapshot.objects) };
}

for (const major of [18, 15] as const) {
  describeServer(`postgres-${major}`, `incremental reading on PostgreSQL ${major}`, () => {
    const role = "stormer";
    // A cluster of its own: roles that another test makes call for full reads, and its long transactions for larger ones.
    let cluster: OwnCluster;
    let database: TestDatabase;
    let session: DatabaseSession;
    let client: Client;
    let other: Client;

    beforeAll(async () => {
      cluster = await startOwnPostgres(major);
      database = await createDatabase(cluster.primary.url);
      await database.sql(stormGround(role));
      session = await postgresDialect.connect(database.url, {});
      client = new Client({ connectionString: database.url });
      other = new Client({ connectionString: database.url });
      for (const each of [client, other]) {
        each.on("error", () => {});
        await each.connect();
        await each.query("set lock_timeout = '50ms'; set client_min_messages = error");
      }
    });

    afterAll(async () => {
      await session?.close();
      await client?.end();
      await other?.end();
      await cluster?.close();
    });

    it(`equals a full read after each of ${steps} steps of a random storm`, async () => {
      const dice = diceFrom(seed);
      const log: string[] = [];
      const attempt = async (who: Client, sql: string): Promise<void> => {
        const failure = await who.query(sql).then(
          () => undefined,
          (error: unknown) => (error as Error).message,
        );
        log.push(failure === undefined ? sql : `${sql}  -- ${failure}`);
      };
      let held = false;
      let incremental = 0;
      const writer = new Client({ connectionString: cluster.primary.url });
      await writer.connect();
      let previous = await session.introspect();
      for (let step = 0; step < steps; step++) {
        // From here on much of what a reading saw is young for the next one too.
        if (step === Math.trunc(steps / 2)) await writer.query("begin; select pg_current_xact_id()");
        const { rows } = await client.query<{ scene: Scenery }>(scenerySql);
        const scene = { ...rows[0]?.scene, role, database: database.name } as Scenery;
        for (let count = 1 + dice.below(3); count > 0; count--) {
          await attempt(client, nextChange(dice, scene));
        }
        // Another transaction changes rows now, and ends after the next read or the one after that.
        if (!held && dice.below(3) === 0) {
          await attempt(other, "begin");
          await attempt(other, nextPatientChange(dice, scene));
          held = true;
        } else if (held && dice.below(2) === 0) {
          await attempt(other, dice.pick(["commit", "commit", "rollback"]));
          held = false;
        }
        const next = await session.introspect(keptBeside(previous));
        const full = await session.introspect();
        if (next.reading?.full === false) incremental += 1;
        expect(contentOf(next), `seed ${seed}, step ${step}:\n${log.slice(-12).join("\n")}`).toEqual(
          contentOf(full),
        );
        previous = next;
      }
      if (held) await attempt(other, "rollback");
      await writer.end();
      // A test of incremental reading that mostly falls back would prove little.
      expect(incremental).toBeGreaterThan(steps / 3);
    });

    it("sees what is dropped where another environment looks the same", async () => {
      const recent = createRecentSnapshots(1_000_000);
      await database.sql("create schema twin; create table twin.t (a int); create table twin.u (a int)");
      const first = await session.introspect();
      recent.put("one", first);
      recent.put("two", keptBeside(first));
      await database.sql("drop table twin.t");
      const next = await session.introspect(recent.get("two"));
      expect(contentOf(next)).toEqual(contentOf(await session.introspect()));
      await database.sql("drop schema twin cascade");
    });

    it("sees what a transaction did before the read and committed after it", async () => {
      const comments = (snapshot: Snapshot): unknown[] =>
        snapshot.objects.flatMap(({ kind, key, attributes }) =>
          kind === "comment" && key.path[0] === "late" ? [attributes] : [],
        );
      await database.sql("create schema late; create table late.t (a int); create table late.u (a int)");
      const before = await session.introspect();
      await client.query("begin; comment on table late.t is 'written early'");
      // Other transactions come and go meanwhile, so that its id is old when it commits.
      for (let turn = 0; turn < 3; turn++) await database.sql(`comment on table late.u is '${turn}'`);
      const meanwhile = await session.introspect(before);
      await client.query("commit");
      const after = await session.introspect(meanwhile);
      expect([before, meanwhile, after].map(comments)).toEqual([
        [],
        [{ text: "2" }],
        [{ text: "written early" }, { text: "2" }],
      ]);
      expect([meanwhile, after].map(({ reading }) => reading?.full)).toEqual([false, false]);
      await database.sql("drop schema late cascade");
    });

    it.each([
      ["a rename", "alter table far.t rename to r"],
      ["a move to another schema", "alter table far.t set schema public"],
      ["a renamed column", "alter table far.t rename column a to b"],
      ["a rename of an identity's sequence", "alter sequence far.own_id_seq rename to other"],
      ["a new enum value", "alter type far.e add value 'z'"],
      ["a new composite type", "create type far.d as (a int)"],
      ["a composite type's new attribute", "alter type far.c add attribute b int"],
      ["the end of a composite type", "drop type far.c"],
      ["a new role", `create role ${role}_new`],
      ["default privileges", "alter default privileges in schema far grant select on tables to public"],
      ["a privilege on a schema", "grant usage on schema far to public"],
      ["a comment on a type", "comment on type far.e is 'x'"],
      [
        "a member of an extension",
        "create extension hstore schema far; alter extension hstore add table far.t",
      ],
      ["a dependency on an extension", "alter index far.own_pkey depends on extension plpgsql"],
      ["a dependency on an extension that ends", "alter function far.f() no depends on extension plpgsql"],
      [
        "a function made anew, which ends its dependency on an extension",
        "create or replace function far.f() returns setof far.rows language sql as 'select * from far.rows where true'",
      ],
      ["a new column where the row type is used", "alter table far.rows add c int"],
    ])("reads everything after %s", async (_what, sql) => {
      await database.sql(
        "drop schema if exists far cascade; create schema far; create type far.e as enum ('a'); create type far.c as (a int); create table far.t (a int); create table far.rows (a int); create table far.own (id int generated always as identity primary key); create table far.uses (a int default nextval('far.own_id_seq')); create function far.f() returns setof far.rows language sql as 'select * from far.rows'; alter function far.f() depends on extension plpgsql",
      );
      const before = await session.introspect();
      await database.sql(sql);
      const next = await session.introspect(before);
      const full = await session.introspect();
      expect(next.reading?.full).toBe(true);
      expect(contentOf(next)).toEqual(contentOf(full));
      await run(
        database.url,
        `drop extension if exists hstore cascade; drop table if exists public.t; drop schema far cascade; drop role if exists ${role}_new`,
      );
    });

    describe("while a transaction that writes stays open in another database", () => {
      let writer: Client;
      beforeAll(async () => {
        writer = new Client({ connectionString: cluster.primary.url });
        await writer.connect();
        await writer.query("begin; select pg_current_xact_id()");
      });
      afterAll(() => writer?.end());

      it.each([
        ["a type", "create type open.e as enum ('a')"],
        ["a privilege on a schema", "grant usage on schema open to public"],
        [
          "hundreds of tables",
          "do $$ begin for n in 1..300 loop execute format('create table open.x%s (a int)', n); end loop; end $$",
        ],
      ])("reads only what changed after a reading that had seen %s come", async (_what, sql) => {
        await database.sql("create schema open; create table open.t (a int); create table open.u (a int)");
        try {
          await database.sql(sql);
          let previous = await session.introspect();
          for (const change of [
            "comment on table open.t is 'x'",
            "alter table open.t add b int default 7; create view open.v as select b from open.t",
            "alter table open.t alter b set default 8; drop table open.u",
            "create table open.u (a int); drop view open.v",
            "select 1",
          ]) {
            await database.sql(change);
            const next = await session.introspect(keptBeside(previous));
            expect(contentOf(next), change).toEqual(contentOf(await session.introspect()));
            expect(next.reading?.full, change).toBe(false);
            previous = next;
          }
          await database.sql("create type open.f as enum ('a')");
          expect((await session.introspect(previous)).reading?.full).toBe(true);
        } finally {
          await database.sql("drop schema open cascade");
        }
      });
    });

    it("reads everything with another scope, another user, or a state that it did not leave", async () => {
      const before = await session.introspect();
      const scoped = await postgresDialect.connect(database.url, { scope: { excludeSchemas: ["b"] } });
      expect((await scoped.introspect(before)).reading?.full).toBe(true);
      await scoped.close();
      const strange = { ...before, reading: { full: true, state: "{}" } };
      expect((await session.introspect(strange)).reading?.full).toBe(true);
      const older = { ...before, modelVersion: before.modelVersion - 1 };
      expect((await session.introspect(older)).reading?.full).toBe(true);
    });
  });
}
