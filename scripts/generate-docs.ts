/**
 * Writes every document that is generated from code; `--check` compares instead and exits 1 when one is stale. A new
 * generator is one more line in `documents`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { configurationJsonSchema } from "../src/config/json-schema.ts";
import { configurationReference } from "../src/config/reference.ts";
import { diffSchema } from "../src/report/diff-schema.ts";
import { planSchema } from "../src/report/plan-schema.ts";
import { metricsReference } from "../src/telemetry/metric-definitions.ts";
import { commandsPage } from "./docs/commands-page.ts";
import { rulesPage } from "./docs/rules-page.ts";

interface GeneratedDocument {
  /** Relative to the project root. */
  readonly path: string;
  readonly generate: () => string | Promise<string>;
}

const documents: readonly GeneratedDocument[] = [
  { path: "docs/rules.md", generate: rulesPage },
  { path: "docs/commands.md", generate: commandsPage },
  { path: "docs/configuration.md", generate: configurationReference },
  { path: "docs/schemas/config.schema.json", generate: () => jsonText(configurationJsonSchema()) },
  { path: "docs/metrics.md", generate: metricsReference },
  { path: "docs/schemas/diff.schema.json", generate: () => jsonText(diffSchema) },
  { path: "docs/schemas/plan.schema.json", generate: () => jsonText(planSchema) },
];

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const stale: string[] = [];

for (const { path, generate } of documents) {
  const file = join(root, path);
  const text = await generate();
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  stale.push(path);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}

if (check && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")}\nRun \`npm run docs\` and commit what it writes.`);
  process.exitCode = 1;
} else if (stale.length === 0) console.log(`${documents.length} generated documents are current`);
