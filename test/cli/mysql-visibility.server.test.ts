/** A monitoring user of MySQL or MariaDB that loses a grant: unknown with the GRANT that mends it, never drift. */
import { type Connection, createConnection } from "mysql2/promise";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeServer } from "../support/servers/urls.ts";
import { useFolder } from "./workplace.ts";

for (const server of ["mysql", "mariadb"] as const) {
  describeServer(server, `a monitoring user of ${server} that loses a grant`, (serverUrl) => {
    const shop = `vis_shop_${process.pid}_${Date.now() % 100_000}`;
    const { checked, configure, driftwatch } = useFolder();
    let admin: Connection;
    let account: string;
    let routines: string;

    beforeAll(async () => {
      const uri = serverUrl.replace(/^mariadb:/, "mysql:");
      admin = await createConnection({ uri, multipleStatements: true });
      // As the server sees us: an anonymous account of that host would go before one of '%'.
      const [[me]] = (await admin.query("SELECT SUBSTRING_INDEX(USER(), '@', -1) AS host")) as unknown as [
        { host: string }[],
      ];
      const reader = shop.replace("vis_shop", "vis_reader");
      account = `'${reader}'@'${me?.host}'`;
      routines = server === "mysql" ? "SHOW_ROUTINE ON *.*" : "SELECT ON mysql.proc";
      await admin.query(`CREATE DATABASE ${shop}; USE ${shop}; CREATE TABLE t (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t;
        CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @x = 1; CREATE PROCEDURE p () SELECT 1;
        CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1; CREATE USER ${account} IDENTIFIED BY 'sesame';
        GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON \`${shop}\`.* TO ${account}; GRANT ${routines} TO ${account}; GRANT PROCESS ON *.* TO ${account}`);
      const url = Object.assign(new URL(serverUrl), {
        pathname: `/${shop}`,
        username: reader,
        password: "sesame",
      });
      configure({ environments: [{ name: "shop", url: url.href }] });
      const captured = await driftwatch("check", "shop");
      if (captured.exitCode !== 0) throw new Error(captured.stdout + captured.stderr);
    });
    afterAll(async () => {
      await admin?.query(`DROP DATABASE IF EXISTS ${shop}; DROP USER IF EXISTS ${account}`);
      await admin?.end();
    });

    async function remediesOfDoctor(): Promise<string> {
      return (await driftwatch("doctor", "shop", "--json")).stdout;
    }

    // Each loss by itself is tried in test/dialects/mysql/lost-grants.server.test.ts.
    it.each([server === "mysql" ? "TRIGGER" : "SELECT, SHOW VIEW, TRIGGER, EVENT"])(
      "is told of %s with the statement that gives it back",
      async (privileges) => {
        const on = `${privileges} ON \`${shop}\`.*`;
        expect((await checked("shop")).check).toMatchObject({ outcome: "in-sync" });
        await admin.query(`REVOKE ${on} FROM ${account}`);
        try {
          const unknown = await checked("shop");
          const grant = `GRANT ${on} TO ${account};`;
          expect(unknown.exitCode).toBe(1);
          expect(unknown.check).toMatchObject({
            outcome: "unknown",
            error: { code: "check.visibility-lost" },
          });
          expect(JSON.stringify(unknown.check)).toContain(JSON.stringify(grant).slice(1, -1));
          expect((await driftwatch("check", "shop")).stdout).toContain("shop  unknown");
          expect(await remediesOfDoctor()).toContain(JSON.stringify(grant).slice(1, -1));
        } finally {
          await admin.query(`GRANT ${on} TO ${account}`);
        }
        expect(await checked("shop")).toMatchObject({ exitCode: 0, check: { outcome: "in-sync" } });
      },
    );
  });
}
