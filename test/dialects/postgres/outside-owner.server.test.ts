/** A sequence of a table that is not read is told by that table's name, never by a number of this one copy. */
import { expect, it } from "vitest";
import { describeServer } from "../../support/servers/urls.ts";
import { watchDatabase } from "./watched-database.ts";

describeServer("postgres-18", "a sequence of a member of an extension", (server) => {
  const database = watchDatabase(server);

  it("names its owner, in a full reading and in an incremental one", async () => {
    const owners = (objects: Awaited<ReturnType<typeof database.read>>["objects"]): unknown[] =>
      objects.flatMap((object) => (object.kind === "sequence" ? [object.attributes.ownedBy] : []));
    await database.remake(
      "create table t (id serial); create extension hstore; alter extension hstore add table t",
    );
    const before = await database.read();
    expect(owners(before.objects)).toEqual(["s.t.id"]);
    await database.run("alter sequence t_id_seq increment 5");
    const again = await database.readAgain(before);
    expect(owners(again.objects)).toEqual(["s.t.id"]);
    expect(again.fingerprint).toBe((await database.read()).fingerprint);
  });
});
