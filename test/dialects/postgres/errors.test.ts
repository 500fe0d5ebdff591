import { describe, expect, it } from "vitest";
import { isGoneWhileReading, mapError } from "../../../src/dialects/postgres/errors.ts";

describe("errors", () => {
  it.each([
    [{ code: "28P01", message: "no" }, "connection.authentication", false],
    [{ code: "28000", message: "no pg_hba.conf entry" }, "connection.authentication", false],
    [{ code: "3D000", message: "no such database" }, "connection.database-missing", false],
    [{ code: "53300", message: "full" }, "connection.limit", true],
    [{ code: "53200", message: "out of memory" }, "read.failed", true],
    [{ code: "57P03", message: "the database system is starting up" }, "server.starting", true],
    [{ code: "08006", message: "gone" }, "connection.lost", true],
    [{ code: "57P01", message: "terminating connection" }, "connection.lost", true],
    [{ code: "57014", message: "canceling statement due to statement timeout" }, "read.timeout", true],
    [{ code: "25P04", message: "transaction timeout" }, "read.timeout", true],
    [{ code: "57014", message: "canceling statement due to user request" }, "check.cancelled", true],
    [{ code: "55P03", message: "canceling statement due to lock timeout" }, "read.lock-timeout", true],
    [{ code: "42501", message: "permission denied" }, "read.forbidden", false],
    [{ code: "40P01", message: "deadlock detected" }, "read.inconsistent", true],
    [{ code: "XX000", message: "cache lookup failed for type 5" }, "read.inconsistent", true],
    [{ code: "42703", message: 'column "x" does not exist' }, "read.failed", false],
    [{ code: "SELF_SIGNED_CERT_IN_CHAIN", message: "self-signed" }, "connection.tls", false],
    [{ message: "", errors: [{ code: "ECONNREFUSED", message: "refused" }] }, "connection.refused", true],
    [new Error("Connection terminated unexpectedly"), "connection.lost", true],
  ] as const)("%o is %s, and says what to do", (error, code, retryable) => {
    expect(mapError(error, "here")).toMatchObject({
      code,
      retryable,
      message: expect.stringMatching(/^here: /),
      remedy: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });

  it("tells an object dropped meanwhile from a query that was always wrong", () => {
    expect(isGoneWhileReading({ code: "XX000", message: "could not open relation with OID 5" })).toBe(true);
    expect(isGoneWhileReading({ code: "42P01", message: 'relation "x" does not exist' })).toBe(false);
  });
});
