/** A fake store filled as a small company's would be: one drifted shop, one unreachable database, one without a baseline. */
import { type Change, changeId, type Finding } from "../../src/model/change.ts";
import type { Check, OutcomeKind, TrackedFinding } from "../../src/model/check.ts";
import { type Severity, severities } from "../../src/model/severity.ts";
import type { CheckRecord, MonitorStore } from "../../src/monitor/ports.ts";
import { aColumn, anIndex, aSnapshot, aTable, aView } from "./builders.ts";
import { createFakeStore, type FakeStore } from "./fake-store.ts";
import { aBaseline, aCheck, anEnvironment, anIncident } from "./model-builders.ts";

const environments = [
  anEnvironment({ name: "shop-production", critical: true }),
  anEnvironment({ name: "billing", dialect: "mysql", everyMs: 300_000 }),
  anEnvironment({ name: "analytics", everyMs: 900_000 }),
  anEnvironment({ name: "tenant-0042-with-quite-a-long-name", dialect: "mysql" }),
  anEnvironment({ name: "identity", critical: true, everyMs: 120_000 }),
];

const oldView = [
  "SELECT o.id,",
  "    o.customer_id,",
  "    o.total,",
  "    o.created_at",
  "   FROM orders o",
  "  WHERE o.status <> 'cancelled'::text",
  "    AND o.deleted_at IS NULL;",
].join("\n");
const newView = oldView.replace("\n    AND o.deleted_at IS NULL;", ";");

/** Five environments whose history ends at `nowMs`. */
export async function createBelievableStore(nowMs: number): Promise<FakeStore> {
  const store = createFakeStore();
  await fillBelievably(store, nowMs);
  return store;
}

/** The same history in any store. */
export async function fillBelievably(store: MonitorStore, nowMs: number): Promise<void> {
  const at = (secondsAgo: number): string => new Date(nowMs - secondsAgo * 1000).toISOString();
  await store.registerEnvironments(environments, at(90_000));
  const snapshot = aSnapshot([aTable("orders"), aColumn("orders", "total")], { takenAt: at(90_000) });
  const run = async (
    name: string,
    secondsAgo: number,
    more: Partial<CheckRecord> & { outcome: OutcomeKind },
  ) => {
    const runNumber = await store.nextRunNumber(name);
    const { outcome, ...rest } = more;
    const isKnown = outcome !== "unknown";
    const before = await store.environment(name);
    await store.recordCheck({
      check: checkAt(name, runNumber, at(secondsAgo), outcome, rest.findings ?? []),
      runNumber,
      snapshot: null,
      environment: {
        outcome,
        lastSuccessAt: isKnown ? at(secondsAgo - 1) : (before?.lastSuccessAt ?? null),
        lastFullCheckAt: at(secondsAgo),
        probeToken: null,
        emptySince: null,
        unknownSince: null,
        unknownToldAt: null,
      },
      findings: null,
      incident: null,
      notifications: [],
      baseline: null,
      ...rest,
    });
  };
  for (const { name } of environments) {
    const baseline = {
      ...aBaseline({ environment: name, fingerprint: snapshot.fingerprint, acceptedAt: at(90_000) }),
    };
    const { id: _id, ...captured } = baseline;
    const first = name === "analytics" ? ("unbaselined" as const) : ("in-sync" as const);
    await run(name, 90_000, { outcome: first, snapshot, baseline: name === "analytics" ? null : captured });
    for (let i = 45; i > 6; i--) await run(name, i * 60, { outcome: first });
  }
  await earlierIncident(run, at);
  const findings = driftOfShop(at(340));
  const incident = anIncident({
    id: "i-2",
    environment: "shop-production",
    worst: "critical",
    openedAt: at(340),
  });
  for (const secondsAgo of [340, 280, 220, 160, 100, 40]) {
    await run("shop-production", secondsAgo, { outcome: "drifted", findings, incident, snapshot });
  }
  for (const secondsAgo of [200, 140, 80, 20]) await run("billing", secondsAgo, { outcome: "unknown" });
  for (const secondsAgo of [200, 80, 20]) await run("identity", secondsAgo, { outcome: "in-sync" });
  await acceptedLastWeek(store, at);
}

type Run = (
  name: string,
  ago: number,
  more: Partial<CheckRecord> & { outcome: OutcomeKind },
) => Promise<void>;

async function earlierIncident(run: Run, at: (ago: number) => string): Promise<void> {
  const [dropped] = driftOfShop(at(1900)).slice(2);
  if (dropped === undefined) return;
  const finding = { ...dropped, environment: "identity", incidentId: "i-1" };
  const open = anIncident({ id: "i-1", environment: "identity", worst: "high", openedAt: at(1900) });
  await run("identity", 1900, { outcome: "drifted", findings: [finding], incident: open });
  const resolvedAt = at(1500);
  await run("identity", 1500, {
    outcome: "in-sync",
    findings: [{ ...finding, resolvedAt }],
    incident: { ...open, state: "resolved", closedAt: resolvedAt },
  });
}

async function acceptedLastWeek(store: MonitorStore, at: (ago: number) => string): Promise<void> {
  const snapshot = aSnapshot([aTable("orders"), aColumn("orders", "total"), aTable("refunds")], {
    takenAt: at(86_000),
  });
  const reason = "release 2026.47 adds refunds";
  const { id: _id, ...baseline } = aBaseline({
    environment: "shop-production",
    fingerprint: snapshot.fingerprint,
    acceptedAt: at(86_000),
    acceptedBy: "anna (web)",
    reason,
    origin: "accepted",
  });
  const current = await store.environment("shop-production");
  await store.changeBaseline({
    runNumber: await store.nextRunNumber("shop-production"),
    baseline,
    snapshot,
    audit: {
      at: at(86_000),
      actor: "anna (web)",
      action: "baseline.accepted",
      environment: "shop-production",
      detail: `${snapshot.fingerprint.slice(0, 12)}: ${reason}`,
    },
    outcome: current?.outcome ?? "drifted",
    findings: [],
    incident: null,
    notifications: [],
  });
}

function checkAt(
  environment: string,
  runNumber: number,
  startedAt: string,
  outcome: OutcomeKind,
  findings: readonly TrackedFinding[],
): Check {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const severity of severities) {
    counts[severity] = findings.filter(({ finding }) => finding.severity === severity).length;
  }
  const isUnknown = outcome === "unknown";
  return aCheck({
    id: `${environment}-${runNumber}`,
    environment,
    startedAt,
    finishedAt: new Date(Date.parse(startedAt) + 420).toISOString(),
    outcome,
    findingCounts: counts,
    probeHit: outcome === "in-sync" && runNumber % 10 !== 0,
    errorCode: isUnknown ? "connection.refused" : null,
    errorMessage: isUnknown ? "nothing listens at billing-db.internal:3306" : null,
    durations: { connect: 12, probe: 1, introspect: 380 },
  });
}

function driftOfShop(firstSeenAt: string): TrackedFinding[] {
  return shopFindings().map((finding) => ({
    id: changeId(finding.change),
    environment: "shop-production",
    incidentId: "i-2",
    finding,
    firstSeenAt,
    lastSeenAt: firstSeenAt,
    resolvedAt: null,
  }));
}

export function shopFindings(): Finding[] {
  const orders = aTable("orders");
  const total = aColumn("orders", "total", { type: "real" });
  const index = anIndex("orders", "orders_customer_idx", { columns: ["customer_id", "created_at DESC"] });
  const view = aView("open_orders", newView, ["id", "customer_id", "total", "created_at"]);
  const audit = aTable("tmp_fix_0412");
  return [
    {
      code: "TBL010",
      severity: "critical",
      category: "security",
      change: altered(orders, "rowSecurity", true, false),
      sentence:
        "row security of table public.orders was switched off; every role that may read the table sees all rows",
    },
    {
      code: "COL003",
      severity: "high",
      category: "data-loss",
      change: altered(total, "type", "numeric(12,2)", "real"),
      sentence:
        "column public.orders.total changed its type from numeric(12,2) to real; amounts lose precision",
    },
    {
      code: "IDX001",
      severity: "high",
      category: "performance",
      change: { verb: "removed", kind: "index", key: index.key, object: index },
      sentence:
        "index public.orders.orders_customer_idx was removed; queries by customer read the whole table",
    },
    {
      code: "VIW002",
      severity: "medium",
      category: "behaviour",
      change: altered(view, "definition", oldView, newView),
      sentence: "view public.open_orders has another definition",
    },
    {
      code: "TBL001",
      severity: "low",
      category: "compatibility",
      change: { verb: "added", kind: "table", key: audit.key, object: audit },
      sentence: "table public.tmp_fix_0412 was added",
      includes: ["id", "note", "at"].map((name) => ({
        kind: "column",
        path: ["public", "tmp_fix_0412", name],
      })),
    },
  ];
}

function altered(
  object: Change["object"],
  attribute: string,
  before: string | boolean,
  after: string | boolean,
): Change {
  return { verb: "altered", kind: object.kind, key: object.key, object, attribute, before, after };
}
