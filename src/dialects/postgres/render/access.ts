/** Comments, privileges and default privileges. */
import { subjectOf } from "../../../model/key.ts";
import type { AttributesOf } from "../../../model/kind.ts";
import type { ObjectOf, SchemaObject } from "../../../model/object.ts";
import {
  type Draft,
  isRefusal,
  type KindRenderer,
  type PairOf,
  type Refusal,
  refuse,
} from "../../../plan/renderer.ts";
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

/** REVOKE from a relation takes the same privileges on its columns along: those that stay are granted again. */
function columnsAgain({ key }: ObjectOf<"privilege">, gone: readonly string[], side: Side): readonly Draft[] {
  if (key.of === "column" || gone.length === 0) return [];
  const isOnColumn = (each: SchemaObject): each is ObjectOf<"privilege"> =>
    each.kind === "privilege" &&
    each.key.of === "column" &&
    each.key.role === key.role &&
    each.key.path.length > key.path.length &&
    key.path.every((part, index) => each.key.path[index] === part);
  return side.objects.filter(isOnColumn).flatMap((each) => {
    const there = side.other(each.key);
    const words = grantWords(each.key);
    if (there?.kind !== "privilege" || words === undefined) return [];
    const both = (which: "privileges" | "grantable"): string[] =>
      each.attributes[which].filter(
        (privilege) => gone.includes(privilege) && there.attributes[which].includes(privilege),
      );
    const kept = { privileges: both("privileges"), grantable: both("grantable") };
    return transition({ privileges: [], grantable: [] }, kept, words, grantee(key.role ?? ""));
  });
}

function privilegeDrafts(
  privilege: ObjectOf<"privilege">,
  before: Holding,
  after: Holding,
  side: Side,
): readonly Draft[] | Refusal {
  const { key } = privilege;
  const words = grantWords(key);
  if (words === undefined) return refuse(`plans do not grant privileges on a ${key.of ?? "thing"} yet`);
  const gone = before.privileges.filter((each) => !after.privileges.includes(each));
  return [
    ...transition(before, after, words, grantee(key.role ?? "")),
    ...columnsAgain(privilege, gone, side),
  ];
}

/** What the server gives by itself: no privilege object says so. */
function defaultHolding({ attributes: a }: ObjectOf<"privilege">): Holding {
  return { privileges: a.defaults, grantable: [] };
}

const alterPrivilege = ({ before, after, to }: PairOf<"privilege">) =>
  privilegeDrafts(after, before.attributes, after.attributes, to);

export const privilegeRenderer: KindRenderer<"privilege"> = {
  build: (privilege, side) => {
    const make = privilegeDrafts(privilege, defaultHolding(privilege), privilege.attributes, side);
    const unmake = privilegeDrafts(privilege, privilege.attributes, defaultHolding(privilege), side);
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
