/** scripts/bootstrap.mjs in a small project of its own, with an npm and a compiler that only leave their marks. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot, runProgram } from "../packaging/programs.ts";

let root = "";
const lock = (version: string): string =>
  JSON.stringify({ packages: { "": {}, "node_modules/a": { version } } });

/** Writes a file as of a minute: later minutes are newer. */
function put(path: string, text: string, minute: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const time = new Date(Date.UTC(2026, 0, 1, 0, minute));
  for (let entry = file; entry !== root; entry = dirname(entry)) utimesSync(entry, time, time);
}

function bootstrap(...args: string[]): { code: number | null; says: string } {
  const { code, stdout, stderr } = runProgram(process.execPath, ["scripts/bootstrap.mjs", ...args], root);
  return { code, says: stdout + stderr };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "driftwatch-bootstrap-"));
  mkdirSync(join(root, "scripts"));
  cpSync(join(projectRoot, "scripts", "bootstrap.mjs"), join(root, "scripts", "bootstrap.mjs"));
  put("package-lock.json", lock("1.0.0"), 1);
  put("node_modules/.package-lock.json", lock("1.0.0"), 2);
  put("tsconfig.json", "{}", 1);
  put("tsconfig.build.json", "{}", 1);
  put("src/cli/main.ts", "", 1);
  put("src/style.css", "body {}", 1);
  put("bin/npm", '#!/bin/sh\necho "$@" > npm-was-called\n', 1);
  chmodSync(join(root, "bin", "npm"), 0o755);
  const compiler = `const { mkdirSync, writeFileSync } = require("fs"); const out = process.argv.at(-1);
    if (require("fs").readFileSync("src/cli/main.ts", "utf8") === "broken") { console.log("error TS1"); process.exit(2); }
    mkdirSync(out + "/cli", { recursive: true }); writeFileSync(out + "/cli/main.js", "new");`;
  put("node_modules/typescript/bin/tsc", compiler, 1);
  put("node_modules/.package-lock.json", lock("1.0.0"), 2);
  process.env.PATH = `${join(root, "bin")}:${process.env.PATH}`;
});
afterEach(() => {
  process.env.PATH = process.env.PATH?.split(":").slice(1).join(":");
  rmSync(root, { recursive: true });
});

describe("installing", () => {
  it("is silent when everything is there", () => {
    expect(bootstrap()).toEqual({ code: 0, says: "" });
    expect(existsSync(join(root, "npm-was-called"))).toBe(false);
  });

  it("happens when nothing is installed", () => {
    rmSync(join(root, "node_modules", ".package-lock.json"));
    expect(bootstrap()).toEqual({ code: 0, says: "Installing packages (npm ci) ...\n" });
    expect(readFileSync(join(root, "npm-was-called"), "utf8")).toMatch(/^ci /);
  });

  it("happens when the lock file asks for another version than is installed", () => {
    put("package-lock.json", lock("1.1.0"), 3);
    bootstrap();
    expect(existsSync(join(root, "npm-was-called"))).toBe(true);
  });

  it("does not happen when the lock file is newer but asks for what is installed", () => {
    put("package-lock.json", lock("1.0.0"), 3);
    expect(bootstrap()).toEqual({ code: 0, says: "" });
  });

  it("fails with what npm said", () => {
    put("bin/npm", "#!/bin/sh\necho no network\nexit 7\n", 1);
    rmSync(join(root, "node_modules", ".package-lock.json"));
    const { code, says } = bootstrap();
    expect(code).toBe(1);
    expect(says).toContain("no network\nnpm ci failed");
  });
});

describe("building", () => {
  const built = (): string => readFileSync(join(root, "dist", "cli", "main.js"), "utf8");

  it("happens when there is no build, and carries over what is not compiled", () => {
    expect(bootstrap("--build")).toEqual({ code: 0, says: "Building (tsc) ...\n" });
    expect(built()).toBe("new");
    expect(readFileSync(join(root, "dist", "style.css"), "utf8")).toBe("body {}");
  });

  it("is silent when the build is newer than the source", () => {
    put("dist/cli/main.js", "old", 5);
    expect(bootstrap("--build")).toEqual({ code: 0, says: "" });
    expect(built()).toBe("old");
  });

  it.each([
    ["a source file is newer", () => put("src/cli/main.ts", "", 9)],
    ["the compiler's settings are newer", () => put("tsconfig.json", "{}", 9)],
    [
      "a source file was deleted",
      () => {
        const now = new Date();
        rmSync(join(root, "src", "style.css"));
        utimesSync(join(root, "src"), now, now);
      },
    ],
  ])("happens when %s", (_when, change) => {
    put("dist/cli/main.js", "old", 5);
    put("dist/left-over.js", "old", 5);
    change();
    expect(bootstrap("--build").code).toBe(0);
    expect(built()).toBe("new");
    expect(existsSync(join(root, "dist", "left-over.js"))).toBe(false);
  });

  it("leaves the old build alone when it fails, and says why", () => {
    put("dist/cli/main.js", "old", 5);
    put("src/cli/main.ts", "broken", 9);
    const { code, says } = bootstrap("--build");
    expect(code).toBe(1);
    expect(says).toContain("error TS1\nthe build failed");
    expect(built()).toBe("old");
  });
});
