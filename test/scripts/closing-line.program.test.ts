/** scripts/test.mjs: its last line and its exit code tell the truth, also when no test failed but the run did. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { projectRoot, runProgram } from "../packaging/programs.ts";

const folder = mkdtempSync(join(tmpdir(), "driftwatch-closing-"));
afterAll(() => rmSync(folder, { recursive: true }));

symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
writeFileSync(join(folder, "vitest.config.mjs"), "export default {};\n");

const head = `import { expect, it } from "vitest";\n`;

it.each([
  ["two that pass", `it("a", () => {}); it("b", () => expect(1).toBe(1));`, "2 passed, 0 failed", 0],
  ["one that is skipped", `it("a", () => {}); it.skip("b", () => {});`, "1 passed, 0 failed, 1 skipped", 0],
  ["one that fails", `it("a", () => {}); it("b", () => expect(1).toBe(2));`, "1 passed, 1 failed", 1],
  ["a file that does not load", `throw new Error("it cannot be loaded");`, "0 passed, 1 failed", 1],
  [
    "an error that no test caught",
    `it("a", () => { Promise.reject(new Error("lost")); });`,
    "1 passed, 1 failed",
    1,
  ],
])(
  "counts %s",
  (name, body, line, exitCode) => {
    const file = join(folder, `${name.replaceAll(/\W/g, "-")}.test.ts`);
    writeFileSync(file, head + body);
    const { code, stdout, stderr } = runProgram(process.execPath, [
      join(projectRoot, "scripts", "test.mjs"),
      `--root=${folder}`,
      file,
    ]);
    expect(stdout.trim().split("\n").at(-1)).toBe(line);
    expect(code).toBe(exitCode);
    expect(stderr.includes("it cannot be loaded"), stderr).toBe(name === "a file that does not load");
  },
  60_000,
);
