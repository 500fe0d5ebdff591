import { defineConfig } from "vitest/config";

/**
 * Two projects: `unit` needs no server and runs in `npm run check`; `servers` runs against the real databases and
 * Redis that test/support/servers brings up. A test says where it belongs by its name: `*.server.test.ts`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/**/*.server.test.ts"],
          sequence: { groupOrder: 0 },
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
          maxWorkers: 2,
          // After the unit tests: vitest asks for an order when projects have different numbers of workers.
          sequence: { groupOrder: 1 },
        },
        oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
      },
    ],
  },
});
