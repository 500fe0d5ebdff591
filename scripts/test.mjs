/**
 * `npm test`: every test, unit and against real servers, with the progress shown, then one closing line
 * `N passed, N failed[, N skipped]`. Arguments are handed to vitest: file names, `-t name`, `--project unit`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "driftwatch-test-"));
const resultFile = join(folder, "result.json");
const child = spawn(
  process.execPath,
  [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    ...process.argv.slice(2),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${resultFile}`,
  ],
  { cwd: process.cwd(), stdio: ["ignore", "inherit", "inherit"] },
);
// Vitest gets a Ctrl-C of its own from the terminal; this process waits for it, to say the closing line.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));

child.on("close", (code, signal) => {
  const { passed, failed, skipped } = countTests();
  const ok = code === 0 && failed === 0;
  // A run can fail without a failing test: a file that does not load, an unhandled error, a missing server.
  const counted = ok ? 0 : Math.max(failed, 1);
  rmSync(folder, { recursive: true, force: true });
  if (signal !== null) console.log(`vitest was ended by ${signal}`);
  console.log(`${passed} passed, ${counted} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = ok ? 0 : code || 1;
});

function countTests() {
  try {
    const result = JSON.parse(readFileSync(resultFile, "utf8"));
    const brokenFiles = result.testResults.filter(
      (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
    );
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + brokenFiles.length,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
