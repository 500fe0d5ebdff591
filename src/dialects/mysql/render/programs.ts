/** Views, routines, triggers, events and comments. */
import { type ObjectKey, sameKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import {
  type AlterDrafts,
  type Draft,
  type KindRenderer,
  type Refusal,
  refuse,
  type Step,
} from "../../../plan/renderer.ts";
import { childrenOfKind, commentOf, type Side } from "../../../plan/side.ts";
import { modify } from "./columns.ts";
import { type Key, replaceKey } from "./constraints.ts";
import { type CreationContext, draft, exclusive, inContext, instant, isReadable } from "./drafts.ts";
import { literal, nameList, ownName, qualified } from "./names.ts";
import { isDigest, secret } from "./tables.ts";

/** CREATE inside the object's own creation context, and its DROP. */
function program(create: string, context: CreationContext, drop: string): readonly Step[] | Refusal {
  if (!isReadable(create, context)) return refuse(`its text was written in ${context.clientCharset}`);
  return [{ make: inContext(create, context), unmake: [draft(drop, exclusive)] }];
}

type View = ObjectOf<"view">;

function createView({ key, attributes: a }: View): string {
  const columns = a.columns.length === 0 ? "" : ` (${nameList(a.columns)})`;
  const check = a.checkOption ? `\nWITH ${a.checkOption} CHECK OPTION` : "";
  return (
    `CREATE OR REPLACE ALGORITHM=${a.algorithm || "UNDEFINED"} DEFINER=${a.definer} SQL SECURITY ${a.sqlSecurity}` +
    ` VIEW ${qualified(key.path)}${columns} AS ${a.definition}${check}`
  );
}

function viewContext({ attributes: { clientCharset, clientCollation } }: View): CreationContext {
  return {
    ...(clientCharset === undefined ? {} : { clientCharset }),
    ...(clientCollation === undefined ? {} : { clientCollation }),
  };
}

const replaceView: AlterDrafts<"view"> = ({ after }) => {
  if (after.attributes.valid === false) return refuse("an invalid view cannot be made on purpose");
  const sql = createView(after);
  const context = viewContext(after);
  if (!isReadable(sql, context)) return refuse(`its text was written in ${context.clientCharset}`);
  return inContext(sql, context);
};

export const viewRenderer: KindRenderer<"view"> = {
  build: (view) =>
    view.attributes.valid === false
      ? refuse("an invalid view cannot be made on purpose")
      : program(createView(view), viewContext(view), `DROP VIEW ${qualified(view.key.path)}`),
  alter: {
    definition: replaceView,
    columns: replaceView,
    definer: replaceView,
    sqlSecurity: replaceView,
    algorithm: replaceView,
    checkOption: replaceView,
    clientCharset: replaceView,
    clientCollation: replaceView,
    valid: replaceView,
  },
};

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
  build: (trigger, side) => {
    const { key, attributes: a } = trigger;
    const schema = key.path.slice(0, -2);
    const own = qualified([...schema, key.path.at(-1) ?? ""]);
    const sql =
      `CREATE DEFINER=${a.definer} TRIGGER ${own} ${a.timing} ${a.event} ON ${qualified(key.path.slice(0, -1))}` +
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
  },
};

type CommentDraft = (subject: ObjectKey, text: string | null, side: Side) => Draft | Refusal;

const onKey: CommentDraft = (subject, text, side) => {
  const found = side.find(subject);
  if (found?.kind !== "primary-key" && found?.kind !== "unique" && found?.kind !== "index")
    return refuse("the key is not there");
  return replaceKey(found as Key, side, text !== null);
};

/** MySQL takes an empty comment of ALTER FUNCTION and ALTER PROCEDURE for none given; MariaDB for an empty one. */
const onRoutine: (noun: string) => CommentDraft = (noun) => (subject, text, side) =>
  text === null && side.server.flavor === "mysql"
    ? refuse("ALTER FUNCTION and ALTER PROCEDURE cannot take a comment away")
    : draft(`ALTER ${noun} ${qualified(subject.path)} COMMENT ${literal(text ?? "")}`);

/** How a comment is set on what exists already; new objects bring theirs along. */
const commentDrafts: Readonly<Record<string, CommentDraft>> = {
  table: (subject, text) =>
    draft(`ALTER TABLE ${qualified(subject.path)} COMMENT = ${literal(text ?? "")}`, instant),
  column: (subject, text, side) => {
    const found = side.find(subject);
    if (found?.kind !== "column") return refuse("the column is not there");
    return draft(modify(found, side, text === null ? { comment: true } : {}), instant);
  },
  "primary-key": onKey,
  unique: onKey,
  index: onKey,
  function: onRoutine("FUNCTION"),
  procedure: onRoutine("PROCEDURE"),
  event: (subject, text) => draft(`ALTER EVENT ${qualified(subject.path)} COMMENT ${literal(text ?? "")}`),
};

function commentDraft({ key }: ObjectOf<"comment">, text: string | null, side: Side): Draft | Refusal {
  if (text !== null && isDigest(text)) return refuse(secret);
  const of = key.of ?? "table";
  return (
    commentDrafts[of]?.({ kind: of, path: key.path }, text, side) ??
    refuse(`plans do not comment on a ${of} yet`)
  );
}

export const commentRenderer: KindRenderer<"comment"> = {
  inline: true,
  build: (comment, side) => {
    const make = commentDraft(comment, comment.attributes.text, side);
    const unmake = commentDraft(comment, null, side);
    if ("refused" in make) return make;
    return [{ make: [make], unmake: "refused" in unmake ? unmake : [unmake] }];
  },
  alter: {
    text: ({ after, to }) => {
      const made = commentDraft(after, after.attributes.text, to);
      return "refused" in made ? made : [made];
    },
  },
};
