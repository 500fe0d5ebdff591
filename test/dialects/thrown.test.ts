import { describe, expect, it } from "vitest";
import { mapError as mapMysqlError } from "../../src/dialects/mysql/errors.ts";
import { mapError as mapPostgresError } from "../../src/dialects/postgres/errors.ts";

const dialects = [
  ["mysql", mapMysqlError],
  ["postgres", mapPostgresError],
] as const;

const cases = [
  ["ECONNREFUSED", "connection.refused", true],
  ["ENOENT", "connection.refused", true],
  ["ENOTDIR", "connection.refused", false],
  ["EACCES", "connection.refused", false],
  ["EPERM", "connection.refused", false],
  ["ENOTFOUND", "connection.unresolved", true],
  ["EAI_AGAIN", "connection.unresolved", true],
  ["EAI_FAIL", "connection.unresolved", true],
  ["ETIMEDOUT", "connection.timeout", true],
  ["EHOSTUNREACH", "connection.timeout", true],
  ["EHOSTDOWN", "connection.timeout", true],
  ["ENETUNREACH", "connection.timeout", true],
  ["ENETDOWN", "connection.timeout", true],
  ["EADDRNOTAVAIL", "connection.timeout", true],
  ["ECONNRESET", "connection.lost", true],
  ["ECONNABORTED", "connection.lost", true],
  ["EPIPE", "connection.lost", true],
  ["EPROTO", "connection.tls", false],
  ["SELF_SIGNED_CERT_IN_CHAIN", "connection.tls", false],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "connection.tls", false],
  ["CERT_HAS_EXPIRED", "connection.tls", false],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "connection.tls", false],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "connection.tls", false],
  ["ERR_OSSL_PEM_NO_START_LINE", "connection.tls", false],
] as const;

describe.each(dialects)("what a socket throws in %s", (_, mapError) => {
  it.each(cases)("%s is %s, and says what to do", (code, meaning, retryable) => {
    const thrown = Object.assign(new Error(`connect ${code} 10.0.0.1`), { code, errno: -1 });
    expect(mapError(thrown, "connecting to db")).toMatchObject({
      code: meaning,
      retryable,
      remedy: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });

  it("means the same when every address of a host was tried", () => {
    const failures = ["::1", "127.0.0.1"].map((address) =>
      Object.assign(new Error(`connect EHOSTUNREACH ${address}:1`), { code: "EHOSTUNREACH" }),
    );
    const thrown = Object.assign(new AggregateError(failures, ""), { code: "EHOSTUNREACH" });
    expect(mapError(thrown, "connecting to localhost")).toMatchObject({
      code: "connection.timeout",
      message: "connecting to localhost: connect EHOSTUNREACH ::1:1",
    });
  });

  it("says what to do even where nobody knows the error", () => {
    expect(mapError(new Error("no idea"), "here")).toMatchObject({
      code: "read.failed",
      retryable: false,
      remedy: expect.stringContaining("driftwatch doctor"),
    });
  });
});
