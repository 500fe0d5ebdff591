/** Who may do what, and which requests of other sites are refused. */
import { describe, expect, it } from "vitest";
import { createGuard, isOwnHost, isSameOrigin } from "../../src/http/access.ts";
import { isLoopback } from "../../src/model/loopback.ts";

const tokens = { host: "0.0.0.0", port: 8080, readToken: "read-me", writeToken: "write-me" };

describe("the guard", () => {
  it.each(["0.0.0.0", "::", "10.1.2.3", "driftwatch.example.org"])(
    "refuses to open %s without a token",
    (host) => {
      expect(() => createGuard({ host, port: 8080 })).toThrow(/no token is set/u);
      expect(() => createGuard({ host, port: 8080, readToken: "", writeToken: null })).toThrow(
        /no token is set/u,
      );
    },
  );

  it("needs no token on loopback, but asks for one that is configured", () => {
    expect(createGuard({ host: "127.0.0.1", port: 0 }).needsToken).toBe(false);
    expect(createGuard({ host: "127.0.0.1", port: 0, readToken: "r" }).needsToken).toBe(true);
  });

  it("lets the read token read, the write token do both, and anything else nothing", () => {
    const guard = createGuard(tokens);
    expect(guard.accessOfToken("read-me")).toBe("read");
    expect(guard.accessOfToken("write-me")).toBe("write");
    expect(guard.accessOfToken("write-m")).toBe("none");
    expect(guard.accessOfToken("")).toBe("none");
  });

  it("gives write access when both tokens are the same", () => {
    expect(createGuard({ ...tokens, readToken: "same", writeToken: "same" }).accessOfToken("same")).toBe(
      "write",
    );
  });

  it("makes a session that grants what its token does, without holding the token", () => {
    const guard = createGuard(tokens);
    const session = guard.sessionOf("read-me");
    expect(session).not.toContain("read-me");
    expect(guard.accessOfSession(session)).toBe("read");
    expect(guard.accessOfSession("read-me")).toBe("none");
    expect(createGuard({ ...tokens, readToken: "rotated" }).accessOfSession(session)).toBe("none");
  });
});

it.each([
  ["127.0.0.1", true],
  ["127.8.9.1", true],
  ["localhost", true],
  ["::1", true],
  ["[::1]", true],
  ["0.0.0.0", false],
  ["127.0.0.1.evil.example", false],
  ["192.168.0.2", false],
])("knows whether %s is loopback: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it.each([
  ["127.0.0.1:8080", true],
  ["localhost:8080", true],
  ["[::1]:8080", true],
  ["driftwatch.example.org", true],
  ["evil.example:8080", false],
  ["127.0.0.1.evil.example", false],
  ["localhost@evil.example", false],
  [undefined, false],
])("takes the Host header %s as its own: %s", (host, expected) => {
  const options = { host: "127.0.0.1", port: 8080, publicUrl: "https://driftwatch.example.org" };
  expect(isOwnHost(host, options)).toBe(expected);
});

describe("a request that writes", () => {
  const host = "127.0.0.1:8080";
  it.each([
    ["comes from a program that sends neither header", {}, true],
    ["comes from our own page", { origin: "http://127.0.0.1:8080", fetchSite: "same-origin" }, true],
    ["comes from our own page in an older browser", { origin: "http://127.0.0.1:8080" }, true],
    ["comes through the public address", { origin: "https://driftwatch.example.org" }, true],
    ["comes from another site", { origin: "https://evil.example", fetchSite: "cross-site" }, false],
    ["comes from another site in an older browser", { origin: "https://evil.example" }, false],
    [
      "comes from another port of this machine",
      { origin: "http://127.0.0.1:3000", fetchSite: "same-site" },
      false,
    ],
    ["comes from a sandboxed frame", { origin: "null" }, false],
    ["is cross-site without an Origin", { fetchSite: "cross-site" }, false],
  ])("that %s", (_what, headers, expected) => {
    const source = { host, origin: undefined, fetchSite: undefined, ...headers };
    expect(isSameOrigin(source, "https://driftwatch.example.org")).toBe(expected);
  });
});
