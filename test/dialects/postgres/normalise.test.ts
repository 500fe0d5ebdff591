/** The pure parts: automatic names, secrets, addresses, scope, probe tiers, errors. */
import { describe, expect, it } from "vitest";
import { isGoneWhileReading, mapError } from "../../../src/dialects/postgres/errors.ts";
import { readDictionaryOptions } from "../../../src/dialects/postgres/normalise/dictionary-options.ts";
import { isAutomaticNotNull } from "../../../src/dialects/postgres/normalise/not-null.ts";
import { isSchemaInScope } from "../../../src/dialects/postgres/normalise/scope.ts";
import { digestOf, maskOption, maskUserMapping } from "../../../src/dialects/postgres/normalise/secrets.ts";
import { probeTier } from "../../../src/dialects/postgres/probe.ts";
import { parseAddress } from "../../../src/dialects/postgres/wire/address.ts";

describe("an automatic NOT NULL name", () => {
  it.each([
    ["t_a_not_null", true, true],
    ["t_a_not_null1", true, true],
    ["older_names_of_both_not_null", true, true],
    [`${"a".repeat(26)}_${"b".repeat(26)}_not_null`, true, true],
    ["chosen", true, false],
    ["chosen_not_null", true, false],
    ["d_not_null", false, true],
    ["chosen", false, false],
  ])("%s (of a column: %s): %s", (name, ofColumn, expected) => {
    expect(isAutomaticNotNull(name, ofColumn)).toBe(expected);
  });
});

describe("options of a text search dictionary", () => {
  it.each<readonly [string, string | null, Record<string, string> | undefined]>([
    ["none", null, {}],
    ["several", "stopwords = 'english', accept = 'false'", { stopwords: "english", accept: "false" }],
    ["a number", "accept = 1, maxlen = -6.5", { accept: "1", maxlen: "-6.5" }],
    ["quotes", "a = 'it''s, b = ''c'''", { a: "it's, b = 'c'" }],
    ["backslashes", "a = E'\\\\x''', b = ''", { a: "\\x'", b: "" }],
    ["a quoted name", `"Odd "" = , name" = 'x', b = 'y'`, { 'Odd " = , name': "x", b: "y" }],
    ["one that is given twice", "a = '1', b = '2', a = '3'", { a: "1, 3", b: "2" }],
    ["no such list", "whatever 'this", undefined],
  ])("reads %s", (_what, text, expected) => {
    expect(readDictionaryOptions(text)).toEqual(expected);
  });
});

describe("secrets", () => {
  it.each([
    ["password", "x"],
    ["app.jwt_secret", "x"],
    ["dsn", "host=a password=b"],
    ["url", "https://user:pw@host/"],
  ])("keeps only a digest of %s", (name, value) => {
    expect(maskOption(name, value)).toBe(digestOf(value));
    expect(maskOption(name, value)).not.toContain(value);
  });

  it("leaves harmless options readable", () => {
    expect(maskOption("host", "db.example")).toBe("db.example");
    expect(maskUserMapping({ user: "u", anything: "s" })).toEqual({ user: "u", anything: digestOf("s") });
  });
});

describe("an address", () => {
  it.each([
    ["postgres://u:p@h:6432/d", "h:6432/d", 2],
    ["postgresql://u@h/d?sslmode=disable", "h:5432/d", 1],
    ["postgres://u@/d?host=%2Ftmp%2Fsock", "/tmp/sock/d", 1],
    ["postgres://u@h/d?sslmode=verify-full&sslrootcert=system", "h:5432/d", 1],
  ])("%s is %s", (url, place, attempts) => {
    const address = parseAddress(url);
    expect(address.place).toBe(place);
    expect(address.attempts).toHaveLength(attempts);
  });

  it("verifies the chain but not the name with verify-ca, both with verify-full, neither with require", () => {
    const options = (mode: string) => parseAddress(`postgres://u@h/d?sslmode=${mode}`).attempts[0];
    expect(options("require")).toMatchObject({ rejectUnauthorized: false });
    expect(options("verify-ca")).toMatchObject({
      rejectUnauthorized: true,
      checkServerIdentity: expect.any(Function),
    });
    expect(options("verify-full")).toMatchObject({ rejectUnauthorized: true, servername: "h" });
    expect(options("verify-full")).not.toHaveProperty("checkServerIdentity");
  });

  it.each([
    "mysql://u@h/d",
    "postgres://u@h/d?sslmode=odd",
    "postgres://u@h/d?sslmode=require&sslrootcert=system",
    "postgres://u@h/d?connect_timeout=soon",
  ])("refuses %s", (url) => {
    expect(() => parseAddress(url)).toThrow(expect.objectContaining({ code: "source.invalid" }));
  });

  it.each(["postgres://u@a,b/d", "postgres://u:p,w@a:5432,b:5433/d", "postgres:///d?host=a,b"])(
    "refuses %s, which names several hosts, and says so",
    (url) => {
      expect(() => parseAddress(url)).toThrow(
        expect.objectContaining({
          code: "source.invalid",
          message: expect.stringContaining("several hosts"),
        }),
      );
    },
  );

  it("takes a comma in a password for one", () => {
    expect(parseAddress("postgres://u:p,w@a/d")).toMatchObject({ host: "a", password: "p,w" });
  });

  it("names the certificate file that cannot be read", () => {
    expect(() => parseAddress("postgres://u@h/d?sslmode=verify-ca&sslrootcert=/no/such.pem")).toThrow(
      expect.objectContaining({ code: "connection.tls" }),
    );
  });
});

describe("the scope", () => {
  it.each([
    ["public", undefined, true],
    ["shop_eu", { schemas: ["shop_*"] }, true],
    ["shop", { schemas: ["shop_*"] }, false],
    ["tmp1", { excludeSchemas: ["tmp?"] }, false],
    ["a.b", { schemas: ["a.b"] }, true],
    ["axb", { schemas: ["a.b"] }, false],
  ])("%s under %o: %s", (name, scope, expected) => {
    expect(isSchemaInScope(name, scope)).toBe(expected);
  });
});

describe("the probe", () => {
  it.each([
    [180000, false, true, "write counters"],
    [150000, false, true, "write counters"],
    [140000, false, true, "row versions"],
    [180000, true, true, "row versions"],
    [180000, false, false, "row versions"],
  ] as const)("version %i, standby %s, track_counts %s: %s", (version, standby, counts, tier) => {
    expect(probeTier(version, standby, counts)).toBe(tier);
  });
});

describe("errors", () => {
  it.each([
    [{ code: "28P01", message: "no" }, "connection.authentication", false],
    [{ code: "53300", message: "full" }, "connection.limit", true],
    [{ code: "08006", message: "gone" }, "connection.lost", true],
    [{ code: "57014", message: "canceling statement due to statement timeout" }, "read.timeout", true],
    [{ code: "57014", message: "canceling statement due to user request" }, "check.cancelled", true],
    [{ code: "XX000", message: "cache lookup failed for type 5" }, "read.inconsistent", true],
    [{ code: "42703", message: 'column "x" does not exist' }, "read.failed", false],
    [{ code: "SELF_SIGNED_CERT_IN_CHAIN", message: "self-signed" }, "connection.tls", false],
    [{ message: "", errors: [{ code: "ECONNREFUSED", message: "refused" }] }, "connection.refused", true],
    [new Error("Connection terminated unexpectedly"), "connection.lost", true],
  ] as const)("%o is %s", (error, code, retryable) => {
    expect(mapError(error, "here")).toMatchObject({
      code,
      retryable,
      message: expect.stringMatching(/^here: /),
    });
  });

  it("tells an object dropped meanwhile from a query that was always wrong", () => {
    expect(isGoneWhileReading({ code: "XX000", message: "could not open relation with OID 5" })).toBe(true);
    expect(isGoneWhileReading({ code: "42P01", message: 'relation "x" does not exist' })).toBe(false);
  });
});
