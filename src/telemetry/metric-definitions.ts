/**
 * The one page of all metrics: every series that the daemon serves beside prom-client's process metrics. Rules,
 * dashboards and docs/metrics.md are checked against this table. Base units, no object names in labels.
 */
import { checkPhases } from "../model/check.ts";
import { severities } from "../model/severity.ts";

export interface MetricDefinition {
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
  /** "store": the same in every replica, read at each scrape. "process": what this replica did; sum over replicas. */
  readonly speaksOf: "store" | "process";
}

/** The states of a target; `unknown` stands also for a target that was never checked. */
export const targetStates = ["in-sync", "drifted", "unbaselined", "unknown"] as const;
export const probeResults = ["hit", "miss"] as const;
export const deliveryOutcomes = ["delivered", "retry", "dead"] as const;
export const queueStates = ["waiting", "active", "delayed", "failed"] as const;

const checkSeconds = [0.05, 0.25, 1, 5, 15, 60, 300];
const phaseSeconds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 15, 60, 300];
const deliverySeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const metricDefinitions = {
  driftwatch_target_info: {
    type: "gauge",
    help: "Always 1; tells the dialect of a target and whether it is marked as critical.",
    labels: ["target", "dialect", "critical"],
    speaksOf: "store",
  },
  driftwatch_target_state: {
    type: "gauge",
    help: "1 for the state that the last check of a target found, 0 for the others. A target never checked is unknown.",
    labels: ["target", "state"],
    speaksOf: "store",
  },
  driftwatch_target_findings: {
    type: "gauge",
    help: "Open findings of a target by severity, as of its last successful check.",
    labels: ["target", "severity"],
    speaksOf: "store",
  },
  driftwatch_target_oldest_finding_timestamp_seconds: {
    type: "gauge",
    help: "When the oldest open finding of a target was first seen, as a Unix time; 0 when there is none.",
    labels: ["target"],
    speaksOf: "store",
  },
  driftwatch_target_last_check_timestamp_seconds: {
    type: "gauge",
    help: "When the last check of a target ended, whatever its outcome, as a Unix time; 0 when there was none.",
    labels: ["target"],
    speaksOf: "store",
  },
  driftwatch_target_last_success_timestamp_seconds: {
    type: "gauge",
    help: "When the last check of a target ended that could read everything, as a Unix time; 0 when there was none.",
    labels: ["target"],
    speaksOf: "store",
  },
  driftwatch_target_check_interval_seconds: {
    type: "gauge",
    help: "The configured time between two checks of a target; staleness is judged against it.",
    labels: ["target"],
    speaksOf: "store",
  },
  driftwatch_checks_total: {
    type: "counter",
    help: "Checks that ended, by target and outcome.",
    labels: ["target", "outcome"],
    speaksOf: "process",
  },
  driftwatch_check_duration_seconds: {
    type: "histogram",
    help: "Duration of whole checks by target.",
    labels: ["target"],
    buckets: checkSeconds,
    speaksOf: "process",
  },
  driftwatch_check_phase_duration_seconds: {
    type: "histogram",
    help: "Duration of the phases of checks, over all targets.",
    labels: ["phase"],
    buckets: phaseSeconds,
    speaksOf: "process",
  },
  driftwatch_probes_total: {
    type: "counter",
    help: "Probes by target: a hit proved that nothing changed, a miss led to a full read.",
    labels: ["target", "result"],
    speaksOf: "process",
  },
  driftwatch_notifications_total: {
    type: "counter",
    help: "Attempts to deliver a notification, by channel and outcome; dead ones are given up.",
    labels: ["channel", "outcome"],
    speaksOf: "process",
  },
  driftwatch_notification_delivery_duration_seconds: {
    type: "histogram",
    help: "Duration of attempts to deliver a notification, by channel.",
    labels: ["channel"],
    buckets: deliverySeconds,
    speaksOf: "process",
  },
  driftwatch_outbox_notifications: {
    type: "gauge",
    help: "Notifications that wait for delivery.",
    labels: [],
    speaksOf: "store",
  },
  driftwatch_outbox_oldest_age_seconds: {
    type: "gauge",
    help: "Age of the oldest notification that waits for delivery; 0 when none waits.",
    labels: [],
    speaksOf: "store",
  },
  driftwatch_outbox_dead_notifications: {
    type: "gauge",
    help: "Notifications that were given up and are kept in the store with the reason.",
    labels: [],
    speaksOf: "store",
  },
  driftwatch_queue_jobs: {
    type: "gauge",
    help: "Jobs in the queue by state.",
    labels: ["state"],
    speaksOf: "store",
  },
  driftwatch_queue_oldest_job_age_seconds: {
    type: "gauge",
    help: "Age of the oldest job that waits; 0 when none waits.",
    labels: [],
    speaksOf: "store",
  },
  driftwatch_queue_up: {
    type: "gauge",
    help: "1 when the queue answered at this scrape. While it is 0 the queue's other series keep their last value.",
    labels: [],
    speaksOf: "process",
  },
  driftwatch_store_up: {
    type: "gauge",
    help: "1 when the store answered at this scrape. While it is 0 the series that speak of it keep their last value.",
    labels: [],
    speaksOf: "process",
  },
  driftwatch_redis_eviction_policy_unsafe: {
    type: "gauge",
    help: "1 when Redis may evict jobs because its maxmemory-policy is not noeviction.",
    labels: [],
    speaksOf: "store",
  },
  driftwatch_build_info: {
    type: "gauge",
    help: "Always 1; tells the version of Driftwatch and of Node.js.",
    labels: ["version", "node_version"],
    speaksOf: "process",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** docs/metrics.md as Markdown. */
export function metricsReference(): string {
  const rows = Object.entries<MetricDefinition>(metricDefinitions).map(([name, definition]) => {
    const labels = definition.labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${definition.type} | ${labels} | ${definition.help} |`;
  });
  return `${head}${rows.join("\n")}\n${tail}`;
}

const head = `# Metrics

<!-- Generated from src/telemetry/metric-definitions.ts; do not edit. -->

\`GET /metrics\` serves these in the Prometheus text format. The label \`target\` is the environment's name.

Gauges of targets speak of the last *successful* check, read from the store at each scrape: every replica serves the
same, and a database that cannot be reached never looks repaired. Counters and histograms tell what one replica did;
sum them over replicas. Every combination of labels is there from the start, at 0. When an environment is removed from
the configuration, all its series disappear.

| metric | type | labels | meaning |
|---|---|---|---|
`;

const tail = `
Label values: \`state\` of targets and \`outcome\` of checks is one of ${wordList(targetStates)}; \`severity\` is one of
${wordList(severities)}; \`phase\` is one of ${wordList(checkPhases)};
\`outcome\` of notifications is one of ${wordList(deliveryOutcomes)}; \`state\` of jobs is one of ${wordList(queueStates)}.

Beside these stand the usual \`process_*\` and \`nodejs_*\` metrics of the process.

## Useful expressions

Drift at this moment, worst first:

    sum by (target) (driftwatch_target_findings{severity=~"critical|high"}) > 0

A target that has not been read for three of its intervals (a target that never was counts too):

    time() - driftwatch_target_last_success_timestamp_seconds > 3 * driftwatch_target_check_interval_seconds

Share of checks that the probe alone could answer:

    sum(rate(driftwatch_probes_total{result="hit"}[15m])) / sum(rate(driftwatch_probes_total[15m]))
`;

function wordList(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}
