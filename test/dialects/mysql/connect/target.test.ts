import { describe, expect, it } from "vitest";
import { readTarget } from "../../../../src/dialects/mysql/connect/target.ts";

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
        tls: "preferred",
        socketPath: null,
      },
    ],
    ["mariadb://u@h/", { port: 3306, password: "", database: null }],
    ["mysql://u@h/d%20b", { database: "d b" }],
    ["mysql://u@[::1]:3306/db", { host: "::1" }],
    [
      "mysql://u:p@/db?socket=/run/my.sock",
      { socketPath: "/run/my.sock", tls: "disabled", address: "/run/my.sock" },
    ],
    ["mysql://u@h/db?ssl-mode=REQUIRED", { tls: "required" }],
    ["mysql://u@h/db?sslmode=verify-full", { tls: "verify_identity" }],
    ["mysql://u@h/db?ssl-mode=VERIFY_CA", { tls: "verify_ca" }],
    ["mysql://u@h/db?ssl=false", { tls: "disabled" }],
  ])("%s is understood", (url, expected) => {
    expect(readTarget(url)).toMatchObject(expected);
  });

  it.each(["postgres://h/db", "mysql://h:notaport/db", "mysql:/h", ""])(
    "%j is refused without showing it",
    (url) => {
      expect(() => readTarget(url)).toThrow(expect.objectContaining({ code: "source.invalid" }));
    },
  );

  it("names the missing certificate file", () => {
    expect(() => readTarget("mysql://u@h/db?ssl-ca=/no/such/ca.pem")).toThrow(
      expect.objectContaining({ code: "connection.tls", message: expect.stringContaining("ssl-ca") }),
    );
  });
});
