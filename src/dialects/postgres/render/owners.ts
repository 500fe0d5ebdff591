/** Whose a new object is, and what the default privileges of the user who runs the plan do to it. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectKind } from "../../../model/kind.ts";
import type { ObjectOf, SchemaObject } from "../../../model/object.ts";
import { type AlterDrafts, type Draft, hazard, refuse, type Step } from "../../../plan/renderer.ts";
import type { Side } from "../../../plan/side.ts";
import { draft } from "./drafts.ts";
import { grantWords, transition } from "./holdings.ts";
import { addressOf, grantee, name } from "./names.ts";

/** Default privileges call what they apply to by one kind. */
const kindOfDefaults: { readonly [K in ObjectKind]?: ObjectKind } = {
  table: "table",
  view: "table",
  "materialized-view": "table",
  sequence: "sequence",
  function: "function",
  procedure: "function",
  aggregate: "function",
  enum: "base-type",
  domain: "base-type",
  "composite-type": "base-type",
  "range-type": "base-type",
  schema: "schema",
};

/** What the server itself grants to PUBLIC ("5.8. Privileges"). */
const builtIn: { readonly [K in ObjectKind]?: readonly string[] } = {
  function: ["EXECUTE"],
  "base-type": ["USAGE"],
};

/**
 * ALTER DEFAULT PRIVILEGES reaches what the plan makes: takes back what the object has not. Those that the plan itself
 * makes come later than the object.
 */
export function grantedByDefault(key: ObjectKey, side: Side): readonly Draft[] {
  const of = kindOfDefaults[key.kind];
  const defaults = side.objects.filter(
    (each): each is ObjectOf<"default-privileges"> =>
      each.kind === "default-privileges" &&
      each.key.of === of &&
      each.attributes.role === side.user &&
      each.attributes.grantee !== side.user &&
      (each.key.path.length === 0 || each.key.path[0] === key.path[0]) &&
      side.other(each.key) !== undefined,
  );
  return [...new Set(defaults.map(({ attributes }) => attributes.grantee))].flatMap((role) => {
    const own = role === "PUBLIC" && of !== undefined ? (builtIn[of] ?? []) : [];
    const given = defaults.filter(({ attributes }) => attributes.grantee === role);
    const isReplaced = given.some((each) => each.key.path.length === 0);
    const privilege = { ...key, kind: "privilege", of: key.kind, role } as const;
    const words = grantWords(privilege);
    const found = side.find(privilege);
    const wanted = found?.kind === "privilege" ? found.attributes : { privileges: own, grantable: [] };
    if (words === undefined) return [];
    const both = given.flatMap((each) => [each, side.other(each.key)]);
    const all = (which: "privileges" | "grantable"): string[] =>
      both.flatMap((each) => (each?.kind === "default-privileges" ? each.attributes[which] : []));
    const held = [...new Set([...(isReplaced ? [] : own), ...all("privileges")])];
    const left = wanted.privileges.filter((each) => held.includes(each) || own.includes(each));
    return transition(
      { privileges: held, grantable: [...new Set(all("grantable"))] },
      { privileges: left, grantable: wanted.grantable.filter((each) => all("grantable").includes(each)) },
      words,
      grantee(role),
    );
  });
}

/** Gives a new object to its owner, where that is not the user who runs the plan. */
export function ownerSteps(key: ObjectKey, owner: string | undefined, side: Side): readonly Step[] {
  const address = addressOf(key);
  const granted = grantedByDefault(key, side);
  const steps = granted.length === 0 ? [] : [{ make: granted, unmake: [] }];
  if (owner === undefined || owner === side.user || address === undefined) return steps;
  return [...steps, { make: [draft(`ALTER ${address} OWNER TO ${name(owner)}`)], unmake: [] }];
}

interface Owned {
  readonly key: ObjectKey;
  readonly attributes: { readonly owner?: string };
}

/** Whether it says what one of these roles may do with the object or its columns. */
function isGrantOn(
  owned: ObjectKey,
  { kind, key }: SchemaObject,
  roles: readonly (string | undefined)[],
): boolean {
  return (
    kind === "privilege" &&
    roles.includes(key.role) &&
    (key.of === owned.kind || key.of === "column") &&
    key.signature === owned.signature &&
    owned.path.every((part, index) => key.path[index] === part)
  );
}

/**
 * ALTER ... OWNER TO. What the old owner held becomes the new one's (aclnewowner in acl.c); what either was granted
 * cannot be told from it afterwards.
 */
export function alterOwner<K extends ObjectKind>(): AlterDrafts<K> {
  return ({ before, after, to }) => {
    const { key, attributes } = after as unknown as Owned;
    const owners = [attributes.owner, (before as unknown as Owned).attributes.owner];
    const address = addressOf(key);
    if (address === undefined || attributes.owner === undefined)
      return refuse(`plans do not change the owner of a ${key.kind} yet`);
    if (to.objects.some((each) => isGrantOn(key, each, owners) && to.stays(each.key)))
      return refuse("privileges of its old or new owner would become one with the other's");
    return [
      draft(
        `ALTER ${address} OWNER TO ${name(attributes.owner)}`,
        undefined,
        hazard("access", "Whoever was the owner loses an owner's rights."),
      ),
    ];
  };
}
