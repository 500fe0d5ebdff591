/** What reaches the log: one scrubbed JSON line per call, or one readable line on a terminal. */
import { describe, expect, it } from "vitest";
import { DriftwatchError } from "../../src/model/errors.ts";
import { createLogger, type LoggerOptions, type RootLogger } from "../../src/telemetry/logger.ts";
import { prettyLine } from "../../src/telemetry/pretty-line.ts";

function recording(options: Omit<LoggerOptions, "stream"> = {}): { logger: RootLogger; lines: string[] } {
  const lines: string[] = [];
  return { lines, logger: createLogger({ ...options, stream: { write: (line) => void lines.push(line) } }) };
}

describe("the logger", () => {
  it("writes one JSON line with level, time, the child's fields and the message", () => {
    const { logger, lines } = recording();
    logger.child({ environment: "shop" }).info({ findings: 2 }, "check finished");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      environment: "shop",
      findings: 2,
      msg: "check finished",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/u),
    });
  });

  it("writes nothing below its level", () => {
    const { logger, lines } = recording({ level: "warn" });
    logger.info({}, "quiet");
    logger.warn({}, "loud");
    expect(lines).toHaveLength(1);
  });

  it("hides secrets in messages, fields, errors and the fields of children", () => {
    const { logger, lines } = recording({ secrets: ["ROUTING-hunter2"] });
    const err = new DriftwatchError("connection.refused", "postgres://u:hunter2@db refused", {
      cause: new Error("key ROUTING-hunter2"),
    });
    logger
      .child({ redisUrl: "redis://:hunter2@r" })
      .error({ err, note: "ROUTING-hunter2" }, "mysql://u:hunter2@db");
    expect(lines.join("")).not.toContain("hunter2");
    expect(JSON.parse(lines[0] ?? "").err).toMatchObject({
      type: "DriftwatchError",
      code: "connection.refused",
    });
  });

  it("hides secrets that it learns of later, in children too", () => {
    const { logger, lines } = recording();
    const child = logger.child({});
    logger.hide(["late-secret"]);
    child.info({ note: "late-secret" }, "late-secret");
    expect(lines.join("")).not.toContain("late-secret");
  });

  it("writes readable lines when asked to", () => {
    const { logger, lines } = recording({ pretty: true });
    logger.child({ environment: "shop" }).info({ outcome: "drifted", findings: 2 }, "check finished");
    expect(lines.join("")).toMatch(
      /^\d\d:\d\d:\d\d INFO {2}shop check finished {2}outcome=drifted {2}findings=2\n$/u,
    );
  });
});

describe("a readable line", () => {
  it("shows code and remedy of an expected error, without its stack", () => {
    const err = {
      code: "connection.refused",
      message: "nothing listens",
      remedy: "Start it.",
      stack: "Error: at x",
    };
    const line = prettyLine({ level: "error", msg: "check failed", err }, false);
    expect(line).toContain("nothing listens (connection.refused)\n         Start it.");
    expect(line).not.toContain("at x");
  });

  it("shows the stack where Driftwatch itself failed", () => {
    expect(
      prettyLine({ level: "error", msg: "bug", err: { message: "m", stack: "Error: at x" } }, false),
    ).toContain("at x");
  });
});
