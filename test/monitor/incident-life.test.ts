import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/change.ts";
import type { Severity } from "../../src/model/severity.ts";
import { acceptIncident, advanceIncident, type LifeStep } from "../../src/monitor/incident-life.ts";
import { aTable } from "../support/builders.ts";

function aFinding(name: string, severity: Severity): Finding {
  const object = aTable(name);
  return {
    code: "TBL001",
    severity,
    category: "compatibility",
    change: { verb: "added", kind: "table", key: object.key, object },
    sentence: `Table ${name} is unexpected.`,
  };
}

const minute = 60_000;
const start = Date.parse("2026-01-01T00:00:00.000Z");

/** Plays checks a minute apart and returns the reason of each. */
function play(
  checks: readonly (readonly Finding[])[],
  repeatEveryMs = 0,
): { reasons: string[]; last: LifeStep } {
  let last: LifeStep = { tracked: [], incident: undefined, reason: "none" };
  const reasons: string[] = [];
  for (const [index, findings] of checks.entries()) {
    last = advanceIncident({
      environment: "production",
      open: last.tracked.filter((tracked) => tracked.resolvedAt === null),
      incident: last.incident?.state === "open" ? last.incident : undefined,
      findings,
      at: new Date(start + index * minute).toISOString(),
      newIncidentId: `incident-${index}`,
      repeatEveryMs,
    });
    reasons.push(last.reason);
  }
  return { reasons, last };
}

const low = aFinding("a", "low");
const high = aFinding("b", "high");
const otherLow = aFinding("c", "low");

describe("advanceIncident tells people", () => {
  it.each([
    { name: "nothing while all is well", checks: [[], []], expected: ["none", "none"] },
    {
      name: "first, then stays quiet while nothing moves",
      checks: [[low], [low], [low]],
      expected: ["first", "none", "none"],
    },
    { name: "of new findings", checks: [[low], [low, otherLow]], expected: ["first", "new-findings"] },
    { name: "when it gets worse", checks: [[low], [low, high]], expected: ["first", "worse"] },
    { name: "when part of it is gone", checks: [[low, high], [low]], expected: ["first", "changed"] },
    { name: "when it is resolved, once", checks: [[low], [], []], expected: ["first", "resolved", "none"] },
    {
      name: "first again when drift comes back",
      checks: [[low], [], [low]],
      expected: ["first", "resolved", "first"],
    },
    {
      name: "not that it got worse when it only returns to its peak",
      checks: [[high, low], [low], [high, low]],
      expected: ["first", "changed", "new-findings"],
    },
  ])("$name", ({ checks, expected }) => {
    expect(play(checks).reasons).toEqual(expected);
  });

  it("repeats an unchanged incident when its time has come", () => {
    expect(play([[low], [low], [low], [low]], 2 * minute).reasons).toEqual([
      "first",
      "none",
      "repeat",
      "none",
    ]);
  });
});

describe("findings", () => {
  it("keep when they were first seen and end when they are gone", () => {
    const { last } = play([[low], [low, high], [high]]);
    const byName = Object.fromEntries(
      last.tracked.map((tracked) => [tracked.finding.change.key.path[1], tracked]),
    );
    expect(byName.b).toMatchObject({
      firstSeenAt: "2026-01-01T00:01:00.000Z",
      lastSeenAt: "2026-01-01T00:02:00.000Z",
      resolvedAt: null,
    });
    expect(byName.a).toMatchObject({
      firstSeenAt: "2026-01-01T00:00:00.000Z",
      resolvedAt: "2026-01-01T00:02:00.000Z",
    });
  });

  it("belong to one incident until it ends", () => {
    const { last } = play([[low], [low, high]]);
    expect(new Set(last.tracked.map((tracked) => tracked.incidentId))).toEqual(new Set(["incident-0"]));
  });
});

describe("acceptIncident", () => {
  it("ends every finding and says that the drift was accepted", () => {
    const { last } = play([[low, high]]);
    const step = acceptIncident(last.tracked, last.incident, "2026-01-02T00:00:00.000Z");
    expect(step.reason).toBe("accepted");
    expect(step.incident).toMatchObject({ state: "accepted", closedAt: "2026-01-02T00:00:00.000Z" });
    expect(step.tracked.every((tracked) => tracked.resolvedAt !== null)).toBe(true);
  });

  it("says nothing when there was nothing to accept", () => {
    expect(acceptIncident([], undefined, "2026-01-02T00:00:00.000Z").reason).toBe("none");
  });
});
