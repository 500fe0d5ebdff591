/** Comparisons that reports are tested with: a believable shop after a bad night, and the edge cases of each rendering. */
import { classifyChanges } from "../../src/classify/classify.ts";
import type { Change } from "../../src/model/change.ts";
import type { DiffInput } from "../../src/report/input.ts";
import { added, altered, anObject, removed, renamed } from "../classify/changes.ts";
import { aColumn, aComment, anIndex, aPrivilege, aTable } from "../support/builders.ts";

const body = (rate: string): string => `CREATE OR REPLACE FUNCTION public.total(integer)
 RETURNS numeric
 LANGUAGE plpgsql
AS $function$
declare
  net numeric;
begin
  select sum(price * quantity) into net
    from public.order_lines
   where order_id = $1;
  return round(net * ${rate}, 2);
end
$function$
`;

function aBadNight(): readonly Change[] {
  const audit = aTable("audit");
  const column = aColumn("audit", "id");
  const columns = ["at", "actor", "action"].map((name) => aColumn("audit", name));
  const tmp = aTable("tmp_export");
  return [
    ...[
      audit,
      column,
      ...columns,
      aComment(column, "the key"),
      anIndex("audit", "audit_at_idx"),
      anIndex("audit", "audit_actor_idx"),
    ].map(removed),
    altered("column", "type", "numeric(10,2)", "numeric(8,2)"),
    altered("column", "statisticsTarget", null, 500),
    removed(
      anObject(
        "unique",
        { columns: ["number"] },
        { kind: "unique", path: ["public", "orders", "orders_number_key"] },
      ),
    ),
    removed(anIndex("orders", "orders_customer_idx", { columns: ["customer_id"] })),
    { ...altered("table", "rowSecurity", true, false), ...tableOrders() },
    altered("function", "definition", body("1.19"), body("1.07")),
    altered(
      "view",
      "options",
      { security_invoker: "true", check_option: "local" },
      { check_option: "local" },
    ),
    added(tmp),
    added(aPrivilege(tmp, "PUBLIC", ["SELECT"])),
    added(aColumn("tmp_export", "payload", { type: "jsonb" })),
    renamed(anIndex("customers", "customers_mail_idx"), {
      kind: "index",
      path: ["public", "customers", "customers_email_idx"],
    }),
    altered("comment", "text", "Orders of the shop", "Orders"),
    altered("policy", "roles", ["app"], ["app", "reporting"]),
  ];
}

function tableOrders(): Pick<Change, "key" | "object"> {
  const object = aTable("orders");
  return { key: object.key, object };
}

export function badNight(): DiffInput {
  return {
    from: "shop@baseline",
    to: "shop",
    findings: classifyChanges(aBadNight()),
    hidden: [
      { rule: "ignore[0]", count: 2 },
      { rule: "ignoreColumnOrder", count: 1 },
    ],
    unmodelled: [{ what: "security labels on roles", count: 1 }],
    unreadable: [
      {
        area: "subscriptions",
        reason: "the user may not read pg_subscription",
        remedy: "GRANT pg_read_all_settings TO monitor",
        kinds: ["subscription"],
      },
    ],
  };
}

export function inSync(): DiffInput {
  return { from: "staging", to: "production", findings: [], hidden: [] };
}

/** Names and values that try to break out of a terminal, a table or a page. */
export function hostile(): DiffInput {
  const object = anObject("table", {}, { kind: "table", path: ["public", "a|b`<script>\u001b[2J\n@here"] });
  return {
    from: "a|b",
    to: "<b>",
    findings: classifyChanges([
      removed(object),
      altered("check", "expression", "(name <> '</code>```|')", "(name <> '\u001b]0;title\u0007')"),
    ]),
    hidden: [],
  };
}

export function longTexts(): DiffInput {
  const lines = (count: number, word: string): string =>
    Array.from({ length: count }, (_, at) => `${word} ${at};`).join("\n");
  return {
    from: "a.sql",
    to: "b.sql",
    findings: classifyChanges([
      altered("function", "definition", lines(60, "old"), lines(60, "new")),
      altered("check", "expression", `(${"a AND ".repeat(40)}b)`, `(${"a AND ".repeat(40)}c)`),
      altered(
        "enum",
        "values",
        Array.from({ length: 30 }, (_, at) => `value_${at}`),
        Array.from({ length: 29 }, (_, at) => `value_${at}`),
      ),
      altered("column", "default", null, ""),
    ]),
    hidden: [],
  };
}

/** A finding with everything that is optional. */
export function attributed(): DiffInput {
  const findings = classifyChanges([altered("column", "notNull", true, false)]).map((finding) => ({
    ...finding,
    expected: { ledger: "flyway_schema_history", version: "42" },
    attribution: { user: "eve", application: "psql", client: "10.0.0.7", at: "2026-11-21T02:14:00.000Z" },
  }));
  return { from: "a", to: "b", findings, hidden: [] };
}
