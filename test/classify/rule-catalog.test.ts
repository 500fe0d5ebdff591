import { describe, expect, it } from "vitest";
import { classifyChanges } from "../../src/classify/classify.ts";
import { ruleCatalog } from "../../src/classify/rule-catalog.ts";
import { ruleTable } from "../../src/classify/rule-table.ts";
import type { AttributeValue } from "../../src/model/attribute.ts";
import type { Change } from "../../src/model/change.ts";
import type { ObjectKind } from "../../src/model/kind.ts";
import { added, aKey, altered, anObject, removed, renamed } from "./changes.ts";

const catalog = ruleCatalog();
const kinds = Object.keys(ruleTable) as ObjectKind[];

/** Values of every sort an attribute may hold, in pairs that differ. */
const pairs: readonly (readonly [AttributeValue, AttributeValue])[] = [
  ["a", "b"],
  [null, "a"],
  ["a", null],
  [true, false],
  [false, true],
  [1, 2],
  [["a"], ["a", "b"]],
  [["b", "a"], ["a"]],
  [{ a: "1" }, {}],
  [{}, { a: "1" }],
];

describe("the rule table", () => {
  it("has no code twice", () => {
    const codes = catalog.map((entry) => entry.code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  it("gives every code a prefix of three letters and a number, one prefix per kind", () => {
    const prefixes = new Map<string, Set<string>>();
    for (const { code, kind } of catalog) {
      expect(code).toMatch(/^[A-Z]{3}\d{3}$/);
      prefixes.set(code.slice(0, 3), (prefixes.get(code.slice(0, 3)) ?? new Set()).add(kind));
    }
    expect([...prefixes].filter(([, owners]) => owners.size > 1)).toEqual([]);
    expect(prefixes.size).toBe(kinds.length + 1);
  });

  it("has no title twice", () => {
    const titles = catalog.map((entry) => entry.title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it("ends every list with a rule that has no condition", () => {
    for (const kind of kinds) {
      const { altered: attributes, ...verbs } = ruleTable[kind];
      for (const rules of [...Object.values(verbs), ...Object.values(attributes)]) {
        const list: readonly { readonly when?: unknown }[] = Array.isArray(rules) ? rules : [rules];
        expect(list.map((row) => row.when !== undefined)).toEqual(
          list.map((_, index) => index < list.length - 1),
        );
      }
    }
  });

  it("keeps the codes that were published first", () => {
    const published: Record<string, string> = {
      TBL001: "table added",
      TBL002: "table removed",
      COL005: "NOT NULL dropped",
      TBL010: "row security disabled",
    };
    const titles = Object.fromEntries(catalog.map((entry) => [entry.code, entry.title]));
    expect(titles).toMatchObject(published);
  });

  it.each(kinds)("finds a sentence for every change of a %s", (kind) => {
    for (const change of changesOf(kind)) {
      const findings = classifyChanges([change]);
      expect(findings).toHaveLength(1);
      const sentence = findings[0]?.sentence ?? "";
      expect(sentence).toMatch(/^\S.*[.]$/);
      expect(sentence).not.toMatch(/undefined|\[object|NaN|\.\.$| {2}/);
    }
  });
});

/** Each verb and each attribute with values of the sorts that fit it; a value of the wrong sort may throw and is skipped. */
function changesOf(kind: ObjectKind): Change[] {
  const whole = anObject(kind, completeAttributes(kind));
  const changes: Change[] = [added(whole), removed(whole), renamed(whole, aKey(kind, "old"))];
  for (const attribute of Object.keys(ruleTable[kind].altered)) {
    const fitting = pairs.filter(([before, after]) => fits(kind, attribute, before, after));
    expect(fitting.length, `${kind}.${attribute} takes no value`).toBeGreaterThan(0);
    for (const [before, after] of fitting) {
      changes.push(altered(kind, attribute, before, after, completeAttributes(kind)));
    }
  }
  return changes;
}

function completeAttributes(kind: ObjectKind): Record<string, AttributeValue> {
  if (kind === "privilege" || kind === "default-privileges") {
    return { role: "app", grantee: "app", privileges: ["SELECT"], grantable: [], defaults: [] };
  }
  if (kind === "policy")
    return { command: "ALL", permissive: true, roles: ["app"], using: null, withCheck: null };
  if (kind === "column") return { type: "integer", notNull: false, default: null, position: 1 };
  return {};
}

function fits(kind: ObjectKind, attribute: string, before: AttributeValue, after: AttributeValue): boolean {
  try {
    classifyChanges([altered(kind, attribute, before, after, completeAttributes(kind))]);
    return true;
  } catch {
    return false;
  }
}
