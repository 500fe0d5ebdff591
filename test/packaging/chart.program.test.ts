/** The Helm chart, rendered and linted by the real Helm program. No cluster is needed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { chartFiles, chartReadme } from "../../scripts/sync-chart.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import {
  type DeploymentSpec,
  isSelectedBy,
  type Manifest,
  manifestsOf,
  ofKind,
  type PodSpec,
  podBreaches,
  theOnly,
} from "./manifests.ts";
import { helmProgram, projectRoot, runProgram } from "./programs.ts";

const chart = join(projectRoot, "helm", "driftwatch");
const production = join(chart, "ci", "production-values.yaml");
const folder = mkdtempSync(join(tmpdir(), "driftwatch-chart-"));
afterAll(() => rmSync(folder, { recursive: true }));

const helm = helmProgram();

function runHelm(...args: string[]): { code: number | null; text: string; errors: string } {
  const { code, stdout, stderr } = runProgram(helm ?? "", args);
  return { code, text: stdout, errors: stderr };
}

let files = 0;
function valuesFile(values: object): string {
  const file = join(folder, `values-${files++}.yaml`);
  writeFileSync(file, stringify(values));
  return file;
}

/** Renders with the defaults, then these files or values on top, the last winning. */
function render(...values: readonly (string | object)[]): readonly Manifest[] {
  const args = values.flatMap((value) => ["-f", typeof value === "string" ? value : valuesFile(value)]);
  const { code, text, errors } = runHelm("template", "dw", chart, "--namespace", "watch", ...args);
  expect(code, errors).toBe(0);
  return manifestsOf(text);
}

function deployments(manifests: readonly Manifest[]): readonly (Manifest & { spec: DeploymentSpec })[] {
  return ofKind(manifests, "Deployment") as readonly (Manifest & { spec: DeploymentSpec })[];
}

/** The configuration that the daemon would read, from the ConfigMap that it would be mounted from. */
function configOf(manifests: readonly Manifest[], env: Record<string, string>) {
  const text = theOnly(
    manifests.filter(({ metadata }) => !metadata.name.endsWith("dashboard")),
    "ConfigMap",
  ).data?.["driftwatch.yaml"];
  for (const name of ["READ_TOKEN", "WRITE_TOKEN", "SLACK_WEBHOOK_URL"]) {
    writeFileSync(
      join(folder, name),
      name.endsWith("URL") ? "https://hooks.slack.com/services/T/B/x" : `token-${name}`,
    );
  }
  const file = join(folder, "driftwatch.yaml");
  writeFileSync(file, (text ?? "").replaceAll("/run/secrets/driftwatch", folder));
  return loadConfig({ file, env, cwd: folder });
}

const passwords = { STORE_PASSWORD: "a", REDIS_PASSWORD: "b", SHOP_PASSWORD: "c" };

function serviceNamed(manifests: readonly Manifest[], name: string): Manifest {
  const found = ofKind(manifests, "Service").find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`no Service ${name}`);
  return found;
}

function selectorOf(service: Manifest): Record<string, string> {
  return (service.spec as { selector: Record<string, string> }).selector;
}

describe.skipIf(helm === undefined)("the chart", () => {
  it("is tried with the Helm program that package.json names", () => {
    expect(runHelm("version", "--template", "{{.Version}}").text).toMatch(/^v3\.(1[0-9]|[2-9][0-9])\./);
  });

  it.each([
    ["the defaults", []],
    ["the production example", ["-f", production]],
  ])("passes lint --strict with %s", (_name, args) => {
    const { code, text, errors } = runHelm("lint", "--strict", chart, ...args);
    expect(code, text + errors).toBe(0);
    expect(text).toContain("1 chart(s) linted, 0 chart(s) failed");
  });

  it("can be packaged, without the values of its own tests", () => {
    const { code, errors } = runHelm("package", chart, "--destination", folder);
    expect(code, errors).toBe(0);
    const { version } = parse(readFileSync(join(chart, "Chart.yaml"), "utf8")) as { version: string };
    const names = runProgram("tar", ["-tzf", join(folder, `driftwatch-${version}.tgz`)]).stdout.split("\n");
    expect(names).toContain("driftwatch/files/dashboard.json");
    expect(names.filter((name) => name.includes("/ci/"))).toEqual([]);
  });

  it("is of the program's version", () => {
    const { appVersion } = parse(readFileSync(join(chart, "Chart.yaml"), "utf8")) as { appVersion: string };
    const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
      version: string;
    };
    expect(appVersion).toBe(version);
  });

  it("renders by default one pod that does everything, kept apart from other versions of itself", () => {
    const [only, ...others] = deployments(render());
    expect(others).toEqual([]);
    expect(only?.spec.replicas).toBe(1);
    expect(only?.spec.strategy?.type).toBe("Recreate");
    expect(only?.spec.template.spec.containers[0]?.args).toEqual(["run", "--roles", "scheduler,worker,http"]);
  });

  it("renders one Deployment per entry of roles, with a budget for evictions", () => {
    const manifests = render(production);
    expect(
      deployments(manifests).map(({ metadata, spec }) => [metadata.name, spec.replicas, spec.strategy]),
    ).toEqual([
      ["dw-driftwatch-control", 2, undefined],
      ["dw-driftwatch-worker", 3, undefined],
    ]);
    expect(ofKind(manifests, "PodDisruptionBudget").map(({ metadata }) => metadata.name)).toEqual([
      "dw-driftwatch-control",
      "dw-driftwatch-worker",
    ]);
    expect(ofKind(render(), "PodDisruptionBudget")).toEqual([]);
  });

  it.each([
    ["the defaults", []],
    ["the production example", [production]],
    ["persistence", [{ persistence: { enabled: true } }]],
  ])("keeps every pod within the restricted Pod Security Standard with %s", (_name, values) => {
    const manifests = render(...values);
    const pods = [
      ...deployments(manifests).map(({ metadata, spec }) => ({
        name: metadata.name,
        pod: spec.template.spec,
      })),
      ...ofKind(manifests, "Pod").map(({ metadata, spec }) => ({
        name: metadata.name,
        pod: spec as PodSpec,
      })),
    ];
    expect(pods.length).toBeGreaterThan(1);
    for (const { name, pod } of pods) expect(podBreaches(pod), name).toEqual([]);
  });

  it("probes liveness without dependencies and readiness with them, and waits longer than a drain takes", () => {
    for (const { spec } of deployments(render(production))) {
      const pod = spec.template.spec;
      const [container] = pod.containers;
      expect(container?.livenessProbe?.httpGet).toEqual({ path: "/livez", port: "http" });
      expect(container?.readinessProbe?.httpGet).toEqual({ path: "/readyz", port: "http" });
      expect(container?.startupProbe).toBeDefined();
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(15);
      // Kubernetes would otherwise set variables such as DRIFTWATCH_PORT to an address.
      expect(pod.enableServiceLinks).toBe(false);
    }
  });

  it("probes and scrapes a pod without the http role too, and keeps it out of the pages' Service", () => {
    const roles = [
      { name: "front", roles: ["scheduler", "http"], replicas: 1 },
      { name: "worker", roles: ["worker"], replicas: 1 },
    ];
    const manifests = render(production, { roles });
    const worker = deployments(manifests).find(({ metadata }) => metadata.name.endsWith("worker"));
    expect(worker?.spec.template.spec.containers[0]?.livenessProbe).toMatchObject({
      httpGet: { path: "/livez" },
    });
    const chosen = (name: string): boolean =>
      isSelectedBy(worker?.spec.template.metadata.labels ?? {}, selectorOf(serviceNamed(manifests, name)));
    expect(chosen("dw-driftwatch")).toBe(false);
    expect(chosen("dw-driftwatch-metrics")).toBe(true);
  });

  it("has selectors that find what they mean", () => {
    const manifests = render(production);
    const service = serviceNamed(manifests, "dw-driftwatch");
    const metrics = serviceNamed(manifests, "dw-driftwatch-metrics");
    const selector = selectorOf(service);
    const monitor = theOnly(manifests, "ServiceMonitor").spec as {
      selector: { matchLabels: Record<string, string> };
    };
    const test = theOnly(manifests, "Pod");
    for (const { spec } of deployments(manifests)) {
      expect(isSelectedBy(spec.template.metadata.labels, spec.selector.matchLabels)).toBe(true);
      expect(isSelectedBy(spec.template.metadata.labels, selector)).toBe(true);
    }
    expect(isSelectedBy(metrics.metadata.labels ?? {}, monitor.selector.matchLabels)).toBe(true);
    expect(isSelectedBy(service.metadata.labels ?? {}, monitor.selector.matchLabels)).toBe(false);
    expect(isSelectedBy(test.metadata.labels ?? {}, selector)).toBe(false);
  });

  it("renders by default a configuration that the daemon accepts: the demo, with tokens", () => {
    const config = configOf(render(), {});
    expect(config.demo).toBe(true);
    expect(config.http).toMatchObject({ host: "0.0.0.0", port: 8080, readToken: "token-READ_TOKEN" });
    expect(config.store).toEqual({ dataDir: "/data/store" });
  });

  it("leaves the demo out when the secret names a database", () => {
    const config = configOf(render({ secret: { DATABASE_URL: "mysql://shop.example.com/shop" } }), {
      DATABASE_URL: "mysql://shop.example.com/shop",
    });
    expect(config.demo).toBe(false);
    expect(config.environments.map(({ name }) => name)).toEqual(["default"]);
  });

  it("renders a production configuration that the daemon accepts", () => {
    const config = configOf(render(production), passwords);
    expect(config.environments.map(({ name }) => name)).toEqual(["shop"]);
    expect(config.store).toHaveProperty("url");
    expect(config.queue.redisUrl).toBe("redis://:b@redis.example.com:6379");
    expect(config.channels.map(({ type }) => type)).toEqual(["slack"]);
  });

  it("restarts the pods when the configuration changes, and only then", () => {
    const sums = [render(), render(), render({ config: { log: { level: "debug" } } })].map(
      (manifests) => deployments(manifests)[0]?.spec.template.metadata.annotations["checksum/config"],
    );
    expect(sums[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(sums[1]).toBe(sums[0]);
    expect(sums[2]).not.toBe(sums[0]);
  });

  it("makes a Secret with random tokens, or uses an existing one and makes none", () => {
    const [first, second] = [theOnly(render(), "Secret"), theOnly(render(), "Secret")];
    expect(Object.keys(first.data ?? {}).sort()).toEqual(["READ_TOKEN", "WRITE_TOKEN"]);
    expect(Buffer.from(first.data?.READ_TOKEN ?? "", "base64").toString()).toMatch(/^\w{32}$/);
    expect(first.data?.READ_TOKEN).not.toBe(second.data?.READ_TOKEN);
    const given =
      theOnly(render({ secret: { READ_TOKEN: "mine", SHOP_PASSWORD: "p" } }), "Secret").data ?? {};
    expect(Object.keys(given).sort()).toEqual(["READ_TOKEN", "SHOP_PASSWORD", "WRITE_TOKEN"]);
    expect(Buffer.from(given.READ_TOKEN ?? "", "base64").toString()).toBe("mine");
    const existing = render(production);
    expect(ofKind(existing, "Secret")).toEqual([]);
    expect(JSON.stringify(deployments(existing)[0]?.spec)).toContain('"secretName":"driftwatch-secrets"');
  });

  it("scrapes with the read token and keeps the daemon's own labels", () => {
    const { endpoints } = theOnly(render(production), "ServiceMonitor").spec as { endpoints: object[] };
    expect(endpoints).toMatchObject([
      {
        path: "/metrics",
        honorLabels: true,
        authorization: { credentials: { name: "driftwatch-secrets", key: "READ_TOKEN" } },
      },
    ]);
  });

  it("carries the alert rules and the dashboard unchanged", () => {
    const manifests = render(production);
    const rules: unknown = parse(
      readFileSync(join(projectRoot, "deploy", "prometheus", "rules.yaml"), "utf8"),
    );
    expect(theOnly(manifests, "PrometheusRule").spec).toEqual(rules);
    const board = manifests.find(({ metadata }) => metadata.name === "dw-driftwatch-dashboard");
    expect(JSON.parse(board?.data?.["driftwatch.json"] ?? "")).toEqual(
      JSON.parse(readFileSync(join(projectRoot, "deploy", "grafana", "dashboard.json"), "utf8")),
    );
  });

  it("keeps a claim for the embedded store when asked to, also after the release is gone", () => {
    const claim = theOnly(render({ persistence: { enabled: true, size: "5Gi" } }), "PersistentVolumeClaim");
    expect(claim.metadata.annotations).toEqual({ "helm.sh/resource-policy": "keep" });
    expect(claim.spec).toMatchObject({ resources: { requests: { storage: "5Gi" } } });
  });

  it.each<[string, object, string]>([
    ["a key that does not exist", { persistance: { enabled: true } }, "persistance is not allowed"],
    ["a nested key that does not exist", { image: { name: "x" } }, "name is not allowed"],
    [
      "a section of the configuration that does not exist",
      { config: { environment: [] } },
      "environment is not allowed",
    ],
    ["an unknown role", { roles: [{ name: "a", roles: ["cron"], replicas: 1 }] }, "roles.0.roles.0"],
    ["an entry without a name", { roles: [{ roles: ["http"], replicas: 1 }] }, "name is required"],
    [
      "an address that nothing outside the pod reaches",
      { config: { http: { host: "127.0.0.1" } } },
      "config.http.host",
    ],
    ["a port that needs root", { config: { http: { port: 80 } } }, "config.http.port"],
    [
      "a grace period shorter than a drain",
      { terminationGracePeriodSeconds: 5 },
      "terminationGracePeriodSeconds",
    ],
    ["a key of the secret that is no variable's name", { secret: { "read-token": "x" } }, "secret"],
    ["a size that is no quantity", { dataSizeLimit: "lots" }, "dataSizeLimit"],
    [
      "two replicas that share no store",
      { roles: [{ name: "a", roles: ["scheduler", "worker", "http"], replicas: 2 }] },
      "more than one replica needs a shared store and queue",
    ],
    [
      "roles that nobody has",
      { roles: [{ name: "a", roles: ["worker", "http"], replicas: 1 }] },
      'no entry has the role "scheduler"',
    ],
    [
      "two entries of one name",
      {
        roles: [
          { name: "a", roles: ["http"], replicas: 1 },
          { name: "a", roles: ["worker"], replicas: 1 },
        ],
      },
      'two entries are named "a"',
    ],
  ])("refuses %s", (_name, values, sentence) => {
    const { code, errors } = runHelm("template", "dw", chart, "-f", valuesFile(values));
    expect(code).not.toBe(0);
    expect(errors).toContain(sentence);
  });
});

describe("the chart's copies", () => {
  it.each(Object.entries(chartFiles()))(
    "%s is current (else: npx tsx scripts/sync-chart.ts)",
    (path, content) => {
      expect(readFileSync(join(projectRoot, path), "utf8")).toBe(content);
    },
  );

  it("need a comment for every value", () => {
    expect(() => chartReadme("# -- Fine.\na: 1\nb: 2\n")).toThrow("values.yaml: b has no comment");
    expect(chartReadme("a:\n  # -- Deep.\n  b:\n    c: 1\n")).toContain('| `a.b` | `{"c":1}` | Deep. |');
  });
});
