/** Findings by the root object they belong to, so that a reader meets one table once. */
import type { Finding } from "../model/change.ts";
import { addressText, describeKey, keyId, kindText, type ObjectKey, pathText } from "../model/key.ts";
import type { ObjectKind } from "../model/kind.ts";

export interface FindingGroup {
  readonly root: ObjectKey;
  readonly findings: readonly Finding[];
}

/** Kinds that live inside a table or view; a finding may know its parent only, not the parent's parent. */
const innerKinds: ReadonlySet<ObjectKind> = new Set<ObjectKind>([
  "column",
  "partition",
  "primary-key",
  "unique",
  "foreign-key",
  "check",
  "exclusion",
  "index",
  "trigger",
  "rule",
  "policy",
]);
const outerKinds = ["table", "view", "materialized-view"] as const;

/** Groups in the order of their first finding: with findings worst first, the worst group comes first. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const known = new Set(findings.map((finding) => keyId(parentOf(finding))));
  const groups = new Map<string, { root: ObjectKey; findings: Finding[] }>();
  for (const finding of findings) {
    const root = rootOf(parentOf(finding), known);
    const id = keyId(root);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { root, findings: [finding] });
    else group.findings.push(finding);
  }
  return [...groups.values()];
}

function parentOf(finding: Finding): ObjectKey {
  return finding.change.object.parent ?? finding.change.key;
}

function rootOf(key: ObjectKey, known: ReadonlySet<string>): ObjectKey {
  if (!innerKinds.has(key.kind)) return key;
  const path = key.path.slice(0, -1);
  const kind = outerKinds.find((outer) => known.has(keyId({ kind: outer, path }))) ?? "table";
  return { kind, path };
}

/** A finding's object as its group names it: "column total", "comment on column total", "table public.orders". */
export function labelWithin(root: ObjectKey, key: ObjectKey): string {
  if (keyId(root) === keyId(key)) return describeKey(key);
  const inside = root.path.every((part, index) => key.path[index] === part);
  if (!inside) return describeKey(key);
  const own = pathText(key.path.slice(root.path.length));
  if (key.kind === "privilege")
    return own === ""
      ? `privilege of ${key.role}`
      : `privilege of ${key.role} on ${kindText(key.of ?? root.kind)} ${own}`;
  if (key.of !== undefined)
    return own === "" ? kindText(key.kind) : `${kindText(key.kind)} on ${kindText(key.of)} ${own}`;
  return `${kindText(key.kind)} ${own === "" ? addressText(key) : own}`;
}

/** "12 columns, 3 indexes" from the keys that a finding includes; most frequent kinds as they come first. */
export function includedText(includes: readonly ObjectKey[]): string {
  const counts = new Map<ObjectKind, number>();
  for (const key of includes) counts.set(key.kind, (counts.get(key.kind) ?? 0) + 1);
  return [...counts]
    .map(([kind, count]) => `${count} ${count === 1 ? kindText(kind) : pluralOf(kind)}`)
    .join(", ");
}

function pluralOf(kind: ObjectKind): string {
  const word = kindText(kind);
  if (/(index|class)$/.test(word)) return `${word}es`;
  if (/[^aeo]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return word.endsWith("s") ? word : `${word}s`;
}
