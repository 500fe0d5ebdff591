/**
 * Brings what the Helm chart holds a copy of up to date: alert rules and dashboard from deploy/, README.md from the
 * comments of values.yaml. test/packaging/chart.test.ts says when to run it: `npx tsx scripts/sync-chart.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";

const root = new URL("../", import.meta.url);

/** The files of the chart that are made from others, with the content they should have. */
export function chartFiles(): Readonly<Record<string, string>> {
  return {
    "helm/driftwatch/files/rules.yaml": read("deploy/prometheus/rules.yaml"),
    "helm/driftwatch/files/dashboard.json": read("deploy/grafana/dashboard.json"),
    "helm/driftwatch/README.md": chartReadme(read("helm/driftwatch/values.yaml")),
  };
}

/** README.md of the chart. Throws when a value has no comment of the form `# -- text` above it. */
export function chartReadme(valuesText: string): string {
  const rows = documentedValues(valuesText).map(
    ({ path, value, text }) => `| \`${path}\` | \`${shortJson(value)}\` | ${text.replaceAll("|", "\\|")} |`,
  );
  return `${head}${rows.join("\n")}\n`;
}

interface DocumentedValue {
  readonly path: string;
  readonly value: unknown;
  readonly text: string;
}

/** A key with a comment is one row, whatever is below it; a key without one must have keys with comments below. */
function documentedValues(text: string): readonly DocumentedValue[] {
  const values: unknown = parse(text);
  const found: DocumentedValue[] = [];
  let above: string[] = [];
  let comment: string | undefined;
  let documentedIndent: number | undefined;
  for (const line of text.split("\n")) {
    const remark = /^ *# -- (.*)$/.exec(line);
    if (remark !== null) comment = remark[1];
    const key = /^( *)([A-Za-z_]+):/.exec(line);
    if (key === null) continue;
    const [, spaces = "", name = ""] = key;
    if (documentedIndent !== undefined && spaces.length > documentedIndent) continue;
    documentedIndent = undefined;
    above = [...above.slice(0, spaces.length / 2), name];
    if (comment !== undefined) {
      found.push({ path: above.join("."), value: valueAt(values, above), text: comment });
      documentedIndent = spaces.length;
      comment = undefined;
    } else if (line.trimEnd() !== `${spaces}${name}:`) {
      throw new Error(`values.yaml: ${above.join(".")} has no comment`);
    }
  }
  return found;
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], values);
}

function shortJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= 60 ? json : "see values.yaml";
}

function read(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

const head = `# Driftwatch on Kubernetes

<!-- Made from the comments of values.yaml by scripts/sync-chart.ts; do not edit. -->

    helm install driftwatch ./helm/driftwatch --namespace driftwatch --create-namespace

Without values it runs the live demo, with everything in one pod. For production, keep passwords and tokens in a Secret
of your own (\`existingSecret\`), give it PostgreSQL (\`config.store.url\`) and Redis (\`config.queue.redisUrl\`), and split
the roles; [ci/production-values.yaml](ci/production-values.yaml) is a start. \`helm test\` proves that it answers.

The pods meet the *restricted* Pod Security Standard: no root, no capabilities, a read-only file system, no API token.

| value | default | meaning |
|---|---|---|
`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [path, content] of Object.entries(chartFiles())) writeFileSync(new URL(path, root), content);
}
