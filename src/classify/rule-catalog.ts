/** All rules as a list, for docs/rules.md, for configuration checks and for whoever wants to know what a code means. */
import type { RuleCode } from "../model/change.ts";
import type { ObjectKind } from "../model/kind.ts";
import type { Category, Severity } from "../model/severity.ts";
import { fallbackRule } from "./classify.ts";
import type { Rule } from "./rule.ts";
import { ruleTable } from "./rule-table.ts";

export interface CatalogEntry {
  readonly code: RuleCode;
  /** "any" for the rule that holds where the model leaves an attribute open. */
  readonly kind: ObjectKind | "any";
  /** The verb, and for "altered" the attribute. */
  readonly on: string;
  readonly title: string;
  readonly severity: Severity;
  readonly category: Category;
  /** Holds only under a condition; otherwise a later rule of the same change does. */
  readonly conditional: boolean;
  readonly evenInside: boolean;
}

type Row = Rule<never>;

/** Every rule once, ordered by code. */
export function ruleCatalog(): readonly CatalogEntry[] {
  const entries: CatalogEntry[] = [
    { ...head(fallbackRule), kind: "any", on: "altered", conditional: false, evenInside: false },
  ];
  for (const [kind, rules] of Object.entries(ruleTable)) {
    const { added, removed, renamed, altered } = rules;
    const cells: [string, Row | readonly Row[]][] = [
      ["added", added as Row | readonly Row[]],
      ["removed", removed as Row | readonly Row[]],
      ["renamed", renamed as Row | readonly Row[]],
    ];
    for (const [attribute, rows] of Object.entries(altered))
      cells.push([`altered ${attribute}`, rows as Row | readonly Row[]]);
    for (const [on, rows] of cells) entries.push(...entriesOf(kind as ObjectKind, on, rows));
  }
  return entries.sort((a, b) => (a.code < b.code ? -1 : 1));
}

function entriesOf(kind: ObjectKind, on: string, rows: Row | readonly Row[]): CatalogEntry[] {
  const list = Array.isArray(rows) ? (rows as readonly Row[]) : [rows as Row];
  return list.map((row) => ({
    ...head(row),
    kind,
    on,
    conditional: row.when !== undefined,
    evenInside: row.evenInside === true,
  }));
}

function head(
  row: Pick<Row, "code" | "severity" | "category" | "title">,
): Pick<CatalogEntry, "code" | "severity" | "category" | "title"> {
  return { code: row.code, title: row.title, severity: row.severity, category: row.category };
}
