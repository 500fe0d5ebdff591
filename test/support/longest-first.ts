/**
 * The order of test files: the longest first, so that no worker is left alone with one at the end, and those that mostly
 * wait beside those that keep a processor busy. Vitest knows durations only from a run before; a fresh clone has none.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Below `test`. Those of a minute or more of waiting stand between those of a minute or more of work. */
export const longest: readonly string[] = [
  "dialects/postgres/attributes.server.test.ts",
  "dialects/postgres/plan.server.test.ts",
  "e2e/crash.server.test.ts",
  "dialects/postgres/cases.server.test.ts",
  "dialects/mysql/incremental.server.test.ts",
  "dialects/mysql/corpus.server.test.ts",
  "e2e/embedded-size.server.test.ts",
  "e2e/deadline.server.test.ts",
  "dialects/mysql/cases.server.test.ts",
  "dialects/mysql/replica.server.test.ts",
  "dialects/postgres/no-false-drift.server.test.ts",
  "dialects/postgres/corpus.server.test.ts",
  "dialects/mysql/plan.server.test.ts",
  "e2e/replicas.server.test.ts",
  "dialects/postgres/upgrade.server.test.ts",
  "dialects/postgres/incremental.server.test.ts",
  "queue/bullmq-queue.server.test.ts",
  "dialects/mysql/flush-status.server.test.ts",
  "dialects/mysql/clusters.server.test.ts",
];

// Vitest takes no function here.
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const projects = [...new Set(usual.map(({ project }) => project))];
    return projects.flatMap((project) =>
      usual.filter((file) => file.project === project).sort((a, b) => rankOf(a) - rankOf(b)),
    );
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((end) => moduleId.endsWith(`/test/${end}`));
  return rank === -1 ? longest.length : rank;
}
