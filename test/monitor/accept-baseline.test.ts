/** Accepting and importing baselines: what it ends, whom it tells, and who is faster. */
import { beforeEach, describe, expect, it } from "vitest";
import type { CheckOutcome } from "../../src/model/check.ts";
import type { Environment } from "../../src/model/environment.ts";
import { acceptBaseline, importBaseline, previewBaseline } from "../../src/monitor/accept-baseline.ts";
import { checkEnvironment } from "../../src/monitor/check-environment.ts";
import { aColumn, aSnapshot, aTable } from "../support/builders.ts";
import { anEnvironment } from "../support/fake-database.ts";
import { createMonitorWorld, type MonitorWorld } from "../support/monitor-deps.ts";

const asItShouldBe = aSnapshot([aTable("orders"), aColumn("orders", "id")]);
const drifted = aSnapshot([
  aTable("orders"),
  aColumn("orders", "id"),
  aColumn("orders", "extra", { position: 2 }),
]);
const signal = new AbortController().signal;

let world: MonitorWorld;
let environment: Environment;

async function check(): Promise<CheckOutcome> {
  world.advance(60_000);
  return (await checkEnvironment(world.deps, environment, { signal })).outcome;
}

async function outbox(): Promise<string[]> {
  const notifications = await world.store.notifications({ limit: 100 });
  return notifications.map(({ channel, content }) => `${channel}: ${content.reason}`);
}

beforeEach(async () => {
  world = createMonitorWorld([{ channels: ["pager"], minimumSeverity: "info" }]);
  environment = anEnvironment();
  await world.store.registerEnvironments([environment], "2026-01-01T00:00:00.000Z");
  world.database.show(asItShouldBe);
  await check();
  world.database.show(drifted);
  await check();
});

describe("accepting a baseline", () => {
  it("previews what it would change and writes nothing", async () => {
    const preview = await previewBaseline(world.deps, environment, signal);
    expect(preview).toMatchObject({
      fingerprint: drifted.fingerprint,
      findings: [{ change: { kind: "column" } }],
    });
    expect((await world.store.baseline("production"))?.fingerprint).toBe(asItShouldBe.fingerprint);
  });

  it("ends the incident, keeps who and why, and the next check is in sync", async () => {
    await acceptBaseline(world.deps, environment, { actor: "ann", reason: "ticket 12", signal });
    expect(await world.store.incidents({ limit: 1 })).toMatchObject([{ state: "accepted" }]);
    expect(await world.store.audit({ limit: 1 })).toMatchObject([
      { actor: "ann", action: "baseline.accepted" },
    ]);
    expect((await outbox()).sort()).toEqual(["pager: accepted", "pager: first"]);
    expect(await check()).toEqual({ kind: "in-sync" });
  });

  it("refuses when the schema moved after the preview", async () => {
    const { fingerprint } = await previewBaseline(world.deps, environment, signal);
    world.database.show(aSnapshot([aTable("orders")]));
    await expect(
      acceptBaseline(world.deps, environment, { actor: "ann", reason: "x", fingerprint, signal }),
    ).rejects.toMatchObject({
      code: "baseline.conflict",
    });
  });

  it("tells once when several people accept at the same moment", async () => {
    const people = ["ann", "bob", "eve"];
    await Promise.all(
      people.map((actor) => acceptBaseline(world.deps, environment, { actor, reason: "ticket 12", signal })),
    );
    expect(await world.store.baselineHistory("production")).toHaveLength(1 + people.length);
    expect((await outbox()).sort()).toEqual(["pager: accepted", "pager: first"]);
  });
});

describe("importing a baseline", () => {
  it("takes an imported snapshot as the baseline", async () => {
    await importBaseline(world.deps, environment, drifted, { actor: "ci", reason: "release 9" });
    expect(await check()).toEqual({ kind: "in-sync" });
    expect(await world.store.baselineHistory("production")).toHaveLength(2);
  });

  it("leaves the incident of an imported baseline to the next check, which sees whether the schema matches it", async () => {
    await importBaseline(world.deps, environment, asItShouldBe, { actor: "ci", reason: "release 9" });
    expect(await world.store.openIncident("production")).toBeDefined();
    expect(await world.store.environment("production")).toMatchObject({ outcome: "drifted" });
    expect(await check()).toMatchObject({ kind: "drifted" });
    expect(await outbox()).toEqual(["pager: first"]);
    await importBaseline(world.deps, environment, drifted, { actor: "ci", reason: "release 9" });
    expect(await check()).toEqual({ kind: "in-sync" });
    expect((await outbox()).sort()).toEqual(["pager: first", "pager: resolved"]);
  });

  it("does not call a schema in sync with an imported baseline before a check has compared them", async () => {
    await acceptBaseline(world.deps, environment, { actor: "ann", reason: "ticket 12", signal });
    await importBaseline(world.deps, environment, asItShouldBe, { actor: "ci", reason: "release 9" });
    expect(await world.store.environment("production")).toMatchObject({ outcome: null });
  });
});
