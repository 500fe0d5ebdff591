/** Holds scrubSecrets and scrubValue to their promise: no secret survives, ordinary text does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scrubSecrets, scrubValue } from "../../src/telemetry/scrub-secrets.ts";

describe("scrubSecrets", () => {
  it.each([
    ["a PostgreSQL password", "postgres://app:hunter2@db:5432/shop", "postgres://app:<secret>@db:5432/shop"],
    ["a MySQL password", "mysql://root:hunter2@db/shop", "mysql://root:<secret>@db/shop"],
    [
      "a MariaDB password with @ and /",
      "mariadb://root:hun/t@er2@db/shop",
      "mariadb://root:<secret>@db/shop",
    ],
    ["a Redis password without a user", "redis://:hunter2@cache:6379", "redis://:<secret>@cache:6379"],
    [
      "a password in any other URL",
      "GET https://u:hunter2@example.org/x",
      "GET https://u:<secret>@example.org/x",
    ],
    [
      "a Slack webhook path",
      "POST https://hooks.slack.com/services/T0/B0/hunter2 failed",
      "POST https://hooks.slack.com/<secret> failed",
    ],
    ["a bearer token", "authorization: Bearer hunter2hunter2", "authorization: Bearer <secret>"],
    ["a query parameter", "https://x/hook?token=hunter2&a=1", "https://x/hook?token=<secret>&a=1"],
    ["a connection string", "host=db password=hunter2 dbname=shop", "host=db password=<secret> dbname=shop"],
    [
      "a quoted connection string",
      "host=db password='hunter 2' dbname=x",
      "host=db password='<secret>' dbname=x",
    ],
    ["a field of JSON", '{"routing_key":"hunter2","a":1}', '{"routing_key":"<secret>","a":1}'],
  ])("hides %s", (_what, text, expected) => {
    expect(scrubSecrets(text)).toBe(expected);
    expect(scrubSecrets(text)).not.toContain("hunter2");
  });

  it.each([
    ["a URL without a password", "postgres://postgres@127.0.0.1:5432/shop"],
    ["an address with a port", "listening on http://127.0.0.1:8080"],
    ["a sentence", "password authentication failed for user app"],
    ["an e-mail address", "accepted by anna@example.org at 10:30"],
    ["an object's name", "column public.users.password_hash changed its type"],
  ])("leaves %s alone", (_what, text) => {
    expect(scrubSecrets(text)).toBe(text);
  });

  it("hides a known routing key wherever it stands, also URL-encoded and in JSON", () => {
    const key = 'R0ut/ing "Key"';
    const text = `${key} ${encodeURIComponent(key)} ${JSON.stringify({ note: key })}`;
    expect(scrubSecrets(text, [key])).toBe('<secret> <secret> {"note":"<secret>"}');
  });

  it("hides the longer of two known secrets first, so that no rest of it stays", () => {
    expect(scrubSecrets("abcd-efgh", ["abcd", "abcd-efgh"])).toBe("<secret>");
  });

  it("hides every password in every kind of database URL", () => {
    const password = fc.string({ minLength: 6, maxLength: 20 }).filter((text) => !/[\s"'`<>]/u.test(text));
    fc.assert(
      fc.property(fc.constantFrom("postgres", "mysql", "mariadb", "redis"), password, (scheme, secret) => {
        expect(scrubSecrets(`${scheme}://user:${secret}@host/name`)).toBe(
          `${scheme}://user:<secret>@host/name`,
        );
      }),
    );
  });
});

describe("scrubValue", () => {
  it("masks fields by name at any depth, whatever they hold", () => {
    const value = {
      a: { password: 1, list: [{ webhookUrl: "https://x/y", name: "ok" }] },
      url: "postgres://db/x",
    };
    expect(scrubValue(value)).toEqual({
      a: { password: "<secret>", list: [{ webhookUrl: "<secret>", name: "ok" }] },
      url: "<secret>",
    });
  });

  it("keeps an address that the daemon listens on", () => {
    expect(scrubValue({ url: "http://127.0.0.1:8080" })).toEqual({ url: "http://127.0.0.1:8080" });
  });

  it("scrubs message, stack and cause of an error and leaves its other fields out", () => {
    const cause = Object.assign(new Error("cannot reach mysql://u:hunter2@db/x"), {
      sql: "select 'hunter2'",
    });
    const error = new Error("check failed: postgres://u:hunter2@db/x", { cause });
    const plain = scrubValue(error);
    expect(JSON.stringify(plain)).not.toContain("hunter2");
    expect(plain).toMatchObject({
      message: "check failed: postgres://u:<secret>@db/x",
      cause: { message: "cannot reach mysql://u:<secret>@db/x" },
    });
  });

  it("cuts cycles instead of following them", () => {
    const value: Record<string, unknown> = { name: "a" };
    value.self = value;
    expect(scrubValue(value)).toEqual({ name: "a", self: "<circular>" });
  });
});
