/** Holds the source against the rules of the house. A breach names the file and the line. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  barrels,
  classesBesideErrors,
  danglingImports,
  defaultExports,
  enums,
  forbiddenImports,
  importCycles,
  importTable,
  impurities,
  longFiles,
  oddNames,
  roomOf,
  strayExits,
  strayPrinting,
  unpairedTwins,
} from "./house-rules.ts";
import { readSourceFiles } from "./source-file.ts";

const files = readSourceFiles(fileURLToPath(new URL("../../src", import.meta.url)));

describe("the source", () => {
  it("is read whole: every room is among the files", () => {
    const rooms = new Set(files.map(({ path }) => roomOf(path)));
    expect(Object.keys(importTable).filter((room) => !rooms.has(room))).toEqual([]);
  });

  it.each([
    ["imports only along the import table", forbiddenImports],
    ["imports only files that exist", danglingImports],
    ["has no import cycle", importCycles],
    ["keeps the inner rooms pure", impurities],
    ["has dialects that are twins file by file", unpairedTwins],
    ["ends the process only in cli/main.ts", strayExits],
    ["prints only in cli", strayPrinting],
    ["has no barrel", barrels],
    ["has no default export", defaultExports],
    ["has no enum", enums],
    ["has no class beside errors", classesBesideErrors],
    ["has kebab-case names that say something", oddNames],
    ["has no file over the length limit", longFiles],
  ] as const)("%s", (_sentence, rule) => {
    expect(rule(files)).toEqual([]);
  });
});
