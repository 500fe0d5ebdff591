import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/app/load-config.ts";
import { mistakesOf } from "../../src/config/mistakes.ts";

const folder = mkdtempSync(join(tmpdir(), "driftwatch-load-config-"));
const file = join(folder, "driftwatch.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

function said(part: string): string[] {
  writeFileSync(file, `environments:\n  - name: shop\n    url: postgres://db/shop\n${part}`);
  try {
    loadConfig({ file, env: {}, cwd: folder });
    return [];
  } catch (error) {
    return mistakesOf(error).map(({ path, sentence }) => `${path}: ${sentence}`);
  }
}

describe("a configuration", () => {
  it.each<[string, string, string[]]>([
    ["may name a rule", "    ignore: [{ codes: [COL011] }]", []],
    ["may name the beginning of rules", "    severities: [{ code: 'COL*', severity: low }]", []],
    ["may name all rules of some objects", "    ignore: [{ codes: ['*'], objects: [public.a] }]", []],
    [
      "that ignores a rule which is none is refused",
      "    ignore: [{ codes: [COL011, COL999] }]",
      ['environments[0].ignore[0].codes[1]: there is no rule "COL999"'],
    ],
    [
      "that ignores a group which is none is refused",
      "    ignore: [{ codes: ['ABC*'] }]",
      ['environments[0].ignore[0].codes[0]: no rule\'s code begins like "ABC*"'],
    ],
    [
      "that gives a severity to a rule which is none is refused",
      "defaults:\n  severities: [{ code: TBL998, severity: low }]",
      ['defaults.severities[0].code: there is no rule "TBL998"'],
    ],
    [
      "is told once that a code has the wrong form",
      "    ignore: [{ codes: [col011] }]",
      ['environments[0].ignore[0].codes[0]: "col011" is not a rule\'s code'],
    ],
  ])("%s", (_sentence, part, expected) => {
    expect(said(part)).toEqual(expected);
  });
});
