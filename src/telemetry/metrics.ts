/**
 * Serves the metrics of metric-definitions.ts: what this process did is counted as it happens, the state of targets,
 * outbox and queue is read at each scrape, so that every replica serves the truth.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type Check, checkPhases } from "../model/check.ts";
import type { Delivery } from "../model/notification.ts";
import { severities } from "../model/severity.ts";
import type { Clock, Logger, StoredEnvironment, Telemetry } from "../monitor/ports.ts";
import {
  deliveryOutcomes,
  type MetricDefinition,
  metricDefinitions,
  probeResults,
  queueStates,
  targetStates,
} from "./metric-definitions.ts";

/** What a scrape reads. A part that could not be read is null; its series keep their last value. */
export interface MetricState {
  readonly environments: readonly StoredEnvironment[] | null;
  readonly outbox: { readonly depth: number; readonly oldestAt: string | null; readonly dead: number } | null;
  readonly queue: QueueState | null;
}

export interface QueueState {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly oldestWaitingAgeSeconds: number;
  /** True when Redis may evict jobs; absent for the in-process queue. */
  readonly evictionPolicyUnsafe?: boolean;
}

/** A configured environment, as far as metrics speak of it. */
export interface MetricTarget {
  readonly name: string;
  readonly dialect: string;
  readonly critical: boolean;
  readonly intervalSeconds: number;
}

export interface MetricsDeps {
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly collectState: () => Promise<MetricState>;
  /** How long a scrape waits for `collectState`; 5 seconds when absent. */
  readonly collectTimeoutMs?: number;
  /** Serve `process_*` and `nodejs_*` too; true when absent. */
  readonly processMetrics?: boolean;
}

export interface Metrics extends Telemetry {
  /** The configured environments: new ones start at 0, all series of those no longer named disappear. */
  setTargets(targets: readonly MetricTarget[]): void;
  /** The configured channels, so that their counters start at 0. */
  setChannels(names: readonly string[]): void;
  /** The Prometheus text format. Never fails because the store or the queue is down: `driftwatch_store_up` says so. */
  render(): Promise<string>;
}

/** prom-client names three gauges like counters, which `promtool check metrics` refuses. */
const misnamed = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
];

type Instruments = ReturnType<typeof createInstruments>;

/** Its own registry: two apps in one process do not share series. */
export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  const instruments = createInstruments(registry);
  if (deps.processMetrics !== false) {
    collectDefaultMetrics({ register: registry });
    for (const name of misnamed) registry.removeSingleMetric(name);
  }
  instruments.build.set({ version: deps.version, node_version: process.versions.node }, 1);
  for (const phase of checkPhases) instruments.phaseDuration.zero({ phase });
  const targets = new Map<string, MetricTarget>();
  let refreshing: Promise<void> | null = null;
  const refreshOnce = (): Promise<void> => {
    refreshing ??= refresh(deps, instruments, targets).finally(() => {
      refreshing = null;
    });
    return refreshing;
  };
  return {
    ...telemetryOf(instruments, targets),
    setTargets: (configured) => replaceTargets(instruments, targets, configured),
    setChannels(names) {
      for (const channel of names) {
        for (const outcome of deliveryOutcomes) instruments.notifications.inc({ channel, outcome }, 0);
        instruments.deliveryDuration.zero({ channel });
      }
    },
    async render() {
      await refreshOnce();
      return registry.metrics();
    },
  };
}

/** A check that ends after its environment was removed must not bring the series back. */
function telemetryOf(instruments: Instruments, targets: ReadonlyMap<string, MetricTarget>): Telemetry {
  return {
    checkFinished(check: Check) {
      for (const phase of checkPhases) {
        const milliseconds = check.durations[phase];
        if (milliseconds !== undefined) instruments.phaseDuration.observe({ phase }, milliseconds / 1000);
      }
      if (!targets.has(check.environment)) return;
      const target = check.environment;
      const seconds = (Date.parse(check.finishedAt) - Date.parse(check.startedAt)) / 1000;
      instruments.checks.inc({ target, outcome: check.outcome });
      instruments.checkDuration.observe({ target }, Math.max(0, seconds));
    },
    probe(environment: string, hit: boolean) {
      if (!targets.has(environment)) return;
      instruments.probes.inc({ target: environment, result: hit ? "hit" : "miss" });
    },
    delivery(channel: string, outcome: Delivery["kind"], seconds: number) {
      instruments.notifications.inc({ channel, outcome });
      instruments.deliveryDuration.observe({ channel }, seconds);
    },
  };
}

function createInstruments(registry: Registry) {
  const { gauge, counter, histogram } = factories(registry);
  return {
    info: gauge("driftwatch_target_info"),
    state: gauge("driftwatch_target_state"),
    findings: gauge("driftwatch_target_findings"),
    oldestFinding: gauge("driftwatch_target_oldest_finding_timestamp_seconds"),
    lastCheck: gauge("driftwatch_target_last_check_timestamp_seconds"),
    lastSuccess: gauge("driftwatch_target_last_success_timestamp_seconds"),
    interval: gauge("driftwatch_target_check_interval_seconds"),
    checks: counter("driftwatch_checks_total"),
    checkDuration: histogram("driftwatch_check_duration_seconds"),
    phaseDuration: histogram("driftwatch_check_phase_duration_seconds"),
    probes: counter("driftwatch_probes_total"),
    notifications: counter("driftwatch_notifications_total"),
    deliveryDuration: histogram("driftwatch_notification_delivery_duration_seconds"),
    outboxDepth: gauge("driftwatch_outbox_notifications"),
    outboxAge: gauge("driftwatch_outbox_oldest_age_seconds"),
    outboxDead: gauge("driftwatch_outbox_dead_notifications"),
    queueJobs: gauge("driftwatch_queue_jobs"),
    queueAge: gauge("driftwatch_queue_oldest_job_age_seconds"),
    queueUp: gauge("driftwatch_queue_up"),
    storeUp: gauge("driftwatch_store_up"),
    evictionUnsafe: gauge("driftwatch_redis_eviction_policy_unsafe"),
    build: gauge("driftwatch_build_info"),
  };
}

type Defined = typeof metricDefinitions;
type NameOf<T extends MetricDefinition["type"]> = {
  [N in keyof Defined]: Defined[N]["type"] extends T ? N : never;
}[keyof Defined];

function factories(registry: Registry) {
  const basics = (name: keyof Defined) => {
    const definition: MetricDefinition = metricDefinitions[name];
    return { name, help: definition.help, labelNames: [...definition.labels], registers: [registry] };
  };
  return {
    gauge: (name: NameOf<"gauge">): Gauge => new Gauge(basics(name)),
    counter: (name: NameOf<"counter">): Counter => new Counter(basics(name)),
    histogram: (name: NameOf<"histogram">): Histogram =>
      new Histogram({ ...basics(name), buckets: [...metricDefinitions[name].buckets] }),
  };
}

function replaceTargets(
  instruments: Instruments,
  targets: Map<string, MetricTarget>,
  configured: readonly MetricTarget[],
): void {
  const names = new Set(configured.map((target) => target.name));
  for (const known of targets.values()) {
    if (names.has(known.name)) continue;
    removeTarget(instruments, known);
    targets.delete(known.name);
  }
  for (const target of configured) {
    const known = targets.get(target.name);
    if (known !== undefined) instruments.info.remove(infoLabels(known));
    else startAtZero(instruments, target.name);
    instruments.info.set(infoLabels(target), 1);
    instruments.interval.set({ target: target.name }, target.intervalSeconds);
    targets.set(target.name, target);
  }
}

function infoLabels({ name, dialect, critical }: MetricTarget): Record<string, string> {
  return { target: name, dialect, critical: String(critical) };
}

function startAtZero(instruments: Instruments, target: string): void {
  for (const state of targetStates) instruments.state.set({ target, state }, state === "unknown" ? 1 : 0);
  for (const severity of severities) instruments.findings.set({ target, severity }, 0);
  for (const time of [instruments.oldestFinding, instruments.lastCheck, instruments.lastSuccess])
    time.set({ target }, 0);
  for (const outcome of targetStates) instruments.checks.inc({ target, outcome }, 0);
  for (const result of probeResults) instruments.probes.inc({ target, result }, 0);
  instruments.checkDuration.zero({ target });
}

function removeTarget(instruments: Instruments, known: MetricTarget): void {
  const target = known.name;
  instruments.info.remove(infoLabels(known));
  for (const state of targetStates) instruments.state.remove({ target, state });
  for (const severity of severities) instruments.findings.remove({ target, severity });
  for (const outcome of targetStates) instruments.checks.remove({ target, outcome });
  for (const result of probeResults) instruments.probes.remove({ target, result });
  const plain = [
    instruments.oldestFinding,
    instruments.lastCheck,
    instruments.lastSuccess,
    instruments.interval,
  ];
  for (const gauge of plain) gauge.remove({ target });
  instruments.checkDuration.remove({ target });
}

async function refresh(
  deps: MetricsDeps,
  instruments: Instruments,
  targets: ReadonlyMap<string, MetricTarget>,
): Promise<void> {
  const state = await collectedState(deps);
  instruments.storeUp.set(state.environments === null || state.outbox === null ? 0 : 1);
  instruments.queueUp.set(state.queue === null ? 0 : 1);
  for (const environment of state.environments ?? []) {
    if (targets.has(environment.name)) showEnvironment(instruments, environment);
  }
  if (state.outbox !== null) {
    instruments.outboxDepth.set(state.outbox.depth);
    instruments.outboxDead.set(state.outbox.dead);
    const { oldestAt } = state.outbox;
    const ageSeconds = oldestAt === null ? 0 : (deps.clock.now() - Date.parse(oldestAt)) / 1000;
    instruments.outboxAge.set(Math.max(0, ageSeconds));
  }
  if (state.queue !== null) {
    for (const name of queueStates) instruments.queueJobs.set({ state: name }, state.queue[name]);
    instruments.queueAge.set(state.queue.oldestWaitingAgeSeconds);
    instruments.evictionUnsafe.set(state.queue.evictionPolicyUnsafe === true ? 1 : 0);
  }
}

/** A store that hangs must not hang the scrape: Prometheus would lose the process metrics too. */
async function collectedState(deps: MetricsDeps): Promise<MetricState> {
  let timer: NodeJS.Timeout | undefined;
  const nothing: MetricState = { environments: null, outbox: null, queue: null };
  const timeout = new Promise<MetricState>((resolve) => {
    timer = setTimeout(() => {
      deps.logger.warn({}, "reading the state for metrics took too long");
      resolve(nothing);
    }, deps.collectTimeoutMs ?? 5000);
  });
  try {
    return await Promise.race([deps.collectState(), timeout]);
  } catch (err) {
    deps.logger.warn({ err }, "reading the state for metrics failed");
    return nothing;
  } finally {
    clearTimeout(timer);
  }
}

function showEnvironment(instruments: Instruments, environment: StoredEnvironment): void {
  const target = environment.name;
  const current = environment.outcome ?? "unknown";
  for (const state of targetStates) instruments.state.set({ target, state }, state === current ? 1 : 0);
  for (const severity of severities) {
    instruments.findings.set({ target, severity }, environment.openFindings[severity]);
  }
  instruments.oldestFinding.set({ target }, unixSeconds(environment.oldestFindingAt));
  instruments.lastCheck.set({ target }, unixSeconds(environment.lastCheckAt));
  instruments.lastSuccess.set({ target }, unixSeconds(environment.lastSuccessAt));
}

function unixSeconds(at: string | null): number {
  return at === null ? 0 : Date.parse(at) / 1000;
}
