/** Alert rules and dashboard: every expression is valid, and speaks of exactly the metrics that the daemon serves. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type MetricDefinition, metricDefinitions } from "../../src/telemetry/metric-definitions.ts";
import { familyOf, groupingLabelsIn, selectorsIn } from "./expressions.ts";
import { projectRoot, promtoolProgram, runProgram } from "./programs.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const prometheus = join(projectRoot, "deploy", "prometheus");
const rules = (
  parse(readFileSync(join(prometheus, "rules.yaml"), "utf8")) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(
  readFileSync(join(projectRoot, "deploy", "grafana", "dashboard.json"), "utf8"),
) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
};
const panels = dashboard.panels.filter((panel) => panel.type !== "row");
const dashboardExpressions = panels.flatMap((panel) => panel.targets?.map((target) => target.expr) ?? []);
const expressions = [
  ...rules.map((rule) => rule.expr),
  ...dashboardExpressions,
  ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
];

const definitions: Readonly<Record<string, MetricDefinition>> = metricDefinitions;

/** Metrics that are served but deliberately neither drawn nor alerted on, each with its reason. */
const unusedOnPurpose: Readonly<Record<string, string>> = {};

function definitionOf(series: string): MetricDefinition | undefined {
  return definitions[familyOf(series, (name) => definitions[name]?.type === "histogram")];
}

describe("rules and dashboard", () => {
  it("name only metrics that the daemon serves", () => {
    const unknown = expressions.flatMap((expression) =>
      selectorsIn(expression).filter(({ metric }) => definitionOf(metric) === undefined),
    );
    expect(unknown.map(({ metric }) => metric)).toEqual([]);
  });

  it("use every metric that the daemon defines, or say why not", () => {
    const used = new Set(
      expressions
        .flatMap(selectorsIn)
        .map(({ metric }) => familyOf(metric, (name) => definitions[name]?.type === "histogram")),
    );
    const unused = Object.keys(definitions).filter((name) => !used.has(name));
    expect(unused).toEqual(Object.keys(unusedOnPurpose));
  });

  it("match and group only by labels that the metrics have", () => {
    const breaches = expressions.flatMap((expression) => {
      const selectors = selectorsIn(expression);
      const known = new Set(
        selectors.flatMap(({ metric }) => [...(definitionOf(metric)?.labels ?? []), "le"]),
      );
      return [
        ...selectors.flatMap(({ metric, labels }) =>
          labels
            .filter((label) => !definitionOf(metric)?.labels.includes(label))
            .map((label) => `${metric} has no label ${label}`),
        ),
        ...groupingLabelsIn(expression)
          .filter((label) => !known.has(label))
          .map((label) => `${expression} groups by ${label}, which none of its metrics has`),
      ];
    });
    expect(breaches).toEqual([]);
  });

  it("take the maximum over replicas of gauges that every replica serves, so that none counts twice", () => {
    const summed = expressions.filter((expression) =>
      selectorsIn(expression).some(
        ({ metric }) =>
          definitionOf(metric)?.speaksOf === "store" &&
          RegExp(`\\b(?:sum|count|avg)\\s*(?:by\\s*\\([^)]*\\))?\\s*\\(\\s*${metric}`).test(expression),
      ),
    );
    expect(summed).toEqual([]);
  });
});

describe("alert rules", () => {
  it("each have a severity, a summary and what to do", () => {
    for (const { alert, labels, annotations } of rules) {
      expect(["critical", "warning", "info"], alert).toContain(labels.severity);
      expect(Object.keys(annotations).sort(), alert).toEqual(["description", "summary"]);
    }
  });

  it("are each proved by a unit test that makes them fire", () => {
    const tests = ["rules.test.yaml", "rules.week.test.yaml"].flatMap((file) => {
      const { tests } = parse(readFileSync(join(prometheus, file), "utf8")) as {
        tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
      };
      return tests.flatMap((test) => test.alert_rule_test);
    });
    const fired = new Set(tests.filter((test) => test.exp_alerts.length > 0).map((test) => test.alertname));
    expect(rules.map((rule) => rule.alert).filter((alert) => !fired.has(alert))).toEqual([]);
  });
});

describe("the dashboard", () => {
  it("has panels that say what they show and do not overlap", () => {
    const taken = new Map<string, string>();
    for (const { title, description, gridPos } of panels) {
      expect(description, title).toMatch(/\.$/);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x},${y}`), `${title} overlaps`).toBeUndefined();
          taken.set(`${x},${y}`, title);
        }
      }
    }
  });
});

const promtool = promtoolProgram();

describe.skipIf(promtool === undefined)("promtool", () => {
  const folder = mkdtempSync(join(tmpdir(), "driftwatch-promtool-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]): void => {
    const { code, stdout, stderr } = runProgram(promtool ?? "", args, prometheus);
    expect(code, stdout + stderr).toBe(0);
  };

  it("accepts the rules", () => run("check", "rules", "rules.yaml"));

  it(
    "passes the rules' unit tests",
    () => run("test", "rules", "rules.test.yaml", "rules.week.test.yaml"),
    60_000,
  );

  it("accepts the sample configuration of Prometheus", () =>
    run("check", "config", "--syntax-only", "prometheus.yaml"));

  it("accepts every expression of the dashboard", () => {
    const file = join(folder, "dashboard-rules.json");
    const rulesOf = dashboardExpressions.map((expr, index) => ({
      record: `dashboard:expression_${index}`,
      expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$target", ".*"),
    }));
    expect(rulesOf.length).toBeGreaterThan(20);
    writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules: rulesOf }] }));
    run("check", "rules", file);
  });
});

describe("the search for metrics in expressions", () => {
  it("finds names, matchers and grouping labels", () => {
    const expression =
      'sum by (target, le) (rate(driftwatch_a_bucket{x=~"1|2",y!="3"}[5m])) / on (z) driftwatch_b';
    expect(selectorsIn(expression)).toEqual([
      { metric: "driftwatch_a_bucket", labels: ["x", "y"] },
      { metric: "driftwatch_b", labels: [] },
    ]);
    expect(groupingLabelsIn(expression)).toEqual(["target", "le", "z"]);
    expect(familyOf("driftwatch_a_bucket", (name) => name === "driftwatch_a")).toBe("driftwatch_a");
    expect(familyOf("driftwatch_count", () => false)).toBe("driftwatch_count");
  });
});
