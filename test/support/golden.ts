/** Golden files: what a function gave when someone last looked at it and found it right. UPDATE_GOLDEN=1 rewrites them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** Compares a JSON value with the golden file at `url`; a missing file fails unless golden files are being updated. */
export function expectGoldenJson(url: URL, value: unknown): void {
  expectGoldenText(url, `${JSON.stringify(value, null, 2)}\n`);
}

/** The same for a text as it is. */
export function expectGoldenText(url: URL, text: string): void {
  const path = fileURLToPath(url);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const golden = existsSync(path)
    ? readFileSync(path, "utf8")
    : "missing: run the test once with UPDATE_GOLDEN=1";
  expect(text, `differs from ${path}; UPDATE_GOLDEN=1 rewrites it`).toBe(golden);
}
