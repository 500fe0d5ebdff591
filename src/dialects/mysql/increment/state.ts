/**
 * What a read leaves behind so that the next one need only look at what changed: the moment, the circumstances, and what the
 * lists said of each root object. It travels in the snapshot, within one process, and nobody else looks inside.
 */
import { createHash } from "node:crypto";
import { modelVersion } from "../../../model/model-version.ts";
import type { Flavor, Scope, ServerInfo } from "../../../model/server.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import { type Rights, rightsText } from "../visibility.ts";
import type { ListedRoot } from "./listed-roots.ts";

/** What stands around the lists at the moment before they were read. */
export interface Moment {
  /** Equal text: same server, start, settings, user, rights and scope. All else that could make one object read differently. */
  readonly circumstances: string;
  readonly flavor: Flavor;
  readonly now: string;
  /** What was made later than this may have been made again within the resolution of the catalog's times. */
  readonly horizon: string;
  /** The counters of statements that rename tables. */
  readonly renames: string;
  /** InnoDB's ids by "schema\0table"; undefined where the user may not read them (PROCESS) and on MariaDB. */
  readonly innodbIds: ReadonlyMap<string, string> | undefined;
}

export interface ReadingState extends Moment {
  /** By the key id of the root. */
  readonly roots: ReadonlyMap<string, ListedRoot>;
  /**
   * The counters of statements on triggers, when all that had begun before they were read had ended before the lists were;
   * undefined where one may have been under way.
   */
  readonly triggers: string | undefined;
  /** Tells it from what somebody else left. */
  readonly leftBy: typeof reader;
}

const reader: unique symbol = Symbol("MySQL reader");

export function readingState(state: Omit<ReadingState, "leftBy">): ReadingState {
  return { ...state, leftBy: reader };
}

export function isReadingState(state: unknown): state is ReadingState {
  return typeof state === "object" && state !== null && "leftBy" in state && state.leftBy === reader;
}

export interface Circumstances {
  readonly server: ServerInfo;
  readonly started: string;
  /** The counters of statements that let a replica go on. */
  readonly replication: string;
  readonly user: string;
  readonly rights: Rights;
  readonly scope: Scope | undefined;
}

export function circumstancesText(facts: Circumstances): string {
  const { server, started, replication, user, rights, scope } = facts;
  const around = [server, started, replication, user, rightsText(rights), scope ?? null];
  return createHash("sha256").update(JSON.stringify(around)).digest("hex");
}

/** The earlier snapshot with what its reading left, where it can be built upon. */
export interface Basis {
  readonly previous: Snapshot;
  readonly state: ReadingState;
  readonly moment: Moment;
}

/** Undefined when everything must be read. */
export function basisOf(previous: Snapshot | undefined, moment: Moment | undefined): Basis | undefined {
  const state = previous?.reading?.state;
  if (previous === undefined || !isReadingState(state) || moment === undefined) return undefined;
  if (previous.modelVersion !== modelVersion || state.circumstances !== moment.circumstances)
    return undefined;
  // A clock that was put back could show an old time again.
  return moment.now < state.now ? undefined : { previous, state, moment };
}
