/** Altered attributes -> statements of their own, or objects that are dropped and made anew. */
import type { Altered, Change } from "../model/change.ts";
import { keyId, type ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import type { Unplanned } from "../model/plan.ts";
import { mentionsIn, namedBy } from "./mentions.ts";
import type { Operation, Operations, Passings } from "./operation.ts";
import { createRebuilder, type RebuildContext, type Rebuilder } from "./rebuilds.ts";
import { type AlterDrafts, type AlterRule, type Draft, isRefusal, type Refusal, refuse } from "./renderer.ts";
import type { Side } from "./side.ts";
import { depthRank, dropRank, firstStage, keyedStage, lastStage, stageOf } from "./stages.ts";
import { alterRule, buildText, rendererOf } from "./tables.ts";

/** What an alteration comes to: drafts of its own, or none when the object is made anew; and what is made anew for it. */
interface Decision {
  readonly change: Altered;
  readonly before: SchemaObject;
  readonly draft?: AlterDrafts<"comment">;
  readonly rebuilt: ReadonlySet<SchemaObject>;
}

/** Adds what must be dropped and made anew to `gone` and `come`. */
export function alterationsFor(context: RebuildContext, gone: Passings, come: Passings): Operations {
  const rebuilder = createRebuilder(context);
  const unplanned: Unplanned[] = [];
  const decided: Decision[] = [];
  for (const changes of context.changed.altered.values()) {
    const decisions = changes.map((change) => decide(context, rebuilder, change));
    const rebuild = decisions.find((each) => !isRefusal(each) && each.draft === undefined);
    for (const [index, decision] of decisions.entries()) {
      const change = changes[index];
      if (change === undefined) continue;
      if (!isRefusal(decision)) decided.push(decision);
      else if (rebuild === undefined) unplanned.push({ change, reason: decision.refused });
    }
  }
  passOnBlockers(context, rebuilder, gone, come, unplanned);
  for (const { rebuilt, change } of decided) passOn(context, rebuilt, change, gone, come);
  const own = decided.filter(({ before }) => !gone.has(keyId(before.key)));
  const drafted = draftOperations(context, own);
  return { operations: drafted.operations, unplanned: [...unplanned, ...drafted.unplanned] };
}

function decide(context: RebuildContext, rebuilder: Rebuilder, change: Altered): Decision | Refusal {
  const rule = alterRule(context.renderer, change.kind, change.attribute);
  const before = context.changed.before(change.key);
  if (rule === undefined || before === undefined)
    return refuse(`plans do not change the ${change.attribute} of a ${change.kind} yet`);
  if (typeof rule === "function") return { change, before, draft: rule, rebuilt: new Set() };
  if (rule === "rebuild" || isAnew(context, rule, change, before)) {
    const rebuilt = rebuilder.closureOf(before);
    return isRefusal(rebuilt) ? rebuilt : { change, before, rebuilt };
  }
  const { clears = [], anchors = [], draft } = rule;
  const pair = { before: before as never, after: change.object as never, from: context.from, to: context.to };
  const anchor = rebuilder.anchorOf(before, typeof anchors === "function" ? anchors(pair) : anchors);
  if (anchor !== undefined) return anchor;
  const rebuilt = rebuilder.holdersOf(before, clears);
  return isRefusal(rebuilt) ? rebuilt : { change, before, draft, rebuilt };
}

function isAnew(
  context: RebuildContext,
  { underOneName, anew }: Exclude<AlterRule<"comment">, string | AlterDrafts<"comment">>,
  change: Altered,
  before: SchemaObject,
): boolean {
  const { from, to } = context;
  if (underOneName === true && speaksOfRenamed(context, before)) return true;
  return anew?.({ before: before as never, after: change.object as never, from, to }) === true;
}

function speaksOfRenamed({ renderer, from, changed }: RebuildContext, object: SchemaObject): boolean {
  if (changed.renamed.length === 0) return false;
  const text = mentionsIn([object], (each) => buildText(renderer, each, from));
  return changed.renamed.some((rename) => text.of(namedBy(rename.from)).length > 0);
}

/** What stays and was built from something that goes: it is made anew, from what comes in its place. */
function passOnBlockers(
  context: RebuildContext,
  rebuilder: Rebuilder,
  gone: Passings,
  come: Passings,
  unplanned: Unplanned[],
): void {
  for (const change of context.changed.removed.values()) {
    // What was built from it was built from its parent, which goes, too.
    const { parent } = change.object;
    if (parent !== undefined && context.changed.removed.has(keyId(parent))) continue;
    const { blockers = [], anchors = [] } = rendererOf(context.renderer, change.kind) ?? {};
    if (blockers.length === 0 && anchors.length === 0) continue;
    const rebuilt =
      rebuilder.anchorOf(change.object, anchors) ?? rebuilder.dependentsOf(change.object, blockers);
    if (!isRefusal(rebuilt)) passOn(context, rebuilt, change, gone, come);
    else {
      unplanned.push({ change, reason: rebuilt.refused });
      gone.delete(keyId(change.key));
    }
  }
}

function passOn(
  { changed }: RebuildContext,
  rebuilt: ReadonlySet<SchemaObject>,
  change: Change,
  gone: Passings,
  come: Passings,
): void {
  for (const object of rebuilt) {
    const id = keyId(object.key);
    const after = changed.after(object.key);
    const own = ownChanges(changed, (after ?? object).key);
    const [because = change, ...includes] = own;
    if (!gone.has(id)) gone.set(id, { object, because, includes: [] });
    if (after !== undefined && !come.has(keyId(after.key)))
      come.set(keyId(after.key), { object: after, because, includes, again: true });
  }
}

/** What changes of an object that is made anew: its name, too. */
function ownChanges({ renamed, altered }: RebuildContext["changed"], key: ObjectKey): readonly Change[] {
  const id = keyId(key);
  return [...renamed.filter((each) => keyId(each.key) === id), ...(altered.get(id) ?? [])];
}

/** The side that the plan starts from, asked by the names that it leads to. */
function underNewNames({ from, changed }: RebuildContext): Side {
  const oldKey = (key: ObjectKey): ObjectKey => changed.before(key)?.key ?? key;
  return {
    ...from,
    find: (key) => from.find(oldKey(key)),
    other: (key) => from.other(oldKey(key)),
    stays: (key, ...attributes) => from.stays(oldKey(key), ...attributes),
    childrenOf: (key) => from.childrenOf(oldKey(key)),
  };
}

function draftOperations(context: RebuildContext, decisions: readonly Decision[]): Operations {
  const unplanned: Unplanned[] = [];
  const drafted = new Map<string, { operations: readonly Operation[]; includes: Altered[] }>();
  const functions = new Map<unknown, number>();
  for (const { change, before, draft } of decisions) {
    if (draft === undefined) continue;
    if (!functions.has(draft)) functions.set(draft, functions.size);
    const id = `${keyId(change.key)} ${functions.get(draft)}`;
    const same = drafted.get(id);
    if (same !== undefined) {
      same.includes.push(change);
      continue;
    }
    const { from, to } = context;
    const sides = { before: before as never, after: change.object as never };
    const place = rendererOf(context.renderer, change.kind)?.alteredAt?.({ ...sides, from, to });
    const forward = draft({ ...sides, from, to });
    if (isRefusal(forward)) {
      unplanned.push({ change, reason: forward.refused });
      continue;
    }
    // Its rename, if any, is taken back later: until then it has its new name.
    const old = { ...before, key: change.object.key } as never;
    const backward = draft({ before: sides.after, after: old, from: to, to: underNewNames(context) });
    const underOldNames = speaksOfOld(context, backward)
      ? draft({ before: sides.after, after: sides.before, from: to, to: from })
      : undefined;
    const isLater = underOldNames !== undefined && !isRefusal(underOldNames);
    const includes: Altered[] = [];
    const stage = place === undefined ? stageOf[change.kind] : stageAt[place];
    const operations = placed(forward, backward, stage).map(
      (part, index): Operation => ({
        role: "alter",
        key: change.key,
        because: change,
        includes: index === 0 ? includes : [],
        ...part,
        onNew: false,
        ...(isLater ? { underOldNames: index === 0 ? underOldNames : [] } : {}),
      }),
    );
    drafted.set(id, { operations, includes });
  }
  return { operations: [...drafted.values()].flatMap(({ operations }) => operations), unplanned };
}

/** Whether drafts for the way back name something as it is called before the plan only. */
function speaksOfOld({ changed }: RebuildContext, drafts: Operation["backward"]): boolean {
  if (isRefusal(drafts) || changed.renamed.length === 0) return false;
  const text = mentionsIn([drafts], (all) => all.map(({ sql }) => sql).join("\n"));
  return changed.renamed.some((rename) => text.of(namedBy(rename.from)).length > 0);
}

const stageAt = { keyed: keyedStage, unkeyed: dropRank - keyedStage } as const;

type Placed = Pick<Operation, "forward" | "backward" | "rank">;

/** What is done first is taken back last: the drafts of each place, with those of the way back that answer them. */
function placed(
  forward: readonly Draft[],
  backward: Operation["backward"],
  stage: number,
): readonly Placed[] {
  const at = (drafts: readonly Draft[], place: Draft["at"]): readonly Draft[] =>
    drafts.filter((each) => each.at === place);
  const answering = (place: Draft["at"]): Operation["backward"] =>
    isRefusal(backward) ? backward : at(backward, place);
  const depth = Math.max(0, ...forward.map((each) => each.depth ?? 0)) * depthRank;
  const parts: readonly Placed[] = [
    { forward: at(forward, "first"), backward: answering("late"), rank: firstStage - depth },
    { forward: at(forward, undefined), backward: answering(undefined), rank: stage },
    { forward: at(forward, "late"), backward: answering("first"), rank: lastStage + depth },
  ];
  const needed = parts.filter((part) => part.forward.length > 0);
  return needed.length === 0 ? [{ forward, backward, rank: stage }] : needed;
}
