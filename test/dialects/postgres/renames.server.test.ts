/**
 * Renames on a real server: each is one change, and what follows from it is none. A rename never hides another change;
 * without object ids only what is unique counts as renamed.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { type Change, changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { createDatabase } from "./support.ts";
import { watchDatabase } from "./watched-database.ts";

/** Much that mentions everything else, so that a rename has consequences all over. */
const shop = `
create type status as enum ('new', 'in progress', 'done');
create type pair as (low int, high int);
create domain amount as numeric(12,2) check (value >= 0);
create sequence numbers;
create function tax(total amount) returns numeric language sql immutable as 'select $1 * 0.2';
create function touched() returns trigger language plpgsql as 'begin return new; end';
create function first_status(s status) returns status language sql immutable begin atomic select coalesce(s, 'new'::status); end;
comment on function first_status(status) is 'the first';
create table customers (id int generated always as identity, name text not null, constraint customers_pkey primary key (id),
  constraint name_set check (name <> ''));
comment on table customers is 'who buys';
comment on column customers.name is 'as they say';
grant select on customers to public;
grant update (name) on customers to public;
create table orders (id serial primary key, customer int not null, state status not null default 'new', total amount default 0, span pair,
  number bigint default nextval('numbers'), tax numeric generated always as (tax(total)) stored,
  constraint orders_customer_fkey foreign key (customer) references customers (id),
  constraint positive check (total >= 0 and state <> 'in progress'::status));
create index orders_state_idx on orders (state) where state <> 'done'::status;
create unique index orders_number_idx on orders (number);
alter table orders replica identity full;
create statistics order_stats (ndistinct) on customer, state from orders;
create trigger touch before update of total on orders for each row when (new.total > 0) execute function touched();
create rule quiet as on delete to orders where old.total = 0 do instead nothing;
alter table orders enable row level security;
create policy own on orders using (exists (select from customers where customers.id = orders.customer and customers.name = current_user));
create view totals as select id, total, tax(total) as tax from orders;
create view names as select customers.name, orders.id, orders.state, (orders.span).low as low from customers join orders on orders.customer = customers.id;
create view grand as select totals.total, names.name from totals join names using (id) where names.state = 'in progress'::status;
create materialized view sums as select customer, sum(total) as total from orders group by customer;
create unique index sums_idx on sums (customer);
create table events (at date not null, kind text, constraint kinds check (kind <> ''), primary key (at)) partition by range (at);
create table events_1 partition of events for values from ('2026-01-01') to ('2027-01-01');
create trigger touch before update on events for each row execute function touched();
create index events_kind on events (kind);
`;

interface RenameCase {
  readonly name: string;
  readonly change: string;
  readonly expected: readonly string[];
}

const cases: readonly RenameCase[] = [
  {
    name: "a table",
    change: "alter table orders rename to purchases",
    expected: ["renamed table:s.purchases"],
  },
  {
    name: "a table that others refer to",
    change: "alter table customers rename to people",
    expected: ["renamed table:s.people"],
  },
  {
    name: "a partitioned table",
    change: "alter table events rename to happenings",
    expected: ["renamed table:s.happenings"],
  },
  {
    name: "a partition",
    change: "alter table events_1 rename to events_2026",
    expected: ["renamed table:s.events_2026"],
  },
  {
    name: "a column",
    change: "alter table orders rename customer to buyer",
    expected: ["renamed column:s.orders.buyer"],
  },
  {
    name: "a column that views show",
    change: "alter table orders rename total to sum",
    expected: ["renamed column:s.orders.sum"],
  },
  {
    name: "a column that others refer to",
    change: "alter table customers rename id to number",
    expected: ["renamed column:s.customers.number"],
  },
  {
    name: "a column of a partitioned table",
    change: "alter table events rename kind to sort",
    expected: ["renamed column:s.events.sort"],
  },
  {
    name: "an index",
    change: "alter index orders_state_idx rename to i",
    expected: ["renamed index:s.orders.i"],
  },
  {
    name: "the index of a partitioned table",
    change: "alter index events_kind rename to i",
    expected: ["renamed index:s.events.i"],
  },
  {
    name: "a primary key",
    change: "alter table customers rename constraint customers_pkey to pk",
    expected: ["renamed primary-key:s.customers.pk"],
  },
  {
    name: "the primary key of a partitioned table",
    change: "alter table events rename constraint events_pkey to pk",
    expected: ["renamed primary-key:s.events.pk"],
  },
  {
    name: "a check",
    change: "alter table orders rename constraint positive to sane",
    expected: ["renamed check:s.orders.sane"],
  },
  {
    name: "a check of a partitioned table",
    change: "alter table events rename constraint kinds to sorts",
    expected: ["renamed check:s.events.sorts"],
  },
  {
    name: "a foreign key",
    change: "alter table orders rename constraint orders_customer_fkey to fk",
    expected: ["renamed foreign-key:s.orders.fk"],
  },
  { name: "an enum", change: "alter type status rename to state", expected: ["renamed enum:s.state"] },
  {
    name: "a composite type",
    change: "alter type pair rename to range",
    expected: ["renamed composite-type:s.range"],
  },
  {
    name: "a domain",
    change: "alter domain amount rename to money_amount",
    expected: ["renamed domain:s.money_amount"],
  },
  {
    name: "a check of a domain",
    change: "alter domain amount rename constraint amount_check to c",
    expected: ["renamed check:s.amount.c"],
  },
  {
    name: "a label of an enum",
    change: "alter type status rename value 'new' to 'fresh'",
    expected: ["altered enum:s.status.values"],
  },
  {
    name: "a label of two words",
    change: "alter type status rename value 'in progress' to 'at work'",
    expected: ["altered enum:s.status.values"],
  },
  {
    name: "a member of a composite type",
    change: "alter type pair rename attribute low to bottom",
    expected: ["altered composite-type:s.pair.attributes"],
  },
  {
    name: "a function",
    change: "alter function tax rename to levy",
    expected: ["renamed function:s.levy(s.amount)"],
  },
  {
    name: "a trigger function",
    change: "alter function touched rename to stamped",
    expected: ["renamed function:s.stamped()"],
  },
  { name: "a view", change: "alter view totals rename to figures", expected: ["renamed view:s.figures"] },
  {
    name: "a column of a view",
    change: "alter view totals rename column total to sum",
    expected: ["altered view:s.totals.columns"],
  },
  {
    name: "a materialized view",
    change: "alter materialized view sums rename to sums2",
    expected: ["renamed materialized-view:s.sums2"],
  },
  {
    name: "a sequence",
    change: "alter sequence numbers rename to counter",
    expected: ["renamed sequence:s.counter"],
  },
  {
    name: "the sequence of a serial",
    change: "alter sequence orders_id_seq rename to ids",
    expected: ["renamed sequence:s.ids"],
  },
  {
    name: "a trigger",
    change: "alter trigger touch on orders rename to stamp",
    expected: ["renamed trigger:s.orders.stamp"],
  },
  {
    name: "a trigger of a partitioned table",
    change: "alter trigger touch on events rename to stamp",
    expected: ["renamed trigger:s.events.stamp"],
  },
  {
    name: "a rule",
    change: "alter rule quiet on orders rename to silent",
    expected: ["renamed rule:s.orders.silent"],
  },
  {
    name: "a policy",
    change: "alter policy own on orders rename to mine",
    expected: ["renamed policy:s.orders.mine"],
  },
  {
    name: "statistics",
    change: "alter statistics order_stats rename to stats",
    expected: ["renamed statistics:s.orders.stats"],
  },
  { name: "a schema", change: "alter schema s rename to t", expected: ["renamed schema:t"] },
  {
    name: "a table moved to another schema",
    change: "create schema t; alter table orders set schema t",
    expected: ["added schema:t", "renamed table:t.orders"],
  },
  {
    name: "a type moved to another schema",
    change: "create schema t; alter type status set schema t",
    expected: ["added schema:t", "renamed enum:t.status"],
  },
  {
    name: "a renamed column with another type",
    change: "alter table orders rename number to count; alter table orders alter count type int",
    expected: ["altered column:s.orders.count.type", "renamed column:s.orders.count"],
  },
  {
    name: "a renamed table with a new column",
    change: "alter table customers rename to people; alter table people add note text",
    expected: ["added column:s.people.note", "renamed table:s.people"],
  },
  {
    name: "a renamed table with a renamed column and another default",
    change:
      "alter table customers rename to people; alter table people rename name to title; alter table people alter title set default 'x'",
    expected: [
      "altered column:s.people.title.default",
      "renamed column:s.people.title",
      "renamed table:s.people",
    ],
  },
  {
    name: "two columns whose names are swapped",
    change:
      "alter table orders rename customer to x; alter table orders rename number to customer; alter table orders rename x to number",
    expected: ["renamed column:s.orders.customer", "renamed column:s.orders.number"],
  },
  {
    name: "two tables whose names are swapped",
    change:
      "alter table orders rename to x; alter table customers rename to orders; alter table x rename to customers",
    expected: ["renamed table:s.customers", "renamed table:s.orders"],
  },
  {
    name: "two indexes whose names are swapped",
    change:
      "alter index orders_state_idx rename to x; alter index orders_number_idx rename to orders_state_idx; alter index x rename to orders_number_idx",
    expected: ["renamed index:s.orders.orders_number_idx", "renamed index:s.orders.orders_state_idx"],
  },
  {
    name: "a table whose old name is used anew",
    change: "alter table customers rename to customers_old; create table customers (id int)",
    expected: ["added column:s.customers.id", "added table:s.customers", "renamed table:s.customers_old"],
  },
  {
    name: "a column whose old name is used anew",
    change: "alter table customers rename name to old_name; alter table customers add name text",
    expected: ["added column:s.customers.name", "renamed column:s.customers.old_name"],
  },
  {
    name: "a column that takes a dropped one's name",
    change: "alter table orders drop number; alter table orders rename customer to number",
    expected: [
      "removed column:s.orders.number",
      "removed index:s.orders.orders_number_idx",
      "renamed column:s.orders.number",
    ],
  },
];

describeServer("postgres-18", "renames in PostgreSQL", (server) => {
  const database = watchDatabase(server);
  beforeEach(async () => {
    await database.run(
      "drop schema if exists s cascade; drop schema if exists t cascade; create schema s; set search_path = s",
    );
  });

  async function changesOf(...statements: readonly string[]): Promise<readonly Change[]> {
    const [before, after] = await database.around(...statements);
    return compareSnapshots(before, after);
  }

  it.for(cases)("sees $name as just that", async ({ change, expected }) => {
    await database.run(shop);
    const changes = await changesOf(change);
    expect(changes.map(changeId).sort()).toEqual([...expected].sort());
    for (const found of changes) if (found.verb === "renamed") expect(found.certainty).toBe("identity");
  });

  describe("hides no other change", () => {
    it.for<readonly [string, string, string, string]>([
      [
        "of another table that uses the same two words",
        "create table t (a int); create table u (a int, x int, constraint c check (a > 0))",
        "alter table t rename a to x; alter table u drop constraint c; alter table u add constraint c check (x > 0)",
        "altered check:s.u.c.expression",
      ],
      [
        "of a view over another table",
        "create table t (a int); create table u (a int, x int); create view v as select a as z from u",
        "alter table t rename a to x; create or replace view v as select x as z from u",
        "altered view:s.v.definition",
      ],
      [
        "of a default that speaks of another sequence",
        "create table t (a int); create sequence q1; create sequence q2; create table u (a bigint default nextval('q1'))",
        "alter table t rename to q3; alter table u alter a set default nextval('q2')",
        "altered column:s.u.a.default",
      ],
      [
        "of a foreign key that goes to another table",
        "create table t (a int primary key); create table p (a int primary key); create table u (a int, constraint f foreign key (a) references p)",
        "alter table t rename to t2; alter table u drop constraint f; alter table u add constraint f foreign key (a) references t2",
        "altered foreign-key:s.u.f.referencedTable",
      ],
      [
        "of an index on another table",
        "create table t (a int); create table u (a int, x int); create index i on u (a)",
        "alter table t rename a to x; drop index i; create index i on u (x)",
        "altered index:s.u.i.columns",
      ],
    ])("%s", async ([, setup, change, expected]) => {
      await database.run(setup);
      const changes = (await changesOf(change)).map(changeId);
      expect(changes).toContain(expected);
      expect(changes).toHaveLength(2);
    });

    it("in any of many random mixtures", { timeout: 240_000 }, async () => {
      for (let seed = 1; seed <= 25; seed++) await oneMixture(seed);
    });

    async function oneMixture(seed: number): Promise<void> {
      const random = generator(seed);
      const pick = (count: number): number => Math.floor(random() * count);
      await database.run(`drop schema s cascade; create schema s; ${shop}
        create table w (a int, b int, c text default 'a', constraint k check (a > 0), constraint l check (b > 0));
        create index wa on w (a); create index wb on w (b); create view wv as select a, b from w; create policy reads on w using (a > 0)`);
      const renames = new Set<string>();
      const names = ["a", "b", "id", "name", "total", "k", "l", "orders", "fresh", "wa"];
      for (let count = 1 + pick(4); count > 0; count--) {
        const one = renameable[pick(renameable.length)];
        const name = `${names[pick(names.length)]}_${pick(2) === 0 ? "" : count}`;
        if (one !== undefined && ![...renames].some((other) => other.startsWith(one)))
          renames.add(`${one} to ${name}`);
      }
      const real = alterations[pick(alterations.length)];
      if (real === undefined) return;
      const label = `seed ${seed}: ${[...renames].join("; ")}; ${real.sql}`;
      const before = await database.read();
      for (const rename of renames) await database.run(rename).catch(ignoreTaken);
      await database.run(real.sql);
      const changes = compareSnapshots(before, await database.read());
      const others = changes.filter(({ verb }) => verb !== "renamed").map(changeId);
      expect(others, label).toEqual([real.expected]);
    }
  });

  describe("without object ids", () => {
    it.for<readonly [string, string, string, readonly string[]]>([
      [
        "takes the only table that equals a missing one for it",
        "create table t (id int primary key, name text not null, constraint c check (name <> ''))",
        "create table u (id int, name text not null, constraint t_pkey primary key (id), constraint c check (name <> ''))",
        ["renamed table:s.u"],
      ],
      [
        "does not choose between two that equal a missing one",
        "create table t (id int, name text not null)",
        "create table u (id int, name text not null); create table v (id int, name text not null)",
        [
          "added column:s.u.id",
          "added column:s.u.name",
          "added column:s.v.id",
          "added column:s.v.name",
          "added table:s.u",
          "added table:s.v",
          "removed column:s.t.id",
          "removed column:s.t.name",
          "removed table:s.t",
        ],
      ],
      [
        "takes an index with the same columns for the missing one",
        "create table t (id int, name text); create index a on t (name, id)",
        "create table t (id int, name text); create index b on t (name, id)",
        ["renamed index:s.t.b"],
      ],
    ])("%s", async ([, first, second, expected]) => {
      const other = await createDatabase(server);
      try {
        await database.run(first);
        await other.sql(`create schema s; set search_path = s; ${second}`);
        const changes = compareSnapshots(await database.read(), await other.snapshot());
        expect(changes.map(changeId).sort()).toEqual([...expected].sort());
        for (const change of changes)
          if (change.verb === "renamed") expect(change.certainty).toBe("structure");
      } finally {
        await other.drop();
      }
    });
  });
});

const renameable = [
  "alter table orders rename total",
  "alter table orders rename customer",
  "alter table customers rename name",
  "alter table customers rename id",
  "alter index orders_state_idx rename",
  "alter type status rename",
  "alter function tax rename",
  "alter view totals rename",
  "alter sequence numbers rename",
  "alter trigger touch on orders rename",
  "alter policy own on orders rename",
  "alter table events rename kind",
];

/** Each swaps one word for another that some rename may use as well. */
const alterations = [
  {
    sql: "alter table w drop constraint k; alter table w add constraint k check (b > 0)",
    expected: "altered check:s.w.k.expression",
  },
  { sql: "drop index wa; create index wa on w (b)", expected: "altered index:s.w.wa.columns" },
  { sql: "alter table w alter c set default 'b'", expected: "altered column:s.w.c.default" },
  { sql: "create or replace view wv as select b as a, b from w", expected: "altered view:s.wv.definition" },
  { sql: "alter table w alter a set not null", expected: "altered column:s.w.a.notNull" },
  { sql: "alter policy reads on w using (b > 0)", expected: "altered policy:s.w.reads.using" },
];

function ignoreTaken(error: unknown): void {
  const code = (error as { readonly code?: string }).code;
  // Two renames of one mixture may want the same name.
  if (code !== "42701" && code !== "42P07" && code !== "42710" && code !== "42723") throw error;
}

/** Mulberry32: the same seed gives the same mixture. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
