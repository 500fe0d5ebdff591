/** What the monitoring user cannot see, with the exact GRANT for each: from SHOW GRANTS (P35), and from what a read came upon. */
import { matchesGlob } from "../../model/glob.ts";
import type { ObjectKind } from "../../model/kind.ts";
import type { HiddenArea, Opening, ServerInfo, Visibility } from "../../model/server.ts";
import type { Connection } from "./connect.ts";
import { quotedName, tokenise } from "./normalise/sql-text.ts";
import type { Unreadable } from "./queries/definitions.ts";
import { has } from "./version.ts";
import { text } from "./wire/cells.ts";

/** Privileges of the session's user: on all schemas, by schema pattern, on single tables and columns. Upper case. */
export interface Rights {
  readonly account: string;
  readonly everywhere: ReadonlySet<string>;
  readonly schemas: ReadonlyMap<string, ReadonlySet<string>>;
  readonly parts: readonly PartRight[];
  /** Revoked in single schemas (partial_revokes). */
  readonly revoked: ReadonlyMap<string, ReadonlySet<string>>;
}

/** On one table, or on one of its columns. */
interface PartRight {
  readonly path: readonly [schema: string, table: string, column?: string];
  readonly privilege: string;
}

interface Collected {
  everywhere: Set<string>;
  schemas: Map<string, Set<string>>;
  parts: PartRight[];
  revoked: Map<string, Set<string>>;
}

/** One or two queries; privileges that come through active roles are among them. */
export async function readRights(connection: Connection): Promise<Rights> {
  const [current] = await connection.rows("SELECT CURRENT_USER(), CURRENT_ROLE()");
  const account = text(current?.[0]);
  const roles = text(current?.[1]);
  const isExpandable = connection.version.flavor === "mysql" && roles !== "" && roles !== "NONE";
  const using = isExpandable ? `SHOW GRANTS FOR CURRENT_USER() USING ${roles}` : "SHOW GRANTS";
  const rows = await connection.rows(using);
  const lines = rows.map((row) => text(row[0]));
  // PUBLIC's grants hold for everyone (MariaDB 10.11+ prints them, 11 asks for them).
  return { account, ...rightsOf(lines) };
}

/** Equal for equal rights. */
export function rightsText(rights: Rights): string {
  return JSON.stringify(rights, (_, value: unknown) =>
    value instanceof Set || value instanceof Map ? [...(value as Iterable<unknown>)] : value,
  );
}

/** Reads the server's own GRANT lines. */
export function rightsOf(lines: readonly string[]): Omit<Rights, "account"> {
  const found: Collected = {
    everywhere: new Set(),
    schemas: new Map(),
    parts: [],
    revoked: new Map(),
  };
  for (const line of lines) {
    const match =
      /^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(\*\.\*|(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")\.(?:\*|(?:`(?:[^`]|``)*`|"(?:[^"]|"")*"))) (?:TO|FROM) /.exec(
        line,
      );
    if (match === null) continue;
    const [, verb, all = "", on = ""] = match;
    const ofColumns = [...all.matchAll(/([A-Z ]+?) \(((?:`(?:[^`]|``)*`|"(?:[^"]|"")*"|[^()`"])*)\)/g)];
    for (const [, privilege = "", columns = ""] of ofColumns)
      addColumns(found, on, privilege.trim(), columns);
    const whole = ofColumns.reduce((rest, [part]) => rest.replace(part, ""), all);
    const privileges = whole.split(",").map((name) => name.trim().toUpperCase());
    const named = privileges.filter((name) => name !== "");
    if (named.length > 0) addGrant(found, verb === "REVOKE", on, named);
  }
  return found;
}

function addColumns(found: Collected, on: string, privilege: string, columns: string): void {
  const [schema = "", table = ""] = namesIn(on);
  for (const column of namesIn(columns)) found.parts.push({ path: [schema, table, column], privilege });
}

function namesIn(list: string): readonly string[] {
  return tokenise(list)
    .filter((token) => token.text !== "." && token.text !== ",")
    .map((token) => token.value);
}

function addGrant(found: Collected, isRevoke: boolean, on: string, privileges: readonly string[]): void {
  const [schema = "*", table = "*"] = on === "*.*" ? [] : namesIn(on);
  if (table !== "*") {
    for (const privilege of privileges) found.parts.push({ path: [schema, table], privilege });
    return;
  }
  const into = on === "*.*" ? found.everywhere : at(isRevoke ? found.revoked : found.schemas, schema);
  for (const privilege of privileges) {
    if (isRevoke && on === "*.*") into.delete(privilege);
    else into.add(privilege);
  }
}

function at(map: Map<string, Set<string>>, name: string): Set<string> {
  const known = map.get(name);
  if (known !== undefined) return known;
  const fresh = new Set<string>();
  map.set(name, fresh);
  return fresh;
}

/** `_` and `%` in a schema's grant are wildcards unless escaped. */
export function matchesSchemaPattern(pattern: string, schema: string): boolean {
  const source = pattern.replace(/\\[\s\S]|[\s\S]/g, (part) => {
    if (part === "%") return ".*";
    if (part === "_") return ".";
    return (part.startsWith("\\") ? part.slice(1) : part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "is").test(schema);
}

/** Whether the user holds one of the privileges on the whole schema. */
export function holds(rights: Rights, schema: string, ...privileges: readonly string[]): boolean {
  const isRevoked = (name: string): boolean => rights.revoked.get(schema)?.has(name) === true;
  return privileges.some((name) => {
    const isGlobal =
      rights.everywhere.has(name) || rights.everywhere.has("ALL PRIVILEGES") || rights.everywhere.has("ALL");
    if (isGlobal && !isRevoked(name)) return true;
    for (const [pattern, held] of rights.schemas) {
      if ((held.has(name) || held.has("ALL PRIVILEGES")) && matchesSchemaPattern(pattern, schema))
        return true;
    }
    return false;
  });
}

/** Privileges each of which opens something of its own. */
const telling: readonly string[] = ["SELECT", "SHOW VIEW", "TRIGGER", "EVENT"];
/** Any of these lists tables. */
const listing: ReadonlySet<string> = new Set(
  "SELECT,INSERT,UPDATE,DELETE,CREATE,DROP,REFERENCES,INDEX,ALTER,CREATE VIEW,SHOW VIEW,TRIGGER,DELETE HISTORY,DELETE VERSIONING ROWS".split(
    ",",
  ),
);
/** Global privileges that are on no schema. */
const onNoSchema =
  /^(?:USAGE|PROCESS|RELOAD|SHUTDOWN|FILE|SUPER|GRANT OPTION|CREATE (?:USER|ROLE|TABLESPACE)|DROP ROLE|PROXY|REPLICATION .*|BINLOG .*|.* ADMIN|SLAVE MONITOR|REPLICA MONITOR|.*_.*)$/;

/**
 * What the grants open, and what revokes close again: information_schema lists nothing else (P35). Of one database where
 * nothing else is read.
 */
export function sightOf(
  rights: Rights,
  database: string | undefined,
): Required<Pick<Visibility, "opened" | "closed">> {
  const everywhere = [...rights.everywhere].filter((name) => !onNoSchema.test(name));
  const isClosed = (schema: string, revoked: ReadonlySet<string>): boolean =>
    everywhere.every((name) => revoked.has(name)) &&
    ![...rights.schemas.keys()].some((pattern) => matchesSchemaPattern(pattern, schema));
  const opened = [
    ...openingOf([], everywhere),
    ...[...rights.schemas].flatMap(([pattern, held]) => openingOf([globOf(pattern)], [...held])),
    ...rights.parts.flatMap(({ path, privilege }) =>
      openingOf(
        path.filter((name) => name !== undefined),
        [privilege],
      ),
    ),
  ];
  const isOfInterest = ({ path: [schema] }: Opening): boolean =>
    database === undefined || schema === undefined || matchesGlob(schema, database);
  return {
    opened: opened.filter(isOfInterest),
    closed: [...rights.revoked].flatMap(([schema, revoked]) => (isClosed(schema, revoked) ? [schema] : [])),
  };
}

/** None where the privileges let nothing be seen. */
function openingOf(path: readonly string[], privileges: readonly string[]): readonly Opening[] {
  const held = privileges.filter((name) => name !== "USAGE" && name !== "GRANT OPTION");
  if (held.length === 0) return [];
  const isAll = held.some((name) => name === "ALL" || name === "ALL PRIVILEGES");
  const isListing = isAll || held.some((name) => listing.has(name));
  const told = telling.filter((name) => isAll || held.includes(name));
  return [{ path, privileges: [...(isListing ? ["any"] : []), ...told] }];
}

function globOf(pattern: string): string {
  return pattern.replace(/\\([\s\S])|%|_/g, (part, escaped: string | undefined) =>
    escaped !== undefined ? escaped : part === "%" ? "*" : "?",
  );
}

interface Need {
  readonly area: (schema: string) => string;
  readonly privileges: readonly string[];
  /** All of them, or one of them. */
  readonly all: boolean;
  readonly reason: string;
  readonly kinds: readonly ObjectKind[];
}

const tableKinds: readonly ObjectKind[] = [
  "table",
  "column",
  "partition",
  "primary-key",
  "unique",
  "foreign-key",
  "check",
  "index",
  "sequence",
  "comment",
];

const needs: readonly Need[] = [
  {
    area: (schema) => `tables of ${schema}`,
    // Any privilege on a table shows it; these four allow no change of data.
    privileges: ["SELECT", "REFERENCES", "INSERT", "UPDATE", "DELETE", "ALTER", "CREATE", "DROP", "INDEX"],
    all: false,
    reason: "the user holds no privilege on the whole schema, so tables may be hidden",
    kinds: [...tableKinds, "view"],
  },
  {
    area: (schema) => `views of ${schema}`,
    privileges: ["SELECT", "SHOW VIEW"],
    all: true,
    reason: "view definitions need SELECT and SHOW VIEW",
    kinds: ["view"],
  },
  {
    area: (schema) => `triggers of ${schema}`,
    privileges: ["TRIGGER"],
    all: false,
    reason: "triggers need the TRIGGER privilege",
    kinds: ["trigger"],
  },
  {
    area: (schema) => `events of ${schema}`,
    privileges: ["EVENT"],
    all: false,
    reason: "events need the EVENT privilege",
    kinds: ["event"],
  },
];

/** What a reading came upon. */
export interface Found {
  readonly server: Pick<ServerInfo, "flavor" | "settings">;
  readonly schemas: readonly string[];
  readonly unreadable: readonly Unreadable[];
  readonly isOneDatabase: boolean;
}

/** Areas that the grants do not open, schema by schema, in a stable order; then what turned out to be unreadable. */
export function hiddenAreas(connection: Connection, rights: Rights, found: Found): readonly HiddenArea[] {
  const hidden: HiddenArea[] = [];
  const inSchema = (schema: string): Pick<HiddenArea, "path"> =>
    found.isOneDatabase ? {} : { path: [schema] };
  for (const schema of found.schemas) {
    for (const need of needs) {
      const missing = need.privileges.filter((privilege) => !holds(rights, schema, privilege));
      const isOpen = need.all ? missing.length === 0 : missing.length < need.privileges.length;
      if (isOpen) continue;
      const grant = need.all ? missing.join(", ") : (need.privileges[0] ?? "");
      hidden.push({
        area: need.area(schema),
        reason: need.reason,
        remedy: `GRANT ${grant} ON ${quotedName(schema)}.* TO ${accountText(rights.account)};`,
        kinds: need.kinds,
        ...inSchema(schema),
      });
    }
    if (showsNoEvents(found.server)) hidden.push(closedEvents(schema));
    if (!mayReadRoutines(connection, rights, schema))
      hidden.push({ ...routineArea(connection, rights, schema), ...inSchema(schema) });
  }
  for (const each of found.unreadable)
    hidden.push({
      ...inSchema(each.schema),
      ...unreadableArea(connection, rights, each, found.isOneDatabase),
    });
  return hidden;
}

function showsNoEvents({ flavor, settings }: Found["server"]): boolean {
  return flavor === "mariadb" && settings.event_scheduler === "DISABLED";
}

function closedEvents(schema: string): HiddenArea {
  return {
    area: `events of ${schema}`,
    reason: "the server shows no event while its scheduler is disabled",
    remedy: "Start the server with event_scheduler=OFF instead of DISABLED; see in its log what disabled it.",
    kinds: ["event"],
  };
}

/**
 * Stable names of areas that a missing right hides: single objects come and go, and an area that shrinks or grows with
 * them would tell nothing. What is broken is named one by one: the next one to break is news.
 */
const areaOf: Readonly<Partial<Record<ObjectKind, string>>> = {
  table: "table definitions",
  view: "views",
  sequence: "sequences",
  function: "routine bodies",
  trigger: "triggers",
  event: "events",
};

function unreadableArea(
  connection: Connection,
  rights: Rights,
  { schema, kind, name, error }: Unreadable,
  isOneDatabase: boolean,
): HiddenArea {
  if (error !== undefined) {
    const path = isOneDatabase ? [name] : [schema, name];
    return {
      area: `the definition of the ${kind} ${path.join(".")}`,
      reason: `the server answers ${error}`,
      kinds: [kind],
      // The path of a trigger has its table before its name.
      ...(kind === "trigger" ? {} : { path }),
    };
  }
  if (kind === "function") return routineArea(connection, rights, schema);
  return {
    area: `${areaOf[kind] ?? kind} of ${schema}`,
    reason: "a definition cannot be read",
    remedy: `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON ${quotedName(schema)}.* TO ${accountText(rights.account)};`,
    kinds: [kind],
  };
}

/** CURRENT_USER() is user@host; a GRANT wants both quoted. */
export function accountText(account: string): string {
  const cut = account.lastIndexOf("@");
  const quoted = (part: string): string => `'${part.replaceAll("'", "''")}'`;
  return cut < 0 ? quoted(account) : `${quoted(account.slice(0, cut))}@${quoted(account.slice(cut + 1))}`;
}

function mayReadRoutines(connection: Connection, rights: Rights, schema: string): boolean {
  if (connection.version.flavor === "mysql") {
    return ["SELECT", "SHOW_ROUTINE", "ALL PRIVILEGES"].some((name) => rights.everywhere.has(name));
  }
  const isProcReadable =
    holds(rights, "mysql", "SELECT") ||
    rights.parts.some(({ path, privilege }) => path.join("\0") === "mysql\0proc" && privilege === "SELECT");
  return (
    isProcReadable ||
    (has(connection.version, "showCreateRoutinePrivilege") && holds(rights, schema, "SHOW CREATE ROUTINE"))
  );
}

/** The statement that opens routine bodies on this server. */
function routineRemedy(connection: Connection, account: string, schema: string): string {
  const to = accountText(account);
  const on = `${quotedName(schema)}.*`;
  if (has(connection.version, "showRoutinePrivilege")) return `GRANT SHOW_ROUTINE ON *.* TO ${to};`;
  if (connection.version.flavor === "mysql") return `GRANT SELECT ON *.* TO ${to};`;
  if (has(connection.version, "showCreateRoutinePrivilege"))
    return `GRANT SHOW CREATE ROUTINE ON ${on} TO ${to};`;
  return `GRANT SELECT ON mysql.proc TO ${to};`;
}

function routineArea(connection: Connection, rights: Rights, schema: string): HiddenArea {
  return {
    area: `routine bodies of ${schema}`,
    reason: "bodies of functions and procedures of others cannot be read",
    remedy: routineRemedy(connection, rights.account, schema),
    kinds: ["function", "procedure", "package", "package-body"],
  };
}
