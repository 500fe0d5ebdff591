/** What /metrics serves: honest about unknown, complete from the first scrape, clean in promtool's eyes. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type MetricDefinition,
  metricDefinitions,
  metricsReference,
} from "../../src/telemetry/metric-definitions.ts";
import {
  createMetrics,
  type MetricState,
  type Metrics,
  type MetricsDeps,
} from "../../src/telemetry/metrics.ts";
import { aCheck, aStoredEnvironment, silentLogger } from "../support/model-builders.ts";

const now = Date.parse("2026-11-21T10:00:00.000Z");
const shop = { name: "shop", dialect: "postgres", critical: true, intervalSeconds: 60 };
const billing = { name: "billing", dialect: "mysql", critical: false, intervalSeconds: 300 };
const idle: MetricState = {
  environments: [],
  outbox: { depth: 0, oldestAt: null, dead: 0 },
  queue: { waiting: 0, active: 0, delayed: 0, failed: 0, oldestWaitingAgeSeconds: 0 },
};

function metricsWith(state: () => Promise<MetricState>, more: Partial<MetricsDeps> = {}): Metrics {
  const metrics = createMetrics({
    version: "1.2.3",
    clock: { now: () => now },
    logger: silentLogger(),
    collectState: state,
    processMetrics: false,
    ...more,
  });
  metrics.setTargets([shop, billing]);
  metrics.setChannels(["team-slack"]);
  return metrics;
}

/** The value of one series, or undefined when it is not served. */
function series(text: string, name: string): string | undefined {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return line?.slice(name.length + 1);
}

describe("metrics", () => {
  it("show a drifted target's state, findings and times as the store tells them", async () => {
    const environment = aStoredEnvironment({
      name: "shop",
      outcome: "drifted",
      openFindings: { critical: 0, high: 2, medium: 0, low: 1, info: 0 },
      oldestFindingAt: "2026-11-21T09:00:00.000Z",
      lastSuccessAt: "2026-11-21T09:59:00.000Z",
      lastCheckAt: "2026-11-21T09:59:30.000Z",
    });
    const text = await metricsWith(async () => ({ ...idle, environments: [environment] })).render();
    expect(series(text, 'driftwatch_target_state{target="shop",state="drifted"}')).toBe("1");
    expect(series(text, 'driftwatch_target_state{target="shop",state="in-sync"}')).toBe("0");
    expect(series(text, 'driftwatch_target_findings{target="shop",severity="high"}')).toBe("2");
    expect(series(text, 'driftwatch_target_findings{target="shop",severity="critical"}')).toBe("0");
    expect(series(text, 'driftwatch_target_oldest_finding_timestamp_seconds{target="shop"}')).toBe(
      String(Date.parse("2026-11-21T09:00:00.000Z") / 1000),
    );
    expect(series(text, 'driftwatch_target_last_success_timestamp_seconds{target="shop"}')).toBe(
      String(Date.parse("2026-11-21T09:59:00.000Z") / 1000),
    );
    expect(series(text, 'driftwatch_target_check_interval_seconds{target="shop"}')).toBe("60");
  });

  it("call a target that was never checked unknown, never in sync", async () => {
    const text = await metricsWith(async () => idle).render();
    expect(series(text, 'driftwatch_target_state{target="shop",state="unknown"}')).toBe("1");
    expect(series(text, 'driftwatch_target_state{target="shop",state="in-sync"}')).toBe("0");
  });

  it("keep the findings of the last successful check while the target is unknown", async () => {
    const environment = aStoredEnvironment({
      name: "shop",
      outcome: "unknown",
      openFindings: { critical: 1, high: 0, medium: 0, low: 0, info: 0 },
    });
    const text = await metricsWith(async () => ({ ...idle, environments: [environment] })).render();
    expect(series(text, 'driftwatch_target_state{target="shop",state="unknown"}')).toBe("1");
    expect(series(text, 'driftwatch_target_findings{target="shop",severity="critical"}')).toBe("1");
  });

  it("serve every metric of the table, with every closed label value, from the first scrape", async () => {
    const text = await metricsWith(async () => idle).render();
    for (const [name, definition] of Object.entries<MetricDefinition>(metricDefinitions)) {
      expect(text).toContain(`# TYPE ${name} ${definition.type}\n`);
      expect(text.split("\n").some((line) => line.startsWith(name))).toBe(true);
    }
    expect(series(text, 'driftwatch_checks_total{target="billing",outcome="unknown"}')).toBe("0");
    expect(series(text, 'driftwatch_probes_total{target="billing",result="miss"}')).toBe("0");
    expect(series(text, 'driftwatch_notifications_total{channel="team-slack",outcome="dead"}')).toBe("0");
    expect(series(text, 'driftwatch_check_phase_duration_seconds_count{phase="introspect"}')).toBe("0");
    expect(series(text, "driftwatch_outbox_notifications")).toBe("0");
    expect(series(text, 'driftwatch_queue_jobs{state="failed"}')).toBe("0");
  });

  it("count checks, probes and deliveries", async () => {
    const metrics = metricsWith(async () => idle);
    metrics.checkFinished(
      aCheck({ environment: "shop", outcome: "drifted", durations: { introspect: 300 } }),
    );
    metrics.probe("shop", true);
    metrics.delivery("team-slack", "retry", 0.2);
    const text = await metrics.render();
    expect(series(text, 'driftwatch_checks_total{target="shop",outcome="drifted"}')).toBe("1");
    expect(series(text, 'driftwatch_check_duration_seconds_count{target="shop"}')).toBe("1");
    expect(series(text, 'driftwatch_check_phase_duration_seconds_sum{phase="introspect"}')).toBe("0.3");
    expect(series(text, 'driftwatch_probes_total{target="shop",result="hit"}')).toBe("1");
    expect(series(text, 'driftwatch_notifications_total{channel="team-slack",outcome="retry"}')).toBe("1");
  });

  it("drop all series of a removed target, and a late check does not bring them back", async () => {
    const environments = [aStoredEnvironment({ name: "shop" }), aStoredEnvironment({ name: "billing" })];
    const metrics = metricsWith(async () => ({ ...idle, environments }));
    metrics.checkFinished(aCheck({ environment: "billing" }));
    metrics.setTargets([shop]);
    metrics.checkFinished(aCheck({ environment: "billing" }));
    metrics.probe("billing", false);
    const text = await metrics.render();
    expect(text).not.toContain('target="billing"');
    expect(text).toContain('target="shop"');
  });

  it("follow a target whose configuration changed, without a second info series", async () => {
    const metrics = metricsWith(async () => idle);
    metrics.setTargets([{ ...shop, critical: false }, billing]);
    const text = await metrics.render();
    const infos = text.split("\n").filter((line) => line.startsWith('driftwatch_target_info{target="shop"'));
    expect(infos).toEqual(['driftwatch_target_info{target="shop",dialect="postgres",critical="false"} 1']);
  });

  it("tell the outbox's depth, the age of its oldest message, and what was given up", async () => {
    const outbox = { depth: 3, oldestAt: "2026-11-21T09:58:00.000Z", dead: 1 };
    const text = await metricsWith(async () => ({ ...idle, outbox })).render();
    expect(series(text, "driftwatch_outbox_notifications")).toBe("3");
    expect(series(text, "driftwatch_outbox_oldest_age_seconds")).toBe("120");
    expect(series(text, "driftwatch_outbox_dead_notifications")).toBe("1");
  });

  it("keep the last values when the store goes down, and say that it is down", async () => {
    let isDown = false;
    const environment = aStoredEnvironment({ name: "shop", outcome: "drifted" });
    const metrics = metricsWith(async () => {
      if (isDown) throw new Error("the store is gone");
      return { ...idle, environments: [environment] };
    });
    expect(series(await metrics.render(), "driftwatch_store_up")).toBe("1");
    isDown = true;
    const text = await metrics.render();
    expect(series(text, "driftwatch_store_up")).toBe("0");
    expect(series(text, 'driftwatch_target_state{target="shop",state="drifted"}')).toBe("1");
  });

  it("answer although the store hangs", async () => {
    const metrics = metricsWith(() => new Promise(() => undefined), { collectTimeoutMs: 20 });
    expect(series(await metrics.render(), "driftwatch_store_up")).toBe("0");
  });

  it("say when Redis may evict jobs", async () => {
    const queue = {
      waiting: 2,
      active: 1,
      delayed: 0,
      failed: 0,
      oldestWaitingAgeSeconds: 7,
      evictionPolicyUnsafe: true,
    };
    const text = await metricsWith(async () => ({ ...idle, queue })).render();
    expect(series(text, "driftwatch_redis_eviction_policy_unsafe")).toBe("1");
    expect(series(text, 'driftwatch_queue_jobs{state="waiting"}')).toBe("2");
    expect(series(text, "driftwatch_queue_oldest_job_age_seconds")).toBe("7");
  });

  it("are documented in docs/metrics.md as the table has them", () => {
    expect(readFileSync("docs/metrics.md", "utf8")).toBe(metricsReference());
  });
});

describe("promtool", () => {
  const found = spawnSync("promtool", ["--version"]).error === undefined;
  if (!found) process.stderr.write("promtool is not on the PATH: the lint of /metrics is skipped\n");
  const isCi = process.env.CI === "true";

  it.skipIf(!found && !isCi)("finds nothing to complain of in all that is served", async () => {
    const metrics = metricsWith(async () => idle, { processMetrics: true });
    metrics.checkFinished(aCheck({ environment: "shop" }));
    const result = spawnSync("promtool", ["check", "metrics"], {
      input: await metrics.render(),
      encoding: "utf8",
    });
    expect(result.error).toBeUndefined();
    expect(`${result.stdout}${result.stderr}`).toBe("");
    expect(result.status).toBe(0);
  });
});
