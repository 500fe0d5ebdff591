import { describe, expect, it } from "vitest";
import { closestWord } from "../../src/model/closest-word.ts";

describe("closestWord", () => {
  it.each([
    ["shedule", ["schedule", "schemas"], "schedule"],
    ["crn", ["cron", "critical"], "cron"],
    ["snapshto", ["snapshot", "doctor"], "snapshot"],
    ["NAME", ["name"], "name"],
    ["naem", ["name", "modes"], "name"],
    ["z", ["x"], undefined],
    ["completely", ["different", "words"], undefined],
    ["", ["a"], undefined],
  ])("takes %s among %j for %s", (word, candidates, meant) => {
    expect(closestWord(word, candidates)).toBe(meant);
  });
});
