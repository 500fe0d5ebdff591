/** Functions, procedures, aggregates, triggers, event triggers and policies. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import {
  type AlterDrafts,
  type Draft,
  hazard,
  type KindRenderer,
  refuse,
  type Step,
  step,
} from "../../../plan/renderer.ts";
import { accessExclusive, draft, renameRoot, shareRowExclusive } from "./drafts.ts";
import { alterMarks, markDrafts, markSteps } from "./extension-marks.ts";
import { addressOf, grantee, literal, name, ownName, qualified, tableOf } from "./names.ts";
import { alterOwner, ownerSteps } from "./owners.ts";

type Routine = ObjectOf<"function"> | ObjectOf<"procedure">;

function createRoutine({ kind, key, attributes: a }: Routine): string {
  const isFunction = kind === "function";
  const isC = a.language === "c" || a.language === "internal";
  const clauses = [
    ...(isFunction && a.returns ? [`RETURNS ${a.returns}`] : []),
    `LANGUAGE ${name(a.language ?? "sql")}`,
    ...((a.transforms ?? []).length === 0
      ? []
      : [`TRANSFORM ${a.transforms?.map((type) => `FOR TYPE ${type}`).join(", ")}`]),
    ...(a.window === true ? ["WINDOW"] : []),
    ...(isFunction && a.volatility && a.volatility !== "volatile" ? [a.volatility.toUpperCase()] : []),
    ...(isFunction && a.parallel && a.parallel !== "unsafe" ? [`PARALLEL ${a.parallel.toUpperCase()}`] : []),
    ...(a.strict === true ? ["STRICT"] : []),
    ...(a.securityDefiner === true ? ["SECURITY DEFINER"] : []),
    ...(a.leakproof === true ? ["LEAKPROOF"] : []),
    ...(isFunction && a.cost !== undefined && a.cost !== (isC ? 1 : 100) ? [`COST ${a.cost}`] : []),
    ...(a.rows !== undefined && a.rows > 0 ? [`ROWS ${a.rows}`] : []),
    ...(a.support ? [`SUPPORT ${a.support}`] : []),
    ...Object.entries(a.settings ?? {}).map(
      ([setting, value]) => `SET ${setting} TO ${settingValue(setting, value)}`,
    ),
  ];
  const noun = isFunction ? "FUNCTION" : "PROCEDURE";
  return `CREATE OR REPLACE ${noun} ${qualified(key.path)}(${a.arguments ?? ""})\n ${clauses.join("\n ")}\n${a.definition}`;
}

/** Lists of names that the server keeps quoted already (GUC_LIST_QUOTE in guc_tables.c); every other value is a text. */
const listSettings: ReadonlySet<string> = new Set([
  "search_path",
  "temp_tablespaces",
  "session_preload_libraries",
  "shared_preload_libraries",
  "local_preload_libraries",
  "unix_socket_directories",
]);

function settingValue(setting: string, value: string): string {
  if (!listSettings.has(setting.toLowerCase())) return literal(value);
  const items = value.match(/"(?:[^"]|"")*"|[^,\s][^,]*/g) ?? [];
  const bare = items.map((item) =>
    item.startsWith('"') ? item.slice(1, -1).replaceAll('""', '"') : item.trim(),
  );
  return bare.length === 0 ? "''" : bare.map(literal).join(", ");
}

function buildRoutine(routine: Routine, owner: readonly Step[]): readonly Step[] {
  const address = addressOf(routine.key) ?? "";
  return [step(draft(createRoutine(routine)), draft(`DROP ${address}`)), ...owner, ...markSteps(routine)];
}

/** CREATE OR REPLACE takes the marks away (deleteDependencyRecordsFor in ProcedureCreate keeps memberships alone). */
function replaceRoutine({ after }: { readonly after: Routine }): readonly Draft[] {
  return [draft(createRoutine(after)), ...markDrafts(after)];
}

const replaceFunction: AlterDrafts<"function"> = replaceRoutine;
const replaceProcedure: AlterDrafts<"procedure"> = replaceRoutine;

/** A body of SQL's own form is kept parsed, with what it names; a text is read when it is called. */
function isParsed({ attributes }: Routine): boolean {
  return !attributes.definition.startsWith("AS ");
}

/** CREATE OR REPLACE takes the same arguments and result only. */
export const functionRenderer: KindRenderer<"function"> = {
  build: (routine, side) => buildRoutine(routine, ownerSteps(routine.key, routine.attributes.owner, side)),
  blockers: [
    "view",
    "materialized-view",
    "trigger",
    "policy",
    "rule",
    "check",
    "index",
    "event-trigger",
    "aggregate",
  ],
  anchors: ["column", "domain", "operator", "cast", "table"],
  isBound: isParsed,
  alter: {
    arguments: "rebuild",
    returns: "rebuild",
    window: "rebuild",
    definition: replaceFunction,
    language: replaceFunction,
    securityDefiner: replaceFunction,
    volatility: replaceFunction,
    parallel: replaceFunction,
    strict: replaceFunction,
    leakproof: replaceFunction,
    cost: replaceFunction,
    rows: replaceFunction,
    support: replaceFunction,
    settings: replaceFunction,
    transforms: replaceFunction,
    owner: alterOwner(),
    extensionDependencies: alterMarks(),
  },
  rename: renameRoot("FUNCTION"),
};

export const procedureRenderer: KindRenderer<"procedure"> = {
  build: (routine, side) => buildRoutine(routine, ownerSteps(routine.key, routine.attributes.owner, side)),
  alter: {
    arguments: "rebuild",
    definition: replaceProcedure,
    language: replaceProcedure,
    securityDefiner: replaceProcedure,
    settings: replaceProcedure,
    transforms: replaceProcedure,
    owner: alterOwner(),
    extensionDependencies: alterMarks(),
  },
  isBound: isParsed,
  rename: renameRoot("PROCEDURE"),
};

const enabled: Readonly<Record<string, string>> = {
  O: "ENABLE",
  D: "DISABLE",
  R: "ENABLE REPLICA",
  A: "ENABLE ALWAYS",
};

/** "D" -> "DISABLE" */
export function enabledWords(state: string): string {
  return enabled[state] ?? "ENABLE";
}

function triggerState(key: ObjectKey, state: string): Draft {
  return draft(
    `ALTER TABLE ${tableOf(key)} ${enabledWords(state)} TRIGGER ${ownName(key)}`,
    shareRowExclusive,
  );
}

/** CREATE TRIGGER takes SHARE ROW EXCLUSIVE; dropping one ACCESS EXCLUSIVE. */
export const triggerRenderer: KindRenderer<"trigger"> = {
  build: (trigger) => {
    const { key, attributes: a } = trigger;
    const state = a.enabled ?? "O";
    const states = state === "O" ? [] : [{ make: [triggerState(key, state)], unmake: [] }];
    if (a.inheritedFrom) {
      const make = [...(state === "O" ? [] : [triggerState(key, state)]), ...markDrafts(trigger)];
      return make.length === 0 ? [] : [{ make, unmake: [], at: "late" }];
    }
    return [
      step(
        draft(a.definition, shareRowExclusive),
        draft(`DROP TRIGGER ${ownName(key)} ON ${tableOf(key)}`, accessExclusive),
      ),
      ...states,
      ...markSteps(trigger),
    ];
  },
  alter: {
    definition: "rebuild",
    constraint: "rebuild",
    enabled: ({ after }) => [triggerState(after.key, after.attributes.enabled ?? "O")],
    extensionDependencies: alterMarks(),
  },
  rename: (from, to) => [
    draft(`ALTER TRIGGER ${ownName(from)} ON ${tableOf(to)} RENAME TO ${ownName(to)}`, accessExclusive),
  ],
};

export const eventTriggerRenderer: KindRenderer<"event-trigger"> = {
  build: ({ key, attributes: a }, side) => {
    const tags = a.tags.length === 0 ? "" : ` WHEN TAG IN (${a.tags.map(literal).join(", ")})`;
    const state = (word: string): Draft => draft(`ALTER EVENT TRIGGER ${ownName(key)} ${word}`);
    return [
      step(
        draft(`CREATE EVENT TRIGGER ${ownName(key)} ON ${a.event}${tags} EXECUTE FUNCTION ${a.function}()`),
        draft(`DROP EVENT TRIGGER ${ownName(key)}`),
      ),
      ...ownerSteps(key, a.owner, side),
      ...(a.enabled === "O" ? [] : [{ make: [state(enabledWords(a.enabled))], unmake: [] }]),
    ];
  },
  alter: {
    event: "rebuild",
    function: "rebuild",
    tags: "rebuild",
    owner: alterOwner(),
    enabled: ({ after }) => [
      draft(`ALTER EVENT TRIGGER ${ownName(after.key)} ${enabledWords(after.attributes.enabled)}`),
    ],
  },
  rename: (from, to) => [draft(`ALTER EVENT TRIGGER ${ownName(from)} RENAME TO ${ownName(to)}`)],
};

const policyHazard = hazard("access", "Changes which rows roles see or may write.");

export const policyRenderer: KindRenderer<"policy"> = {
  build: ({ key, attributes: a }) => {
    const sql =
      `CREATE POLICY ${ownName(key)} ON ${tableOf(key)} AS ${a.permissive ? "PERMISSIVE" : "RESTRICTIVE"} FOR ${a.command}` +
      ` TO ${a.roles.map(grantee).join(", ")}` +
      (a.using === null ? "" : ` USING (${a.using})`) +
      (a.withCheck === null ? "" : ` WITH CHECK (${a.withCheck})`);
    return [
      step(
        draft(sql, accessExclusive, policyHazard),
        draft(`DROP POLICY ${ownName(key)} ON ${tableOf(key)}`, accessExclusive, policyHazard),
      ),
    ];
  },
  alter: {
    command: "rebuild",
    permissive: "rebuild",
    roles: "rebuild",
    using: "rebuild",
    withCheck: "rebuild",
  },
  rename: (from, to) => [
    draft(`ALTER POLICY ${ownName(from)} ON ${tableOf(to)} RENAME TO ${ownName(to)}`, accessExclusive),
  ],
};

/** Clauses of CREATE AGGREGATE by how their values are written. */
const flagClauses: ReadonlySet<string> = new Set(["FINALFUNC_EXTRA", "MFINALFUNC_EXTRA", "HYPOTHETICAL"]);
const textClauses: ReadonlySet<string> = new Set(["INITCOND", "MINITCOND"]);
const functionClauses: ReadonlySet<string> = new Set([
  "SFUNC",
  "FINALFUNC",
  "COMBINEFUNC",
  "SERIALFUNC",
  "DESERIALFUNC",
  "MSFUNC",
  "MINVFUNC",
  "MFINALFUNC",
]);
const modifies: Readonly<Record<string, string>> = { r: "READ_ONLY", s: "SHAREABLE", w: "READ_WRITE" };

export const aggregateRenderer: KindRenderer<"aggregate"> = {
  build: (aggregate, side) => {
    const { key, attributes: a } = aggregate;
    if (a.options.SORTOP !== undefined)
      return refuse("plans do not make aggregates with a sort operator yet");
    const clauses = Object.entries(a.options).map(([clause, value]) => {
      if (flagClauses.has(clause)) return clause;
      if (textClauses.has(clause)) return `${clause} = ${literal(value)}`;
      if (clause.endsWith("_MODIFY")) return `${clause} = ${modifies[value] ?? value}`;
      return `${clause} = ${functionClauses.has(clause) ? value.replace(/\([^()]*\)$/, "") : value}`;
    });
    if (a.parallel !== undefined && a.parallel !== "unsafe")
      clauses.push(`PARALLEL = ${a.parallel.toUpperCase()}`);
    const inputs = a.arguments === undefined || a.arguments === "" ? "*" : a.arguments;
    const dropped = key.signature === undefined || key.signature === "" ? "*" : inputs;
    return [
      step(
        draft(`CREATE AGGREGATE ${qualified(key.path)}(${inputs}) (\n  ${clauses.join(",\n  ")}\n)`),
        draft(`DROP AGGREGATE ${qualified(key.path)}(${dropped})`),
      ),
      ...ownerSteps(key, a.owner, side),
      ...markSteps(aggregate),
    ];
  },
  blockers: ["view", "materialized-view"],
  alter: {
    options: "rebuild",
    returns: "rebuild",
    arguments: "rebuild",
    parallel: "rebuild",
    extensionDependencies: alterMarks(),
  },
  rename: renameRoot("AGGREGATE"),
};
