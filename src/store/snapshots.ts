/**
 * Snapshots, content-addressed: each root object is kept once by its fingerprint, a snapshot is a list of roots, and an
 * environment's history is a list of snapshots. Saving sends only what the store has not seen yet.
 */
import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { sql } from "kysely";
import { DriftwatchError } from "../model/errors.ts";
import type { ObjectKey } from "../model/key.ts";
import type { SchemaObject } from "../model/object.ts";
import { fingerprintOfRoots, objectsOfRoot, type RootEntry, type Snapshot } from "../model/snapshot.ts";
import { type Database, isoOf, type SnapshotMeta } from "./database.ts";

const batchRoots = 500;
/** Held shared while a snapshot is saved and alone while unreferenced roots are deleted: neither may see the other halfway. */
const pruneLock = 7_346_001_582;

type OutlineEntry = readonly [key: ObjectKey, count: number];

/** Keeps the snapshot as what the environment shows and returns the id of its place in the history. In a transaction. */
export async function saveSnapshot(trx: Database, environment: string, snapshot: Snapshot): Promise<number> {
  await sql`select pg_advisory_xact_lock_shared(${pruneLock})`.execute(trx);
  const known = await trx
    .selectFrom("snapshots")
    .select("fingerprint")
    .where("fingerprint", "=", snapshot.fingerprint)
    .executeTakeFirst();
  if (known === undefined) await saveContent(trx, snapshot);
  return saveMoment(trx, environment, snapshot);
}

/**
 * Rebuilds a snapshot. Its server and visibility are those of the environment's newest baseline with this content, else
 * of its newest snapshot with it. Without an environment they are of any, and identities are given only when one
 * environment alone shows this content: another server's object ids would prove renames that never were.
 */
export async function loadSnapshot(
  db: Database,
  fingerprint: string,
  environment?: string,
): Promise<Snapshot | undefined> {
  let query = db
    .selectFrom("environment_snapshots as moment")
    .leftJoin("baselines as baseline", "baseline.environment_snapshot_id", "moment.id")
    .select(["moment.id", "moment.environment"])
    .where("moment.fingerprint", "=", fingerprint);
  if (environment !== undefined) query = query.where("moment.environment", "=", environment);
  const moments = await query
    .orderBy("baseline.id", (order) => order.desc().nullsLast())
    .orderBy("moment.id", "desc")
    .execute();
  const [first] = moments;
  if (first === undefined) return undefined;
  const snapshot = await loadMoment(db, first.id);
  const isShared = moments.some((moment) => moment.environment !== first.environment);
  return snapshot === undefined || !isShared ? snapshot : withoutIdentities(snapshot);
}

/** What the environment showed at a time (ISO), or last of all; undefined when nothing is known of that time any more. */
export async function loadSnapshotAt(
  db: Database,
  environment: string,
  at: string | undefined,
): Promise<Snapshot | undefined> {
  let query = db
    .selectFrom("environment_snapshots")
    .select(["id", "last_seen_at"])
    .where("environment", "=", environment);
  if (at !== undefined) query = query.where("taken_at", "<=", new Date(at));
  const moment = await query.orderBy("taken_at", "desc").orderBy("id", "desc").limit(1).executeTakeFirst();
  if (moment === undefined) return undefined;
  if (at !== undefined && moment.last_seen_at < new Date(at) && (await isForgotten(db, environment, at)))
    return undefined;
  return loadMoment(db, moment.id);
}

/** Whether a snapshot between what is kept before the time and what is kept after it may have been pruned. */
async function isForgotten(db: Database, environment: string, at: string): Promise<boolean> {
  const { rows } = await sql<{ forgotten: boolean }>`
    select exists (
        select from driftwatch.environment_snapshots
        where environment = ${environment} and taken_at > ${at})
      and not exists (
        select from driftwatch.checks where environment = ${environment} and started_at <= ${at}) as forgotten`.execute(
    db,
  );
  return rows[0]?.forgotten === true;
}

/** The newest place in an environment's history that shows this content. */
export async function findMoment(
  db: Database,
  environment: string,
  fingerprint: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("environment_snapshots")
    .select("id")
    .where("environment", "=", environment)
    .where("fingerprint", "=", fingerprint)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/**
 * Deletes from the history what another snapshot took the place of before the time (ISO) and neither a baseline nor a
 * remaining check needs; then snapshots and roots that nothing refers to. Returns how many snapshots went.
 * In a transaction.
 */
export async function pruneSnapshots(trx: Database, before: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(${pruneLock})`.execute(trx);
  await sql`
    delete from driftwatch.environment_snapshots as moment
    where last_seen_at < ${before}
      and not exists (select from driftwatch.baselines b where b.environment_snapshot_id = moment.id)
      and not exists (
        select from driftwatch.checks c
        where c.environment = moment.environment and c.snapshot_fingerprint = moment.fingerprint)
      and exists (
        select from driftwatch.environment_snapshots later
        where later.environment = moment.environment and later.taken_at <= ${before}
          and (later.taken_at, later.id) > (moment.taken_at, moment.id))`.execute(trx);
  const gone = await sql`
    delete from driftwatch.snapshots as snapshot
    where not exists (
      select from driftwatch.environment_snapshots moment where moment.fingerprint = snapshot.fingerprint)`.execute(
    trx,
  );
  const count = Number(gone.numAffectedRows ?? 0);
  if (count > 0) {
    await sql`
      delete from driftwatch.root_objects as root
      where not exists (
        select from (select unnest(root_fingerprints) as fingerprint from driftwatch.snapshots) used
        where used.fingerprint = root.fingerprint)`.execute(trx);
  }
  return count;
}

async function saveContent(trx: Database, snapshot: Snapshot): Promise<void> {
  for (let start = 0; start < snapshot.roots.length; start += batchRoots) {
    await saveRoots(trx, snapshot, snapshot.roots.slice(start, start + batchRoots));
  }
  const outline: OutlineEntry[] = snapshot.roots.map((root) => [root.key, root.count]);
  await trx
    .insertInto("snapshots")
    .values({
      fingerprint: snapshot.fingerprint,
      root_fingerprints: snapshot.roots.map((root) => bytesOf(root.fingerprint)),
      outline: pack(outline),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function saveRoots(trx: Database, snapshot: Snapshot, roots: readonly RootEntry[]): Promise<void> {
  const wanted = roots.map((root) => bytesOf(root.fingerprint));
  const { rows } = await sql<{ fingerprint: Buffer }>`
    select fingerprint from driftwatch.root_objects where fingerprint = any(${wanted}::bytea[])`.execute(trx);
  const known = new Set(rows.map((row) => row.fingerprint.toString("hex")));
  const missing = roots.filter((root) => !known.has(root.fingerprint));
  if (missing.length === 0) return;
  const values = missing.map((root) => ({
    fingerprint: bytesOf(root.fingerprint),
    content: pack(objectsOfRoot(snapshot, root)),
  }));
  // In one order everywhere, so that two replicas that save the same roots wait for each other and never deadlock.
  values.sort((a, b) => Buffer.compare(a.fingerprint, b.fingerprint));
  await trx
    .insertInto("root_objects")
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The history grows only when the environment shows something else, or is read from another server. */
async function saveMoment(trx: Database, environment: string, snapshot: Snapshot): Promise<number> {
  const meta = JSON.stringify(metaOf(snapshot));
  const identities = snapshot.roots.some((root) => root.identities !== undefined)
    ? pack(snapshot.roots.map((root) => root.identities ?? null))
    : null;
  const digest = identities === null ? null : createHash("sha256").update(identities).digest("hex");
  const latest = await trx
    .selectFrom("environment_snapshots")
    .select(["id", "fingerprint", "identities_digest", sql<string>`meta::text`.as("meta_text")])
    .where("environment", "=", environment)
    .orderBy("taken_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  if (latest?.fingerprint === snapshot.fingerprint && latest.meta_text === meta) {
    const fresh = latest.identities_digest === digest ? {} : { identities, identities_digest: digest };
    await trx
      .updateTable("environment_snapshots")
      .set({ last_seen_at: snapshot.takenAt, ...fresh })
      .where("id", "=", latest.id)
      .execute();
    return latest.id;
  }
  const { id } = await trx
    .insertInto("environment_snapshots")
    .values({
      environment,
      fingerprint: snapshot.fingerprint,
      taken_at: snapshot.takenAt,
      last_seen_at: snapshot.takenAt,
      meta,
      identities,
      identities_digest: digest,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

async function loadMoment(db: Database, id: number): Promise<Snapshot | undefined> {
  const row = await db
    .selectFrom("environment_snapshots as moment")
    .innerJoin("snapshots as snapshot", "snapshot.fingerprint", "moment.fingerprint")
    .select([
      "moment.fingerprint",
      "moment.taken_at",
      "moment.meta",
      "moment.identities",
      "snapshot.outline",
      "snapshot.root_fingerprints",
    ])
    .where("moment.id", "=", id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const outline = unpack<readonly OutlineEntry[]>(row.outline);
  const identities = row.identities === null ? [] : unpack<readonly (string[] | null)[]>(row.identities);
  const fingerprints = row.root_fingerprints.map((fingerprint) => fingerprint.toString("hex"));
  const contents = await loadRoots(db, fingerprints);
  const objects: SchemaObject[] = [];
  const roots: RootEntry[] = [];
  for (const [index, [key, count]] of outline.entries()) {
    const fingerprint = fingerprints[index] ?? "";
    const content = contents.get(fingerprint);
    if (content?.length !== count) throw damaged(row.fingerprint);
    const root: RootEntry = { key, fingerprint, start: objects.length, count };
    const own = identities[index] ?? undefined;
    roots.push(own === undefined ? root : { ...root, identities: own });
    for (const object of content) objects.push(object);
  }
  if (fingerprintOfRoots(roots) !== row.fingerprint) throw damaged(row.fingerprint);
  const { modelVersion, dialect, server, visibility } = row.meta;
  const takenAt = isoOf(row.taken_at);
  return { modelVersion, dialect, server, takenAt, objects, roots, fingerprint: row.fingerprint, visibility };
}

async function loadRoots(
  db: Database,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, readonly SchemaObject[]>> {
  const contents = new Map<string, readonly SchemaObject[]>();
  for (let start = 0; start < fingerprints.length; start += batchRoots) {
    const wanted = fingerprints.slice(start, start + batchRoots).map(bytesOf);
    const { rows } = await sql<{ fingerprint: Buffer; content: Buffer }>`
      select fingerprint, content from driftwatch.root_objects where fingerprint = any(${wanted}::bytea[])`.execute(
      db,
    );
    for (const row of rows) contents.set(row.fingerprint.toString("hex"), unpack(row.content));
  }
  return contents;
}

function withoutIdentities(snapshot: Snapshot): Snapshot {
  const roots = snapshot.roots.map(({ key, fingerprint, start, count }) => ({
    key,
    fingerprint,
    start,
    count,
  }));
  return { ...snapshot, roots };
}

function metaOf(snapshot: Snapshot): SnapshotMeta {
  const { modelVersion, dialect, server, visibility } = snapshot;
  return { modelVersion, dialect, server, visibility };
}

function damaged(fingerprint: string): DriftwatchError {
  return new DriftwatchError(
    "store.failed",
    `the snapshot ${fingerprint} in the store is damaged or incomplete`,
    {
      remedy: "Restore the store from a backup, or accept a new baseline.",
    },
  );
}

function bytesOf(fingerprint: string): Buffer {
  return Buffer.from(fingerprint, "hex");
}

/** In the thread pool each would cost six times as much; a batch holds the event loop for some 20 ms. */
function pack(value: unknown): Buffer {
  return deflateRawSync(JSON.stringify(value), { level: 3 });
}

function unpack<T>(bytes: Buffer): T {
  return JSON.parse(inflateRawSync(bytes).toString("utf8")) as T;
}
