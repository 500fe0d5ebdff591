/**
 * Makes a clone ready, whatever state it is in: installs what package-lock.json says and, with --build, compiles src to
 * dist. Silent when there is nothing to do. Needs nothing installed, so that `npm start` can be the first command.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

requireNode(20, 19);
if (isInstallNeeded()) install();
if (process.argv.includes("--build") && isBuildNeeded()) build();

function requireNode(major, minor) {
  const [haveMajor = 0, haveMinor = 0] = process.versions.node.split(".").map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(
    `Driftwatch needs Node ${major}.${minor} or newer; this is ${process.versions.node}. See https://nodejs.org.`,
  );
}

/** The lock file being newer is only a hint (git and npm touch it too): what counts is whether the versions differ. */
function isInstallNeeded() {
  const lockFile = join(root, "package-lock.json");
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return true;
  if (modified(installedFile) >= modified(lockFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages).some(
    ([path, { version, optional }]) => path !== "" && !optional && installed[path]?.version !== version,
  );
}

function install() {
  say("Installing packages (npm ci) ...");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci failed");
}

/** A deleted or renamed source file shows in the time of its folder. */
function isBuildNeeded() {
  const main = join(root, "dist", "cli", "main.js");
  if (!existsSync(main)) return true;
  const built = modified(main);
  const inputs = [
    join(root, "tsconfig.json"),
    join(root, "tsconfig.build.json"),
    ...everythingUnder(join(root, "src")),
  ];
  return inputs.some((path) => modified(path) > built);
}

/** Compiles beside dist and swaps, so that a failing build leaves the old one and a running program sees a whole one. */
function build() {
  say("Building (tsc) ...");
  const fresh = join(root, ".cache", `build-${process.pid}`);
  const old = join(root, ".cache", `build-${process.pid}-old`);
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  mkdirSync(dirname(fresh), { recursive: true });
  try {
    run(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", fresh], "the build failed");
    copyAssets(fresh);
    if (existsSync(join(root, "dist"))) renameSync(join(root, "dist"), old);
    renameSync(fresh, join(root, "dist"));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** What the compiler does not carry over: style sheets and the like. */
function copyAssets(target) {
  const source = join(root, "src");
  for (const path of everythingUnder(source)) {
    if (statSync(path).isDirectory() || /\.tsx?$/.test(path)) continue;
    const copy = join(target, path.slice(source.length));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(path, copy);
  }
}

function everythingUnder(folder) {
  return [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name))];
}

function modified(path) {
  return statSync(path).mtimeMs;
}

function run(command, args, failure) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  rmSync(join(root, ".cache", `build-${process.pid}`), { recursive: true, force: true });
  fail(error === undefined ? failure : `${failure}: ${error.message}`);
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

function fail(sentence) {
  say(sentence);
  process.exit(1);
}
