/** Short waits, so that tests are fast; everything else is as in production. */
import type { PolicyOverrides } from "../../src/queue/jobs.ts";

export const quickPolicies: PolicyOverrides = {
  check: { firstRetryMs: 100, longestRetryMs: 200, lockMs: 3_000, stalledEveryMs: 500 },
  notify: { lockMs: 3_000, stalledEveryMs: 500 },
};
