/**
 * The probe: a token far cheaper than a snapshot. First choice is the server's own counters of writes to its catalogs;
 * where they cannot be trusted, a digest of row versions. Equal tokens prove that nothing changed.
 */
import { createHash } from "node:crypto";
import { modelVersion } from "../../model/model-version.ts";
import type { ProbeToken, ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { countersSql, rowVersionsSql } from "./queries/probe.ts";
import { beginSql, commitSql, type ServerRow, serverSql } from "./queries/session.ts";
import { has } from "./version.ts";
import { mayReadConnectionsSql } from "./visibility.ts";
import { step } from "./wire/batch.ts";

export type ProbeTier = "write counters" | "row versions";

export interface ProbeInput {
  readonly connection: Connection;
  readonly version: number;
  readonly user: string;
  readonly options: ReadOptions;
}

/**
 * Counters need 15 (before, a lagging collector kept them), track_counts, and a primary: replay does not count. They
 * arrive up to a second late (ten from an idle session), so a change may be seen one probe later.
 */
export function probeTier(version: number, inRecovery: boolean, trackCounts: boolean): ProbeTier {
  return has(version, "writeCountersInSharedMemory") && trackCounts && !inRecovery
    ? "write counters"
    : "row versions";
}

/** Throws the DriftwatchErrors of a read. */
export async function probe(input: ProbeInput): Promise<ProbeToken> {
  const { connection, version } = input;
  let state: ServerRow | undefined;
  let counters = "";
  let readsConnections = false;
  await connection.run([
    ...beginSql(input.options).map((sql) => ({ name: "the session's settings", sql })),
    step<ServerRow>("the server", serverSql, (row) => {
      state = row;
    }),
    step<readonly [string]>("write counters", countersSql(version), ([text]) => {
      counters = text;
    }),
    step<readonly [string]>("privileges", mayReadConnectionsSql, ([may]) => {
      readsConnections = may === "t";
    }),
    { name: "the end", sql: commitSql },
  ]);
  const tier = probeTier(version, state?.[6] === "t", state?.[7] === "on");
  const evidence = tier === "write counters" ? counters : await readRowVersions(input, readsConnections);
  // A restart or a reset of statistics sets the counters back, an upgrade changes what is read, a new scope or user what is seen.
  const circumstances = JSON.stringify([
    modelVersion,
    state?.slice(1),
    input.user,
    input.options.scope ?? {},
  ]);
  const digest = createHash("sha256").update(circumstances).update(evidence).digest("hex").slice(0, 32);
  return `${tier === "write counters" ? "c" : "v"}1:${digest}`;
}

async function readRowVersions(input: ProbeInput, readsConnections: boolean): Promise<string> {
  const parts: string[] = [];
  await input.connection.run([
    ...beginSql(input.options).map((sql) => ({ name: "the session's settings", sql })),
    step<readonly [string, string | null, string | null]>(
      "row versions",
      rowVersionsSql(input.version, readsConnections),
      (row) => {
        parts.push(row.join(" "));
      },
    ),
    { name: "the end", sql: commitSql },
  ]);
  return parts.sort().join("\n");
}
