/** `npm run bench [suite...]`: runs the benchmarks of bench/ and prints ratios measured in one run. */
import { spawnSync } from "node:child_process";

const result = spawnSync(process.execPath, ["--import", "tsx", "bench/main.ts", ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = result.status ?? 1;
