import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../../src/dialects/postgres/wire/address.ts";

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
