/**
 * Reads only the root objects that may have changed since the snapshot before, through the same queries, and takes the
 * rest from it. It never guesses: whatever cannot be proven unchanged makes it give up, and everything is read.
 */
import { DriftwatchError } from "../../model/errors.ts";
import { keyId } from "../../model/key.ts";
import { modelVersion } from "../../model/model-version.ts";
import { patchSnapshot, type RootEntry, rootsById, type Snapshot } from "../../model/snapshot.ts";
import {
  differingOwners,
  oidsOf,
  ownersOf,
  rowsByOwner,
  type WantedRoots,
  wantedRoots,
} from "./increment/changed-roots.ts";
import { type Counts, countsOf } from "./increment/counts.ts";
import { decisiveText, isReadingState, type ReadingState } from "./increment/state.ts";
import {
  type YoungChanges,
  type YoungRows,
  youngChanges,
  youngOf,
  youngSince,
} from "./increment/young-rows.ts";
import {
  circumstancesOf,
  decisiveSteps,
  factsOf,
  guarded,
  type IntrospectInput,
  isSpoiled,
  nameStep,
  readStart,
  rollback,
  type Start,
  schemaStep,
  watchStability,
  youngStep,
} from "./introspect.ts";
import { type Reading, startReading, subjectId } from "./normalise/reading.ts";
import { finish, lookUpSteps, mainSteps, startGathering } from "./normalise/steps.ts";
import { catalogs, oidArray } from "./queries/facts.ts";
import {
  type CountRow,
  countsSql,
  type DecisiveRow,
  type Owners,
  type RootRow,
  rootsSql,
  type YoungRow,
} from "./queries/increment.ts";
import { commitSql } from "./queries/session.ts";
import { step } from "./wire/batch.ts";

/** Transactions between two reads, beyond which the age of a row version is not trusted (half of what it can tell is 2^30). */
const maxTransactions = 2n ** 30n;
/** When more of the roots than this share are to be read, reading all is as cheap. */
const maxShare = 0.25;
const alwaysCheap = 64;

/**
 * Key ids of roots by their names as owners of rows: "r16384" -> "table:public.orders", or undefined for what came after the
 * snapshot before and left while it was read: then it is in neither.
 */
export type RootIds = ReadonlyMap<string, string | undefined>;

const noRoots: RootIds = new Map();

/** One moment, but for the texts of some roots, which may be newer, or missing with the root itself. */
export interface Increment {
  readonly snapshot: Snapshot;
  /** Empty when the snapshot is one moment. */
  readonly unsettled: RootIds;
}

/**
 * The snapshot that a full read would give now, or undefined when that cannot be had from `previous`. Where `previous` was
 * read just now, and is one moment but for the texts of `unsettled` roots, this may show that it is one moment after all:
 * then it is the result. Throws what a full read throws, but for changes during the read: those make it give up.
 */
export async function introspectIncrement(
  input: IntrospectInput,
  previous: Snapshot,
  unsettled: RootIds | undefined,
): Promise<Increment | undefined> {
  const state = previous.reading?.state;
  if (!isReadingState(state) || !isSameServer(input, previous)) return undefined;
  let result: Increment | undefined;
  try {
    result = await readIncrement(input, { snapshot: previous, state, unsettled });
  } catch (error) {
    // A right that was lost meanwhile shows here first; the full read says which.
    if (!isSpoiled(error) && !isForbidden(error)) throw error;
  } finally {
    if (result === undefined) await rollback(input.connection);
  }
  return result;
}

function isForbidden(error: unknown): boolean {
  return error instanceof DriftwatchError && error.code === "read.forbidden";
}

function isSameServer({ server }: IntrospectInput, previous: Snapshot): boolean {
  return (
    previous.dialect === "postgres" &&
    previous.modelVersion === modelVersion &&
    previous.server.instance === server.instance &&
    previous.server.database === server.database &&
    previous.server.version === server.version
  );
}

interface Basis {
  readonly snapshot: Snapshot;
  readonly state: ReadingState;
  readonly unsettled: RootIds | undefined;
}

async function readIncrement(input: IntrospectInput, basis: Basis): Promise<Increment | undefined> {
  const { snapshot: previous, state } = basis;
  const reading = startReading();
  const decisive: DecisiveRow[] = [];
  const contents: string[] = [];
  const youngRows: YoungRow[] = [];
  const starting = readStart(input, [
    schemaStep(input, reading),
    ...decisiveSteps(input.version, state.readsConnections, state.horizon, { decisive, contents }),
    youngStep(state.horizon, youngRows),
  ]);
  // While the server works.
  const before = rootsByIdentity(previous);
  const start = await starting;
  const isContinuation =
    !start.inRecovery &&
    circumstancesOf(input, start) === state.circumstances &&
    BigInt(start.horizon) - BigInt(state.horizon) < maxTransactions;
  if (!isContinuation || decisiveText(decisive, contents) !== state.decisive) return undefined;
  const { rows: young, total } = youngOf(decisive, youngRows);
  const changes = youngChanges(state.young, young);
  if (changes.isDecisive) return undefined;
  const scene: Scene = { input, previous, before, state, reading, start, young };
  const found = await findChanges(scene, changes, total);
  if (found === undefined) return undefined;
  if (found.changed.size === 0) return oneMoment(await unchanged(scene));
  if (isEmpty(found.roots)) return oneMoment(await withoutRoots(scene, found));
  const next = await readRoots(scene, found);
  const isBetter = next !== undefined && next.unsettled.size > 0 && wasOneMoment(basis, found, next);
  return isBetter ? oneMoment(previous) : next;
}

/**
 * Whether nothing has changed since that the texts of the earlier reading could have been about. What it has whole may have
 * been dropped since.
 */
function wasOneMoment({ snapshot, unsettled }: Basis, { changed, counts }: Found, next: Increment): boolean {
  if (unsettled === undefined) return false;
  const dropped: string[] = [];
  for (const [name, id] of unsettled) {
    if (next.unsettled.has(name) || (changed.has(name) && counts.has(name))) return false;
    if (changed.has(name) && id !== undefined) dropped.push(id);
  }
  if (dropped.length === 0) return true;
  const roots = rootsById(snapshot);
  return dropped.every((id) => roots.has(id));
}

function oneMoment(snapshot: Snapshot): Increment {
  return { snapshot, unsettled: noRoots };
}

function isEmpty({ relations, routines }: WantedRoots): boolean {
  return relations.length + routines.length === 0;
}

interface Scene {
  readonly input: IntrospectInput;
  readonly previous: Snapshot;
  readonly before: RootsByIdentity;
  readonly state: ReadingState;
  readonly reading: Reading;
  readonly start: Start;
  readonly young: YoungRows;
}

/** What the next reading needs to go on from this one. */
function stateAfter({ state, start, young }: Scene, counts: Counts): ReadingState {
  return { ...state, horizon: start.horizon, counts, young: youngSince(young, start.horizon) };
}

interface Found {
  /** Owners of rows that came, went or changed. */
  readonly changed: ReadonlySet<string>;
  readonly roots: WantedRoots;
  /** Rows by owner as they are now. */
  readonly counts: Counts;
}

/** Adds to the owners of young rows those that lost rows, and resolves them to roots. */
async function findChanges(scene: Scene, young: YoungChanges, total: number): Promise<Found | undefined> {
  const { input, state } = scene;
  let changed: ReadonlySet<string> = young.owners;
  const now: CountRow[] = [];
  let roots: RootRow[] = [];
  const firstOwners = ownersOf(changed);
  if (firstOwners === undefined) return undefined;
  if (changed.size > 0) {
    await input.connection.run([
      step<CountRow>("rows by owner", countsSql(oidsOf(changed)), (row) => now.push(row)),
      step<RootRow>("changed roots", rootsSql(firstOwners), (row) => roots.push(row)),
    ]);
  }
  let counts = state.counts.after(changed, rowsByOwner(now));
  // The rows of owners without a young row can only have become fewer: an equal total proves that none of them lost one.
  if (counts.total !== total) {
    const all = rowsByOwner(await readCounts(input));
    changed = new Set([...changed, ...differingOwners(state.counts, all)]);
    counts = countsOf(all);
    const owners = ownersOf(changed);
    if (owners === undefined) return undefined;
    roots = await readRootRows(input, owners);
  }
  for (const owner of changed) if (state.others.has(owner)) return undefined;
  const wanted = wantedRoots(roots, {
    namespaces: scene.reading.namespaces,
    before: state.counts,
    withColumns: young.withColumns,
    hadRoot: (what, oid) =>
      scene.before.has(`${what === "relation" ? identityPrefixes.r : identityPrefixes.p}${oid}`),
  });
  return wanted === undefined ? undefined : { changed, roots: wanted, counts };
}

async function readCounts(input: IntrospectInput): Promise<CountRow[]> {
  const rows: CountRow[] = [];
  await input.connection.run([
    step<CountRow>("rows by owner", countsSql(undefined), (row) => rows.push(row)),
  ]);
  return rows;
}

async function readRootRows(input: IntrospectInput, owners: Owners): Promise<RootRow[]> {
  const rows: RootRow[] = [];
  await input.connection.run([step<RootRow>("changed roots", rootsSql(owners), (row) => rows.push(row))]);
  return rows;
}

/** Nothing was deparsed, so nothing can have moved under us. */
async function unchanged(scene: Scene): Promise<Snapshot> {
  const { input, previous, state, start } = scene;
  await input.connection.run([{ name: "the end", sql: commitSql }]);
  const reading = { full: false, state: stateAfter(scene, state.counts) };
  return { ...previous, server: input.server, takenAt: start.takenAt, reading };
}

/** Roots went, or only what the snapshot does not hold has changed (temporary tables). */
async function withoutRoots(scene: Scene, { changed, counts }: Found): Promise<Snapshot> {
  const { input, previous, before, start } = scene;
  await input.connection.run([{ name: "the end", sql: commitSql }]);
  const parts = {
    dialect: previous.dialect,
    server: input.server,
    takenAt: start.takenAt,
    visibility: previous.visibility,
    objects: [],
    reading: { full: false, state: stateAfter(scene, counts) },
  };
  return patchSnapshot(previous, parts, goneRoots(changed, counts, before));
}

async function readRoots(scene: Scene, { changed, roots, counts }: Found): Promise<Increment | undefined> {
  const { input, previous, before, reading, start } = scene;
  if (roots.relations.length + roots.routines.length > Math.max(alwaysCheap, before.size * maxShare))
    return undefined;
  // Schemas are decisive: none of them changed, and without what hangs on them they are not to be patched.
  reading.objects.length = 0;
  reading.identities.clear();
  const only = { relations: oidArray(roots.relations), routines: oidArray(roots.routines) };
  const facts = { ...factsOf(input, start, reading), only };
  const gathered = startGathering();
  const watch = watchStability(input, start);
  const { connection } = input;
  await guarded(
    () => connection.run([...watch.before, nameStep(reading), ...mainSteps(facts, reading, gathered)]),
    connection.place,
  );
  await connection.run([...lookUpSteps(reading, gathered), ...watch.end()]);
  const objects = await guarded(async () => finish(reading, gathered), connection.place);
  const isSettled = watch.isStable() && reading.gone.size === 0;
  const gone = goneRoots(changed, counts, before);
  if (!keepsNames(previous, before, roots, reading)) return undefined;
  const parts = {
    dialect: previous.dialect,
    server: input.server,
    takenAt: start.takenAt,
    visibility: previous.visibility,
    objects,
    identities: reading.identities,
    reading: { full: false, state: stateAfter(scene, counts) },
  };
  const snapshot = patchSnapshot(previous, parts, gone);
  return { snapshot, unsettled: isSettled ? noRoots : rootIds(scene, roots) };
}

function rootIds({ reading, before }: Scene, { relations, routines }: WantedRoots): RootIds {
  const ids = new Map<string, string | undefined>();
  const add = (name: string, catalog: number, oid: string): void => {
    const key = reading.subjects.get(subjectId(catalog, Number(oid)))?.key;
    const isTransient = reading.gone.has(Number(oid)) && !before.has(`${catalog}:${oid}`);
    ids.set(name, isTransient ? undefined : key === undefined ? "" : keyId(key));
  };
  for (const oid of relations) add(`r${oid}`, catalogs.class, oid);
  for (const oid of routines) add(`p${oid}`, catalogs.procedure, oid);
  return ids;
}

/** Roots by the identity of their root object: "1259:16384". */
type RootsByIdentity = ReadonlyMap<string, RootEntry>;

function rootsByIdentity(snapshot: Snapshot): RootsByIdentity {
  const roots = new Map<string, RootEntry>();
  for (const root of snapshot.roots) {
    const identity = root.identities?.[indexOfRoot(snapshot, root)];
    if (identity !== undefined) roots.set(identity, root);
  }
  return roots;
}

/**
 * Which of its objects the root itself is; most of the others sort before it. Keys are compared by content: the objects may
 * be those of another environment that looks the same.
 */
function indexOfRoot({ objects }: Snapshot, { key, start, count }: RootEntry): number {
  for (let index = count - 1; index >= 0; index--) {
    const object = objects[start + index];
    if (object?.kind === key.kind && keyId(object.key) === keyId(key)) return index;
  }
  return -1;
}

const identityPrefixes: Readonly<Record<string, string>> = { r: "1259:", p: "1255:" };

/** Key ids of roots that have no row any more. */
function goneRoots(
  changed: ReadonlySet<string>,
  counts: Counts,
  before: RootsByIdentity,
): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const name of changed) {
    if (counts.has(name)) continue;
    const root = before.get(`${identityPrefixes[name.slice(0, 1)] ?? name}${name.slice(1)}`);
    if (root !== undefined) gone.add(keyId(root.key));
  }
  return gone;
}

/**
 * Whether all that was there before goes by the same name: texts of other roots, which were not read, speak of names. A
 * root that is still in the catalog and no longer in the reading has left the scope, which is a rename as well.
 */
function keepsNames(
  previous: Snapshot,
  before: RootsByIdentity,
  roots: WantedRoots,
  reading: Reading,
): boolean {
  const now = new Map<string, string>();
  for (const [object, identity] of reading.identities) now.set(identity, keyId(object.key));
  const identities = [
    ...roots.relations.map((oid) => `${identityPrefixes.r}${oid}`),
    ...roots.routines.map((oid) => `${identityPrefixes.p}${oid}`),
  ];
  for (const identity of identities) {
    const root = before.get(identity);
    if (root === undefined) continue;
    if (!now.has(identity)) return false;
    for (let index = 0; index < root.count; index++) {
      const object = previous.objects[root.start + index];
      const name = now.get(root.identities?.[index] ?? "");
      if (object !== undefined && name !== undefined && name !== keyId(object.key)) return false;
    }
  }
  return true;
}
