import { describe, expect, it } from "vitest";
import { probeTier } from "../../../src/dialects/postgres/probe.ts";

describe("the probe", () => {
  it.each([
    [180000, false, true, "write counters"],
    [150000, false, true, "write counters"],
    [140000, false, true, "row versions"],
    [180000, true, true, "row versions"],
    [180000, false, false, "row versions"],
  ] as const)("version %i, standby %s, track_counts %s: %s", (version, standby, counts, tier) => {
    expect(probeTier(version, standby, counts)).toBe(tier);
  });
});
