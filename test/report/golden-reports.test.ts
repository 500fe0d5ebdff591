/** Reports as someone looked at them and found them right. `UPDATE_GOLDEN=1 npx vitest run --project unit test/report` rewrites them. */
import { describe, it } from "vitest";
import type { DiffInput } from "../../src/report/input.ts";
import { renderJson } from "../../src/report/json.ts";
import { renderMarkdown } from "../../src/report/markdown.ts";
import { renderFindings } from "../../src/report/text.ts";
import { expectGoldenText } from "../support/golden.ts";
import { attributed, badNight, hostile, inSync, longTexts } from "./inputs.ts";

const inputs: readonly (readonly [string, DiffInput])[] = [
  ["bad-night", badNight()],
  ["in-sync", inSync()],
  ["hostile", hostile()],
  ["long-texts", longTexts()],
  ["attributed", attributed()],
];

const renderings: readonly (readonly [string, (input: DiffInput) => string])[] = [
  ["txt", (input) => renderFindings(input, { color: false })],
  ["color.txt", (input) => renderFindings(input, { color: true, width: 80 })],
  ["md", renderMarkdown],
  ["json", renderJson],
];

describe("reports look as they did when they were found right", () => {
  const cases = inputs.flatMap(([name, input]) =>
    renderings.map(([ending, render]) => ({ name, ending, input, render })),
  );

  it.each(cases)("$name as $ending", ({ name, ending, input, render }) => {
    expectGoldenText(new URL(`golden/${name}.golden.${ending}`, import.meta.url), render(input));
  });
});
