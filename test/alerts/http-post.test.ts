import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "../../src/alerts/http-post.ts";

describe("Retry-After", () => {
  const now = Date.parse("2026-11-21T09:00:00Z");

  it.each([
    ["0", 0],
    ["120", 120_000],
    [" 5 ", 5_000],
    ["1.5", 1_500],
    ["999999999", 86_400_000],
    ["Sat, 21 Nov 2026 09:01:00 GMT", 60_000],
    ["Sat, 21 Nov 2026 08:00:00 GMT", 0],
    ["Sun, 21 Nov 2027 09:00:00 GMT", 86_400_000],
    ["soon", undefined],
    ["-5", undefined],
    ["", undefined],
    ["Sat, nonsense", undefined],
  ])("%j means %s ms from now", (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });
});
