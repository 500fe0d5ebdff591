/** Environments taken out of the configuration, or renamed, while something is open. */
import { describe, expect, it } from "vitest";
import { forgetNothing } from "../../src/app/forget-nothing.ts";
import { memoryLogger } from "../queue/doubles.ts";
import { aRecord, later } from "../store/records.ts";
import { createFakeStore } from "../support/fake-store.ts";
import { aCheck, anEnvironment, anIncident } from "../support/model-builders.ts";

const clock = { now: () => Date.parse(later(100)) };

describe("an environment that is no longer configured", () => {
  it("keeps its open incident, and people are warned that nobody ends it", async () => {
    const store = createFakeStore();
    const environments = ["shop", "billing"].map((name) => anEnvironment({ name }));
    await store.registerEnvironments(environments, later(0));
    const incident = anIncident({ environment: "shop" });
    await store.recordCheck(aRecord({ check: aCheck({ environment: "shop" }), incident }));
    const logger = memoryLogger();
    await forgetNothing({ store, clock, logger }, { environments: [anEnvironment({ name: "store" })] });
    const warnings = logger.lines.filter(({ level }) => level === "warn");
    expect(warnings).toMatchObject([{ fields: { environment: "shop", incident: incident.id } }]);
    expect(await store.openIncident("shop")).toEqual(incident);
    await forgetNothing({ store, clock, logger }, { environments });
    expect(logger.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });
});
