/** Partitions made at run time, in the mode "shape": they come and go in silence, but one that looks different is told. */
import { expect, it } from "vitest";
import { compareWithHidden } from "../../../src/compare/compare.ts";
import type { CompareOptions } from "../../../src/compare/options.ts";
import { changeId } from "../../../src/model/change.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

const setup = `
create function f() returns trigger language plpgsql as 'begin return new; end';
create table r (id int primary key);
create table log (at date not null, kind text default 'x', link int references r, constraint sane check (kind <> ''), primary key (at)) partition by range (at);
create index log_kind on log (kind);
create trigger stamp before insert on log for each row execute function f();
create table log_1 partition of log for values from ('2026-01-01') to ('2026-02-01');
create table log_2 partition of log for values from ('2026-02-01') to ('2026-03-01');
create table log_rest partition of log default;
grant select on log, log_1, log_2, log_rest to dwpg_part;
create table "Deep Log" (a int not null, b text) partition by range (a);
create table deep_1 partition of "Deep Log" for values from (1) to (2) partition by list (b);
create table deep_1_x partition of deep_1 for values in ('x');
`;
const newPartition =
  "create table log_3 partition of log for values from ('2026-03-01') to ('2026-04-01'); grant select on log_3 to dwpg_part;";

interface PartitionCase {
  readonly name: string;
  readonly change: string;
  readonly expected: readonly string[];
  readonly modes?: NonNullable<CompareOptions["partitions"]>["tables"];
}

const cases: readonly PartitionCase[] = [
  { name: "nothing of a new partition", change: newPartition, expected: [] },
  { name: "nothing of a dropped partition", change: "drop table log_1", expected: [] },
  {
    name: "nothing of a detached partition that is kept",
    change: "alter table log detach partition log_1",
    expected: [],
  },
  {
    name: "nothing of a day's work: one made, one detached, one dropped",
    change: `${newPartition} alter table log detach partition log_1; drop table log_2`,
    expected: [],
  },
  {
    name: "nothing of a new partition of a partition",
    change: "create table deep_1_y partition of deep_1 for values in ('y')",
    expected: [],
  },
  {
    name: "nothing of a partition made by LIKE and ATTACH",
    change:
      "create table log_3 (like log including all); grant select on log_3 to dwpg_part; alter table log attach partition log_3 for values from ('2026-03-01') to ('2026-04-01')",
    expected: [],
  },
  {
    name: "an index of its own",
    change: `${newPartition} create index own on log_3 (link)`,
    expected: ["added index:s.log_3.own"],
  },
  {
    name: "more privileges",
    change: `${newPartition} grant insert on log_3 to public`,
    expected: ["added privilege:table:s.log_3@PUBLIC"],
  },
  {
    name: "missing privileges",
    change: "create table log_3 partition of log for values from ('2026-03-01') to ('2026-04-01')",
    expected: ["removed privilege:table:s.log_3@dwpg_part"],
  },
  {
    name: "a disabled trigger",
    change: `${newPartition} alter table log_3 disable trigger stamp`,
    expected: ["altered trigger:s.log_3.stamp.enabled"],
  },
  {
    name: "another owner",
    change: `${newPartition} alter table log_3 owner to pg_read_all_data`,
    expected: ["altered table:s.log_3.owner"],
  },
  {
    name: "other storage parameters",
    change: `${newPartition} alter table log_3 set (fillfactor = 50)`,
    expected: ["altered table:s.log_3.storageParameters"],
  },
  {
    name: "row security",
    change: `${newPartition} alter table log_3 enable row level security`,
    expected: ["altered table:s.log_3.rowSecurity"],
  },
  {
    name: "another default",
    change: `${newPartition} alter table log_3 alter kind set default 'y'`,
    expected: ["altered column:s.log_3.kind.default"],
  },
  {
    name: "a constraint of its own",
    change: `${newPartition} alter table log_3 add constraint own check (link > 0)`,
    expected: ["added check:s.log_3.own"],
  },
  {
    name: "a constraint that an attached table brought",
    change:
      "create table log_3 (like log including all, constraint own check (link > 0)); grant select on log_3 to dwpg_part; alter table log attach partition log_3 for values from ('2026-03-01') to ('2026-04-01')",
    expected: ["added check:s.log_3.own"],
  },
  {
    name: "a disabled trigger of a known partition",
    change: "alter table log_1 disable trigger stamp",
    expected: ["altered trigger:s.log_1.stamp.enabled"],
  },
  {
    name: "a new index of a known partition",
    change: "create index own on log_1 (link)",
    expected: ["added index:s.log_1.own"],
  },
  {
    name: "revoked privileges of a known partition",
    change: "revoke select on log_1 from dwpg_part",
    expected: ["removed privilege:table:s.log_1@dwpg_part"],
  },
  {
    name: "another bound of a known partition",
    change:
      "alter table log detach partition log_1; alter table log attach partition log_1 for values from ('2026-01-02') to ('2026-02-01')",
    expected: ["altered table:s.log_1.partitionBound"],
  },
  {
    name: "a new column once",
    change: "alter table log add note text",
    expected: ["added column:s.log.note"],
  },
  {
    name: "a dropped column once",
    change: "alter table log drop link",
    expected: ["removed column:s.log.link", "removed foreign-key:s.log.log_link_fkey"],
  },
  {
    name: "a new type once",
    change: "alter table log alter link type bigint",
    expected: ["altered column:s.log.link.type"],
  },
  {
    name: "a new index once",
    change: "create index log_link on log (link)",
    expected: ["added index:s.log.log_link"],
  },
  { name: "a dropped index once", change: "drop index log_kind", expected: ["removed index:s.log.log_kind"] },
  {
    name: "a new check once",
    change: "alter table log add constraint more check (link > 0)",
    expected: ["added check:s.log.more"],
  },
  {
    name: "a dropped primary key once",
    change: "alter table log drop constraint log_pkey",
    expected: ["removed primary-key:s.log.log_pkey"],
  },
  {
    name: "a dropped foreign key once",
    change: "alter table log drop constraint log_link_fkey",
    expected: ["removed foreign-key:s.log.log_link_fkey"],
  },
  {
    name: "a new trigger once",
    change: "create trigger other before update on log for each row execute function f()",
    expected: ["added trigger:s.log.other"],
  },
  {
    name: "a dropped trigger once",
    change: "drop trigger stamp on log",
    expected: ["removed trigger:s.log.stamp"],
  },
  {
    name: "a disabled trigger once",
    change: "alter table log disable trigger stamp",
    expected: ["altered trigger:s.log.stamp.enabled"],
  },
  {
    name: "a renamed column once",
    change: "alter table log rename kind to sort",
    expected: ["renamed column:s.log.sort"],
  },
  {
    name: "a new column of all levels once",
    change: `alter table "Deep Log" add c int`,
    expected: ["added column:s.Deep Log.c"],
  },
  {
    name: "the parent's own disappearance",
    change: "drop table log cascade",
    expected: [
      "removed check:s.log.sane",
      "removed column:s.log.at",
      "removed column:s.log.kind",
      "removed column:s.log.link",
      "removed foreign-key:s.log.log_link_fkey",
      "removed index:s.log.log_kind",
      "removed primary-key:s.log.log_pkey",
      "removed privilege:table:s.log@dwpg_part",
      "removed table:s.log",
      "removed trigger:s.log.stamp",
    ],
  },
  {
    name: "every partition where the table says compare",
    change: "create table deep_1_y partition of deep_1 for values in ('y')",
    modes: { 's."Deep Log"': "compare" },
    expected: ["added column:s.deep_1_y.a", "added column:s.deep_1_y.b", "added table:s.deep_1_y"],
  },
  {
    name: "nothing at all where the table says ignore",
    change: "alter table log_1 disable trigger stamp; create index own on log_1 (link)",
    modes: { "s.log": "ignore" },
    expected: [],
  },
];

describeServer("postgres-18", "partitions in PostgreSQL", (server) => {
  const database = watchDatabase(server, "dwpg_part");

  it.for(cases)("tells $name", async ({ change, expected, modes }) => {
    await database.remake(setup);
    const [before, after] = await database.around(change);
    const partitions = { default: "shape", tables: modes ?? {} } as const;
    const { changes } = compareWithHidden(before, after, { partitions });
    expect(
      changes
        .map(changeId)
        .map((id) => id.replaceAll('"', ""))
        .sort(),
    ).toEqual([...expected].sort());
  });

  it("counts what the mode hid", async () => {
    await database.remake(setup);
    const [before, after] = await database.around(newPartition);
    const { hidden } = compareWithHidden(before, after, {
      partitions: { default: "shape", tables: {} },
    });
    expect(hidden).toEqual([{ rule: "partitions: shape", count: expect.any(Number) }]);
    expect(hidden[0]?.count).toBeGreaterThan(5);
  });
});
