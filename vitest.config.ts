import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/** What must come true is waited for, however slow the machine is: so long does `expect.poll` unless a test says otherwise. */
const patient = { poll: { timeout: 60_000 } };

/**
 * Three projects. `unit` starts nothing and runs in `npm run check`; `programs` starts processes (our own, Helm, promtool)
 * and the embedded PostgreSQL; `servers` runs against the real databases and Redis that test/support/servers brings up.
 * A test says where it belongs by its name: `*.program.test.ts`, `*.server.test.ts`.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/**/*.program.test.ts", "test/**/*.server.test.ts"],
          // None takes a second, but on a machine that compiles and lints beside them a first one may wait for several.
          testTimeout: 20_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
        oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
      },
      {
        test: {
          name: "programs",
          include: ["test/**/*.program.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: patient,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
        oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
      },
      {
        test: {
          name: "servers",
          include: ["test/**/*.server.test.ts"],
          globalSetup: ["test/support/servers/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          expect: patient,
          // Many files mostly wait: for intervals, deadlines, clocks of whole seconds.
          maxWorkers: 3,
          // The quick ones first: what is plainly wrong shows at once.
          sequence: { groupOrder: 2 },
        },
        oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
      },
    ],
  },
});
