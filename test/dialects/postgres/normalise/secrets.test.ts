import { describe, expect, it } from "vitest";
import { digestOf } from "../../../../src/dialects/digest.ts";
import { maskOption, maskUserMapping } from "../../../../src/dialects/postgres/normalise/secrets.ts";

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
