import { describe, expect, it } from "vitest";
import { parseAddress } from "../../../../src/dialects/mysql/wire/address.ts";

describe("a database URL", () => {
  it.each([
    [
      "mysql://u:p%40ss@h:3307/db",
      {
        host: "h",
        port: 3307,
        user: "u",
        password: "p@ss",
        database: "db",
        sslMode: "preferred",
        socketPath: undefined,
      },
    ],
    ["mariadb://u@h/", { port: 3306, password: "", database: undefined }],
    ["mysql://u@h/d%20b", { database: "d b" }],
    ["mysql://u@[::1]:3306/db", { host: "::1" }],
    [
      "mysql://u:p@/db?socket=/run/my.sock",
      { socketPath: "/run/my.sock", sslMode: "disabled", place: "/run/my.sock" },
    ],
    ["mysql://u@h/db?ssl-mode=REQUIRED", { sslMode: "required" }],
    ["mysql://u@h/db?sslmode=verify-full", { sslMode: "verify_identity" }],
    ["mysql://u@h/db?ssl-mode=VERIFY_CA", { sslMode: "verify_ca" }],
    ["mysql://u@h/db?ssl=false", { sslMode: "disabled" }],
  ])("%s is understood", (url, expected) => {
    expect(parseAddress(url)).toMatchObject(expected);
  });

  it.each(["postgres://h/db", "mysql://h:notaport/db", "mysql:/h", ""])(
    "%j is refused without showing it",
    (url) => {
      expect(() => parseAddress(url)).toThrow(expect.objectContaining({ code: "source.invalid" }));
    },
  );

  it("names the missing certificate file", () => {
    expect(() => parseAddress("mysql://u@h/db?ssl-ca=/no/such/ca.pem")).toThrow(
      expect.objectContaining({ code: "connection.tls", message: expect.stringContaining("ssl-ca") }),
    );
  });
});
