/** What doctor says of a MySQL or MariaDB environment: each thing that was checked, and how to put it right. */
import type { Diagnosis, ReadOptions } from "../../monitor/ports.ts";
import type { Connection } from "./connect.ts";
import { schemasInScope } from "./normalise/scope.ts";
import { readRefusal } from "./probe.ts";
import { readSchemas } from "./queries/lists.ts";
import { maySeeProcesses } from "./queries/running-ddl.ts";
import { isNewerThanKnown } from "./version.ts";
import { hiddenAreas, type Rights, readRights } from "./visibility.ts";

export async function diagnose(connection: Connection, options: ReadOptions): Promise<readonly Diagnosis[]> {
  const rights = await readRights(connection);
  const schemas = schemasInScope(await readSchemas(connection), connection, options.scope).map(
    (schema) => schema.name,
  );
  const hidden = hiddenAreas(connection, rights, { schemas, unreadable: [], isOneDatabase: false });
  return [
    versionDiagnosis(connection),
    encryptionDiagnosis(connection),
    {
      check: "schemas",
      ok: schemas.length > 0,
      message: schemas.length > 0 ? `covers ${schemas.join(", ")}` : "no schema is visible",
      ...(schemas.length > 0 ? {} : { remedy: "Grant the monitoring user SELECT on the schemas to watch." }),
    },
    ...hidden.map((area) => ({
      check: `privileges: ${area.area}`,
      ok: false,
      message: area.reason,
      ...(area.remedy === undefined ? {} : { remedy: area.remedy }),
    })),
    ...(hidden.length === 0
      ? [{ check: "privileges", ok: true, message: "everything in scope can be read" }]
      : []),
    ...(options.scope?.roles === true ? [await accountsDiagnosis(connection)] : []),
    await probeDiagnosis(connection),
    identityDiagnosis(rights),
  ];
}

function versionDiagnosis(connection: Connection): Diagnosis {
  const name = connection.version.flavor === "mariadb" ? "MariaDB" : "MySQL";
  const message = `${name} ${connection.version.version.replace("-MariaDB", "")}`;
  if (!isNewerThanKnown(connection.version)) return { check: "version", ok: true, message };
  return {
    check: "version",
    ok: true,
    message: `${message} is newer than any that this program was tested with; what it does not know is counted as unmodelled`,
  };
}

function encryptionDiagnosis(connection: Connection): Diagnosis {
  const isLocal = connection.place.startsWith("/") || /^(?:localhost|127\.|\[?::1)/.test(connection.place);
  if (connection.isEncrypted)
    return { check: "encryption", ok: true, message: "the connection is encrypted" };
  if (isLocal) return { check: "encryption", ok: true, message: "the connection is local and not encrypted" };
  return {
    check: "encryption",
    ok: false,
    message: "the connection is not encrypted",
    remedy: "Switch TLS on at the server and set ssl-mode=verify_identity&ssl-ca=FILE in the URL.",
  };
}

function identityDiagnosis(rights: Rights): Diagnosis {
  if (maySeeProcesses(rights))
    return { check: "identity", ok: true, message: "renamed tables are recognised by InnoDB's table id" };
  return {
    check: "identity",
    ok: true,
    message: "renames are recognised by structure only: without PROCESS the server hides InnoDB's table ids",
    remedy: "GRANT PROCESS ON *.* TO the monitoring user;",
  };
}

async function accountsDiagnosis(connection: Connection): Promise<Diagnosis> {
  const rows = await connection.rowsIfAllowed("SELECT COUNT(*) AS n FROM mysql.user");
  if (rows !== undefined) return { check: "accounts", ok: true, message: "users and roles can be read" };
  return {
    check: "accounts",
    ok: false,
    message: "users and roles are in scope and cannot be read",
    remedy: "GRANT SELECT ON mysql.* TO the monitoring user;",
  };
}

async function probeDiagnosis(connection: Connection): Promise<Diagnosis> {
  const refused = await readRefusal(connection);
  if (refused === null)
    return { check: "probe", ok: true, message: "DDL counters prove cheaply that nothing changed" };
  return {
    check: "probe",
    ok: true,
    message: `every check reads the schema: ${refused.reason}`,
    ...(refused.privilege === undefined
      ? {}
      : { remedy: `GRANT ${refused.privilege} ON *.* TO the monitoring user;` }),
  };
}
