/** The image: what the Dockerfile copies is let in and suffices to build, and what runs needs no development package. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readSourceFiles } from "../architecture/source-file.ts";
import { projectRoot, runProgram } from "./programs.ts";

const dockerfile = readFileSync(join(projectRoot, "Dockerfile"), "utf8").replaceAll(/\\\n\s*/g, " ");
const instructions = dockerfile.split("\n").filter((line) => /^[A-Z]+ /.test(line));
const lastStage = instructions.slice(instructions.findLastIndex((line) => line.startsWith("FROM ")));

/** What COPY takes from the build context. */
const copied = instructions
  .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
  .flatMap((line) => line.split(/\s+/).slice(1, -1));

const folder = mkdtempSync(join(tmpdir(), "driftwatch-image-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the image", () => {
  it("lets into the build context exactly what the Dockerfile copies", () => {
    const lines = readFileSync(join(projectRoot, ".dockerignore"), "utf8").split("\n");
    expect(lines.find((line) => line !== "" && !line.startsWith("#"))).toBe("*");
    const allowed = lines
      .filter((line) => line.startsWith("!") && line !== "!scripts")
      .map((line) => line.slice(1));
    expect(allowed.toSorted()).toEqual([...new Set(copied)].toSorted());
  });

  it("builds from what is copied, without the rest of the repository", () => {
    for (const path of copied) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(projectRoot, path), target, { recursive: true });
    }
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
    const { code, stdout, stderr } = runProgram(
      process.execPath,
      ["scripts/bootstrap.mjs", "--build"],
      folder,
    );
    expect(code, stdout + stderr).toBe(0);
    expect(readdirSync(join(folder, "dist", "cli"))).toContain("main.js");
    const version = runProgram(process.execPath, ["dist/cli/main.js", "--version"], folder);
    expect(version, version.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\S*\d+\.\d+\.\d+/),
    });
  }, 120_000);

  it("runs as a user without rights, with signals reaching the program itself", () => {
    expect(lastStage.findLast((line) => line.startsWith("USER "))).toBe("USER 1000:1000");
    expect(lastStage).toContain('ENTRYPOINT ["node", "dist/cli/main.js"]');
    expect(lastStage).toContain('CMD ["run"]');
  });

  it("asks for its health with a command that the program has", () => {
    const health = lastStage.find((line) => line.startsWith("HEALTHCHECK ")) ?? "";
    expect(health).toMatch(/CMD \["node", "dist\/cli\/main\.js", "healthcheck"\]$/);
    const help = runProgram(process.execPath, ["--import", "tsx", "src/cli/main.ts", "--help"]);
    expect(help.stdout + help.stderr).toMatch(/^\s+healthcheck\b/m);
  }, 30_000);

  it("needs no package that is only for development", () => {
    const { dependencies } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const missing = readSourceFiles(join(projectRoot, "src")).flatMap((file) =>
      file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => !/^(\.|node:)/.test(specifier) && !builtinModules.includes(specifier))
        .filter(
          (specifier) =>
            !Object.keys(dependencies).some((name) => specifier === name || specifier.startsWith(`${name}/`)),
        )
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(missing).toEqual([]);
  });
});
