/** The doctor's list: what is well, what is not, and the statement that mends it. */
import type { Snapshot } from "../../model/snapshot.ts";
import type { Diagnosis, ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { withinLimits } from "./introspect.ts";
import { probeTier } from "./probe.ts";
import { type ServerRow, serverSql } from "./queries/session.ts";
import { has, isNewerThanKnown, majorOf, newestKnownMajor } from "./version.ts";
import { step } from "./wire/batch.ts";

export interface DiagnoseInput {
  readonly connection: Connection;
  readonly version: number;
  readonly instance: string | null;
  readonly options: ReadOptions;
  introspect(): Promise<Snapshot>;
}

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
  const snapshot = await input.introspect();
  return [
    versionCheck(input.version, versionText),
    encryptionCheck(input.connection),
    roleCheck(user, superuser === "t"),
    {
      check: "scope",
      ok: snapshot.visibility.schemas.length > 0,
      message: `${snapshot.objects.length} objects in ${snapshot.visibility.schemas.length} schemas of ${database}: ${snapshot.visibility.schemas.join(", ")}.`,
      ...(snapshot.visibility.schemas.length > 0
        ? {}
        : { remedy: "Check scope.schemas of the environment." }),
    },
    ...hiddenChecks(snapshot, user),
    probeCheck(input.version, recovery === "t", trackCounts === "on"),
    {
      check: "identity",
      ok: input.instance !== null,
      message:
        input.instance === null
          ? "The server does not tell its identity, so renames are only recognised by structure."
          : "The server tells its identity, so renames are recognised by object id.",
      ...(input.instance === null
        ? { remedy: `GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO "${user}";` }
        : {}),
    },
    coverageCheck(snapshot),
  ];
}

function versionCheck(version: number, text: string): Diagnosis {
  const major = Number(majorOf(version));
  const known = !isNewerThanKnown(version);
  return {
    check: "version",
    ok: known,
    message: known
      ? `PostgreSQL ${text} is supported.`
      : `PostgreSQL ${text} is newer than this Driftwatch knows and is read as ${newestKnownMajor}: what ${major} added goes unseen.`,
    ...(known ? {} : { remedy: "Upgrade Driftwatch." }),
  };
}

function encryptionCheck(connection: Connection): Diagnosis {
  const local = connection.place.startsWith("/") || /^(localhost|127\.|\[?::1)/.test(connection.place);
  if (connection.isEncrypted) {
    const verified = connection.sslMode.startsWith("verify");
    return {
      check: "encryption",
      ok: true,
      message: `The connection is encrypted (sslmode=${connection.sslMode}); the server's certificate is ${verified ? "" : "not "}verified.`,
      ...(verified
        ? {}
        : { remedy: "Use sslmode=verify-full and sslrootcert in the URL to prove who answers." }),
    };
  }
  return {
    check: "encryption",
    ok: local,
    message: local
      ? "The connection is not encrypted, and stays on this machine."
      : "The connection is not encrypted.",
    ...(local ? {} : { remedy: "Switch TLS on at the server and use sslmode=verify-full in the URL." }),
  };
}

function roleCheck(user: string, superuser: boolean): Diagnosis {
  return {
    check: "role",
    ok: !superuser,
    message: superuser
      ? `${user} is a superuser; reading the catalog needs no right at all.`
      : `${user} is no superuser, as it should be.`,
    ...(superuser ? { remedy: "Use a role of its own: CREATE ROLE driftwatch LOGIN PASSWORD '...';" } : {}),
  };
}

function hiddenChecks(snapshot: Snapshot, user: string): Diagnosis[] {
  const { hidden } = snapshot.visibility;
  if (hidden.length === 0)
    return [{ check: "visibility", ok: true, message: `Nothing in scope is hidden from ${user}.` }];
  return hidden.map(({ area, reason, remedy }) => ({
    check: "visibility",
    ok: false,
    message: `Hidden: ${area}. ${reason}`,
    ...(remedy === undefined ? {} : { remedy }),
  }));
}

function probeCheck(version: number, inRecovery: boolean, trackCounts: boolean): Diagnosis {
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
        ? "The probe uses the server's write counters (under 5 ms at any size)."
        : `The probe compares row versions, because ${why}.`,
    ...(tier === "row versions" && !isOld && !inRecovery
      ? { remedy: "ALTER SYSTEM SET track_counts = on;" }
      : {}),
  };
}

function coverageCheck(snapshot: Snapshot): Diagnosis {
  const { unmodelled } = snapshot.visibility;
  const list = unmodelled.map(({ what, count }) => `${count} x ${what}`).join(", ");
  return {
    check: "coverage",
    ok: true,
    message: unmodelled.length === 0 ? "Everything seen is modelled." : `Seen and not modelled: ${list}.`,
  };
}
