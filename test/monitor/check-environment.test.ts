import { beforeEach, describe, expect, it } from "vitest";
import type { CheckOutcome } from "../../src/model/check.ts";
import type { Environment } from "../../src/model/environment.ts";
import { DriftwatchError } from "../../src/model/errors.ts";
import { objectOf, type SchemaObject } from "../../src/model/object.ts";
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
const empty = aSnapshot([]);

let world: MonitorWorld;
let environment: Environment;

beforeEach(async () => {
  world = createMonitorWorld([{ channels: ["pager"], minimumSeverity: "info" }]);
  environment = anEnvironment();
  await world.store.registerEnvironments([environment], "2026-01-01T00:00:00.000Z");
});

async function check(options: { signal?: AbortSignal; full?: boolean } = {}): Promise<CheckOutcome> {
  world.advance(60_000);
  const { outcome } = await checkEnvironment(world.deps, environment, {
    signal: new AbortController().signal,
    ...options,
  });
  return outcome;
}

async function outbox(): Promise<string[]> {
  const notifications = await world.store.notifications({ limit: 100 });
  return notifications.map(({ channel, content }) => `${channel}: ${content.reason}`);
}

describe("the first check", () => {
  it("captures the baseline and says so", async () => {
    world.database.show(asItShouldBe);
    expect(await check()).toEqual({ kind: "in-sync" });
    expect(await world.store.baseline("production")).toMatchObject({
      origin: "captured",
      fingerprint: asItShouldBe.fingerprint,
    });
    expect(world.logs.find(({ level }) => level === "info")?.message).toContain("baseline captured");
  });

  it("captures nothing where no schema is in scope, and says so", async () => {
    environment = anEnvironment({ scope: { schemas: ["shpo"] } });
    world.database.show(aSnapshot([], { visibility: { schemas: [] } }));
    for (const _turn of [1, 2]) {
      const outcome = await check();
      expect(outcome).toMatchObject({ kind: "unknown", code: "check.no-schema" });
      expect(outcome).toMatchObject({ message: expect.stringContaining("shpo") });
    }
    expect(await world.store.baseline("production")).toBeUndefined();
    const signal = new AbortController().signal;
    await expect(
      acceptBaseline(world.deps, environment, { actor: "ann", reason: "x", signal }),
    ).rejects.toMatchObject({ code: "check.no-schema" });
  });

  it("stays unbaselined where somebody must accept the baseline first", async () => {
    environment = anEnvironment({ baseline: "manual" });
    world.database.show(asItShouldBe);
    expect(await check()).toEqual({ kind: "unbaselined" });
    expect(await world.store.baseline("production")).toBeUndefined();
  });
});

describe("drift", () => {
  beforeEach(async () => {
    world.database.show(asItShouldBe);
    await check();
  });

  it("opens an incident, tells once and resolves when the schema is back", async () => {
    world.database.show(drifted);
    expect(await check()).toMatchObject({
      kind: "drifted",
      findings: [{ change: { verb: "added", kind: "column" } }],
    });
    expect((await check()).kind).toBe("drifted");
    world.database.show(asItShouldBe);
    expect(await check()).toEqual({ kind: "in-sync" });
    expect((await outbox()).sort()).toEqual(["pager: first", "pager: resolved"]);
    expect(await world.store.incidents({ limit: 5 })).toMatchObject([{ state: "resolved" }]);
    expect(world.deliveriesRequested()).toBe(2);
  });

  it("carries what a message needs and no secret", async () => {
    world.database.show(drifted);
    await check();
    const [notification] = await world.store.notifications({ limit: 1 });
    expect(notification?.content).toMatchObject({
      environment: "production",
      critical: true,
      findingCount: 1,
      link: "https://driftwatch.example/environments/production",
    });
    expect(JSON.stringify(notification)).not.toContain("hunter2");
  });

  it("is not told to a channel whose route asks for worse", async () => {
    const quiet = createMonitorWorld([{ channels: ["pager"], minimumSeverity: "critical" }]);
    quiet.database.show(asItShouldBe);
    await quiet.store.registerEnvironments([environment], "2026-01-01T00:00:00.000Z");
    const signal = new AbortController().signal;
    await checkEnvironment(quiet.deps, environment, { signal });
    quiet.database.show(drifted);
    await checkEnvironment(quiet.deps, environment, { signal });
    expect(await quiet.store.notifications({ limit: 10 })).toEqual([]);
    expect(await quiet.store.openIncident("production")).toBeDefined();
  });

  it("hidden by an ignore rule is in sync, and counted", async () => {
    environment = anEnvironment({ ignore: [{ objects: ["public.orders.extra"], reason: "ticket 7" }] });
    world.database.show(drifted);
    expect(await check()).toEqual({ kind: "in-sync" });
    const [last] = await world.store.checks({ environment: "production", limit: 1 });
    expect(last?.hiddenChanges).toBe(1);
  });
});

describe("a check that could not read everything is unknown", () => {
  beforeEach(async () => {
    world.database.show(asItShouldBe);
    await check();
  });

  it("when the database cannot be reached, and open drift stays open", async () => {
    world.database.show(drifted);
    await check();
    world.database.show(
      new DriftwatchError("connection.refused", "nothing listens at db.example:5432", { retryable: true }),
    );
    expect(await check()).toMatchObject({ kind: "unknown", code: "connection.refused", retryable: true });
    expect(await world.store.openFindings("production")).toHaveLength(1);
    expect(await outbox()).toEqual(["pager: first"]);
    expect((await world.store.environment("production"))?.lastSuccessAt).toBe("2026-01-01T00:02:00.000Z");
  });

  it("when an administrator ended the statement, which nobody here asked for", async () => {
    world.database.show(
      new DriftwatchError("check.cancelled", "reading the catalog: Query execution was interrupted", {
        retryable: true,
      }),
    );
    expect(await check()).toMatchObject({ kind: "unknown", code: "check.cancelled", retryable: true });
  });

  it("when its deadline passed", async () => {
    world.database.show(new Error("canceling statement due to user request"));
    const outcome = await check({ signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ kind: "unknown", code: "check.deadline", retryable: true });
  });

  it("when the user sees less than before, and names the grant that repairs it", async () => {
    const hidden = {
      area: "subscriptions",
      reason: "needs pg_monitor",
      remedy: "GRANT x TO monitor;",
      kinds: [],
    };
    world.database.show(aSnapshot([aTable("orders")], { visibility: { hidden: [hidden] } }));
    const outcome = await check();
    expect(outcome).toMatchObject({ kind: "unknown", code: "check.visibility-lost" });
    expect(outcome.kind === "unknown" && outcome.message).toContain("GRANT x TO monitor;");
  });

  it("when the database suddenly shows nothing, until a second check confirms it", async () => {
    world.database.show(empty);
    expect(await check()).toMatchObject({ kind: "unknown", code: "check.empty" });
    expect(await check()).toMatchObject({ kind: "drifted", worst: "critical" });
  });

  it("when it showed nothing once and everything is back, as if nothing had been", async () => {
    world.database.show(empty);
    await check();
    world.database.show(asItShouldBe);
    expect(await check()).toEqual({ kind: "in-sync" });
    world.database.show(empty);
    expect(await check()).toMatchObject({ kind: "unknown", code: "check.empty" });
  });
});

describe("a schema that cannot be read", () => {
  const refused = new DriftwatchError("connection.refused", "nothing listens at db.example:5432", {
    retryable: true,
  });
  const wrongPassword = new DriftwatchError("connection.authentication", "the server refused the password");

  beforeEach(async () => {
    world.database.show(asItShouldBe);
    await check();
  });

  it("is told once it lasts, and when it is over", async () => {
    world.database.show(refused);
    for (let turn = 0; turn < 6; turn++) await check();
    world.database.show(asItShouldBe);
    await check();
    await check();
    expect((await outbox()).sort()).toEqual(["pager: known-again", "pager: unknown"]);
    const told = await world.store.notifications({ limit: 10 });
    expect(new Set(told.map(({ content }) => content.dedupKey)).size).toBe(1);
    expect(told.find(({ content }) => content.reason === "unknown")?.content.error?.code).toBe(
      "connection.refused",
    );
  });

  it("is told at once when trying again cannot help", async () => {
    world.database.show(wrongPassword);
    await check();
    expect(await outbox()).toEqual(["pager: unknown"]);
  });

  it("is no news when it was one bad minute", async () => {
    world.database.show(refused);
    await check();
    world.database.show(asItShouldBe);
    await check();
    expect(await outbox()).toEqual([]);
  });
});

describe("the probe", () => {
  beforeEach(async () => {
    world.database.show(asItShouldBe);
    world.database.setProbe("token-1");
    await check();
  });

  it("spares the reading while its token stands", async () => {
    await check();
    expect(world.database.counts.reads).toBe(1);
    expect((await world.store.checks({ limit: 1 }))[0]).toMatchObject({ probeHit: true, outcome: "in-sync" });
  });

  it.each([
    { name: "the token moved", prepare: () => world.database.setProbe("token-2") },
    { name: "the server offers none", prepare: () => world.database.setProbe(undefined) },
    { name: "the last full check is too old", prepare: () => world.advance(3_600_000) },
  ])("does not spare it when $name", async ({ prepare }) => {
    prepare();
    await check();
    expect(world.database.counts.reads).toBe(2);
  });

  it.each<readonly [string, Partial<Environment>]>([
    ["an ignore rule", { ignore: [] }],
    ["a severity", { severities: [{ code: "COL001", severity: "low" }] }],
    ["a mode", { modes: { ignoreComments: true } }],
    ["how partitions are treated", { partitions: { default: "ignore", tables: {} } }],
    ["the scope", { scope: { excludeSchemas: ["tmp"] } }],
  ])("does not spare it when %s was changed in the configuration", async (_what, changed) => {
    environment = anEnvironment({ ignore: [{ objects: ["public.tmp_*"] }] });
    await check();
    expect(world.database.counts.reads).toBe(2);
    environment = { ...environment, ...changed };
    await check();
    expect(world.database.counts.reads).toBe(3);
    await check();
    expect(world.database.counts.reads).toBe(3);
  });

  it("does not spare it once an ignore rule has expired", async () => {
    environment = anEnvironment({ ignore: [{ kinds: ["column"], expires: "2026-01-01T00:10:00.000Z" }] });
    world.database.show(drifted);
    expect(await check()).toEqual({ kind: "in-sync" });
    world.advance(600_000);
    expect(await check()).toMatchObject({ kind: "drifted" });
  });

  it("does not spare it while drift is open, even with an equal token", async () => {
    world.database.show(drifted);
    await check({ full: true });
    await check();
    expect(world.database.counts.reads).toBe(3);
  });
});

describe("a scope that was changed in the configuration", () => {
  beforeEach(async () => {
    environment = anEnvironment({ scope: { schemas: ["public", "sales"] } });
    world.database.show(drifted);
    await check();
    environment = anEnvironment({ scope: { schemas: ["public"] } });
  });

  it("is no drift, and nothing is known until the schema is accepted in its new scope", async () => {
    world.database.show(asItShouldBe);
    expect(await check()).toMatchObject({ kind: "unknown", code: "baseline.scope", retryable: false });
    expect(await outbox()).toEqual(["pager: unknown"]);
    const signal = new AbortController().signal;
    await acceptBaseline(world.deps, environment, { actor: "ann", reason: "narrower", signal });
    expect(await check()).toEqual({ kind: "in-sync" });
    world.database.show(drifted);
    expect(await check()).toMatchObject({ kind: "drifted" });
  });

  it("completes the baseline when the schema is the same in it", async () => {
    expect(await check()).toEqual({ kind: "in-sync" });
    expect(await world.store.baseline("production")).toMatchObject({
      origin: "completed",
      visibility: { scope: { schemas: ["public"] } },
    });
    world.database.show(asItShouldBe);
    expect(await check()).toMatchObject({ kind: "drifted" });
  });
});

describe("a monitoring user that was granted more", () => {
  const triggers = { area: "triggers", reason: "need TRIGGER", kinds: ["trigger" as const] };
  const orders = aTable("orders");
  const trigger = (name: string) =>
    objectOf(
      { kind: "trigger", path: [...orders.key.path, name] },
      { definition: "CREATE TRIGGER ...", enabled: "O" },
      orders.key,
    );

  beforeEach(async () => {
    world.database.show(aSnapshot([orders], { visibility: { hidden: [triggers] } }));
    await check();
  });

  it("makes no drift of what it has come to see, which joins the baseline", async () => {
    world.database.show(aSnapshot([orders, trigger("audit")]));
    expect(await check()).toEqual({ kind: "in-sync" });
    expect(await world.store.baseline("production")).toMatchObject({
      origin: "completed",
      visibility: { hidden: [] },
    });
    world.database.show(aSnapshot([orders, trigger("audit"), trigger("late")]));
    expect(await check()).toMatchObject({ kind: "drifted" });
  });

  it("is told of real drift meanwhile, of that alone, and of whatever comes later", async () => {
    const drift = aColumn("orders", "extra");
    world.database.show(aSnapshot([orders, trigger("audit"), drift]));
    expect(await check()).toMatchObject({ kind: "drifted" });
    const found = async () =>
      (await world.store.openFindings("production")).map(({ finding }) => finding.change.key.path.at(-1));
    expect(await found()).toEqual(["extra"]);
    world.database.show(aSnapshot([orders, trigger("audit"), trigger("late"), drift]));
    await check();
    expect((await found()).sort()).toEqual(["extra", "late"]);
    world.database.show(aSnapshot([orders, trigger("audit")]));
    expect(await check()).toEqual({ kind: "in-sync" });
  });

  it("is told of what comes after the grant though nothing had been hidden", async () => {
    world.database.show(aSnapshot([orders]));
    expect(await check()).toEqual({ kind: "in-sync" });
    world.database.show(aSnapshot([orders, trigger("late")]));
    expect(await check()).toMatchObject({ kind: "drifted" });
  });

  it("previews no more than the drift when a baseline is accepted", async () => {
    world.database.show(aSnapshot([orders, trigger("audit"), aColumn("orders", "extra")]));
    const { findings } = await previewBaseline(world.deps, environment, new AbortController().signal);
    expect(findings.map(({ change }) => change.key.path.at(-1))).toEqual(["extra"]);
  });
});

describe("a baseline that was imported from an .sql file", () => {
  const database = (owner: string) =>
    objectOf({ kind: "database", path: [] }, { owner, encoding: "UTF8", collation: "C", ctype: "C" });
  const orders = aTable("orders");
  const ofFile = aSnapshot([orders, database("postgres")], {
    server: { major: "17", version: "17.5", instance: null },
    visibility: { user: "postgres", contentOnly: true },
  });
  const hidden = {
    area: "options of user mappings",
    reason: "not granted",
    kinds: ["user-mapping" as const],
  };
  const live = (...more: SchemaObject[]) =>
    aSnapshot([orders, database("app"), ...more], { visibility: { hidden: [hidden] } });
  beforeEach(async () => {
    await importBaseline(world.deps, environment, ofFile, { actor: "ann", reason: "the file" });
  });

  it("is compared by what is inside a database, and completed by a check without drift", async () => {
    world.database.show(live(aTable("notes")));
    expect(await check()).toMatchObject({ kind: "drifted" });
    const found = await world.store.openFindings("production");
    expect(found.map(({ finding }) => finding.change.key.path.at(-1))).toEqual(["notes"]);
    world.database.show(live());
    expect(await check()).toEqual({ kind: "in-sync" });
    expect(await world.store.baseline("production")).toMatchObject({
      origin: "completed",
      fingerprint: live().fingerprint,
    });
    world.database.show(aSnapshot([orders, database("mallory")], { visibility: { hidden: [hidden] } }));
    expect(await check()).toMatchObject({ kind: "drifted" });
  });

  it("is completed too where the database around it happens to be the same", async () => {
    const alike = aSnapshot([orders, database("postgres")]);
    world.database.show(alike);
    expect(alike.fingerprint).toBe(ofFile.fingerprint);
    expect(await check()).toEqual({ kind: "in-sync" });
    world.database.show(aSnapshot([orders, database("mallory")]));
    expect(await check()).toMatchObject({ kind: "drifted" });
  });

  it("previews no more than that when another one is accepted", async () => {
    world.database.show(live(aTable("notes")));
    const { findings } = await previewBaseline(world.deps, environment, new AbortController().signal);
    expect(findings.map(({ change }) => change.key.path.at(-1))).toEqual(["notes"]);
  });
});

describe("a database that another kind of server has taken over", () => {
  const onMysql = aSnapshot([aTable("orders")], {
    dialect: "mysql",
    server: { ...asItShouldBe.server, flavor: "mysql", major: "9.7", version: "9.7.4" },
    visibility: { schemas: ["shop"] },
  });

  it("is no drift and no lost privilege, and nothing is known until its schema is accepted", async () => {
    world.database.show(asItShouldBe);
    await check();
    world.database.show(onMysql);
    const outcome = await check();
    expect(outcome).toMatchObject({ kind: "unknown", code: "baseline.scope", retryable: false });
    expect(outcome).toMatchObject({ message: expect.stringContaining("PostgreSQL") });
    expect(outcome).toMatchObject({ message: expect.stringContaining("MySQL") });
    const signal = new AbortController().signal;
    await acceptBaseline(world.deps, environment, { actor: "ann", reason: "moved", signal });
    expect(await check()).toEqual({ kind: "in-sync" });
  });

  it("is compared all the same where MariaDB has followed MySQL", async () => {
    world.database.show(onMysql);
    await check();
    const server = {
      ...onMysql.server,
      flavor: "mariadb" as const,
      major: "11.8",
      version: "11.8.3-MariaDB",
    };
    world.database.show(aSnapshot([aTable("orders")], { ...onMysql, server }));
    expect(await check()).toMatchObject({ kind: "drifted" });
  });
});

describe("a MySQL URL that names its database no more", () => {
  const anEvent = {
    definition: "DO SELECT 1",
    schedule: "EVERY 1 DAY",
    status: "ENABLED",
    onCompletion: "NOT PRESERVE",
    definer: "app@%",
  };
  const named = (database: string, ...prefix: string[]) =>
    aSnapshot([objectOf({ kind: "event", path: [...prefix, "nightly"] }, anEvent)], {
      dialect: "mysql",
      server: { flavor: "mysql", database },
      visibility: { schemas: prefix.length === 0 ? ["shop"] : ["shop", "other"] },
    });

  it.each([
    ["the name was taken out of it", named("shop"), named("", "shop")],
    ["a name was put into it", named("", "shop"), named("shop")],
  ])("is no drift, though every object goes by another name: %s", async (_what, before, after) => {
    world.database.show(before);
    await check();
    world.database.show(after);
    expect(await check()).toMatchObject({ kind: "unknown", code: "baseline.scope", retryable: false });
    const signal = new AbortController().signal;
    await acceptBaseline(world.deps, environment, { actor: "ann", reason: "moved", signal });
    expect(await check()).toEqual({ kind: "in-sync" });
  });

  it("is the same where the schemas are listed", async () => {
    environment = anEnvironment({ scope: { schemas: ["shop"] } });
    world.database.show(named("shop", "shop"));
    await check();
    world.database.show(named("", "shop"));
    expect(await check()).toEqual({ kind: "in-sync" });
  });
});

describe("MySQL, which promises no single moment", () => {
  it("counts drift only when a second reading agrees", async () => {
    const mysql = (snapshot: typeof asItShouldBe) => ({ ...snapshot, dialect: "mysql" as const });
    world.database.show(mysql(asItShouldBe));
    await check();
    world.database.show(mysql(drifted), mysql(asItShouldBe));
    expect(await check()).toEqual({ kind: "in-sync" });
  });

  it("believes no second reading that sees less than the baseline did", async () => {
    const mysql = (snapshot: typeof asItShouldBe) => ({ ...snapshot, dialect: "mysql" as const });
    world.database.show(mysql(asItShouldBe));
    await check();
    const hidden = [{ area: "tables of shop", reason: "no privilege", kinds: [] }];
    world.database.show(mysql(drifted), mysql(aSnapshot([aTable("left")], { visibility: { hidden } })));
    expect(await check()).toMatchObject({ kind: "unknown", code: "check.visibility-lost" });
  });
});

describe("a message of more drift", () => {
  it("begins with what the last message did not tell of", async () => {
    world.database.show(asItShouldBe);
    await check();
    world.database.show(aSnapshot([aTable("orders")]));
    await check();
    world.database.show(aSnapshot([aTable("orders"), aTable("notes")]));
    await check();
    const told = await world.store.notifications({ limit: 10 });
    const more = told.find(({ content }) => content.reason === "new-findings")?.content;
    expect(more?.findings.map(({ severity, change }) => `${severity} ${change.verb} ${change.kind}`)).toEqual(
      ["high added table", "critical removed column"],
    );
    expect(more?.worst).toBe("critical");
  });
});

describe("a server upgrade", () => {
  it("is one finding of its own while the schema is equal, until it is accepted", async () => {
    const old = aSnapshot([aTable("orders")], { server: { major: "15", version: "15.18" } });
    world.database.show(old);
    await check();
    world.database.show(aSnapshot([aTable("orders")]));
    expect(await check()).toMatchObject({
      kind: "drifted",
      findings: [{ change: { kind: "server", attribute: "version" } }],
    });
    await acceptBaseline(world.deps, environment, {
      actor: "ann",
      reason: "upgraded",
      signal: new AbortController().signal,
    });
    expect(await check()).toEqual({ kind: "in-sync" });
  });
});
