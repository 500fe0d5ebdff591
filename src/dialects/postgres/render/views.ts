/** Views, materialized views and rules. */
import type { ObjectOf } from "../../../model/object.ts";
import {
  type AlterDrafts,
  hazard,
  type KindRenderer,
  refuse,
  type Step,
  step,
} from "../../../plan/renderer.ts";
import { accessExclusive, alterOptions, draft, renameRoot, withOptions } from "./drafts.ts";
import { alterMarks, markSteps } from "./extension-marks.ts";
import { name, ownName, qualified, tableOf } from "./names.ts";
import { alterOwner, ownerSteps } from "./owners.ts";
import { enabledWords } from "./programs.ts";

/** What may be built on a relation; made anew with it. */
const builtOnViews = ["view", "materialized-view", "rule", "policy", "function", "procedure"] as const;

function query(definition: string): string {
  return definition.trim().replace(/;$/, "");
}

function defaultDrafts(view: ObjectOf<"view">, defaults: Readonly<Record<string, string>>): Step[] {
  const target = `ALTER VIEW ${qualified(view.key.path)} ALTER COLUMN`;
  return Object.entries(defaults).map(([column, text]) =>
    step(
      draft(`${target} ${name(column)} SET DEFAULT ${text}`, accessExclusive),
      draft(`${target} ${name(column)} DROP DEFAULT`, accessExclusive),
    ),
  );
}

const setDefaults: AlterDrafts<"view"> = ({ before, after }) => {
  const [was, is] = [before.attributes.columnDefaults ?? {}, after.attributes.columnDefaults ?? {}];
  const target = `ALTER VIEW ${qualified(after.key.path)} ALTER COLUMN`;
  const gone = Object.keys(was).filter((column) => is[column] === undefined);
  return [
    ...gone.map((column) => draft(`${target} ${name(column)} DROP DEFAULT`, accessExclusive)),
    ...Object.entries(is)
      .filter(([column, text]) => was[column] !== text)
      .map(([column, text]) => draft(`${target} ${name(column)} SET DEFAULT ${text}`, accessExclusive)),
  ];
};

/** A changed query is a new view: CREATE OR REPLACE VIEW cannot take columns away or change their types. */
export const viewRenderer: KindRenderer<"view"> = {
  build: (view, side) => {
    const { key, attributes: a } = view;
    const create = `CREATE VIEW ${qualified(key.path)}${withOptions(a.options)} AS\n${query(a.definition)}`;
    return [
      step(draft(create), draft(`DROP VIEW ${qualified(key.path)}`, accessExclusive)),
      ...ownerSteps(key, a.owner, side),
      ...defaultDrafts(view, a.columnDefaults ?? {}),
    ];
  },
  blockers: builtOnViews,
  alter: {
    definition: "rebuild",
    columns: "rebuild",
    owner: alterOwner(),
    options: alterOptions(
      ({ key }) => `ALTER VIEW ${qualified(key.path)}`,
      (a) => a.options,
      accessExclusive,
    ),
    columnDefaults: setDefaults,
  },
  rename: renameRoot("VIEW"),
};

export const materializedViewRenderer: KindRenderer<"materialized-view"> = {
  build: (view, side) => {
    const { key, attributes: a } = view;
    if (Object.keys(a.columnOptions ?? {}).length > 0)
      return refuse("plans do not set the columns of a materialized view yet");
    const method = a.accessMethod && a.accessMethod !== "heap" ? ` USING ${name(a.accessMethod)}` : "";
    const tablespace = a.tablespace ? ` TABLESPACE ${name(a.tablespace)}` : "";
    const create =
      `CREATE MATERIALIZED VIEW ${qualified(key.path)}${method}${withOptions(a.options)}${tablespace} AS\n` +
      `${query(a.definition)}\n${a.populated ? "WITH DATA" : "WITH NO DATA"}`;
    const filled = hazard("table-scan", "Runs the query of the view and stores its rows.");
    return [
      step(
        draft(create, undefined, ...(a.populated ? [filled] : [])),
        draft(`DROP MATERIALIZED VIEW ${qualified(key.path)}`, accessExclusive),
      ),
      ...ownerSteps(key, a.owner, side),
      ...markSteps(view),
    ];
  },
  blockers: builtOnViews,
  alter: {
    definition: "rebuild",
    columns: "rebuild",
    tablespace: "rebuild",
    accessMethod: "rebuild",
    owner: alterOwner(),
    extensionDependencies: alterMarks(),
    populated: ({ after }) => [
      draft(
        `REFRESH MATERIALIZED VIEW ${qualified(after.key.path)} ${after.attributes.populated ? "WITH DATA" : "WITH NO DATA"}`,
        accessExclusive,
      ),
    ],
    options: alterOptions(
      ({ key }) => `ALTER MATERIALIZED VIEW ${qualified(key.path)}`,
      (a) => a.options,
      accessExclusive,
    ),
  },
  rename: renameRoot("MATERIALIZED VIEW"),
};

export const ruleRenderer: KindRenderer<"rule"> = {
  build: ({ key, attributes: a }) => [
    step(
      draft(query(a.definition), accessExclusive),
      draft(`DROP RULE ${ownName(key)} ON ${tableOf(key)}`, accessExclusive),
    ),
    ...(a.enabled === "O" ? [] : [{ make: [ruleState(key, a.enabled)], unmake: [] }]),
  ],
  alter: { definition: "rebuild", enabled: ({ after }) => [ruleState(after.key, after.attributes.enabled)] },
  rename: (from, to) => [
    draft(`ALTER RULE ${ownName(from)} ON ${tableOf(to)} RENAME TO ${ownName(to)}`, accessExclusive),
  ],
};

function ruleState(key: ObjectOf<"rule">["key"], state: string) {
  return draft(`ALTER TABLE ${tableOf(key)} ${enabledWords(state)} RULE ${ownName(key)}`, accessExclusive);
}
