/** Comments. */
import type { ObjectKey } from "../../../model/key.ts";
import type { ObjectOf } from "../../../model/object.ts";
import { type Draft, isRefusal, type KindRenderer, type Refusal, refuse } from "../../../plan/renderer.ts";
import type { Side } from "../../../plan/side.ts";
import { isDigest } from "../../digest.ts";
import { modify } from "./columns.ts";
import { type Key, replaceKey } from "./constraints.ts";
import { draft, exclusive, instant } from "./drafts.ts";
import { literal, qualified } from "./names.ts";
import { secret } from "./tables.ts";

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
  sequence: (subject, text) =>
    draft(`ALTER TABLE ${qualified(subject.path)} COMMENT = ${literal(text ?? "")}`, exclusive),
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
    if (isRefusal(make)) return make;
    return [{ make: [make], unmake: isRefusal(unmake) ? unmake : [unmake] }];
  },
  alter: {
    text: ({ after, to }) => {
      const made = commentDraft(after, after.attributes.text, to);
      return isRefusal(made) ? made : [made];
    },
  },
};
