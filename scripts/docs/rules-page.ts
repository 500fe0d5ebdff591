/** docs/rules.md from the rule table: one line per rule, one section per kind of object. */
import { type CatalogEntry, ruleCatalog } from "../../src/classify/rule-catalog.ts";
import { kindText } from "../../src/model/key.ts";
import { severities } from "../../src/model/severity.ts";

export function rulesPage(): string {
  const catalog = ruleCatalog();
  const counts = severities.map(
    (severity) => `${catalog.filter((entry) => entry.severity === severity).length} ${severity}`,
  );
  return `${[
    "# Rules",
    "",
    "<!-- Generated from src/classify/rules; `npm run docs` writes it. -->",
    "",
    `Every difference becomes a finding by one of these ${catalog.length} rules (${counts.join(", ")}). A code keeps its meaning for`,
    "ever and is never given to another rule. The first rule of a change whose condition holds is the one that counts; rows",
    "marked *if* have a condition, which their title names.",
    "",
    "Objects that were added or removed together with their parent are listed in the parent's finding and have none of",
    "their own. Rows marked *always* are told even inside an added parent.",
    "",
    "Any severity can be changed in the configuration, by code (exact, or a prefix with `*`) and by object. The first entry",
    "that matches wins (an environment's before the defaults'), and a pattern that matches a table covers its columns and indexes, too:",
    "",
    "```yaml",
    "severities:",
    '  - { code: "IDX*", severity: low }',
    '  - { code: COL002, severity: info, objects: ["public.tmp_*"] }',
    "```",
    "",
    ...kindsOf(catalog).flatMap((kind) => section(kind, catalog)),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

function kindsOf(catalog: readonly CatalogEntry[]): readonly CatalogEntry["kind"][] {
  const kinds = [...new Set(catalog.map((entry) => entry.kind))].filter((kind) => kind !== "any");
  return [...kinds.sort((a, b) => (title(a) < title(b) ? -1 : 1)), "any"];
}

function title(kind: CatalogEntry["kind"]): string {
  const words = kind === "any" ? "any object" : kindText(kind);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function section(kind: CatalogEntry["kind"], catalog: readonly CatalogEntry[]): string[] {
  const rows = catalog.filter((entry) => entry.kind === kind);
  return [
    `## ${title(kind)}`,
    "",
    "| code | title | severity | category | change | |",
    "|---|---|---|---|---|---|",
    ...rows.map(
      (entry) =>
        `| ${entry.code} | ${entry.title} | ${entry.severity} | ${entry.category} | ${changeText(entry)} | ${marks(entry)} |`,
    ),
    "",
  ];
}

function changeText({ on }: CatalogEntry): string {
  const attribute = on.replace(/^altered /, "");
  return attribute === on ? on : `\`${attribute}\``;
}

function marks(entry: CatalogEntry): string {
  return [entry.conditional ? "if" : "", entry.evenInside ? "always" : ""]
    .filter((mark) => mark !== "")
    .join(", ");
}
