/** The doctor's list: what is well, what is not, and the statement that mends it. */
import type { Snapshot } from "../../model/snapshot.ts";
import type { Diagnosis, ReadOptions } from "../../monitor/ports.ts";
import { coverageDiagnosis, encryptionDiagnosis, scopeDiagnosis, visibilityDiagnoses } from "../diagnoses.ts";
import type { Connection } from "./connect.ts";
import { withinLimits } from "./introspect.ts";
import { probeTier } from "./probe.ts";
import { type ServerRow, serverSql } from "./queries/session.ts";
import { has, isNewerThanKnown, majorOf, newestKnownMajor } from "./version.ts";
import { quoteName } from "./visibility.ts";
import { step } from "./wire/batch.ts";

export interface DiagnoseInput {
  readonly connection: Connection;
  readonly version: number;
  readonly instance: string | null;
  readonly options: ReadOptions;
  introspect(): Promise<Snapshot>;
}

/** Throws the DriftwatchErrors of a read. */
export async function diagnose(input: DiagnoseInput): Promise<readonly Diagnosis[]> {
  let row: ServerRow | undefined;
  await input.connection.run(
    withinLimits(input.options, [
      step<ServerRow>("the server", serverSql, (found) => {
        row = found;
      }),
    ]),
  );
  if (row === undefined)
    return [{ check: "server", ok: false, message: "The server told nothing of itself." }];
  const [, versionText, database, , user, superuser, recovery, trackCounts] = row;
  const { connection } = input;
  const snapshot = await input.introspect();
  return [
    versionDiagnosis(input.version, versionText),
    encryptionDiagnosis({
      isEncrypted: connection.isEncrypted,
      place: connection.place,
      mode: `sslmode=${connection.sslMode}`,
      strictMode: "sslmode=verify-full",
      authority: "sslrootcert",
    }),
    roleDiagnosis(user, superuser === "t"),
    scopeDiagnosis(snapshot, database),
    ...visibilityDiagnoses(snapshot),
    probeDiagnosis(input.version, recovery === "t", trackCounts === "on"),
    identityDiagnosis(input.instance, user),
    coverageDiagnosis(snapshot),
  ];
}

function versionDiagnosis(version: number, text: string): Diagnosis {
  const isKnown = !isNewerThanKnown(version);
  return {
    check: "version",
    ok: isKnown,
    message: isKnown
      ? `PostgreSQL ${text} is supported.`
      : `PostgreSQL ${text} is newer than this Driftwatch knows and is read as ${newestKnownMajor}: what ${majorOf(version)} added goes unseen.`,
    ...(isKnown ? {} : { remedy: "Upgrade Driftwatch." }),
  };
}

function roleDiagnosis(user: string, superuser: boolean): Diagnosis {
  return {
    check: "role",
    ok: !superuser,
    message: superuser
      ? `${user} is a superuser; reading the catalog needs no right at all.`
      : `${user} is no superuser, as it should be.`,
    ...(superuser ? { remedy: "Use a role of its own: CREATE ROLE driftwatch LOGIN PASSWORD '...';" } : {}),
  };
}

function probeDiagnosis(version: number, inRecovery: boolean, trackCounts: boolean): Diagnosis {
  const tier = probeTier(version, inRecovery, trackCounts);
  const isOld = !has(version, "writeCountersInSharedMemory");
  const why = inRecovery
    ? "the server is a standby, where replay is not counted"
    : isOld
      ? "the server is older than 15"
      : "track_counts is off";
  return {
    check: "probe",
    ok: true,
    message:
      tier === "write counters"
        ? "The probe uses the server's write counters."
        : `The probe compares row versions, because ${why}.`,
    ...(tier === "row versions" && !isOld && !inRecovery
      ? { remedy: "ALTER SYSTEM SET track_counts = on;" }
      : {}),
  };
}

function identityDiagnosis(instance: string | null, user: string): Diagnosis {
  const isTold = instance !== null;
  return {
    check: "identity",
    ok: isTold,
    message: isTold
      ? "The server tells its identity, so renames are recognised by object id."
      : "The server does not tell its identity, so renames are only recognised by structure.",
    ...(isTold
      ? {}
      : { remedy: `GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO ${quoteName(user)};` }),
  };
}
