/** TLS modes, ways to prove who one is, and sockets, on servers of our own: what works, and what is said when it does not. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openConnection } from "../../../src/dialects/mysql/connect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import { type OwnMysql, type OwnServers, openOwnServers } from "../../support/servers/own-mysql.ts";
import { findProgram, run } from "../../support/servers/run-command.ts";
import { execute, ownable } from "./own-servers.ts";

interface Certificates {
  readonly folder: string;
  readonly text: (name: string) => string;
}

/** An authority, a server certificate for 127.0.0.1 and localhost, a client's, and an authority that signed nothing. */
async function makeCertificates(): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), "driftwatch-tls-"));
  const ssl = (...args: readonly string[]): Promise<string> => run("openssl", args, { cwd: folder });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  for (const name of ["ca", "other"])
    await ssl(
      "req",
      "-x509",
      ...key,
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
    );
  for (const [name, names] of [
    ["server", "DNS:localhost,IP:127.0.0.1"],
    ["elsewhere", "DNS:elsewhere.example"],
    ["client", "DNS:client"],
  ] as const) {
    await ssl(
      "req",
      "-x509",
      ...key,
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=${names}`,
      "-addext",
      "basicConstraints=critical,CA:FALSE",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
    );
  }
  return { folder, text: (name) => readFileSync(join(folder, name), "utf8") };
}

async function outcomeOf(url: string): Promise<string> {
  try {
    const session = await openConnection(url, { connectTimeoutMs: 5_000 });
    await session.close();
    return session.isEncrypted ? "encrypted" : "plain";
  } catch (error) {
    if (!(error instanceof DriftwatchError)) throw error;
    expect(error.remedy, error.message).toBeTruthy();
    expect(`${error.message} ${error.remedy}`).not.toContain("s3cret");
    return `${error.code}: ${error.message} ${error.remedy}`;
  }
}

const hasOpenssl = findProgram("openssl") !== undefined;

describe.skipIf(!hasOpenssl).each(ownable("mysql", "mariadb", "mariadb-11"))("a way in to %s", (name) => {
  let servers: OwnServers;
  let server: OwnMysql;
  let certificates: Certificates;

  beforeAll(async () => {
    servers = await openOwnServers();
    certificates = await makeCertificates();
    server = await servers.start(name);
    const plugins: Readonly<Record<string, readonly string[]>> = {
      mysql: ["CREATE USER sha2@'%' IDENTIFIED WITH caching_sha2_password BY 's3cret'"],
      mariadb: ["CREATE USER native@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('s3cret')"],
    };
    await execute(
      server.url,
      ...(plugins[name === "mysql" ? "mysql" : "mariadb"] ?? []),
      "CREATE USER strict@'%' IDENTIFIED BY 's3cret' REQUIRE SSL",
      "CREATE USER known@'%' IDENTIFIED BY 's3cret' REQUIRE X509",
      "CREATE USER locked@'%' IDENTIFIED BY 's3cret' ACCOUNT LOCK",
    );
    await restartWith("server");
  });
  afterAll(async () => {
    await servers?.close();
    if (certificates !== undefined) rmSync(certificates.folder, { recursive: true });
  });

  async function restartWith(certificate: string): Promise<void> {
    await server.stop();
    await server.start(
      `--ssl-ca=${server.put("ca.pem", certificates.text("ca.pem"))}`,
      `--ssl-cert=${server.put("server.pem", certificates.text(`${certificate}.pem`))}`,
      `--ssl-key=${server.put("server.key", certificates.text(`${certificate}.key`))}`,
    );
  }

  /** Words with @ stand for files. */
  function urlOf(user: string, query: string, host = "127.0.0.1"): string {
    const file = (of: string): string => encodeURIComponent(join(certificates.folder, of));
    const filled = query
      .replace("@other", file("other.pem"))
      .replace("@client", file("client.pem"))
      .replace("@key", file("client.key"))
      .replace("@ca", file("ca.pem"))
      .replace("@socket", encodeURIComponent(server.socket));
    return `mysql://${user}:s3cret@${host}:${server.port}/?${filled}`;
  }

  it.each([
    ["strict", "", /^encrypted$/],
    ["strict", "ssl-mode=REQUIRED", /^encrypted$/],
    ["strict", "ssl-mode=VERIFY_CA&ssl-ca=@ca", /^encrypted$/],
    ["strict", "ssl-mode=VERIFY_IDENTITY&ssl-ca=@ca", /^encrypted$/],
    ["strict", "ssl-ca=@ca", /^encrypted$/],
    ["strict", "ssl-mode=VERIFY_CA&ssl-ca=@other", /^connection\.tls: .*certificate.* ssl-ca/],
    ["strict", "ssl-mode=VERIFY_IDENTITY", /^connection\.tls: .*certificate.* ssl-ca/],
    [
      "strict",
      "ssl-mode=VERIFY_CA&ssl-ca=/no/such.pem",
      /^connection\.tls: the file of ssl-ca cannot be read/,
    ],
    ["strict", "ssl-mode=DISABLED", /^connection\.(?:authentication|tls): .*(?:ssl-mode|TLS)/],
    ["known", "ssl-mode=REQUIRED&ssl-cert=@client&ssl-key=@key", /^encrypted$/],
    ["known", "ssl-mode=REQUIRED", /^connection\.authentication: .*ssl-cert/],
    ["locked", "", /^connection\.authentication: .*UNLOCK/],
    ["nobody", "", /^connection\.authentication: .*Check user/],
  ])("as %s with %s", async (user, query, expected) => {
    expect(await outcomeOf(urlOf(user, query))).toMatch(expected);
  });

  it("goes through the socket, whatever the host", async () => {
    expect(await outcomeOf(`mysql://root@/?socket=${encodeURIComponent(server.socket)}`)).toBe("plain");
    expect(await outcomeOf(urlOf("nobody", "socket=@socket"))).toMatch(/^connection\.authentication/);
    expect(await outcomeOf(urlOf("strict", "socket=@socket&ssl-mode=REQUIRED", "localhost"))).toBe(
      "encrypted",
    );
  });

  it.runIf(name === "mysql")(
    "proves itself with caching_sha2_password, with and without TLS, known and unknown to the server",
    async () => {
      for (const mode of ["DISABLED", "REQUIRED"]) {
        await execute(server.url, "FLUSH PRIVILEGES");
        const expected = mode === "DISABLED" ? "plain" : "encrypted";
        expect(await outcomeOf(urlOf("sha2", `ssl-mode=${mode}`))).toBe(expected);
        expect(await outcomeOf(urlOf("sha2", `ssl-mode=${mode}`))).toBe(expected);
      }
    },
  );

  it.runIf(name !== "mysql")(
    "proves itself with mysql_native_password, and with ed25519 where the server has it",
    async () => {
      expect(await outcomeOf(urlOf("native", ""))).toBe("encrypted");
      expect(await outcomeOf(urlOf("native", "ssl-mode=DISABLED"))).toBe("plain");
      const hasEd25519 = await execute(server.url, "INSTALL SONAME 'auth_ed25519'").then(
        () => true,
        () => name === "mariadb-11",
      );
      if (!hasEd25519) return;
      await execute(server.url, "CREATE USER curve@'%' IDENTIFIED VIA ed25519 USING PASSWORD('s3cret')");
      expect(await outcomeOf(urlOf("curve", "ssl-mode=DISABLED"))).toBe("plain");
      expect(await outcomeOf(urlOf("curve", ""))).toBe("encrypted");
      expect(await outcomeOf(urlOf("curve", "").replace("s3cret", "wrong"))).toMatch(
        /^connection\.authentication/,
      );
    },
  );

  it("takes the certificate of another host only where its name is not asked for", async () => {
    await restartWith("elsewhere");
    expect(await outcomeOf(urlOf("strict", "ssl-mode=VERIFY_CA&ssl-ca=@ca"))).toBe("encrypted");
    expect(await outcomeOf(urlOf("strict", "ssl-mode=VERIFY_IDENTITY&ssl-ca=@ca"))).toMatch(
      /^connection\.tls: .*(?:altnames|match)/i,
    );
  });

  it("asks for TLS where the server has none, or takes what there is", async () => {
    await server.stop();
    await server.start(name === "mysql" ? "--tls-version=" : "--skip-ssl");
    expect(await outcomeOf(`mysql://root@127.0.0.1:${server.port}/?ssl-mode=REQUIRED`)).toMatch(
      /^connection\.tls: .*ssl-mode=disabled/,
    );
    expect(await outcomeOf(`mysql://root@127.0.0.1:${server.port}/`)).toBe("plain");
    if (name === "mysql") expect(await outcomeOf(urlOf("sha2", ""))).toBe("plain");
  });
});
