import { describe, expect, it } from "vitest";
import { mapError } from "../../../src/dialects/mysql/errors.ts";

describe("errors of server and driver", () => {
  it.each([
    [{ errno: 1045, code: "ER_ACCESS_DENIED_ERROR" }, "connection.authentication", false],
    [{ errno: 1049 }, "connection.database-missing", false],
    [{ errno: 1040 }, "connection.limit", true],
    [{ errno: 1142 }, "read.forbidden", false],
    [{ errno: 1205 }, "read.lock-timeout", true],
    [{ errno: 1969 }, "read.timeout", true],
    [{ errno: 3024 }, "read.timeout", true],
    [{ errno: 1146 }, "read.inconsistent", true],
    [{ errno: -111, code: "ECONNREFUSED" }, "connection.refused", true],
    [{ code: "ENOTFOUND" }, "connection.unresolved", true],
    [{ code: "ETIMEDOUT" }, "connection.timeout", true],
    [{ code: "PROTOCOL_CONNECTION_LOST" }, "connection.lost", true],
    [{ code: "HANDSHAKE_NO_SSL_SUPPORT" }, "connection.tls", false],
    [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "connection.tls", false],
    [{ errno: 9999, message: "no idea\nsecond line" }, "read.failed", false],
  ])("%j becomes %s", (thrown, code, retryable) => {
    const error = mapError({ message: "what the server says", ...thrown }, "reading h:1");
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toMatch(/^reading h:1: [^\n]*$/);
  });

  it("says why when every address of a host refused", () => {
    const thrown = new AggregateError(
      [Object.assign(new Error("connect ECONNREFUSED ::1:3306"), { code: "ECONNREFUSED" })],
      "",
    );
    expect(
      mapError(Object.assign(thrown, { code: "ECONNREFUSED" }), "connecting to localhost:3306"),
    ).toMatchObject({
      code: "connection.refused",
      message: "connecting to localhost:3306: connect ECONNREFUSED ::1:3306",
    });
  });
});
