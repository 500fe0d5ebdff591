/**
 * The same schema on two major versions: one change says so, and only real differences stand beside it. A difference that
 * somebody made is told all the same, however the texts around it are spelled.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { findPgDump } from "../../support/servers/pg-dump.ts";
import { serverOrReason } from "../../support/servers/urls.ts";
import { corpusFiles, corpusSql, createFixtureRoles, dump, fixture } from "./fixture.ts";
import { createDatabase, createRolesOf, dropWithSubscriptions, type TestDatabase } from "./support.ts";

const old = serverOrReason("postgres-15");
const now = serverOrReason("postgres-18");
const missing = "missing" in old ? old.missing : "missing" in now ? now.missing : undefined;
const [oldServer, newServer] = ["url" in old ? old.url : "", "url" in now ? now.url : ""];

function differences(before: Snapshot, after: Snapshot): readonly string[] {
  return compareSnapshots(before, after).map(changeId);
}

/** A newer server brings newer extensions, and a new default that a dump does not write down: both are real. */
function isReal(change: string): boolean {
  return (
    /^altered extension:\w+\.version$/.test(change) || change === "altered subscription:follower.options"
  );
}

const upgraded = "altered server:.version";

describe.skipIf(missing !== undefined)(
  `from PostgreSQL 15 to 18${missing ? ` (skipped: ${missing})` : ""}`,
  () => {
    describe("a schema of everything", () => {
      const databases: TestDatabase[] = [];
      let before: Snapshot;
      let after: Snapshot;
      let target: TestDatabase;

      beforeAll(async () => {
        const dumper = await findPgDump(15);
        const source = await createDatabase(oldServer);
        target = await createDatabase(newServer);
        databases.push(source, target);
        for (const server of [oldServer, newServer]) await createFixtureRoles(server);
        await source.sql(fixture("everything"));
        // Without pg_dump the same text goes to both, which leaves out what pg_dump itself writes differently.
        await target.sql("command" in dumper ? dump(dumper.command, source.url) : fixture("everything"));
        for (const database of databases) await database.sql(fixture("database"));
        before = await source.snapshot();
        after = await target.snapshot();
      });
      afterAll(async () => {
        for (const database of databases) await dropWithSubscriptions(database);
      });

      it("is one change, and one back", () => {
        expect(differences(before, after).filter((change) => !isReal(change))).toEqual([upgraded]);
        expect(differences(after, before).filter((change) => !isReal(change))).toEqual([upgraded]);
      });

      it.each([
        [
          "another column of the same view",
          "create or replace view shop.open_orders as select id, number::bigint as customer, state from shop.orders where state in ('new', 'in progress')",
          "altered view:shop.open_orders.definition",
        ],
        [
          "another literal in a view",
          "create or replace view shop.open_orders with (security_barrier, check_option = cascaded) as select id, customer, state from shop.orders where state in ('new', 'done')",
          "altered view:shop.open_orders.definition",
        ],
        [
          "another relation of the same columns",
          "create table public.orders (like shop.orders); create or replace view shop.open_orders with (security_barrier, check_option = cascaded) as select id, customer, state from public.orders where state in ('new', 'in progress')",
          "altered view:shop.open_orders.definition",
        ],
        [
          "another qualifier in a join",
          "create or replace view shop.order_names as select c.id::int as id, c.name, coalesce(o.total, 0) as total, (o.part).low as low, count(*) over (partition by c.id order by o.placed desc) as n from shop.orders o join shop.customers c on c.id = o.customer left join lateral (select 1 as one) l on true where exists (select from shop.base where base.a = o.id)",
          "altered view:shop.order_names.definition",
        ],
        [
          "a lost privilege",
          "revoke trigger on shop.customers from public",
          "altered privilege:table:shop.customers@PUBLIC.privileges",
        ],
        [
          "another check",
          "alter table shop.base drop constraint a_positive; alter table shop.base add constraint a_positive check (a > 1)",
          "altered check:shop.base.a_positive.expression",
        ],
        [
          "another default",
          "alter table shop.orders alter placed set default now()",
          "altered column:shop.orders.placed.default",
        ],
      ])("still tells %s", async (_, sql, expected) => {
        await target.sql(sql);
        expect(differences(before, await target.snapshot())).toEqual(
          expect.arrayContaining([upgraded, expected]),
        );
      });
    });

    describe("schemas of the real world", () => {
      const files = corpusFiles().filter((file) => file !== "pagila.sql"); // Needs PostgreSQL 18.
      it.for(files.length > 0 ? files : ["(skipped: ../shared/corpus is not there)"])(
        "%s",
        { timeout: 300_000 },
        async (file, context) => {
          if (files.length === 0) return context.skip("../shared/corpus is not there");
          const sql = corpusSql(file);
          for (const server of [oldServer, newServer]) await createRolesOf(server, sql);
          const [source, target] = [await createDatabase(oldServer), await createDatabase(newServer)];
          try {
            for (const database of [source, target]) await database.sql(sql);
            const changes = differences(await source.snapshot(), await target.snapshot());
            expect(changes.filter((change) => !isReal(change))).toEqual([upgraded]);
          } finally {
            await source.drop();
            await target.drop();
          }
        },
      );
    });
  },
);
