import { describe, expect, it } from "vitest";
import { classifyChanges } from "../../src/classify/classify.ts";
import type { Change } from "../../src/model/change.ts";
import { keyId } from "../../src/model/key.ts";
import type { SchemaObject } from "../../src/model/object.ts";
import { aColumn, aComment, anIndex, aPrivilege, aSnapshot, aTable } from "../support/builders.ts";
import { added, altered, anObject, removed, renamed } from "./changes.ts";

const policyOnOrders = anObject("policy", {
  command: "SELECT",
  permissive: true,
  roles: ["public"],
  using: "true",
  withCheck: null,
});

describe("sentences", () => {
  const sentences: readonly (readonly [Change, string])[] = [
    [
      altered("column", "type", "numeric(10,2)", "numeric(8,2)"),
      "Column public.orders.total is numeric(8,2), the baseline has numeric(10,2): values may no longer fit.",
    ],
    [
      altered("column", "notNull", true, false),
      "Column public.orders.total allows NULL, the baseline has NOT NULL: rows without a value can get in.",
    ],
    [
      altered("column", "default", "now()", null),
      "Column public.orders.total has no default, the baseline has now(): inserts that do not name it fail or store NULL.",
    ],
    [
      removed(anObject("unique", { columns: ["total"] })),
      "Unique constraint public.orders.total is missing, the baseline has it: nothing prevents duplicates any more.",
    ],
    [
      renamed(anObject("table", {}, { kind: "table", path: ["public", "orders"] }), {
        kind: "table",
        path: ["public", "order"],
      }),
      "Table public.orders is the baseline's table public.order under a new name: programs that use the old name fail.",
    ],
    [
      altered("table", "storageParameters", { fillfactor: "70" }, { autovacuum_enabled: "false" }),
      "The storage parameters of table public.total: autovacuum_enabled is false (baseline: not set), fillfactor is not set (baseline: 70).",
    ],
    [
      altered("server", "settings", { sql_mode: "STRICT" }, { sql_mode: "" }),
      "The settings of this server: sql_mode is an empty text (baseline: STRICT): the same SQL may do something else.",
    ],
    [
      altered("function", "definition", "BEGIN\n  RETURN 1;\nEND", "BEGIN\n  RETURN 2;\nEND"),
      'The definition of function public.total(integer) is not the baseline\'s, first in line 2: "RETURN 2;" where the baseline has "RETURN 1;".',
    ],
    [
      altered("privilege", "privileges", ["SELECT"], ["DELETE"], {
        grantee: "app",
        privileges: ["DELETE"],
        grantable: [],
        defaults: [],
      }),
      "app may DELETE on table public.orders, which the baseline does not allow, and may no longer SELECT on table public.orders.",
    ],
    [
      added(policyOnOrders),
      "Policy public.orders.total is unexpected: it opens every row to public (SELECT).",
    ],
    [
      altered("enum", "values", ["a", "b", "c"], ["a", "c"]),
      "Enum public.total lacks the baseline's values b: programs that write them fail.",
    ],
  ];

  it.each(sentences)("say what changed in words", (change, sentence) => {
    expect(classifyChanges([change])[0]?.sentence).toBe(sentence);
  });

  it("shorten long values and still show where they part", () => {
    const long = (end: string): string => `${"a AND ".repeat(60)}${end}`;
    const sentence =
      classifyChanges([altered("check", "expression", long("x"), long("y"))])[0]?.sentence ?? "";
    expect(sentence.length).toBeLessThan(330);
    expect(sentence).toMatch(/a AND y"/);
    expect(sentence).toMatch(/a AND x"/);
  });

  it("never carry control characters from names or values to a terminal", () => {
    const object = anObject("table", {}, { kind: "table", path: ["public", "a\u001b[31mb\u202e"] });
    expect(classifyChanges([removed(object)])[0]?.sentence).toBe(
      'Table public."a\\u001b[31mb\\u202e" is missing, the baseline has it: its rows are gone and programs that use it fail.',
    );
  });

  it("never show what a secret-bearing attribute holds", () => {
    const change = altered("subscription", "connection", "sha256:aaaa", "sha256:bbbb");
    expect(classifyChanges([change])[0]?.sentence).not.toMatch(/aaaa|bbbb/);
  });
});

describe("folding", () => {
  const table = aTable("audit");
  const column = aColumn("audit", "id");
  const commentOnColumn = aComment(column, "the key");
  const index = anIndex("audit", "audit_idx");

  it("lists what came with an added table in the table's finding, down to comments on its columns", () => {
    const findings = classifyChanges([table, column, commentOnColumn, index].map(added));
    expect(findings.map((finding) => finding.code)).toEqual(["TBL001"]);
    expect(findings[0]?.includes?.map(keyId)).toEqual([
      "column:public.audit.id",
      "comment:column:public.audit.id",
      "index:public.audit.audit_idx",
    ]);
  });

  it("folds what went with a removed table, unique indexes included", () => {
    const unique = anIndex("audit", "audit_key", { unique: true });
    const findings = classifyChanges([unique, column, table].map(removed));
    expect(findings.map((finding) => [finding.code, finding.includes?.length])).toEqual([["TBL002", 2]]);
  });

  it("still reports a privilege for PUBLIC and a permissive policy inside an added table", () => {
    const orders = aTable("orders");
    const toPublic = aPrivilege(orders, "PUBLIC", ["SELECT"]);
    const toApp = aPrivilege(orders, "app", ["SELECT"]);
    const findings = classifyChanges([orders, toPublic, toApp, policyOnOrders].map(added));
    expect(findings.map((finding) => finding.code)).toEqual(["PRV004", "POL004", "TBL001"]);
    expect(findings[2]?.includes).toEqual([toApp.key]);
  });

  it("folds a permissive policy that went with its table", () => {
    const findings = classifyChanges([removed(aTable("orders")), removed(policyOnOrders)]);
    expect(findings.map((finding) => finding.code)).toEqual(["TBL002"]);
  });

  it("folds nothing into a renamed table, nor an added child into a removed parent", () => {
    const moved = renamed(table, { kind: "table", path: ["public", "log"] });
    expect(classifyChanges([moved, added(column)])).toHaveLength(2);
    expect(classifyChanges([removed(table), added(column)])).toHaveLength(2);
  });

  it("never folds an altered child", () => {
    const object = aColumn("audit", "id", { notNull: true });
    const change: Change = {
      verb: "altered",
      kind: "column",
      key: object.key,
      object,
      attribute: "notNull",
      before: false,
      after: true,
    };
    expect(classifyChanges([added(table), change])).toHaveLength(2);
  });
});

describe("duplicate indexes", () => {
  const gone = anIndex("orders", "orders_email_idx", { columns: ["email"] });
  const twin = anIndex("orders", "orders_email_idx2", { columns: ["email"] });
  const uniqueTwin = anIndex("orders", "orders_email_key", { columns: ["email"], unique: true });
  const others: readonly (readonly [string, SchemaObject, string])[] = [
    ["an equal index stays", twin, "IDX006 low"],
    ["a unique index over the same columns stays", uniqueTwin, "IDX006 low"],
    [
      "the equal index that stays is invalid",
      anIndex("orders", "x", { columns: ["email"], valid: false }),
      "IDX002 medium",
    ],
    [
      "an index over other columns stays",
      anIndex("orders", "x", { columns: ["email", "id"] }),
      "IDX002 medium",
    ],
    ["an equal index of another table stays", anIndex("users", "x", { columns: ["email"] }), "IDX002 medium"],
    [
      "a primary key over the same columns stays",
      anObject(
        "primary-key",
        { columns: ["email"] },
        { kind: "primary-key", path: ["public", "orders", "orders_pkey"] },
      ),
      "IDX006 low",
    ],
  ];

  it.each(others)("a removed index when %s", (_words, other, expected) => {
    const live = aSnapshot([aTable("orders"), aTable("users"), other]);
    const [finding] = classifyChanges([removed(gone)], { live });
    expect(`${finding?.code} ${finding?.severity}`).toBe(expected);
  });

  it("a removed unique index is not made up for by a plain one", () => {
    const live = aSnapshot([aTable("orders"), twin]);
    expect(classifyChanges([removed(uniqueTwin)], { live })[0]?.code).toBe("IDX007");
  });

  it("names the index that does the same", () => {
    const live = aSnapshot([aTable("orders"), twin]);
    expect(classifyChanges([removed(gone)], { live })[0]?.sentence).toBe(
      "Index public.orders.orders_email_idx is missing, but index public.orders.orders_email_idx2 does the same.",
    );
  });

  it("an added duplicate is told apart from an added index", () => {
    const live = aSnapshot([aTable("orders"), gone, twin]);
    expect(classifyChanges([added(twin)], { live })[0]?.code).toBe("IDX005");
  });
});

describe("overrides", () => {
  const change = removed(anObject("column", {}));
  const severityWith = (
    ...overrides: { code: string; severity: "low" | "info"; objects?: string[] }[]
  ): string | undefined => classifyChanges([change], { overrides })[0]?.severity;

  it.each([
    ["the exact code", { code: "COL002", severity: "low" as const }, "low"],
    ["a prefix", { code: "COL*", severity: "low" as const }, "low"],
    ["every code", { code: "*", severity: "low" as const }, "low"],
    ["another code", { code: "COL001", severity: "low" as const }, "critical"],
    [
      "the code and the object",
      { code: "COL002", severity: "low" as const, objects: ["public.orders.*"] },
      "low",
    ],
    [
      "the code and the object's table",
      { code: "COL002", severity: "low" as const, objects: ["*.orders"] },
      "low",
    ],
    [
      "the code and another object",
      { code: "COL002", severity: "low" as const, objects: ["public.users*"] },
      "critical",
    ],
  ])("by %s", (_words, override, severity) => {
    expect(severityWith(override)).toBe(severity);
  });

  it("the last one that matches wins, so that an environment's own stand above the defaults", () => {
    expect(severityWith({ code: "*", severity: "low" }, { code: "COL002", severity: "info" })).toBe("info");
    expect(severityWith({ code: "COL002", severity: "info" }, { code: "*", severity: "low" })).toBe("low");
    expect(severityWith({ code: "COL002", severity: "info" }, { code: "COL001", severity: "low" })).toBe(
      "info",
    );
  });
});

describe("order", () => {
  it("is worst first, then by key, whatever the order of the changes", () => {
    const changes = [
      altered("comment", "text", "a", "b"),
      removed(anObject("column", {}, { kind: "column", path: ["public", "orders", "b"] })),
      removed(anObject("column", {}, { kind: "column", path: ["public", "orders", "a"] })),
      altered("table", "rowSecurity", true, false),
      altered("column", "position", 1, 2),
    ];
    const ids = (list: readonly Change[]): string[] =>
      classifyChanges(list).map((finding) => `${finding.severity} ${keyId(finding.change.key)}`);
    expect(ids(changes)).toEqual([
      "critical column:public.orders.a",
      "critical column:public.orders.b",
      "critical table:public.total",
      "low column:public.orders.total",
      "info comment:table:public.orders",
    ]);
    expect(ids([...changes].reverse())).toEqual(ids(changes));
  });
});
