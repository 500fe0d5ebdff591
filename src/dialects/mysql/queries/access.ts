/**
 * Queries for who may do what (opt-in): users, roles, memberships, privileges at every level. Password hashes are never
 * selected: what is kept of JSON columns is extracted on the server.
 */
import type { ObjectKey } from "../../../model/key.ts";
import { objectOf, type SchemaObject } from "../../../model/object.ts";
import type { HiddenArea } from "../../../model/server.ts";
import type { Connection } from "../connect.ts";
import { type Held, privilegeObjects } from "../normalise/access.ts";
import { accountName } from "../normalise/definer.ts";
import type { SchemaPlace } from "../normalise/naming.ts";
import { tokenise } from "../normalise/sql-text.ts";
import { matchesSchemaPattern } from "../visibility.ts";
import { type Row, text, textOrNull } from "../wire/cells.ts";
import { schemaFilter } from "./lists.ts";
import type { Lists } from "./objects.ts";
import type { OtherObjects } from "./others.ts";

/** The servers' own accounts, locked and the same everywhere. */
const internal: ReadonlySet<string> = new Set([
  "mysql.sys",
  "mysql.session",
  "mysql.infoschema",
  "mariadb.sys",
]);

export async function readAccess(
  connection: Connection,
  places: readonly SchemaPlace[],
  lists: Lists,
): Promise<OtherObjects> {
  const isMariaDb = connection.version.flavor === "mariadb";
  const accounts = await connection.rowsIfAllowed(isMariaDb ? mariaDbAccounts : mySqlAccounts);
  if (accounts === undefined) return { objects: [], hidden: [hiddenAccounts] };
  const objects: SchemaObject[] = [];
  for (const row of accounts) {
    if (!internal.has(text(row[0]))) objects.push(roleObject(row));
  }
  objects.push(
    ...(isMariaDb ? await mariaDbMemberships(connection, accounts) : await mySqlMemberships(connection)),
  );
  const held = await readPrivileges(connection, places);
  objects.push(...privilegeObjects(held, kindOfRelation(lists)));
  return { objects, hidden: [] };
}

const hiddenAccounts: HiddenArea = {
  area: "users and roles",
  reason: "the accounts' tables in the schema mysql cannot be read",
  remedy: "GRANT SELECT ON mysql.* TO the monitoring user;",
  kinds: ["role", "role-membership", "privilege"],
};

/**
 * Columns: user, host, is role, plugins, then name and value of options in turn. What was set to nothing differs from what
 * was left to the server's default, which is NULL. JSON is cast, because the driver would make objects of it.
 */
const mySqlAccounts =
  "SELECT User AS u, Host AS h, 0 AS r, CONCAT_WS(',', plugin, JSON_EXTRACT(User_attributes, '$.multi_factor_authentication[*].plugin')) AS p, " +
  "'tls', ssl_type, 'cipher', CAST(ssl_cipher AS CHAR), 'issuer', CAST(x509_issuer AS CHAR), 'subject', CAST(x509_subject AS CHAR), " +
  "'max queries per hour', max_questions, 'max updates per hour', max_updates, 'max connections per hour', max_connections, " +
  "'max user connections', max_user_connections, 'locked', account_locked, 'password expired', password_expired, " +
  "'password lifetime days', IF(password_lifetime = 0, 'never', password_lifetime), 'password history', IF(Password_reuse_history = 0, 'none', Password_reuse_history), " +
  "'password reuse days', IF(Password_reuse_time = 0, 'none', Password_reuse_time), " +
  "'current password required', IF(Password_require_current = 'N', 'optional', Password_require_current), " +
  "'password locking', CAST(JSON_EXTRACT(User_attributes, '$.Password_locking') AS CHAR), " +
  "'restrictions', CAST(JSON_EXTRACT(User_attributes, '$.Restrictions') AS CHAR), 'metadata', CAST(JSON_EXTRACT(User_attributes, '$.metadata') AS CHAR) FROM mysql.user";

const mariaDbAccounts =
  "SELECT User AS u, Host AS h, COALESCE(JSON_VALUE(Priv, '$.is_role'), 0) AS r, " +
  // An account that never was written by ALTER USER or GRANT has no plugin, which means this one.
  "CONCAT_WS(',', IF(JSON_VALUE(Priv, '$.is_role') = 1, NULL, COALESCE(JSON_VALUE(Priv, '$.plugin'), 'mysql_native_password')), " +
  "JSON_EXTRACT(Priv, '$.auth_or[*].plugin')) AS p, " +
  "'tls', ELT(JSON_VALUE(Priv, '$.ssl_type'), 'ANY', 'X509', 'SPECIFIED'), 'cipher', JSON_VALUE(Priv, '$.ssl_cipher'), 'issuer', JSON_VALUE(Priv, '$.x509_issuer'), " +
  "'subject', JSON_VALUE(Priv, '$.x509_subject'), 'max queries per hour', JSON_VALUE(Priv, '$.max_questions'), " +
  "'max updates per hour', JSON_VALUE(Priv, '$.max_updates'), 'max connections per hour', JSON_VALUE(Priv, '$.max_connections'), " +
  "'max user connections', JSON_VALUE(Priv, '$.max_user_connections'), 'max statement time', JSON_VALUE(Priv, '$.max_statement_time'), " +
  "'locked', JSON_VALUE(Priv, '$.account_locked'), 'password expired', IF(JSON_VALUE(Priv, '$.password_last_changed') = 0, 'Y', NULL), " +
  "'password lifetime days', CASE JSON_VALUE(Priv, '$.password_lifetime') WHEN 0 THEN 'never' WHEN -1 THEN NULL ELSE JSON_VALUE(Priv, '$.password_lifetime') END, 'default role', JSON_VALUE(Priv, '$.default_role') FROM mysql.global_priv";

function roleObject(row: Row): SchemaObject {
  const options: Record<string, string> = {};
  const plugins = text(row[3]);
  if (plugins !== "") options.plugin = plugins;
  for (let at = 4; at + 1 < row.length; at += 2) {
    // Told by the membership.
    if (text(row[at]) === "default role") continue;
    const value = textOrNull(row[at + 1]);
    if (value !== null && value !== "" && value !== "0" && value !== "N" && value !== "NONE")
      options[text(row[at])] = value;
  }
  const isRole = Number(row[2]) === 1;
  const key = { kind: "role", path: [accountName(text(row[0]), text(row[1]))] } as const;
  return objectOf(key, { login: !isRole && !/^(?:Y|1|true)$/i.test(options.locked ?? ""), options });
}

function membership(member: string, role: string, admin: boolean, isDefault: boolean): SchemaObject {
  const key = { kind: "role-membership", path: [member, role] } as const;
  return objectOf(key, { admin, default: isDefault });
}

async function mySqlMemberships(connection: Connection): Promise<readonly SchemaObject[]> {
  const edges =
    (await connection.rowsIfAllowed(
      "SELECT TO_USER, TO_HOST, FROM_USER, FROM_HOST, WITH_ADMIN_OPTION FROM mysql.role_edges",
    )) ?? [];
  const defaults =
    (await connection.rowsIfAllowed(
      "SELECT USER, HOST, DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST FROM mysql.default_roles",
    )) ?? [];
  const pair = (row: Row): [string, string] => [
    accountName(text(row[0]), text(row[1])),
    accountName(text(row[2]), text(row[3])),
  ];
  const isDefault = new Set(defaults.map((row) => pair(row).join("\0")));
  return edges.map((row) => {
    const [member, role] = pair(row);
    return membership(member, role, text(row[4]) === "Y", isDefault.has(`${member}\0${role}`));
  });
}

async function mariaDbMemberships(
  connection: Connection,
  accounts: readonly Row[],
): Promise<readonly SchemaObject[]> {
  const rows =
    (await connection.rowsIfAllowed("SELECT User, Host, Role, Admin_option FROM mysql.roles_mapping")) ?? [];
  const defaults = new Map(
    accounts.map((row) => [accountName(text(row[0]), text(row[1])), text(row.at(-1))]),
  );
  return rows.map((row) => {
    const member = accountName(text(row[0]), text(row[1]));
    return membership(
      member,
      accountName(text(row[2]), ""),
      text(row[3]) === "Y",
      defaults.get(member) === text(row[2]),
    );
  });
}

/** 'u'@'h' of information_schema in our spelling; undefined for the servers' own accounts. */
function granteeOf(cell: string): string | undefined {
  const tokens = tokenise(cell);
  const user = tokens[0]?.value ?? "";
  return internal.has(user) ? undefined : accountName(user, tokens[2]?.value ?? "");
}

/** Six queries: one per level. */
async function readPrivileges(
  connection: Connection,
  places: readonly SchemaPlace[],
): Promise<readonly Held[]> {
  const held: Held[] = [];
  const schemas = places.map((place) => place.schema);
  const prefixes = new Map(places.map((place) => [place.schema, place.prefix]));
  const add = (
    cell: string,
    level: Held["level"],
    path: readonly string[],
    privilege: string,
    isGrantable: boolean,
  ): void => {
    const grantee = granteeOf(cell);
    if (grantee !== undefined && privilege !== "USAGE")
      held.push({ grantee, level, path, privilege, isGrantable });
  };
  const views: readonly [string, Held["level"], readonly string[]][] = [
    ["USER_PRIVILEGES", "server", []],
    ["TABLE_PRIVILEGES", "table", ["TABLE_NAME"]],
    ["COLUMN_PRIVILEGES", "column", ["TABLE_NAME", "COLUMN_NAME"]],
  ];
  for (const [view, level, names] of views) {
    const filter = names.length === 0 ? "" : ` WHERE ${schemaFilter("TABLE_SCHEMA", schemas)}`;
    const columns = [
      "GRANTEE",
      "PRIVILEGE_TYPE",
      "IS_GRANTABLE",
      ...(names.length === 0 ? [] : ["TABLE_SCHEMA"]),
      ...names,
    ];
    const rows = await connection.rows(
      `SELECT ${columns.join(", ")} FROM information_schema.${view}${filter}`,
    );
    for (const row of rows) {
      const path = [...(prefixes.get(text(row[3])) ?? []), ...names.map((_, index) => text(row[4 + index]))];
      add(text(row[0]), level, path, text(row[1]), text(row[2]) === "YES");
    }
  }
  const onSchemas = await connection.rows(
    "SELECT GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE, TABLE_SCHEMA FROM information_schema.SCHEMA_PRIVILEGES",
  );
  for (const row of onSchemas) {
    const pattern = text(row[3]);
    const place = places.find((each) => matchesSchemaPattern(pattern, each.schema));
    if (place === undefined) continue;
    const isExact = pattern.replaceAll("\\", "") === place.schema;
    add(text(row[0]), "schema", isExact ? place.prefix : [pattern], text(row[1]), text(row[2]) === "YES");
  }
  const onRoutines =
    (await connection.rowsIfAllowed(
      `SELECT User, Host, Routine_type, Proc_priv, Db, Routine_name FROM mysql.procs_priv WHERE ${schemaFilter("Db", schemas)}`,
    )) ?? [];
  for (const row of onRoutines) addRoutine(held, row, prefixes);
  held.push(...(await readProxies(connection)));
  return held;
}

/** Who may log in as somebody else. */
async function readProxies(connection: Connection): Promise<readonly Held[]> {
  const rows = await connection.rowsIfAllowed(
    "SELECT User, Host, Proxied_user, Proxied_host, With_grant FROM mysql.proxies_priv",
  );
  return (rows ?? []).map((row) => ({
    grantee: accountName(text(row[0]), text(row[1])),
    level: "role",
    path: [accountName(text(row[2]), text(row[3]))],
    privilege: "PROXY",
    isGrantable: Number(row[4]) === 1,
  }));
}

function addRoutine(held: Held[], row: Row, prefixes: ReadonlyMap<string, readonly string[]>): void {
  const names = text(row[3])
    .toUpperCase()
    .split(",")
    .filter((name) => name !== "");
  const isGrantable = names.includes("GRANT");
  const path = [...(prefixes.get(text(row[4])) ?? []), text(row[5])];
  const level = text(row[2]).toUpperCase() === "FUNCTION" ? "function" : "procedure";
  for (const privilege of names.filter((name) => name !== "GRANT")) {
    held.push({ grantee: accountName(text(row[0]), text(row[1])), level, path, privilege, isGrantable });
  }
}

/** Whether a grant on a "table" speaks of a view or a sequence. */
function kindOfRelation(lists: Lists): (path: readonly string[]) => ObjectKey["kind"] {
  const kinds = new Map<string, ObjectKey["kind"]>();
  for (const table of lists.tables) {
    const kind = table.type === "VIEW" ? "view" : table.type === "SEQUENCE" ? "sequence" : "table";
    kinds.set(`${table.schema}\0${table.name}`, kind);
    kinds.set(table.name, kind);
  }
  return (path) => kinds.get(path.slice(-2).join("\0")) ?? kinds.get(path.at(-1) ?? "") ?? "table";
}
