/**
 * Which root objects may have changed, told from row counts and the owners of young rows. What it cannot tell it refuses: `undefined`
 * means that everything must be read. Pure; the queries are in queries/increment.ts.
 */
import { catalogs } from "../queries/facts.ts";
import type { CountRow, Owners, RootRow } from "../queries/increment.ts";
import type { Counts } from "./counts.ts";
import { ownerName } from "./state.ts";

/** Owners by what they are, or undefined when one of them cannot be read alone. */
export function ownersOf(names: Iterable<string>): Owners | undefined {
  const found = {
    relations: new Set<string>(),
    routines: new Set<string>(),
    constraints: new Set<string>(),
    triggers: new Set<string>(),
    policies: new Set<string>(),
    rules: new Set<string>(),
    statistics: new Set<string>(),
  };
  const ofCatalog: Readonly<Record<string, Set<string>>> = {
    r: found.relations,
    p: found.routines,
    c: found.constraints,
    [`d${catalogs.class}`]: found.relations,
    [`d${catalogs.procedure}`]: found.routines,
    [`d${catalogs.constraint}`]: found.constraints,
    [`d${catalogs.trigger}`]: found.triggers,
    [`d${catalogs.policy}`]: found.policies,
    [`d${catalogs.rewrite}`]: found.rules,
    [`d${catalogs.statistics}`]: found.statistics,
  };
  for (const name of names) {
    const at = name.indexOf(".");
    const oid = name.slice(at < 0 ? 1 : at + 1);
    const list = ofCatalog[at < 0 ? name.slice(0, 1) : name.slice(0, at)];
    if (list === undefined) return undefined;
    list.add(oid);
  }
  return {
    relations: [...found.relations],
    routines: [...found.routines],
    constraints: [...found.constraints],
    triggers: [...found.triggers],
    policies: [...found.policies],
    rules: [...found.rules],
    statistics: [...found.statistics],
  };
}

/** Every object id named by owners. */
export function oidsOf(names: Iterable<string>): string[] {
  const oids = new Set<string>();
  for (const name of names) oids.add(name.slice(name.indexOf(".") < 0 ? 1 : name.indexOf(".") + 1));
  return [...oids];
}

/** Rows by the name of their owner. */
export function rowsByOwner(rows: readonly CountRow[]): Map<string, number> {
  return new Map(rows.map((row) => [ownerName(row), Number(row[3])]));
}

/** Owners whose number of rows differs. */
export function differingOwners(before: Counts, now: ReadonlyMap<string, number>): string[] {
  const differing: string[] = [];
  for (const [owner, rows] of before.entries()) if (now.get(owner) !== rows) differing.push(owner);
  for (const owner of now.keys()) if (!before.has(owner)) differing.push(owner);
  return differing;
}

export interface WantedRoots {
  readonly relations: readonly string[];
  readonly routines: readonly string[];
}

const systemNamespace = "11";

/** Which roots to read, or undefined when a change reaches further than its root. */
export function wantedRoots(
  rows: readonly RootRow[],
  facts: {
    readonly namespaces: ReadonlyMap<number, string>;
    readonly before: Counts;
    readonly withColumns: ReadonlySet<string>;
    /** Whether the snapshot before has this root object. */
    readonly hadRoot: (what: RootRow[1], oid: string) => boolean;
  },
): WantedRoots | undefined {
  const relations: string[] = [];
  const routines: string[] = [];
  for (const [why, what, oid, kind, namespace, isMember, isRowTypeUsed] of rows) {
    if (why === "type" || kind === "other") return undefined;
    const isKnown = facts.before.has(`${what === "relation" ? "r" : "p"}${oid}`);
    if (!facts.namespaces.has(Number(namespace)) || isMember === "t") {
      // Its old name is not in the snapshot, so nobody can tell whether it was renamed; a new one is nobody's business.
      if (why === "changed" && (isKnown || namespace === systemNamespace)) return undefined;
      continue;
    }
    // An identity's sequence has no object of its own, so nobody can tell its old name; others' defaults may speak of it.
    if (why === "changed" && isKnown && !facts.hadRoot(what, oid)) return undefined;
    // Whatever is made of whole rows (functions, columns of this type) shows its columns in ways no dependency tells.
    if (isKnown && isRowTypeUsed === "t" && facts.withColumns.has(oid)) return undefined;
    (what === "relation" ? relations : routines).push(oid);
  }
  return { relations, routines };
}
