/** Servers that refuse, end or cut a session: which error that is, whether trying again can help, and what to do. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openConnection } from "../../../src/dialects/mysql/connect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import { until } from "../../e2e/support/until.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { execute, ownable } from "./own-servers.ts";
import { flavorOf } from "./support.ts";

interface Told {
  readonly code: string;
  readonly retryable: boolean;
  readonly remedy: string | undefined;
}

async function told(promise: Promise<unknown>): Promise<Told> {
  const error = await promise.then(
    () => new Error("nothing was refused"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DriftwatchError)) throw error;
  const { code, retryable, remedy } = error;
  return { code, retryable, remedy };
}

describe.each(ownable("mysql", "mariadb", "mariadb-11"))("%s", (name) => {
  const flavor = flavorOf(name);
  let servers: OwnServers;
  let server: OwnMysql;
  beforeAll(async () => {
    servers = await openOwnServers();
    server = await servers.start(name, "--max-connections=12");
    await execute(
      server.url,
      "CREATE USER plain@'%' IDENTIFIED BY 'p'; GRANT PROCESS ON *.* TO plain@'%'",
      "CREATE USER locked@'%' IDENTIFIED BY 'p' ACCOUNT LOCK",
      "CREATE USER expired@'%' IDENTIFIED BY 'p' PASSWORD EXPIRE",
      "CREATE USER single@'%' IDENTIFIED BY 'p' WITH MAX_USER_CONNECTIONS 1",
      "CREATE USER hourly@'%' IDENTIFIED BY 'p' WITH MAX_CONNECTIONS_PER_HOUR 1",
    );
  });
  afterAll(() => servers?.close());

  const urlOf = (user: string, query = ""): string =>
    `${server.url.replace(/\/\/[^@]*@/, `//${user}:p@`)}${query}`;

  it.each([
    ["locked", /ACCOUNT UNLOCK/],
    ["expired", /expired: set a new one/],
    ["nobody", /user, password and host/],
  ])("refuses the account %s for good", async (user, remedy) => {
    expect(await told(openConnection(urlOf(user), {}))).toEqual({
      code: "connection.authentication",
      retryable: false,
      remedy: expect.stringMatching(remedy),
    });
  });

  it.each(["single", "hourly"])("lets the account %s in later", async (user) => {
    const first = await openConnection(urlOf(user), {});
    const limited = { code: "connection.limit", retryable: true, remedy: expect.stringMatching(/limit/) };
    expect(await told(openConnection(urlOf(user), {}))).toEqual(limited);
    await first.close();
  });

  it("lets anyone in later when it is full", async () => {
    const open = await Promise.allSettled(
      Array.from({ length: 16 }, () => openConnection(urlOf("plain"), {})),
    );
    const refused = open.filter((each) => each.status === "rejected").map((each) => each.reason);
    for (const each of open) if (each.status === "fulfilled") await each.value.close();
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused)
      expect(error).toMatchObject({
        code: "connection.limit",
        retryable: true,
        remedy: expect.stringContaining("max_connections"),
      });
  });

  // MariaDB 10.11 says of that nothing but ER_ACCESS_DENIED_ERROR.
  it.skipIf(name === "mariadb")("wants TLS where it was told to", async () => {
    const admin = await openConnection(server.url, {});
    await admin.rows("SET GLOBAL require_secure_transport = ON");
    try {
      expect(await told(openConnection(urlOf("plain", "?ssl-mode=disabled"), {}))).toEqual({
        code: "connection.tls",
        retryable: false,
        remedy: "The server wants TLS: set ssl-mode=required in the URL.",
      });
    } finally {
      await admin.rows("SET GLOBAL require_secure_transport = OFF");
      await admin.close();
    }
  });

  it.runIf(flavor === "mysql")("lets anyone in when it is no longer offline", async () => {
    await execute(server.url, "SET GLOBAL offline_mode = ON");
    try {
      expect(await told(openConnection(urlOf("plain"), {}))).toEqual({
        code: "server.starting",
        retryable: true,
        remedy: expect.stringContaining("offline_mode"),
      });
    } finally {
      await execute(server.url, "SET GLOBAL offline_mode = OFF");
    }
  });

  it.runIf(flavor === "mysql")("refuses an account after too many wrong passwords", async () => {
    await execute(
      server.url,
      "CREATE USER careless@'%' IDENTIFIED BY 'p' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1",
    );
    await told(openConnection(urlOf("careless").replace(":p@", ":wrong@"), {}));
    expect(await told(openConnection(urlOf("careless"), {}))).toEqual({
      code: "connection.authentication",
      retryable: false,
      remedy: expect.stringMatching(/ACCOUNT UNLOCK/),
    });
  });

  describe("that ends", () => {
    async function threadOf(session: {
      rows(sql: string): Promise<readonly (readonly unknown[])[]>;
    }): Promise<string> {
      return String((await session.rows("SELECT CONNECTION_ID()"))[0]?.[0]);
    }
    const lost = {
      code: "connection.lost",
      retryable: true,
      remedy: expect.stringContaining("server's log"),
    };
    const slow =
      "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c";
    const isRunning = async (): Promise<boolean> =>
      (await execute(server.url, "SHOW FULL PROCESSLIST")).some((row) => String(row.Info) === slow);

    it("a session between two statements has lost it", async () => {
      const session = await openConnection(urlOf("plain"), {});
      await execute(server.url, `KILL ${await threadOf(session)}`);
      expect(await told(session.rows("SELECT 1"))).toEqual(lost);
      // Once told, every statement after it is told the same.
      expect(await told(session.rows("SELECT 1"))).toEqual(lost);
      await session.close();
    });

    it("a session within a statement has lost it", async () => {
      const session = await openConnection(urlOf("plain"), {});
      const thread = await threadOf(session);
      const running = told(session.rows(slow));
      await until("the statement runs", isRunning);
      await execute(server.url, `KILL ${thread}`);
      expect(await running).toEqual(lost);
      await session.close();
    });

    it("a statement alone has cancelled it, and the next one runs", async () => {
      const session = await openConnection(urlOf("plain"), {});
      const thread = await threadOf(session);
      const running = told(session.rows(slow));
      await until("the statement runs", isRunning);
      await execute(server.url, `KILL QUERY ${thread}`);
      expect(await running).toEqual({
        code: "check.cancelled",
        retryable: true,
        remedy: expect.stringContaining("check again"),
      });
      expect(await session.rows("SELECT 1")).toHaveLength(1);
      await session.close();
    });

    it("itself is told as a lost connection, then as a refused one", async () => {
      const session = await openConnection(urlOf("plain"), {});
      const running = told(session.rows(slow));
      await until("the statement runs", isRunning);
      await server.stop();
      try {
        const { code, retryable, remedy } = await running;
        expect(["connection.lost", "server.starting"]).toContain(code);
        expect([retryable, typeof remedy]).toEqual([true, "string"]);
        expect(await told(openConnection(urlOf("plain"), {}))).toMatchObject({
          code: "connection.refused",
          retryable: true,
          remedy: expect.stringContaining("host and port"),
        });
        await session.close();
      } finally {
        await server.start();
      }
    });
  });
});
