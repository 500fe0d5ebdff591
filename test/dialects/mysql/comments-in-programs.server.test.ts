/** What a client program makes of the comments in bodies while it restores a dump is told, and never as a change of code. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classifyChanges } from "../../../src/classify/classify.ts";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { charsetClauseOf, dump, load } from "./dump.ts";
import { allTestServers, openTestServer, serverUrls, type TestServer } from "./support.ts";

const programs: readonly string[] = [
  "CREATE TABLE t (id INT PRIMARY KEY, note VARCHAR(40))",
  `CREATE PROCEDURE p() -- what it is for
   BEGIN
     -- it's a line
     SELECT 'a -- b', "c # d", \`id\` /* ' */ FROM t; # the end
   END`,
  "CREATE FUNCTION f(/* first */ a INT) RETURNS INT DETERMINISTIC /* here */ RETURN a -- nothing\n + 1",
  "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET -- why\n NEW.note = 'a -- b'",
  "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE -- all of it\n FROM t",
];

describe.each(allTestServers())("comments in programs on %s", (name) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer(name);
  });
  afterAll(() => server.close());

  it("are at most told as info after a restore", async () => {
    const database = await server.createDatabase("comments");
    for (const program of programs) await server.run(database, program);
    const original = await server.snapshot(database);
    const copy = await server.createDatabase("comments", charsetClauseOf(original));
    await load(serverUrls[name], copy, await dump(serverUrls[name], database));
    const findings = classifyChanges(compareSnapshots(original, await server.snapshot(copy)));
    const clientStrips = name !== "mysql";
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      clientStrips ? ["info EVN015", "info FUN036", "info PRC036", "info TRG020"] : [],
    );
  });
});
