/** package-lock.json installs everywhere: `npm ci` refuses a lock file that lacks packages of other platforms. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "./programs.ts";

interface LockEntry {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, name), "utf8"));
}

const { packages } = readJson("package-lock.json") as { packages: Readonly<Record<string, LockEntry>> };

it("has every optional package of every platform (else: node scripts/complete-lock-file.mjs)", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined &&
        packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});

it("is of this package.json", () => {
  const wanted = readJson("package.json") as LockEntry;
  expect(packages[""]?.dependencies).toEqual(wanted.dependencies);
  expect(packages[""]?.devDependencies).toEqual(wanted.devDependencies);
});
