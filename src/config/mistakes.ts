/** Mistakes in the configuration: where each is, what is wrong and what to do; and the one error that lists them all. */
import { DriftwatchError } from "../model/errors.ts";

export type ConfigPath = readonly (string | number)[];

export interface Mistake {
  /** ["environments", 2, "cron"]; empty for the file as a whole. */
  readonly path: ConfigPath;
  /** Continues "path: ". */
  readonly sentence: string;
  readonly remedy: string;
}

/** A mistake as it is told: with its place in the file, both 1-based, where it has one. */
export interface PlacedMistake {
  /** "environments[2].cron", or "" for the file as a whole. */
  readonly path: string;
  readonly sentence: string;
  readonly remedy: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** ["environments", 2, "cron"] as "environments[2].cron". */
export function configPathText(path: ConfigPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** config.invalid, with every mistake in the message; they are also in its `cause` for machines. */
export function configError(place: string, mistakes: readonly PlacedMistake[]): DriftwatchError {
  const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
  const lines = mistakes.map((mistake) => describeMistake(place, mistake));
  return new DriftwatchError("config.invalid", `${place} has ${count}:\n${lines.join("\n")}`, {
    cause: { mistakes },
    remedy: "Correct what is listed, and see all of it again with `driftwatch config check`.",
  });
}

/** The mistakes inside an error of configError; empty for other errors. */
export function mistakesOf(error: unknown): readonly PlacedMistake[] {
  if (!(error instanceof DriftwatchError) || error.code !== "config.invalid") return [];
  const cause = error.cause as { mistakes?: readonly PlacedMistake[] } | undefined;
  return cause?.mistakes ?? [];
}

function describeMistake(place: string, mistake: PlacedMistake): string {
  const where = mistake.line === null ? "" : `${place}:${mistake.line}:${mistake.column ?? 1}  `;
  const subject = mistake.path === "" ? "" : `${mistake.path}: `;
  return `  ${where}${subject}${mistake.sentence}. ${mistake.remedy}`;
}
