import { statfsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { expect, it } from "vitest";
import { folderForData } from "./data-place.ts";

const gigabyte = 1024 ** 3;
const free = (folder: string): number => statfsSync(folder).bavail * statfsSync(folder).bsize;

it.skipIf(free(homedir()) < 3 * gigabyte)("stores data where there is space, when memory is plenty", () => {
  expect(folderForData(homedir(), 8 * gigabyte)).toBe(homedir());
});

it.for([
  ["memory is scarce", homedir(), 2 * gigabyte],
  ["there is no such place", "/nowhere/at/all", 8 * gigabyte],
  ["the place is too small", "/proc", 8 * gigabyte],
] as const)("stores data in the temporary folder when %s", ([, place, memory]) => {
  expect(folderForData(place, memory)).toBe(tmpdir());
});
