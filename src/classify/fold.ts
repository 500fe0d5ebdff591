/**
 * Folding: what came or went together with its parent is told by the parent's finding. Objects keep their changes; only
 * the findings become fewer.
 */
import type { Change } from "../model/change.ts";
import { keyId, type ObjectKey } from "../model/key.ts";

/** A parent's changeable facts by its id, so that a chain of parents can be climbed. */
interface Member {
  readonly parentId: string | undefined;
}

export interface Folding {
  /** Whether a change belongs to a parent that was added (or removed) with it. */
  isInside(change: Change): boolean;
  /** Keys of all changes that the change's finding speaks for, without those in `spared`; sorted. */
  includesOf(change: Change, spared: ReadonlySet<Change>): readonly ObjectKey[];
}

export function foldChanges(changes: readonly Change[]): Folding {
  const members = new Map<string, Member>();
  for (const change of changes) {
    if (!comesOrGoes(change)) continue;
    const parent = change.object.parent;
    members.set(memberId(change.verb, keyId(change.key)), {
      parentId: parent === undefined ? undefined : memberId(change.verb, keyId(parent)),
    });
  }
  const byTop = new Map<string, Change[]>();
  const inside = new Set<Change>();
  for (const change of changes) {
    if (!comesOrGoes(change)) continue;
    const own = memberId(change.verb, keyId(change.key));
    const top = topOf(own, members);
    if (top === own) continue;
    inside.add(change);
    const group = byTop.get(top);
    if (group === undefined) byTop.set(top, [change]);
    else group.push(change);
  }
  return {
    isInside: (change) => inside.has(change),
    includesOf: (change, spared) =>
      (byTop.get(memberId(change.verb, keyId(change.key))) ?? [])
        .filter((member) => !spared.has(member))
        .map((member) => member.key)
        .sort((a, b) => (keyId(a) < keyId(b) ? -1 : 1)),
  };
}

function comesOrGoes(change: Change): boolean {
  return change.verb === "added" || change.verb === "removed";
}

function memberId(verb: Change["verb"], id: string): string {
  return `${verb} ${id}`;
}

/** The highest ancestor that came or went, too. */
function topOf(id: string, members: ReadonlyMap<string, Member>): string {
  const seen = new Set<string>();
  let top = id;
  for (;;) {
    const parentId = members.get(top)?.parentId;
    if (parentId === undefined || !members.has(parentId) || seen.has(parentId)) return top;
    seen.add(parentId);
    top = parentId;
  }
}
