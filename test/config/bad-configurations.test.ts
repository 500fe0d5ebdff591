/**
 * One file per mistake in test/config/bad: its `# says:` lines at the end are what loading it must say, all of it and
 * nothing else: "<line> <path>: <sentence>. <remedy>", from the beginning or (without a line) anywhere in it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load-config.ts";
import { mistakesOf } from "../../src/config/mistakes.ts";
import { DriftwatchError } from "../../src/model/errors.ts";

const folder = join(import.meta.dirname, "bad");
const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
const env = { PRESENT_URL: "postgres://driftwatch:hunter2@h/db" };

function errorOf(file: string): DriftwatchError {
  try {
    loadConfig({ file, env, cwd: folder });
  } catch (error) {
    if (error instanceof DriftwatchError) return error;
    throw error;
  }
  throw new Error(`${file} was accepted`);
}

function expectations(file: string): readonly string[] {
  const text = readFileSync(join(folder, file), "utf8");
  return [...text.matchAll(/^# says: (.*)$/gm)].map(([, says = ""]) => says.replaceAll("<bad>", folder));
}

describe("a configuration with mistakes", () => {
  it.each(files)("%s is refused with a sentence for each mistake", (file) => {
    const error = errorOf(file);
    expect(error.code).toBe("config.invalid");
    const said = mistakesOf(error).map(
      (mistake) =>
        `${mistake.line} ${mistake.path === "" ? "" : `${mistake.path}: `}${mistake.sentence}. ${mistake.remedy}`,
    );
    const expected = expectations(file);
    expect(expected.length, "has no # says: line").toBeGreaterThan(0);
    expect(said).toEqual(expected.map((text) => expect.stringContaining(text)));
  });

  it.each(files)("%s never shows a secret", (file) => {
    const error = errorOf(file);
    expect(`${error.message} ${error.remedy} ${JSON.stringify(error.cause)}`).not.toMatch(
      /hunter2|hunt|er2@/,
    );
  });

  it("names the file and every place in one message", () => {
    const error = errorOf("unset-variable.yaml");
    expect(error.message).toContain(
      "unset-variable.yaml has 2 mistakes:\n  unset-variable.yaml:3:5  environments[0].url:",
    );
    expect(error.remedy).toContain("driftwatch config check");
  });
});
