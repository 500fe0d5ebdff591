/** The doctor's list: what is well, what is not, and the statement that mends it. */
import type { Snapshot } from "../../model/snapshot.ts";
import type { Diagnosis } from "../../monitor/ports.ts";
import { coverageDiagnosis, encryptionDiagnosis, scopeDiagnosis, visibilityDiagnoses } from "../diagnoses.ts";
import type { Connection } from "./connect.ts";
import { readRefusal } from "./probe.ts";
import { maySeeProcesses } from "./queries/running-ddl.ts";
import { isNewerThanKnown, type ServerVersion } from "./version.ts";
import { accountText, type Rights, readRights } from "./visibility.ts";

export interface DiagnoseInput {
  readonly connection: Connection;
  introspect(): Promise<Snapshot>;
}

/** Throws the DriftwatchErrors of a read. */
export async function diagnose({ connection, introspect }: DiagnoseInput): Promise<readonly Diagnosis[]> {
  const rights = await readRights(connection);
  const snapshot = await introspect();
  return [
    versionDiagnosis(connection.version),
    encryptionDiagnosis({
      isEncrypted: connection.isEncrypted,
      place: connection.place,
      mode: `ssl-mode=${connection.sslMode}`,
      strictMode: "ssl-mode=verify_identity",
      authority: "ssl-ca",
    }),
    scopeDiagnosis(snapshot, connection.database ?? ""),
    ...visibilityDiagnoses(snapshot),
    await probeDiagnosis(connection, rights),
    identityDiagnosis(rights),
    coverageDiagnosis(snapshot),
  ];
}

/** What a newer server prints and the model does not hold is counted, so that nothing goes unseen. */
function versionDiagnosis(version: ServerVersion): Diagnosis {
  const name = version.flavor === "mariadb" ? "MariaDB" : "MySQL";
  const text = `${name} ${version.version.replace("-MariaDB", "")}`;
  const isKnown = !isNewerThanKnown(version);
  return {
    check: "version",
    ok: true,
    message: isKnown
      ? `${text} is supported.`
      : `${text} is newer than this Driftwatch knows: what it added is counted and not compared.`,
    ...(isKnown ? {} : { remedy: "Upgrade Driftwatch." }),
  };
}

async function probeDiagnosis(connection: Connection, rights: Rights): Promise<Diagnosis> {
  const refused = await readRefusal(connection);
  return {
    check: "probe",
    ok: true,
    message:
      refused === null
        ? "The probe uses the server's DDL counters."
        : `There is no probe and every check reads the schema, because ${refused.reason}.`,
    ...(refused?.privilege === undefined ? {} : { remedy: grant(refused.privilege, rights) }),
  };
}

function identityDiagnosis(rights: Rights): Diagnosis {
  const isTold = maySeeProcesses(rights);
  return {
    check: "identity",
    ok: true,
    message: isTold
      ? "The server tells InnoDB's table ids, so renames of tables are recognised by them."
      : "The server does not tell InnoDB's table ids, so renames are only recognised by structure.",
    ...(isTold ? {} : { remedy: grant("PROCESS", rights) }),
  };
}

function grant(privilege: string, { account }: Rights): string {
  return `GRANT ${privilege} ON *.* TO ${accountText(account)};`;
}
