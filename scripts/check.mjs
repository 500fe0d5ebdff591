/**
 * `npm run check`: everything that needs no server, side by side, one line per step and then the whole output of what
 * failed. `--skip=unit,docs` leaves steps out. The last line counts steps: `N passed, N failed`.
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");

/** Longest first: the order in which free processors take them. */
const steps = [
  {
    name: "unit",
    what: "unit tests",
    args: [join(modules, "vitest", "vitest.mjs"), "run", "--project", "unit"],
  },
  {
    name: "oxlint",
    what: "oxlint, type-aware",
    args: [join(modules, "oxlint", "bin", "oxlint"), "--type-aware"],
  },
  {
    name: "knip",
    what: "knip: nothing unused",
    args: [join(modules, "knip", "bin", "knip.js"), "--no-progress"],
  },
  { name: "types", what: "tsc", args: [join(modules, "typescript", "bin", "tsc")] },
  {
    name: "docs",
    what: "generated documents are current",
    args: [join(modules, "tsx", "dist", "cli.mjs"), "scripts/generate-docs.ts", "--check"],
  },
  {
    name: "biome",
    what: "biome",
    args: [join(modules, "@biomejs", "biome", "bin", "biome"), "ci", "--colors=off"],
  },
];

const skipped = process.argv.slice(2).flatMap((word) => word.replace(/^--skip=/, "").split(","));
const unknown = skipped.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `unknown step ${unknown.join(", ")}; the steps are ${steps.map((step) => step.name).join(", ")}`,
  );
  process.exit(64);
}
const waiting = steps.filter((step) => !skipped.includes(step.name));
const results = [];
const started = Date.now();
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));

const failed = results.filter((result) => !result.ok);
for (const { what, output } of failed) console.log(`\n──── ${what} ────\n${output.trim()}`);
console.log(
  `\n${results.length - failed.length} passed, ${failed.length} failed (${secondsSince(started)} s)`,
);
process.exitCode = failed.length > 0 ? 1 : 0;

async function work() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const result = await run(step);
    results.push(result);
    console.log(`${result.ok ? "ok    " : "FAILED"}  ${step.what} (${result.seconds} s)`);
  }
}

function run({ what, args }) {
  const begun = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", (error) => {
      output += error.message;
    });
    child.on("close", (code) => resolve({ what, ok: code === 0, output, seconds: secondsSince(begun) }));
  });
}

function secondsSince(moment) {
  return ((Date.now() - moment) / 1000).toFixed(1);
}
