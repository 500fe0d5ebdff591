import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { longest } from "./longest-first.ts";

it.for(longest)("%s, which is to run early, is there", (path) => {
  expect(existsSync(join(import.meta.dirname, "..", path))).toBe(true);
});
