/** The documentation as a reader walks it: from the README everything can be reached, and no link leads nowhere. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => join("docs", name));

/** The files of the project that a page links to, relative to its root; a fragment is left out. */
function linksOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/```[\s\S]*?```/g, "");
  return [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => relative(root, join(root, dirname(page), link)));
}

function reachedFrom(start: string): ReadonlySet<string> {
  const reached = new Set([start]);
  for (const page of reached)
    if (page.endsWith(".md") && existsSync(join(root, page)))
      for (const link of linksOf(page)) reached.add(link);
  return reached;
}

describe("the documentation", () => {
  it("can be reached from the README, page by page", () => {
    const reached = reachedFrom("README.md");
    expect(pages.length).toBeGreaterThan(15);
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });

  it("has the pages of docs/ themselves in the README's list, but for the parts of a page", () => {
    const listed = new Set(linksOf("README.md"));
    const parts = /-(?:postgres|mysql)\.md$|^docs\/decisions\//;
    expect(pages.filter((page) => !parts.test(page) && !listed.has(page))).toEqual([]);
  });

  it.each(["README.md", "CHANGELOG.md", ...pages])("has no link in %s that leads nowhere", (page) => {
    expect(linksOf(page).filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });

  it("names only commands that there are", () => {
    const known = new Set(readdirSync(join(root, "src/cli/commands")).map((name) => name.replace(".ts", "")));
    for (const page of ["README.md", "docs/getting-started.md"]) {
      const text = readFileSync(join(root, page), "utf8");
      const named = [...text.matchAll(/^(?: {4})?driftwatch ([a-z]+)/gm)].map(([, name = ""]) => name);
      expect(named.length).toBeGreaterThan(3);
      expect(named.filter((name) => !known.has(name))).toEqual([]);
    }
  });
});
