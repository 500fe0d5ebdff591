import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { type ErrorCode, errorCodes } from "../../src/model/errors.ts";

const special: Partial<Record<ErrorCode, number>> = {
  "usage.invalid": 64,
  "source.invalid": 64,
  "environment.unknown": 64,
  "config.invalid": 78,
  "config.not-found": 78,
};

describe("exitCodeOf", () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])("of %s never says in sync or drift", (code) => {
    expect(exitCodeOf(code)).toBe(special[code] ?? 1);
  });
});
