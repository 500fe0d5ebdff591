/**
 * A pg_dump that reads servers of a major version, since one reads no server newer than itself: found on the machine,
 * else, as root on Debian and Ubuntu, that of Debian sid.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { sidPgDump, sidPostgresMajor, sidTree } from "./debian-sid.ts";
import { debianTree } from "./debian-tree.ts";
import { reasonOf } from "./run-command.ts";

/** A command and its first arguments, or why there is none. */
export type PgDump = { readonly command: readonly [string, ...string[]] } | { readonly missing: string };

export async function findPgDump(major: number): Promise<PgDump> {
  const found: string[] = [];
  for (const program of programs()) {
    const version = versionOf(program);
    if (version !== undefined && version >= major) return { command: [program] };
    found.push(`${program} ${version ?? "?"}`);
  }
  const missing = `pg_dump ${major} or newer is not installed (found: ${found.join(", ") || "none"})`;
  if (major > sidPostgresMajor) return { missing };
  try {
    return { command: ["chroot", await debianTree(sidTree), sidPgDump] };
  } catch (error) {
    return { missing: `${missing}; ${reasonOf(error)}` };
  }
}

function programs(): readonly string[] {
  const versions = "/usr/lib/postgresql";
  const folders = existsSync(versions)
    ? readdirSync(versions).map((name) => join(versions, name, "bin"))
    : [];
  return [...folders, ...(process.env.PATH ?? "").split(":")]
    .map((folder) => join(folder, "pg_dump"))
    .filter((program) => existsSync(program));
}

function versionOf(program: string): number | undefined {
  try {
    const text = execFileSync(program, ["--version"], { encoding: "utf8" });
    return Number(/\) (\d+)/.exec(text)?.[1] ?? Number.NaN) || undefined;
  } catch {
    return undefined;
  }
}
