/** Functions, procedures, triggers and events. */
import { type ObjectKey, sameKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import { type KindRenderer, type Refusal, refuse, type Step } from "../../../plan/renderer.ts";
import { childrenOfKind, commentOf, type Side } from "../../../plan/side.ts";
import { type CreationContext, program } from "./drafts.ts";
import { literal, ownName, qualified, tableOf } from "./names.ts";

type Routine = ObjectOf<"function"> | ObjectOf<"procedure">;

function buildRoutine(routine: Routine, side: Side): readonly Step[] | Refusal {
  const { kind, key, attributes: a } = routine;
  const noun = kind === "function" ? "FUNCTION" : "PROCEDURE";
  const comment = commentOf(side, key);
  const sql = [
    `CREATE DEFINER=${a.definer}${a.aggregate === true ? " AGGREGATE" : ""} ${noun} ${qualified(key.path)}(${a.arguments ?? ""})`,
    ...(a.returns ? [`RETURNS ${a.returns}`] : []),
    ...(a.language && a.language !== "SQL" ? [`LANGUAGE ${a.language}`] : []),
    a.deterministic === true ? "DETERMINISTIC" : "NOT DETERMINISTIC",
    ...(a.dataAccess ? [a.dataAccess] : []),
    ...(a.sqlSecurity ? [`SQL SECURITY ${a.sqlSecurity}`] : []),
    ...(comment === undefined ? [] : [`COMMENT ${literal(comment)}`]),
    a.definition,
  ].join("\n");
  return program(sql, programContext(a), `DROP ${noun} ${qualified(key.path)}`);
}

function programContext(a: CreationContext): CreationContext {
  const { sqlMode, clientCharset, clientCollation } = a;
  return {
    ...(sqlMode === undefined ? {} : { sqlMode }),
    ...(clientCharset === undefined ? {} : { clientCharset }),
    ...(clientCollation === undefined ? {} : { clientCollation }),
  };
}

interface Program {
  readonly key: ObjectKey;
  readonly attributes: { readonly databaseCollation?: string };
}

/** A program keeps the collation that its database has when it is made. */
const databaseCollation = {
  anew: ({ after, to }: { readonly after: Program; readonly to: Side }): boolean => isCollationOf(after, to),
  draft: ({ after }: { readonly after: Program }): Refusal =>
    refuse(`it was made while the database had the collation ${after.attributes.databaseCollation}`),
};

function isCollationOf({ key, attributes }: Program, side: Side): boolean {
  return side.objects.some(
    (each) =>
      each.kind === "schema" &&
      each.attributes.collation === attributes.databaseCollation &&
      each.key.path.every((part, index) => key.path[index] === part),
  );
}

/** ALTER PROCEDURE changes characteristics only; a routine is made anew as a whole. */
const routineAlterations = {
  definition: "rebuild",
  language: "rebuild",
  returns: "rebuild",
  arguments: "rebuild",
  deterministic: "rebuild",
  dataAccess: "rebuild",
  sqlSecurity: "rebuild",
  definer: "rebuild",
  aggregate: "rebuild",
  sqlMode: "rebuild",
  clientCharset: "rebuild",
  clientCollation: "rebuild",
  databaseCollation,
} as const;

export const functionRenderer: KindRenderer<"function"> = { build: buildRoutine, alter: routineAlterations };
export const procedureRenderer: KindRenderer<"procedure"> = {
  build: buildRoutine,
  alter: routineAlterations,
};

/** Its place among the triggers of one table, timing and event: behind the one before, or in front of what is there. */
function place({ key, parent, attributes: a }: ObjectOf<"trigger">, side: Side): string {
  if (parent === undefined) return "";
  const order = (each: ObjectOf<"trigger">): number => each.attributes.order ?? 0;
  const siblings = childrenOfKind(side, parent, "trigger")
    .filter(({ attributes: b }) => b.timing === a.timing && b.event === a.event)
    .toSorted((x, y) => order(x) - order(y));
  const earlier = siblings.filter((each) => order(each) < (a.order ?? 0)).at(-1);
  if (earlier !== undefined) return ` FOLLOWS ${ownName(earlier.key)}`;
  const later = siblings.find((each) => !sameKey(each.key, key) && !side.isMade(each.key));
  return later === undefined ? "" : ` PRECEDES ${ownName(later.key)}`;
}

export const triggerRenderer: KindRenderer<"trigger"> = {
  schemaWide: true,
  build: (trigger, side) => {
    const { key, attributes: a } = trigger;
    const schema = key.path.slice(0, -2);
    const own = qualified([...schema, key.path.at(-1) ?? ""]);
    const sql =
      `CREATE DEFINER=${a.definer} TRIGGER ${own} ${a.timing} ${a.event} ON ${tableOf(key)}` +
      ` FOR EACH ROW${place(trigger, side)} ${a.definition}`;
    return program(sql, programContext(a), `DROP TRIGGER ${own}`);
  },
  alter: {
    definition: "rebuild",
    timing: "rebuild",
    event: "rebuild",
    order: "rebuild",
    definer: "rebuild",
    sqlMode: "rebuild",
    clientCharset: "rebuild",
    clientCollation: "rebuild",
    databaseCollation,
  },
};

const states: Readonly<Record<string, string>> = { ENABLED: "ENABLE", DISABLED: "DISABLE" };

export const eventRenderer: KindRenderer<"event"> = {
  build: ({ key, attributes: a }, side) => {
    const state = states[a.status];
    if (state === undefined) return refuse("an event disabled on a replica belongs to its source");
    const comment = commentOf(side, key);
    const sql =
      `CREATE DEFINER=${a.definer} EVENT ${qualified(key.path)} ON SCHEDULE ${a.schedule}` +
      ` ON COMPLETION ${a.onCompletion} ${state}${comment === undefined ? "" : ` COMMENT ${literal(comment)}`} DO ${a.definition}`;
    const context = { ...programContext(a), ...(a.timeZone === undefined ? {} : { timeZone: a.timeZone }) };
    return program(sql, context, `DROP EVENT ${qualified(key.path)}`);
  },
  alter: {
    definition: "rebuild",
    schedule: "rebuild",
    status: "rebuild",
    onCompletion: "rebuild",
    definer: "rebuild",
    sqlMode: "rebuild",
    timeZone: "rebuild",
    clientCharset: "rebuild",
    clientCollation: "rebuild",
    databaseCollation,
  },
};
