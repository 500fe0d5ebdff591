/** TLS as libpq's URLs ask for it, on a server with certificates of its own. Where psql is there, it is asked as well. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import {
  type Authority,
  type Certificate,
  createAuthority,
  encryptKey,
} from "../../support/servers/certificates.ts";
import { type OwnCluster, type OwnPostgres, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { findProgram, run as runProgram } from "../../support/servers/run-command.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { run } from "./support.ts";

const hba = `hostssl all certuser all cert
hostssl all tlsonly all trust
hostnossl all plainonly all trust
hostssl all scram all scram-sha-256
host all postgres all trust
`;

/** What a connection came to: how it is encrypted, or an error's code. */
type Outcome = "tls" | "plain" | DriftwatchError["code"];

describeServer("postgres-18", "TLS to PostgreSQL", () => {
  let cluster: OwnCluster;
  let server: OwnPostgres;
  let folder: string;
  const files: Record<string, string> = {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "driftwatch-tls-"));
    [cluster] = await Promise.all([startOwnPostgres(18), makeCertificates()]);
    server = cluster.primary;
    for (const role of ["certuser", "tlsonly", "plainonly"])
      await run(server.url, `create role ${role} login`);
    await run(server.url, "create role scram login password 'open sesame'");
    server.put("pg_hba.conf", hba);
    server.put("ca.crt", authority.cert);
    server.configure("ssl = on", "ssl_ca_file = 'ca.crt'");
    await use(named);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(async () => {
    await cluster?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  let authority: Authority;
  /** Server certificates for the name `localhost` alone and for the address alone. */
  let named: Certificate;
  let addressed: Certificate;

  async function makeCertificates(): Promise<void> {
    authority = await createAuthority(folder, "right");
    const other = await createAuthority(folder, "other");
    named = await authority.issue("localhost", "DNS:localhost");
    addressed = await authority.issue("somebody", "IP:127.0.0.1");
    const client = await authority.issue("certuser");
    const foreign = await other.issue("certuser");
    const namesake = await authority.issue("postgres");
    Object.assign(files, {
      ca: authority.certFile,
      otherCa: other.certFile,
      client: client.certFile,
      clientKey: client.keyFile,
      lockedKey: await encryptKey(client, "sesame"),
      foreign: foreign.certFile,
      foreignKey: foreign.keyFile,
      namesake: namesake.certFile,
      namesakeKey: namesake.keyFile,
      revokedNone: await authority.revoke(),
      revokedServer: await authority.revoke(named),
      missing: join(folder, "missing.pem"),
    });
  }

  /** Lets the server show this certificate from now on. */
  async function use(certificate: Certificate): Promise<void> {
    server.put("server.crt", certificate.cert);
    server.put("server.key", certificate.key);
    await server.stop();
    await server.start(async () => {
      const client = new Client({ connectionString: server.url, ssl: { rejectUnauthorized: false } });
      await client.connect();
      await client.end();
    });
  }

  /** `{ca}` stands for the path of a file. */
  function urlOf(user: string, search: string, host: string): string {
    const filled = search.replaceAll(/\{(\w+)\}/g, (_all, name: string) => files[name] ?? name);
    return `postgres://${user}@${host}:${server.port}/postgres${filled === "" ? "" : `?${filled}`}`;
  }

  async function outcomeOf(url: string): Promise<{ outcome: Outcome; error?: DriftwatchError }> {
    try {
      const session = await postgresDialect.connect(url, {});
      const admin = new Client({ connectionString: server.url, ssl: false });
      await admin.connect();
      const { rows } = await admin.query<{ ssl: boolean }>(
        "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'driftwatch' order by backend_start desc limit 1",
      );
      await admin.end();
      await session.close();
      expect(rows).toHaveLength(1);
      return { outcome: rows[0]?.ssl === true ? "tls" : "plain" };
    } catch (error) {
      if (!(error instanceof DriftwatchError)) throw error;
      return { outcome: error.code, error };
    }
  }

  /** What libpq makes of the same URL: "tls", "plain" or "refused"; undefined where psql is not installed. */
  async function libpqSays(url: string): Promise<string | undefined> {
    if (findProgram("psql") === undefined) return undefined;
    const sql =
      "select case when ssl then 'tls' else 'plain' end from pg_stat_ssl where pid = pg_backend_pid()";
    const env = { HOME: folder, PGCONNECT_TIMEOUT: "10" };
    return runProgram("psql", ["-XAtq", url, "-c", sql], { env }).then(
      (output) => output.trim(),
      () => "refused",
    );
  }

  const cases: readonly (readonly [user: string, search: string, expected: Outcome, host?: string])[] = [
    ["postgres", "sslmode=disable", "plain"],
    ["postgres", "sslmode=allow", "plain"],
    ["postgres", "sslmode=prefer", "tls"],
    ["postgres", "", "tls"],
    ["postgres", "sslmode=require", "tls"],
    ["tlsonly", "sslmode=disable", "connection.authentication"],
    ["tlsonly", "sslmode=allow", "tls"],
    ["tlsonly", "sslmode=prefer", "tls"],
    ["plainonly", "sslmode=prefer", "plain"],
    ["plainonly", "sslmode=allow", "plain"],
    ["plainonly", "sslmode=require", "connection.authentication"],
    ["postgres", "sslmode=require&sslrootcert={ca}", "tls", "127.0.0.1"],
    ["postgres", "sslmode=require&sslrootcert={otherCa}", "connection.tls"],
    ["postgres", "sslmode=prefer&sslrootcert={otherCa}", "plain"],
    ["tlsonly", "sslmode=prefer&sslrootcert={otherCa}", "connection.authentication"],
    ["postgres", "sslmode=verify-ca&sslrootcert={ca}", "tls"],
    ["postgres", "sslmode=verify-ca&sslrootcert={ca}", "tls", "127.0.0.1"],
    ["postgres", "sslmode=verify-ca&sslrootcert={otherCa}", "connection.tls"],
    ["postgres", "sslmode=verify-full&sslrootcert={ca}", "tls"],
    ["postgres", "sslmode=verify-full&sslrootcert={ca}", "connection.tls", "127.0.0.1"],
    ["postgres", "sslmode=verify-full&sslrootcert={otherCa}", "connection.tls"],
    ["postgres", "sslmode=verify-full", "connection.tls"],
    ["postgres", "sslmode=verify-ca&sslrootcert={missing}", "connection.tls"],
    ["postgres", "sslmode=verify-full&sslrootcert={ca}&sslcrl={revokedNone}", "tls"],
    ["postgres", "sslmode=verify-full&sslrootcert={ca}&sslcrl={revokedServer}", "connection.tls"],
    ["postgres", "sslmode=require&ssl_min_protocol_version=TLSv1.3", "tls"],
    ["certuser", "sslmode=require&sslcert={client}&sslkey={clientKey}", "tls"],
    ["certuser", "sslmode=verify-full&sslrootcert={ca}&sslcert={client}&sslkey={clientKey}", "tls"],
    ["certuser", "sslmode=require&sslcert={client}&sslkey={lockedKey}&sslpassword=sesame", "tls"],
    ["certuser", "sslmode=require&sslcert={client}&sslkey={lockedKey}&sslpassword=wrong", "connection.tls"],
    ["certuser", "sslmode=require&sslcert={client}&sslkey={foreignKey}", "connection.tls"],
    ["certuser", "sslmode=require&sslcert={client}&sslkey={missing}", "connection.tls"],
    ["certuser", "sslmode=require&sslcert={foreign}&sslkey={foreignKey}", "connection.tls"],
    ["certuser", "sslmode=require&sslcert={namesake}&sslkey={namesakeKey}", "connection.authentication"],
    ["certuser", "sslmode=require", "connection.authentication"],
    ["scram:open%20sesame", "sslmode=verify-full&sslrootcert={ca}&channel_binding=require", "tls"],
    ["scram:wrong", "sslmode=require", "connection.authentication"],
  ];

  it.for(cases)("connects %s with %s: %s", async ([user, search, expected, host = "localhost"]) => {
    const url = urlOf(user, search, host);
    const { outcome, error } = await outcomeOf(url);
    expect(outcome, error?.message).toBe(expected);
    if (error !== undefined) expect(error).toMatchObject({ retryable: false, remedy: expect.any(String) });
    const libpq = await libpqSays(url);
    if (libpq !== undefined) expect(libpq).toBe(error === undefined ? outcome : "refused");
  });

  it.for<readonly [string, string, Outcome, RegExp]>([
    ["a wrong authority", "sslmode=verify-ca&sslrootcert={otherCa}", "connection.tls", /sslrootcert/],
    ["another name", "sslmode=verify-full&sslrootcert={ca}", "connection.tls", /does not match|altnames/i],
    [
      "a file that is not there",
      "sslmode=require&sslrootcert={missing}",
      "connection.tls",
      /sslrootcert.*readable/,
    ],
    [
      "a weak mode beside the system's authorities",
      "sslmode=require&sslrootcert=system",
      "source.invalid",
      /verify-full/,
    ],
    [
      "a weak mode beside direct negotiation",
      "sslmode=prefer&sslnegotiation=direct",
      "source.invalid",
      /require/,
    ],
    [
      "a protocol version that does not exist",
      "sslmode=require&ssl_min_protocol_version=TLSv9",
      "source.invalid",
      /TLSv1\.3/,
    ],
    ["a certificate without its key", "sslmode=require&sslcert={client}", "connection.tls", /sslkey/],
  ])("says what is wrong with %s, and what to do", async ([, search, code, pattern]) => {
    const { outcome, error } = await outcomeOf(urlOf("postgres", search, "127.0.0.1"));
    expect(outcome).toBe(code);
    expect(`${error?.message} ${error?.remedy}`).toMatch(pattern);
  });

  it("says that the server wants a certificate, and how to give it one", async () => {
    const { error } = await outcomeOf(urlOf("certuser", "sslmode=require", "localhost"));
    expect(error?.remedy).toContain("sslcert");
  });

  it("negotiates directly where the URL asks for it", async () => {
    const search = "sslmode=verify-full&sslrootcert={ca}&sslnegotiation=direct";
    expect((await outcomeOf(urlOf("postgres", search, "localhost"))).outcome).toBe("tls");
  });

  it("verifies in full against the system's authorities, and does not trust ours", async () => {
    const { outcome } = await outcomeOf(urlOf("postgres", "sslrootcert=system", "localhost"));
    expect(outcome).toBe("connection.tls");
  });

  it("takes what the URL leaves out from libpq's variables", async () => {
    vi.stubEnv("PGSSLMODE", "verify-full");
    expect((await outcomeOf(urlOf("postgres", "", "localhost"))).outcome).toBe("connection.tls");
    vi.stubEnv("PGSSLROOTCERT", files.ca);
    expect((await outcomeOf(urlOf("postgres", "", "localhost"))).outcome).toBe("tls");
    vi.stubEnv("PGSSLCERT", files.client);
    vi.stubEnv("PGSSLKEY", files.clientKey);
    expect((await outcomeOf(urlOf("certuser", "", "localhost"))).outcome).toBe("tls");
    vi.stubEnv("PGSSLCRL", files.revokedServer);
    expect((await outcomeOf(urlOf("postgres", "", "localhost"))).outcome).toBe("connection.tls");
  });

  it("takes what is left out then from libpq's files in the home folder", async () => {
    const home = join(folder, "home");
    mkdirSync(join(home, ".postgresql"), { recursive: true });
    const put = (name: string, file = ""): void => copyFileSync(file, join(home, ".postgresql", name));
    vi.stubEnv("HOME", home);
    put("root.crt", files.otherCa);
    expect((await outcomeOf(urlOf("postgres", "sslmode=require", "localhost"))).outcome).toBe(
      "connection.tls",
    );
    put("root.crt", files.ca);
    expect((await outcomeOf(urlOf("postgres", "sslmode=verify-full", "localhost"))).outcome).toBe("tls");
    put("postgresql.crt", files.client);
    put("postgresql.key", files.clientKey);
    expect((await outcomeOf(urlOf("certuser", "sslmode=require", "localhost"))).outcome).toBe("tls");
  });

  it("ends a running statement through TLS too, when it is aborted", async () => {
    await run(server.url, "create table locked (a int); create view over_locked as select a from locked");
    const holder = new Client({ connectionString: server.url });
    await holder.connect();
    await holder.query("begin; lock table locked in access exclusive mode");
    const waiting = async (): Promise<number> =>
      (
        await holder.query(
          "select 1 from pg_stat_activity where application_name = 'driftwatch' and wait_event_type = 'Lock'",
        )
      ).rows.length;
    const controller = new AbortController();
    const url = urlOf("postgres", "sslmode=verify-full&sslrootcert={ca}", "localhost");
    const session = await postgresDialect.connect(url, { signal: controller.signal, lockTimeoutMs: 60_000 });
    const reading = session.introspect().catch((error: unknown) => error);
    await expect.poll(waiting).toBe(1);
    controller.abort();
    expect(await reading).toMatchObject({ code: "check.cancelled" });
    // Long before the lock timeout: a server does not notice that a socket was cut while it waits for a lock.
    await expect.poll(waiting, { timeout: 30_000 }).toBe(0);
    await session.close();
    await holder.end();
  });

  it("checks an address against the addresses of the certificate, and a name against its names", async () => {
    await use(addressed);
    const search = "sslmode=verify-full&sslrootcert={ca}";
    for (const [host, expected] of [
      ["127.0.0.1", "tls"],
      ["localhost", "connection.tls"],
    ] as const) {
      const url = urlOf("postgres", search, host);
      expect((await outcomeOf(url)).outcome, host).toBe(expected);
      const libpq = await libpqSays(url);
      if (libpq !== undefined) expect(libpq).toBe(expected === "tls" ? "tls" : "refused");
    }
  });
});
