/** Comments, privileges and default privileges. */
import { subjectOf } from "../../../model/key.ts";
import type { AttributesOf } from "../../../model/kind.ts";
import type { ObjectOf } from "../../../model/object.ts";
import { type Draft, isRefusal, type KindRenderer, type Refusal, refuse } from "../../../plan/renderer.ts";
import type { Side } from "../../../plan/side.ts";
import { draft, shareUpdateExclusive } from "./drafts.ts";
import { grantWords, type Holding, transition } from "./holdings.ts";
import { addressOf, grantee, literal, name, ownName, qualified, tableOf } from "./names.ts";

/** COMMENT takes SHARE UPDATE EXCLUSIVE on a table. */
function commentDraft(
  { key, parent }: ObjectOf<"comment">,
  text: string | null,
  side: Side,
): Draft | Refusal {
  const subject = subjectOf(key);
  const isOfDomain = parent !== undefined && side.find(parent)?.parent?.kind === "domain";
  const address =
    subject !== undefined && isOfDomain
      ? `CONSTRAINT ${ownName(subject)} ON DOMAIN ${tableOf(subject)}`
      : subject && addressOf(subject);
  if (address === undefined) return refuse(`plans do not comment on a ${key.of ?? "thing"} yet`);
  return draft(`COMMENT ON ${address} IS ${text === null ? "NULL" : literal(text)}`, shareUpdateExclusive);
}

export const commentRenderer: KindRenderer<"comment"> = {
  build: (comment, side) => {
    const make = commentDraft(comment, comment.attributes.text, side);
    const unmake = commentDraft(comment, null, side);
    return isRefusal(make) || isRefusal(unmake)
      ? refuse(`plans do not comment on a ${comment.key.of} yet`)
      : [{ make: [make], unmake: [unmake] }];
  },
  alter: {
    text: ({ after, to }) => {
      const made = commentDraft(after, after.attributes.text, to);
      return isRefusal(made) ? made : [made];
    },
  },
};

function privilegeDrafts(
  { key }: ObjectOf<"privilege">,
  before: Holding,
  after: Holding,
): readonly Draft[] | Refusal {
  const words = grantWords(key);
  if (words === undefined) return refuse(`plans do not grant privileges on a ${key.of ?? "thing"} yet`);
  return transition(before, after, words, grantee(key.role ?? ""));
}

/** What the server gives by itself: no privilege object says so. */
function defaultHolding({ attributes: a }: ObjectOf<"privilege">): Holding {
  return { privileges: a.defaults, grantable: [] };
}

const alterPrivilege = ({ before, after }: { before: ObjectOf<"privilege">; after: ObjectOf<"privilege"> }) =>
  privilegeDrafts(after, before.attributes, after.attributes);

export const privilegeRenderer: KindRenderer<"privilege"> = {
  build: (privilege) => {
    const make = privilegeDrafts(privilege, defaultHolding(privilege), privilege.attributes);
    const unmake = privilegeDrafts(privilege, privilege.attributes, defaultHolding(privilege));
    return isRefusal(make) ? make : [{ make, unmake }];
  },
  alter: { privileges: alterPrivilege, grantable: alterPrivilege },
};

const objectWords: Readonly<Record<string, string>> = {
  table: "TABLES",
  sequence: "SEQUENCES",
  function: "FUNCTIONS",
  "base-type": "TYPES",
  schema: "SCHEMAS",
  "large-object": "LARGE OBJECTS",
};

function defaultDrafts(
  object: ObjectOf<"default-privileges">,
  before: Holding,
  after: Holding,
): readonly Draft[] {
  const { key, attributes: a } = object;
  const schema = key.path.length === 0 ? "" : ` IN SCHEMA ${qualified(key.path)}`;
  const prefix = `ALTER DEFAULT PRIVILEGES FOR ROLE ${name(a.role)}${schema} `;
  const words = (privileges: readonly string[]): string =>
    `${privileges.join(", ")} ON ${objectWords[key.of ?? ""] ?? ""}`;
  return transition(before, after, words, grantee(a.grantee), prefix);
}

function builtIn(a: AttributesOf["default-privileges"]): Holding {
  return { privileges: a.defaults, grantable: [] };
}

export const defaultPrivilegesRenderer: KindRenderer<"default-privileges"> = {
  build: (object) => [
    {
      make: defaultDrafts(object, builtIn(object.attributes), object.attributes),
      unmake: defaultDrafts(object, object.attributes, builtIn(object.attributes)),
    },
  ],
  alter: {
    privileges: ({ before, after }) => defaultDrafts(after, before.attributes, after.attributes),
    grantable: ({ before, after }) => defaultDrafts(after, before.attributes, after.attributes),
  },
};
