/** The most memory that a fresh process of the built program held while it took one snapshot. */
import { spawnSync } from "node:child_process";

const program = `
const { takeSnapshot } = await import(process.argv[1]);
const { objects } = await takeSnapshot(process.argv[2], { statementTimeoutMs: 120_000 });
console.log(JSON.stringify([objects.length, process.resourceUsage().maxRSS]));`;

/** Resident megabytes at the peak, with Node itself. Throws when the snapshot cannot be taken. */
export function peakMegabytes(url: string): { readonly objects: number; readonly megabytes: number } {
  const take = new URL("../dist/app/take-snapshot.js", import.meta.url).href;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", program, take, url], {
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(`the measured process failed: ${child.stderr}`);
  const [objects = 0, kibibytes = 0] = JSON.parse(child.stdout) as number[];
  return { objects, megabytes: Math.round((kibibytes * 1024) / 1e6) };
}
