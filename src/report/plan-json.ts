/** The JSON of a plan: `{ from, to, dialect, fingerprints, session, statements, brought, unplanned, rollback }`. */
import type { Change } from "../model/change.ts";
import { addressText, keyId } from "../model/key.ts";
import { type Hazard, rollbackOf } from "../model/plan.ts";
import type { PlanInput } from "./sql.ts";

export interface JsonChange {
  readonly verb: Change["verb"];
  readonly kind: string;
  /** "public.orders.total" */
  readonly object: string;
  /** "column:public.orders.total" */
  readonly key: string;
  /** The attribute that differs; null unless the verb is "altered". */
  readonly attribute: string | null;
}

/** The shape of docs/schemas/plan.schema.json. */
export interface JsonPlan {
  readonly from: string;
  readonly to: string;
  readonly dialect: string;
  /** Of the schemas that the plan was made for. */
  readonly fingerprints: { readonly from: string; readonly to: string };
  readonly session: readonly string[];
  readonly statements: readonly {
    readonly sql: string;
    readonly reverse: readonly string[] | "irreversible";
    readonly hazards: readonly Hazard[];
    readonly lock: string | null;
    readonly transactional: boolean;
    readonly because: JsonChange;
    readonly includes: readonly JsonChange[];
  }[];
  /** Changes that the server makes along with the statements. */
  readonly brought: readonly JsonChange[];
  readonly unplanned: readonly (JsonChange & { readonly reason: string })[];
  readonly rollback: { readonly complete: boolean; readonly statements: readonly string[] };
}

/** What `plan --json` prints, as a value. */
export function planJson({ from, to, plan }: PlanInput): JsonPlan {
  const { statements, irreversible } = rollbackOf(plan);
  return {
    from,
    to,
    dialect: plan.dialect,
    fingerprints: { from: plan.from, to: plan.to },
    session: plan.session,
    statements: plan.statements.map(
      ({ sql, reverse, hazards, lock, transactional, because, includes = [] }) => ({
        sql,
        reverse,
        hazards,
        lock,
        transactional,
        because: jsonChange(because),
        includes: includes.map(jsonChange),
      }),
    ),
    brought: plan.brought.map(jsonChange),
    unplanned: plan.unplanned.map(({ change, reason }) => ({ ...jsonChange(change), reason })),
    rollback: { complete: irreversible.length === 0, statements },
  };
}

function jsonChange(change: Change): JsonChange {
  const { verb, kind, key } = change;
  const attribute = change.verb === "altered" ? change.attribute : null;
  return { verb, kind, object: addressText(key), key: keyId(key), attribute };
}
