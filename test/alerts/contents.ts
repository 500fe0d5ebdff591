/** Builders of findings and notification contents for the tests of this room. */
import type { Altered, Finding } from "../../src/model/change.ts";
import type { NotificationContent, NotificationReason } from "../../src/model/notification.ts";
import { type Severity, severities } from "../../src/model/severity.ts";
import { aColumn, anIndex, aTable } from "../support/builders.ts";

export function anAlteredColumn(overrides: Partial<Finding> = {}, change: Partial<Altered> = {}): Finding {
  const object = aColumn("orders", "total", { type: "integer", notNull: true });
  return {
    code: "COL003",
    severity: "critical",
    category: "data-loss",
    change: {
      verb: "altered",
      kind: "column",
      key: object.key,
      object,
      attribute: "type",
      before: "numeric(10,2)",
      after: "integer",
      ...change,
    },
    sentence:
      "The type of column public.orders.total is integer, the baseline has numeric(10,2): values lose digits.",
    ...overrides,
  };
}

export function aRemovedIndex(name = "orders_customer_idx"): Finding {
  const object = anIndex("orders", name);
  return {
    code: "IDX002",
    severity: "medium",
    category: "performance",
    change: { verb: "removed", kind: "index", key: object.key, object },
    sentence: `Index public.orders.${name} is missing: the baseline has it.`,
  };
}

export function anAddedTable(name = "orders_backup"): Finding {
  const object = aTable(name);
  const column = aColumn(name, "id");
  return {
    code: "TBL001",
    severity: "high",
    category: "behaviour",
    change: { verb: "added", kind: "table", key: object.key, object },
    sentence: `Table public.${name} is unexpected: the baseline does not have it.`,
    includes: [column.key],
    attribution: { user: "ops", application: "psql", client: "10.1.2.3", at: "2026-11-21T07:25:00.000Z" },
  };
}

export function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const counts = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const finding of findings) counts[finding.severity] += 1;
  return counts;
}

export function aContent(overrides: Partial<NotificationContent> = {}): NotificationContent {
  const findings = overrides.findings ?? [
    anAlteredColumn(),
    anAddedTable(),
    ...[1, 2, 3, 4, 5].map((number) => aRemovedIndex(`orders_${number}_idx`)),
  ];
  return {
    reason: "first",
    environment: "production",
    critical: true,
    labels: { team: "payments", service: "shop" },
    incidentId: "inc_01",
    dedupKey: "driftwatch-production-inc_01",
    checkId: "chk_42",
    worst: findings[0]?.severity ?? "info",
    counts: countsOf(findings),
    findings,
    findingCount: findings.length,
    openedAt: "2026-11-21T07:30:00.000Z",
    at: "2026-11-21T09:35:00.000Z",
    actor: null,
    acceptReason: null,
    error: null,
    link: "https://driftwatch.example.com/environments/production",
    version: "0.1.0",
    ...overrides,
  };
}

/** A believable content for each reason. */
export function aContentFor(reason: NotificationReason): NotificationContent {
  if (reason === "accepted")
    return aContent({ reason, actor: "alice", acceptReason: "Release 42 widened it" });
  if (reason === "unknown") {
    const error = {
      code: "connection.refused",
      message: "nothing listens at db.example.com, port 5432",
    } as const;
    return aContent({ reason, error, findings: [], worst: "info" });
  }
  if (reason === "known-again") return aContent({ reason, findings: [], worst: "info" });
  return aContent({ reason });
}

/** Everything hostile or oversized that a database may hold. */
export function aHostileContent(reason: NotificationReason = "first"): NotificationContent {
  const name = `<!channel> & <https://evil.example|click> \`tick\` *bold* ${"名".repeat(300)} \u202e\u0000`;
  const object = aColumn("orders", name);
  const huge = `&<>${"x".repeat(60_000)}&&&&`;
  const findings = Array.from({ length: 50 }, () =>
    anAlteredColumn(
      { sentence: `The default of column ${name} is ${huge}`, category: "integrity" },
      { key: object.key, object, attribute: "default", before: huge, after: `${huge}\n\`\`\`` },
    ),
  );
  return aContent({
    reason,
    environment: "prod & <!here> 'quoted'",
    labels: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`label${index}`, huge])),
    dedupKey: `key-${"k".repeat(400)}`,
    incidentId: "i".repeat(300),
    findings,
    findingCount: 1400,
    counts: { ...countsOf(findings), critical: 1400 },
    actor: huge,
    acceptReason: huge,
    error: { code: "connection.lost", message: huge },
    link: "https://driftwatch.example.com/environments/prod?a=1|2&b=<3>",
  });
}
