/**
 * channel_binding=require, as libpq has it: only a server that proves by SCRAM-SHA-256-PLUS that it knows the password
 * and holds the TLS session gets anything, and no other way of login is answered. Where psql is there, it is asked as well.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, connect as tlsConnect } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { postgresDialect } from "../../../src/dialects/postgres/dialect.ts";
import { DriftwatchError } from "../../../src/model/errors.ts";
import { type Certificate, createAuthority } from "../../support/servers/certificates.ts";
import { type OwnCluster, type OwnPostgres, startOwnPostgres } from "../../support/servers/own-postgres.ts";
import { findProgram, run as runProgram } from "../../support/servers/run-command.ts";
import { describeServer } from "../../support/servers/urls.ts";
import { run } from "./support.ts";

const hba = `hostssl all scram all scram-sha-256
hostssl all md5 all md5
hostssl all clear all password
hostssl all trusted all trust
hostnossl all scram all scram-sha-256
host all postgres all trust
`;

describeServer("postgres-18", "channel binding", () => {
  let cluster: OwnCluster;
  let server: OwnPostgres;
  let folder: string;
  let caFile: string;
  /** Of the server, and of a machine that pretends to be it. */
  let certificate: Certificate;
  let namesake: Certificate;
  const relays: Server[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "driftwatch-binding-"));
    cluster = await startOwnPostgres(18);
    server = cluster.primary;
    const authority = await createAuthority(folder, "ours");
    caFile = authority.certFile;
    certificate = await authority.issue("localhost", "DNS:localhost");
    namesake = await authority.issue("localhost", "DNS:localhost");
    await run(
      server.url,
      `create role scram login password 'open sesame'; create role clear login password 'open sesame'; create role trusted login;
       set password_encryption = 'md5'; create role md5 login password 'open sesame'`,
    );
    server.put("pg_hba.conf", hba);
    server.put("server.crt", certificate.cert);
    server.put("server.key", certificate.key);
    server.configure("ssl = on");
    await server.stop();
    await server.start();
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(async () => {
    for (const relay of relays) relay.close();
    await cluster?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** A machine in the middle that ends TLS with a certificate that we trust, and passes on what it hears. */
  async function startRelay(encrypts: boolean): Promise<number> {
    const options = { cert: namesake.cert, key: namesake.key, ALPNProtocols: ["postgresql"] };
    const relay = createServer(options, (client) => {
      const onward = encrypts
        ? tlsConnect({ port: server.port, rejectUnauthorized: false, ALPNProtocols: ["postgresql"] })
        : connect(server.port, "127.0.0.1");
      client.on("error", () => onward.destroy());
      onward.on("error", () => client.destroy());
      client.pipe(onward).pipe(client);
    });
    relays.push(relay);
    await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
    return (relay.address() as AddressInfo).port;
  }

  function urlOf(user: string, search: string, port = server.port): string {
    return `postgres://${user}@localhost:${port}/postgres?${search.replace("{ca}", caFile).replace(/^&/, "")}`;
  }

  async function errorOf(url: string): Promise<DriftwatchError | undefined> {
    try {
      const session = await postgresDialect.connect(url, {});
      await session.close();
      return undefined;
    } catch (error) {
      if (error instanceof DriftwatchError) return error;
      throw error;
    }
  }

  async function doesLibpqConnect(url: string): Promise<boolean | undefined> {
    if (findProgram("psql") === undefined) return undefined;
    const env = { HOME: folder, PGCONNECT_TIMEOUT: "10" };
    return runProgram("psql", ["-XAtq", url, "-c", "select 1"], { env }).then(
      () => true,
      () => false,
    );
  }

  const password = "open%20sesame";

  // The passwords are wrong where they must not be sent: a server that had seen one would say so.
  it.for<readonly [who: string, user: string, search: string, expected: RegExp | undefined]>([
    ["SCRAM over verified TLS", `scram:${password}`, "sslmode=verify-full&sslrootcert={ca}", undefined],
    ["SCRAM over TLS that nobody verifies", `scram:${password}`, "sslmode=require", undefined],
    ["SCRAM by default", `scram:${password}`, "", undefined],
    ["MD5", "md5:wrong", "sslmode=require", /asks for the password in another way/],
    ["a clear password", "clear:wrong", "sslmode=require", /asks for the password in another way/],
    ["trust", "trusted", "sslmode=require", /let us in without/],
    ["no TLS at all", `scram:${password}`, "sslmode=disable", /needs TLS/],
  ])("is required of %s", async ([, user, search, expected]) => {
    const url = urlOf(user, `${search}&channel_binding=require`);
    const error = await errorOf(url);
    if (expected === undefined) expect(error).toBeUndefined();
    else {
      expect(error?.message).toMatch(expected);
      expect(error).toMatchObject({ retryable: false, remedy: expect.stringContaining("channel_binding") });
      expect(error?.code).toBe(search.includes("disable") ? "source.invalid" : "connection.tls");
    }
    const libpq = await doesLibpqConnect(url);
    if (libpq !== undefined) expect(libpq).toBe(expected === undefined);
  });

  it("says that the password is wrong where it is", async () => {
    const error = await errorOf(urlOf("scram:wrong", "sslmode=require&channel_binding=require"));
    expect(error?.code).toBe("connection.authentication");
  });

  it("is required of a machine in the middle that our certificates trust", async () => {
    const port = await startRelay(false);
    const search = "sslmode=verify-full&sslrootcert={ca}&sslnegotiation=direct";
    expect(await errorOf(urlOf(`scram:${password}`, search, port))).toBeUndefined();
    const error = await errorOf(urlOf(`scram:${password}`, `${search}&channel_binding=require`, port));
    expect(error).toMatchObject({ code: "connection.tls", retryable: false });
    expect(error?.message).toMatch(/does not offer SCRAM-SHA-256-PLUS/);
  });

  it("is refused by the server when a machine in the middle passes the offer on", async () => {
    const port = await startRelay(true);
    const search = "sslmode=verify-full&sslrootcert={ca}&sslnegotiation=direct";
    expect(await errorOf(urlOf(`scram:${password}`, search, port))).toBeUndefined();
    const error = await errorOf(urlOf(`scram:${password}`, `${search}&channel_binding=require`, port));
    expect(error?.message).toMatch(/channel binding check failed/i);
  });

  it("is no reason for a plain connection when the server has no TLS", async () => {
    const bare = await startOwnPostgres(18);
    try {
      const url = (search: string): string => `${bare.primary.url}?${search}`;
      expect(await errorOf(url("sslmode=prefer"))).toBeUndefined();
      const error = await errorOf(url("sslmode=prefer&channel_binding=require"));
      expect(error).toMatchObject({ code: "connection.tls", retryable: false });
    } finally {
      await bare.close();
    }
  });

  it("is taken from libpq's variable where the URL says nothing, and only in libpq's words", async () => {
    vi.stubEnv("PGCHANNELBINDING", "require");
    expect((await errorOf(urlOf("trusted", "sslmode=require")))?.code).toBe("connection.tls");
    expect(await errorOf(urlOf("trusted", "sslmode=require&channel_binding=prefer"))).toBeUndefined();
    const error = await errorOf(urlOf("trusted", "sslmode=require&channel_binding=yes"));
    expect(error).toMatchObject({ code: "source.invalid", remedy: expect.stringContaining("prefer") });
  });
});
