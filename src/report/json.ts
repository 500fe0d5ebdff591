/** The published JSON of a comparison: `{ from, to, inSync, summary, findings }`. Its schema is in diff-schema.ts. */
import type { AttributeValue } from "../model/attribute.ts";
import type { Attribution, Change, Finding, LedgerEntry } from "../model/change.ts";
import { addressText, keyId, type ObjectKey } from "../model/key.ts";
import type { Category, Severity } from "../model/severity.ts";
import type { DiffInput } from "./input.ts";
import { headline, summarizeFindings } from "./summary.ts";

export interface JsonObject {
  readonly kind: string;
  /** The address as people write it: "public.orders.total". */
  readonly object: string;
  /** The unambiguous text of the key: "column:public.orders.total". */
  readonly key: string;
}

export interface JsonFinding extends JsonObject {
  readonly code: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly sentence: string;
  readonly verb: Change["verb"];
  /** The attribute that differs; null unless the verb is "altered". */
  readonly attribute: string | null;
  /** altered: the two values. added, removed: the attributes of the object on its side. renamed: the two addresses. */
  readonly before: AttributeValue;
  readonly after: AttributeValue;
  /** renamed: the object under its old name. */
  readonly from?: JsonObject;
  /** Objects that came or went with it and have no finding of their own. */
  readonly includes: readonly JsonObject[];
  readonly expected?: LedgerEntry;
  readonly attribution?: Attribution;
}

/** The shape of docs/schemas/diff.schema.json. */
export interface JsonReport {
  readonly from: string;
  readonly to: string;
  readonly inSync: boolean;
  readonly summary: {
    /** "2 critical, 1 low" */
    readonly headline: string;
    readonly total: number;
    readonly worst: Severity | null;
    readonly counts: Readonly<Record<Severity, number>>;
    readonly hidden: DiffInput["hidden"];
    readonly unmodelled: readonly { readonly what: string; readonly count: number }[];
    readonly unreadable: readonly {
      readonly area: string;
      readonly reason: string;
      readonly remedy?: string;
    }[];
  };
  readonly findings: readonly JsonFinding[];
}

/** What `diff --json` prints, as a value. */
export function jsonReport(input: DiffInput): JsonReport {
  const { total, worst, counts } = summarizeFindings(input.findings);
  return {
    from: input.from,
    to: input.to,
    inSync: total === 0,
    summary: {
      headline: headline(counts),
      total,
      worst,
      counts,
      hidden: input.hidden.map(({ rule, count }) => ({ rule, count })),
      unmodelled: (input.unmodelled ?? []).map(({ what, count }) => ({ what, count })),
      unreadable: (input.unreadable ?? []).map(({ area, reason, remedy }) => ({
        area,
        reason,
        ...(remedy === undefined ? {} : { remedy }),
      })),
    },
    findings: input.findings.map(jsonFinding),
  };
}

/** The report as text: two spaces of indentation and a line feed at the end. */
export function renderJson(input: DiffInput): string {
  return `${JSON.stringify(jsonReport(input), null, 2)}\n`;
}

/** One finding, as the HTTP API shows it, too. */
export function jsonFinding(finding: Finding): JsonFinding {
  const { change } = finding;
  return {
    code: finding.code,
    severity: finding.severity,
    category: finding.category,
    sentence: finding.sentence,
    verb: change.verb,
    ...jsonObject(change.key),
    attribute: change.verb === "altered" ? change.attribute : null,
    ...sidesOf(change),
    ...(change.verb === "renamed" ? { from: jsonObject(change.from) } : {}),
    includes: (finding.includes ?? []).map(jsonObject),
    ...(finding.expected === undefined ? {} : { expected: finding.expected }),
    ...(finding.attribution === undefined ? {} : { attribution: finding.attribution }),
  };
}

function jsonObject(key: ObjectKey): JsonObject {
  return { kind: key.kind, object: addressText(key), key: keyId(key) };
}

function sidesOf(change: Change): { before: AttributeValue; after: AttributeValue } {
  switch (change.verb) {
    case "added":
      return { before: null, after: { ...change.object.attributes } };
    case "removed":
      return { before: { ...change.object.attributes }, after: null };
    case "altered":
      return { before: change.before, after: change.after };
    case "renamed":
      return { before: addressText(change.from), after: addressText(change.key) };
  }
}
