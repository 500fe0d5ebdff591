/** What tests are told of servers, and where MySQL's packages come from. No server is needed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { debianMirror } from "./debian-tree.ts";
import { missingServers, table } from "./start-servers.ts";
import { mariadbUrl, mysqlUrl, pgbouncerUrl, postgresUrl, redisUrl, serverOrReason } from "./urls.ts";

afterEach(() => vi.unstubAllEnvs());

describe("a server's address", () => {
  it.each([
    ["TEST_POSTGRES_14_URL", () => postgresUrl(14)],
    ["TEST_MYSQL_URL", mysqlUrl],
    ["TEST_MARIADB_URL", mariadbUrl],
    ["TEST_REDIS_URL", redisUrl],
    ["TEST_PGBOUNCER_URL", pgbouncerUrl],
  ])("is what %s says, and without it there is a reason", (variable, ask) => {
    vi.stubEnv(variable, "scheme://given");
    expect(ask()).toBe("scheme://given");
    vi.stubEnv(variable, "");
    expect(ask).toThrow(/^skipped: no .* was brought up; set /);
    vi.stubEnv(variable.replace("_URL", "_MISSING"), "not root");
    expect(ask).toThrow("skipped: not root");
  });

  it("or the reason can be had without an exception", () => {
    vi.stubEnv("TEST_REDIS_URL", "");
    vi.stubEnv("TEST_REDIS_MISSING", "no redis-server");
    expect(serverOrReason("redis")).toEqual({ missing: "no redis-server" });
  });
});

describe("the table at the start", () => {
  it("tells what is there and what is missing and why, and shows no address", () => {
    const outcomes = [
      { name: "redis", url: "redis://:secret@host", from: "given by TEST_REDIS_URL" },
      { name: "mysql", missing: "not root" },
    ] as const;
    expect(table(outcomes)).toBe(
      "Test servers\n  redis        ready    given by TEST_REDIS_URL\n  mysql        MISSING  not root",
    );
    expect(missingServers(outcomes)).toEqual(["mysql"]);
  });
});

describe("the Debian mirror", () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    [
      "the first of deb822 sources, passing over what is no Debian archive",
      {
        "sources.list.d/a.sources": "Types: deb\nURIs: https://packages.example/node\nSuites: nodistro\n",
        "sources.list.d/b.sources":
          "Types: deb\n# URIs: http://old.example/debian\nURIs: http://near.example/debian/\n",
      },
      "http://near.example/debian/",
    ],
    [
      "one of a .list file with options",
      {
        "sources.list":
          "# deb http://no.example/debian sid main\ndeb [arch=amd64] https://m.example/debian bookworm main\n",
      },
      "https://m.example/debian",
    ],
    [
      "not the security archive, and not a disabled file",
      {
        "sources.list": "deb http://security.example/debian-security bookworm-security main\n",
        "sources.list.d/a.list.disabled": "deb http://disabled.example/debian bookworm main\n",
      },
      undefined,
    ],
    ["left to debootstrap where apt names none", {}, undefined],
  ])("is %s", (_name, files, expected) => {
    const apt = mkdtempSync(join(tmpdir(), "driftwatch-apt-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(apt, path)), { recursive: true });
      writeFileSync(join(apt, path), text);
    }
    expect(debianMirror(apt)).toBe(expected);
    rmSync(apt, { recursive: true });
  });
});
