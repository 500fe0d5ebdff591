/** Enums, domains, composite and range types, extensions, collations. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import {
  type AlterDrafts,
  type Draft,
  hazard,
  type KindRenderer,
  type Refusal,
  refuse,
  type Step,
  step,
} from "../../../plan/renderer.ts";
import { commentOf, type Side } from "../../../plan/side.ts";
import { accessExclusive, draft, renameRoot, scansTable } from "./drafts.ts";
import { literal, name, ownName, qualified } from "./names.ts";
import { alterOwner, ownerSteps } from "./owners.ts";

/** ALTER TYPE, "ADD VALUE": a new value cannot be used before the transaction that adds it has committed. */
const addValues: AlterDrafts<"enum"> = ({ before, after }) => {
  const [was, is] = [before.attributes.values, after.attributes.values];
  const kept = is.filter((value) => was.includes(value));
  if (kept.length !== was.length || kept.some((value, index) => value !== was[index]))
    return refuse("PostgreSQL cannot drop or reorder the values of an enum");
  const drafts: Draft[] = [];
  for (const [index, value] of is.entries()) {
    if (was.includes(value)) continue;
    const next = is.slice(index + 1).find((other) => was.includes(other));
    const place =
      index > 0
        ? ` AFTER ${literal(is[index - 1] ?? "")}`
        : next === undefined
          ? ""
          : ` BEFORE ${literal(next)}`;
    drafts.push({
      sql: `ALTER TYPE ${qualified(after.key.path)} ADD VALUE ${literal(value)}${place}`,
      transactional: false,
    });
  }
  return drafts;
};

export const enumRenderer: KindRenderer<"enum"> = {
  build: ({ key, attributes: a }, side) => [
    step(
      draft(`CREATE TYPE ${qualified(key.path)} AS ENUM (${a.values.map(literal).join(", ")})`),
      draft(`DROP TYPE ${qualified(key.path)}`),
    ),
    ...ownerSteps(key, a.owner, side),
  ],
  alter: { values: addValues, owner: alterOwner() },
  rename: renameRoot("TYPE"),
};

type Domain = ObjectOf<"domain">;

function createDomain({ key, attributes: a }: Domain): string {
  const chosen = a.notNullConstraint ? `CONSTRAINT ${name(a.notNullConstraint)} ` : "";
  return [
    `CREATE DOMAIN ${qualified(key.path)} AS ${a.baseType}`,
    ...(a.collation ? [`COLLATE ${a.collation}`] : []),
    ...(a.default === null ? [] : [`DEFAULT ${a.default}`]),
    ...(a.notNull ? [`${chosen}NOT NULL`] : []),
  ].join(" ");
}

/** ALTER DOMAIN, "Notes": columns of the domain are checked row by row. */
const mayHoldNull = hazard("may-fail", "Fails when a column of this domain holds NULL.");

export const domainRenderer: KindRenderer<"domain"> = {
  build: (domain, side) => [
    step(draft(createDomain(domain)), draft(`DROP DOMAIN ${qualified(domain.key.path)}`)),
    ...ownerSteps(domain.key, domain.attributes.owner, side),
  ],
  alter: {
    default: ({ after: { key, attributes: a } }) => [
      draft(
        `ALTER DOMAIN ${qualified(key.path)} ${a.default === null ? "DROP DEFAULT" : `SET DEFAULT ${a.default}`}`,
      ),
    ],
    notNull: ({ after: { key, attributes: a } }): readonly Draft[] | Refusal => {
      const target = `ALTER DOMAIN ${qualified(key.path)}`;
      if (!a.notNull) return [draft(`${target} DROP NOT NULL`)];
      if (a.notNullConstraint)
        return [
          draft(
            `${target} ADD CONSTRAINT ${name(a.notNullConstraint)} NOT NULL`,
            undefined,
            scansTable,
            mayHoldNull,
          ),
        ];
      return [draft(`${target} SET NOT NULL`, undefined, scansTable, mayHoldNull)];
    },
    owner: alterOwner(),
  },
  rename: renameRoot("DOMAIN"),
};

export const compositeTypeRenderer: KindRenderer<"composite-type"> = {
  build: ({ key, attributes: a }, side) => [
    step(
      draft(`CREATE TYPE ${qualified(key.path)} AS (${a.attributes.join(", ")})`),
      draft(`DROP TYPE ${qualified(key.path)}`),
    ),
    ...ownerSteps(key, a.owner, side),
  ],
  alter: { owner: alterOwner() },
  rename: renameRoot("TYPE"),
};

export const rangeTypeRenderer: KindRenderer<"range-type"> = {
  build: ({ key, attributes: a }, side) => {
    if (a.canonical !== null) return refuse("plans do not make ranges with a canonical function yet");
    const clauses = [
      `SUBTYPE = ${a.subtype}`,
      ...(a.operatorClass ? [`SUBTYPE_OPCLASS = ${a.operatorClass}`] : []),
      ...(a.collation ? [`COLLATION = ${a.collation}`] : []),
      ...(a.subtypeDiff ? [`SUBTYPE_DIFF = ${a.subtypeDiff}`] : []),
      ...(a.multirange ? [`MULTIRANGE_TYPE_NAME = ${a.multirange}`] : []),
    ];
    return [
      step(
        draft(`CREATE TYPE ${qualified(key.path)} AS RANGE (${clauses.join(", ")})`),
        draft(`DROP TYPE ${qualified(key.path)}`),
      ),
      ...ownerSteps(key, a.owner, side),
    ];
  },
  alter: { owner: alterOwner() },
  rename: renameRoot("TYPE"),
};

/** Versions are compared number by number, as far as they are numbers. */
function isOlder(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) < 0;
}

/** What the control file says need not be what is said in the end; DROP EXTENSION takes either along. */
function commentSteps(key: ObjectKey, side: Side): readonly Step[] {
  const text = commentOf(side, key);
  if (text === undefined) return [];
  return [{ make: [draft(`COMMENT ON EXTENSION ${ownName(key)} IS ${literal(text)}`)], unmake: [] }];
}

export const extensionRenderer: KindRenderer<"extension"> = {
  build: ({ key, attributes: a }, side) => [
    step(
      draft(`CREATE EXTENSION ${ownName(key)} WITH SCHEMA ${name(a.schema)} VERSION ${literal(a.version)}`),
      draft(
        `DROP EXTENSION ${ownName(key)}`,
        accessExclusive,
        hazard("may-fail", "Fails while anything uses a member of the extension."),
      ),
    ),
    ...commentSteps(key, side),
  ],
  alter: {
    version: ({ before, after: { key, attributes: a } }) =>
      isOlder(a.version, before.attributes.version)
        ? refuse("extensions bring scripts to newer versions, hardly ever back to older ones")
        : [draft(`ALTER EXTENSION ${ownName(key)} UPDATE TO ${literal(a.version)}`)],
    schema: ({ after: { key, attributes: a } }) => [
      draft(`ALTER EXTENSION ${ownName(key)} SET SCHEMA ${name(a.schema)}`),
    ],
  },
};
