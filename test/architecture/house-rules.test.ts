/** Proves that each rule of the house can fail: small bad sources and the sentence each must give. */
import { describe, expect, it } from "vitest";
import {
  barrels,
  classesBesideErrors,
  danglingImports,
  defaultExports,
  enums,
  forbiddenImports,
  importCycles,
  impurities,
  longFiles,
  oddNames,
  strayExits,
  strayPrinting,
  unpairedTwins,
} from "./house-rules.ts";
import { parseSource, type SourceFile } from "./source-file.ts";

type Rule = (files: readonly SourceFile[]) => string[];

function breaches(rule: Rule, sources: Readonly<Record<string, string>>): string[] {
  return rule(Object.entries(sources).map(([path, text]) => parseSource(path, text)));
}

describe("the import table", () => {
  it.each([
    ["model/a.ts", `import { b } from "../compare/b.ts";`, "model may not import compare/b.ts"],
    ["compare/a.ts", `import type { B } from "../classify/b.ts";`, "compare may not import classify/b.ts"],
    ["store/a.ts", `export { b } from "../queue/b.ts";`, "store may not import queue/b.ts"],
    ["http/a.ts", `const b = await import("../app/b.ts");`, "http may not import app/b.ts"],
    [
      "config/a.ts",
      `type B = import("../monitor/ports.ts").Clock;`,
      "config may not import monitor/ports.ts",
    ],
    ["store/deep/a.ts", `export * from "../../embedded/b.ts";`, "store may not import embedded/b.ts"],
    ["cli/a.ts", `import { b } from "../store/b.ts";`, "cli may not import store/b.ts"],
    ["app/a.ts", `import { b } from "../cli/b.ts";`, "app may not import cli/b.ts"],
  ])("refuses in %s: %s", (path, text, sentence) => {
    expect(breaches(forbiddenImports, { [path]: text })).toEqual([`${path}:1: ${sentence}`]);
  });

  it("refuses one dialect inside the other", () => {
    const text = `import { b } from "../postgres/b.ts";`;
    expect(breaches(forbiddenImports, { "dialects/mysql/a.ts": text })).toEqual([
      "dialects/mysql/a.ts:1: one dialect may not import the other",
    ]);
  });

  it("refuses a room that the table does not know", () => {
    expect(breaches(forbiddenImports, { "lib/a.ts": "export {};" })).toEqual([
      'lib/a.ts: "lib" is not a room of the house',
    ]);
  });

  it.each([
    ["app/a.ts", `import { b } from "../dialects/postgres/b.ts";`],
    ["monitor/a.ts", `import { b } from "../plan/b.ts";`],
    ["dialects/mysql/a.ts", `import type { B } from "../../plan/b.ts";`],
    ["api.ts", `export { b } from "./app/b.ts";`],
    ["model/a.ts", `// import { b } from "../app/b.ts";\nexport const text = 'from "../app/b.ts"';`],
  ])("allows in %s: %s", (path, text) => {
    expect(breaches(forbiddenImports, { [path]: text })).toEqual([]);
  });
});

describe("the purity of the inner rooms", () => {
  it.each([
    [`import { readFileSync } from "node:fs";`, "may not import node:fs"],
    [`import type { Pool } from "pg";`, "may not import pg"],
    [`import { h } from "preact";`, "may not import preact"],
    ["export const a = Date.now();", "may not use Date.now"],
    ["export const a = new Date();", "may not use new Date()"],
    ["export const a = Date();", "may not use Date()"],
    ["export const a = Math.random();", "may not use Math.random"],
    ["export const a = process.env.HOME;", "may not use process.env"],
    ["export const a = [performance].length;", "may not use performance"],
    ["setTimeout(() => {}, 1);", "may not use setTimeout"],
    ["export const a = { process };", "may not use process"],
    ["export const a = crypto.randomUUID();", "may not use crypto.randomUUID"],
  ])("refuses %s", (text, sentence) => {
    expect(breaches(impurities, { "compare/a.ts": text })).toEqual([
      `compare/a.ts:1: a pure room ${sentence}`,
    ]);
  });

  it.each([
    ["compare/a.ts", `import { createHash } from "node:crypto";`],
    ["compare/a.ts", "export const a = new Date(0).toISOString(), b = Math.max(1, 2);"],
    ["compare/a.ts", "export const a = { process: 1, fetch: 2 }; export const b = a.process + a.fetch;"],
    ["compare/a.ts", "export interface A { readonly performance: number; console?: string }"],
    ["report/a.tsx", `import { renderToString } from "preact-render-to-string/jsx";`],
    ["store/a.ts", "export const a = Date.now();"],
  ])("allows in %s: %s", (path, text) => {
    expect(breaches(impurities, { [path]: text })).toEqual([]);
  });
});

describe("the smaller rules", () => {
  it.each<[string, Rule, Record<string, string>, string[]]>([
    [
      "a call of process.exit outside cli/main.ts",
      strayExits,
      { "cli/main.ts": "process.exit(0);", "cli/other.ts": "\nprocess.exit(1);" },
      ["cli/other.ts:2: process.exit; only cli/main.ts may end the process"],
    ],
    [
      "console outside cli",
      strayPrinting,
      { "app/a.ts": "console.log(1);", "cli/a.ts": "console.log(1);" },
      ["app/a.ts:1: console.log; only cli prints, other rooms log"],
    ],
    [
      "a file of re-exports and `export *`, but not src/api.ts",
      barrels,
      {
        "a/one.ts": `export { a } from "./a.ts";\nexport type { B } from "./b.ts";`,
        "a/two.ts": `export * from "./a.ts";\nexport const b = 1;`,
        "a/three.ts": `export { a } from "./a.ts";\nexport const b = 1;`,
        "api.ts": `export { a } from "./a.ts";`,
      },
      ["a/one.ts only re-exports", "a/two.ts only re-exports"],
    ],
    ["a default export", defaultExports, { "a.ts": "export default 1;" }, ["a.ts has a default export"]],
    ["an enum", enums, { "a.ts": "export enum A { B }" }, ["a.ts:1: enum; use a union of strings"]],
    [
      "a class that is no error",
      classesBesideErrors,
      {
        "a.ts":
          "class A {}\nclass B extends Error {}\nclass C extends A {}\nclass D extends DriftwatchError {}",
      },
      ["a.ts: class A; only errors are classes", "a.ts: class C; only errors are classes"],
    ],
    [
      "names that are not kebab-case or say nothing",
      oddNames,
      { "app/camelCase.ts": "", "app/utils.ts": "", "app/create-app.tsx": "" },
      ["app/camelCase.ts is not kebab-case", "app/utils.ts says nothing"],
    ],
    [
      "a file that is too long, and not one at the limit",
      longFiles,
      { "a.ts": "a;\n".repeat(401), "b.ts": "b;\n".repeat(400) },
      ["a.ts has 401 lines; the limit is 400"],
    ],
    [
      "dialects with different files or folders, whatever lies in these",
      unpairedTwins,
      {
        "dialects/postgres/a.ts": "",
        "dialects/postgres/deep/d.ts": "",
        "dialects/mysql/b.ts": "",
        "dialects/mysql/deep/c.ts": "",
        "dialects/mysql/odd/c.ts": "",
        "dialects/shared.ts": "",
      },
      ["dialects/mysql lacks a.ts", "dialects/postgres lacks b.ts", "dialects/postgres lacks odd"],
    ],
    [
      "a cycle of three, type imports included, and no diamond",
      importCycles,
      {
        "a.ts": `import "./b.ts"; import "./d.ts";`,
        "b.ts": `import type { C } from "./c.ts"; import "./d.ts";`,
        "c.ts": `export { a } from "./a.ts";`,
        "d.ts": "",
      },
      ["a.ts -> b.ts -> c.ts -> a.ts"],
    ],
    [
      "an import of a file that is not there",
      danglingImports,
      { "app/a.ts": `import "./gone.ts"; import "./there.ts";`, "app/there.ts": "" },
      ["app/a.ts:1: ./gone.ts does not exist"],
    ],
  ])("refuse %s", (_sentence, rule, sources, expected) => {
    expect(breaches(rule, sources)).toEqual(expected);
  });

  it("refuse a source that does not parse instead of passing it", () => {
    expect(() => parseSource("a.ts", "export const = 1;")).toThrow("a.ts does not parse");
  });
});
