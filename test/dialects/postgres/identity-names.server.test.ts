/**
 * The sequence of an identity or serial column keeps its name when its table or column gets another one. That is no
 * change of its own, in full and incremental readings; a sequence that somebody renames is.
 */
import { describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

const identity = "create table t (id int generated always as identity, n int not null);";
const said = `${identity} comment on sequence t_id_seq is 'counts'; grant usage on sequence t_id_seq to public;`;
const serial = "create table t (id serial, n int not null); grant usage on sequence t_id_seq to public;";
const both = "alter table t rename to u; alter table u rename id to number";

interface NameCase {
  readonly name: string;
  readonly setup: string;
  readonly change: string;
  readonly expected: readonly string[];
  /** When it differs: without object ids a column with another name is another column, unless nothing else is. */
  readonly withoutIds?: readonly string[];
}

const table = "renamed table:s.u";
const column = "renamed column:s.u.number";

const cases: readonly NameCase[] = [
  { name: "a renamed table", setup: identity, change: "alter table t rename to u", expected: [table] },
  {
    name: "a renamed column",
    setup: identity,
    change: "alter table t rename id to number",
    expected: ["renamed column:s.t.number"],
  },
  { name: "a renamed table and column", setup: identity, change: both, expected: [table, column] },
  {
    name: "a renamed column, then its table",
    setup: identity,
    change: "alter table t rename id to number; alter table t rename to u",
    expected: [table, column],
  },
  {
    name: "a renamed table and column whose sequence has a comment and grants",
    setup: said,
    change: both,
    expected: [table, column],
  },
  {
    name: "a renamed table and column in another schema",
    setup: `create schema if not exists s2; drop table if exists s2.u; ${identity}`,
    change: `${both}; alter table u set schema s2`,
    expected: ["renamed column:s2.u.number", "renamed table:s2.u"],
  },
  {
    name: "a renamed table and column with long names",
    setup: `create table ${"t".repeat(50)} (${"i".repeat(50)} int generated always as identity)`,
    change: `alter table ${"t".repeat(50)} rename to u; alter table u rename ${"i".repeat(50)} to number`,
    expected: [table, column],
  },
  {
    name: "a renamed table and column of an identity whose sequence had a chosen name",
    setup: "create table t (id int generated always as identity (sequence name q), n int not null)",
    change: both,
    expected: [table, column],
  },
  {
    name: "a sequence that is given another name",
    setup: identity,
    change: "alter sequence t_id_seq rename to q",
    expected: ["altered column:s.t.id.identityOptions"],
  },
  {
    name: "a sequence with a comment and grants that is given another name",
    setup: said,
    change: "alter sequence t_id_seq rename to q",
    expected: ["altered column:s.t.id.identityOptions"],
  },
  {
    name: "a sequence that is given the automatic name of its renamed table and column",
    setup: identity,
    change: `${both}; alter sequence t_id_seq rename to u_number_seq`,
    expected: [table, column],
  },
  {
    name: "a table, a column and a sequence with new names",
    setup: identity,
    change: `${both}; alter sequence t_id_seq rename to q`,
    expected: [table, column, "altered column:s.u.number.identityOptions"],
  },
  {
    name: "a renamed table and column, and another increment",
    setup: identity,
    change: `${both}; alter table u alter number set increment 5`,
    expected: [table, column, "altered column:s.u.number.identityOptions"],
  },
  { name: "a renamed table and serial column", setup: serial, change: both, expected: [table, column] },
  {
    name: "a renamed table, serial column and its sequence",
    setup: serial,
    change: `${both}; alter sequence t_id_seq rename to q`,
    expected: [table, column, "renamed sequence:s.q"],
  },
];

/** As read from a server that does not tell its identity. */
function withoutIds(snapshot: Snapshot): Snapshot {
  return { ...snapshot, server: { ...snapshot.server, instance: null } };
}

describeServer("postgres-18", "sequences of columns", (server) => {
  const database = watchDatabase(server);

  describe("say no more than what was changed, and all of it", () => {
    it.each(cases)("$name", async ({ setup, change, expected }) => {
      await database.remake(setup);
      const before = await database.read();
      await database.run(change);
      const full = await database.read();
      const changes = compareSnapshots(before, full).map(changeId);
      expect(changes.sort()).toEqual([...expected].sort());
      expect((await database.readAgain(before)).fingerprint).toBe(full.fingerprint);
      // Taken back: the same the other way round.
      expect(compareSnapshots(full, before)).toHaveLength(expected.length);
    });
  });

  it("are no change without object ids where the table alone was renamed", async () => {
    await database.remake(said);
    const before = withoutIds(await database.read());
    await database.run("alter table t rename to u");
    const changes = compareSnapshots(before, withoutIds(await database.read()));
    expect(changes.map(changeId)).toEqual([table]);
  });
});
