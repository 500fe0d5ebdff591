/** What grantees hold, and the statements that turn one holding into another. */
import { type ObjectKey, subjectOf } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import { type Draft, hazard } from "../../../plan/renderer.ts";
import { draft } from "./drafts.ts";
import { addressOf, ownName, qualified, tableOf } from "./names.ts";

/** What a grantee holds: privileges, and those of them with grant option. */
export interface Holding {
  readonly privileges: readonly string[];
  readonly grantable: readonly string[];
}

/** Statements that turn one holding into another. `words` puts privileges where GRANT has them ("SELECT (name) ON TABLE t"). */
export function transition(
  before: Holding,
  after: Holding,
  words: (privileges: readonly string[]) => string,
  who: string,
  prefix = "",
): Draft[] {
  const gone = before.privileges.filter((each) => !after.privileges.includes(each));
  const narrowed = before.grantable.filter(
    (each) => after.privileges.includes(each) && !after.grantable.includes(each),
  );
  const options = after.grantable.filter((each) => !before.grantable.includes(each));
  const plain = after.privileges.filter(
    (each) => !before.privileges.includes(each) && !after.grantable.includes(each),
  );
  const loses = hazard("access", `${who} loses privileges.`);
  const gains = hazard("access", `${who} gains privileges.`);
  const statement = (
    privileges: readonly string[],
    make: (text: string) => string,
    what: typeof loses,
  ): Draft[] => (privileges.length === 0 ? [] : [draft(prefix + make(words(privileges)), undefined, what)]);
  return [
    ...statement(gone, (text) => `REVOKE ${text} FROM ${who}`, loses),
    ...statement(narrowed, (text) => `REVOKE GRANT OPTION FOR ${text} FROM ${who}`, loses),
    ...statement(plain, (text) => `GRANT ${text} TO ${who}`, gains),
    ...statement(options, (text) => `GRANT ${text} TO ${who} WITH GRANT OPTION`, gains),
  ];
}

const relation = (key: ObjectKey): string => `TABLE ${qualified(key.path)}`;
const type = (key: ObjectKey): string => `TYPE ${qualified(key.path)}`;

/** How GRANT calls the object; where COMMENT ON says the same, names.ts knows. */
const grantAddresses: { readonly [K in ObjectKind]?: (key: ObjectKey) => string | undefined } = {
  table: relation,
  view: relation,
  "materialized-view": relation,
  column: (key) => `TABLE ${tableOf(key)}`,
  sequence: addressOf,
  schema: addressOf,
  function: addressOf,
  procedure: addressOf,
  aggregate: (key) => `FUNCTION ${qualified(key.path)}(${key.signature ?? ""})`,
  enum: type,
  domain: type,
  "composite-type": type,
  "range-type": type,
  "foreign-server": (key) => `FOREIGN SERVER ${qualified(key.path)}`,
  "foreign-data-wrapper": addressOf,
  language: (key) => `LANGUAGE ${qualified(key.path)}`,
};

export function grantWords(key: ObjectKey): ((privileges: readonly string[]) => string) | undefined {
  const subject = subjectOf(key);
  const address = subject && grantAddresses[subject.kind]?.(subject);
  if (subject === undefined || address === undefined) return undefined;
  const column = subject.kind === "column" ? ` (${ownName(subject)})` : "";
  return (privileges) => `${privileges.map((each) => each + column).join(", ")} ON ${address}`;
}
