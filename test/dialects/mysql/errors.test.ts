import { describe, expect, it } from "vitest";
import { mapError } from "../../../src/dialects/mysql/errors.ts";

describe("errors of server and driver", () => {
  it.each([
    [{ errno: 1040, code: "ER_CON_COUNT_ERROR" }, "connection.limit", true],
    [{ errno: 1203, code: "ER_TOO_MANY_USER_CONNECTIONS" }, "connection.limit", true],
    [{ errno: 1226, code: "ER_USER_LIMIT_REACHED" }, "connection.limit", true],
    [{ errno: 1045, code: "ER_ACCESS_DENIED_ERROR" }, "connection.authentication", false],
    [{ errno: 1129, code: "ER_HOST_IS_BLOCKED" }, "connection.authentication", false],
    [{ errno: 1130, code: "ER_HOST_NOT_PRIVILEGED" }, "connection.authentication", false],
    [{ errno: 1251, code: "ER_NOT_SUPPORTED_AUTH_MODE" }, "connection.authentication", false],
    [{ errno: 1524, code: "ER_PLUGIN_IS_NOT_LOADED" }, "connection.authentication", false],
    [{ errno: 1698, code: "ER_ACCESS_DENIED_NO_PASSWORD_ERROR" }, "connection.authentication", false],
    [{ errno: 1820, code: "ER_MUST_CHANGE_PASSWORD" }, "connection.authentication", false],
    [{ errno: 1862, code: "ER_MUST_CHANGE_PASSWORD_LOGIN" }, "connection.authentication", false],
    [{ errno: 3118, code: "ER_ACCOUNT_HAS_BEEN_LOCKED" }, "connection.authentication", false],
    [{ errno: 3955, code: "ER_USER_ACCESS_DENIED" }, "connection.authentication", false],
    [{ errno: 4151, code: "ER_ACCOUNT_HAS_BEEN_LOCKED" }, "connection.authentication", false],
    [{ code: "MYSQL_CLEAR_PASSWORD_NOT_ENABLED" }, "connection.authentication", false],
    [
      {
        code: "AUTH_SWITCH_PLUGIN_ERROR",
        message: "Server requests authentication using unknown plugin x. See TODO: add",
      },
      "connection.authentication",
      false,
    ],
    [{ errno: 1049, code: "ER_BAD_DB_ERROR" }, "connection.database-missing", false],
    [
      { errno: 1047, message: "WSREP has not yet prepared node for application use" },
      "server.starting",
      true,
    ],
    [{ errno: 1053, code: "ER_SERVER_SHUTDOWN" }, "server.starting", true],
    [{ errno: 3032, code: "ER_SERVER_OFFLINE_MODE" }, "server.starting", true],
    [{ errno: 3159, code: "ER_SECURE_TRANSPORT_REQUIRED" }, "connection.tls", false],
    [{ code: "HANDSHAKE_NO_SSL_SUPPORT" }, "connection.tls", false],
    [{ code: "HANDSHAKE_SSL_ERROR", message: "self-signed certificate" }, "connection.tls", false],
    [{ code: "HANDSHAKE_SSL_ERROR", message: "read ECONNRESET" }, "connection.lost", true],
    [{ errno: 1927, code: "ER_CONNECTION_KILLED" }, "connection.lost", true],
    [{ errno: 4031, code: "ER_CLIENT_INTERACTION_TIMEOUT" }, "connection.lost", true],
    [{ code: "PROTOCOL_CONNECTION_LOST" }, "connection.lost", true],
    [{ message: "Can't add new command when connection is in closed state" }, "connection.lost", true],
    [{ errno: 1142, code: "ER_TABLEACCESS_DENIED_ERROR" }, "read.forbidden", false],
    [{ errno: 1227, code: "ER_SPECIFIC_ACCESS_DENIED_ERROR" }, "read.forbidden", false],
    [{ errno: 1370, code: "ER_PROCACCESS_DENIED_ERROR" }, "read.forbidden", false],
    [{ errno: 1205, code: "ER_LOCK_WAIT_TIMEOUT" }, "read.lock-timeout", true],
    [{ errno: 1969, code: "ER_STATEMENT_TIMEOUT" }, "read.timeout", true],
    [{ errno: 3024, code: "ER_QUERY_TIMEOUT" }, "read.timeout", true],
    [{ errno: 1317, code: "ER_QUERY_INTERRUPTED" }, "check.cancelled", true],
    [{ errno: 1146, code: "ER_NO_SUCH_TABLE" }, "read.inconsistent", true],
    [{ errno: 1213, code: "ER_LOCK_DEADLOCK" }, "read.inconsistent", true],
    [{ errno: 1041, code: "ER_OUT_OF_RESOURCES" }, "read.failed", true],
    [{ errno: 9999, message: "no idea\nsecond line" }, "read.failed", false],
  ])("%j becomes %s, and says what to do", (thrown, code, retryable) => {
    const error = mapError({ message: "what the server says", ...thrown }, "reading h:1");
    expect(error).toMatchObject({ code, retryable, remedy: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(error.message).toMatch(/^reading h:1: (?!.*TODO)[^\n]*$/);
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
