/** What a change means decides its severity: one line per meaning. */
import { describe, expect, it } from "vitest";
import { classifyChanges } from "../../src/classify/classify.ts";
import type { Change } from "../../src/model/change.ts";
import { added, altered, anObject, removed, renamed } from "./changes.ts";

const plainColumn = { type: "integer", notNull: false, default: null, position: 3 };
const index = { method: "btree", unique: false, columns: ["email"] };
const policy = { command: "ALL", permissive: true, roles: ["app"], using: "(tenant = 1)", withCheck: null };
const privilege = { grantee: "reporting", privileges: ["SELECT"], grantable: [], defaults: [] };
const func = { definition: "BEGIN END", securityDefiner: false };

const meanings: readonly (readonly [string, Change, string])[] = [
  ["a table that is gone", removed(anObject("table", { form: "ordinary" })), "TBL002 critical data-loss"],
  ["a table nobody expected", added(anObject("table", { form: "ordinary" })), "TBL001 high compatibility"],
  [
    "a renamed table",
    renamed(anObject("table", { form: "ordinary" }), { kind: "table", path: ["public", "old"] }),
    "TBL003 high compatibility",
  ],
  [
    "a partition that came",
    added(anObject("table", { form: "partition", partitionOf: "public.log" })),
    "TBL004 low compatibility",
  ],
  [
    "a partition that went",
    removed(anObject("table", { form: "partition", partitionOf: "public.log" })),
    "TBL005 high data-loss",
  ],
  ["row security disabled", altered("table", "rowSecurity", true, false), "TBL010 critical security"],
  ["row security enabled", altered("table", "rowSecurity", false, true), "TBL011 high security"],
  [
    "row security no longer forced",
    altered("table", "rowSecurityForced", true, false),
    "TBL012 high security",
  ],
  [
    "a table made unlogged",
    altered("table", "persistence", "permanent", "unlogged"),
    "TBL015 high data-loss",
  ],
  ["another engine", altered("table", "engine", "InnoDB", "MyISAM"), "TBL017 high behaviour"],
  ["another charset", altered("table", "charset", "latin1", "utf8mb4"), "TBL018 medium compatibility"],
  ["another collation", altered("table", "collation", "a", "b"), "TBL019 medium behaviour"],
  [
    "a storage parameter",
    altered("table", "storageParameters", {}, { fillfactor: "70" }),
    "TBL025 low performance",
  ],

  ["a nullable column that came", added(anObject("column", plainColumn)), "COL001 medium compatibility"],
  ["a column that went", removed(anObject("column", plainColumn)), "COL002 critical data-loss"],
  [
    "a NOT NULL column without default, which breaks writers",
    added(anObject("column", { ...plainColumn, notNull: true })),
    "COL004 high compatibility",
  ],
  [
    "a NOT NULL column with a default",
    added(anObject("column", { ...plainColumn, notNull: true, default: "0" })),
    "COL001 medium compatibility",
  ],
  [
    "a NOT NULL identity column",
    added(anObject("column", { ...plainColumn, notNull: true, identity: "always" })),
    "COL001 medium compatibility",
  ],
  [
    "a NOT NULL AUTO_INCREMENT column",
    added(anObject("column", { ...plainColumn, notNull: true, autoIncrement: true })),
    "COL001 medium compatibility",
  ],
  ["a dropped NOT NULL", altered("column", "notNull", true, false), "COL005 high integrity"],
  ["a set NOT NULL", altered("column", "notNull", false, true), "COL006 high compatibility"],
  [
    "a widened varchar",
    altered("column", "type", "varchar(50)", "varchar(90)"),
    "COL011 medium compatibility",
  ],
  [
    "a narrowed varchar",
    altered("column", "type", "varchar(90)", "varchar(50)"),
    "COL012 critical data-loss",
  ],
  ["int to bigint", altered("column", "type", "integer", "bigint"), "COL011 medium compatibility"],
  ["bigint to int", altered("column", "type", "bigint", "integer"), "COL013 critical data-loss"],
  ["text to integer", altered("column", "type", "text", "integer"), "COL014 critical data-loss"],
  ["a display width", altered("column", "type", "int(11)", "int"), "COL010 low compatibility"],
  [
    "a value appended to a MySQL enum",
    altered("column", "type", "enum('a')", "enum('a','b')"),
    "COL015 medium compatibility",
  ],
  [
    "a value removed from a MySQL enum",
    altered("column", "type", "enum('a','b')", "enum('a')"),
    "COL016 high data-loss",
  ],
  [
    "values of a MySQL set moved",
    altered("column", "type", "set('a','b')", "set('b','a')"),
    "COL016 high data-loss",
  ],
  ["a default removed", altered("column", "default", "now()", null), "COL020 high compatibility"],
  ["a default added", altered("column", "default", null, "now()"), "COL021 low behaviour"],
  ["a default changed", altered("column", "default", "0", "1"), "COL022 medium behaviour"],
  [
    "MySQL's implicit NULL gone",
    altered("column", "implicitDefault", true, false),
    "COL023 high compatibility",
  ],
  ["a statistics target", altered("column", "statisticsTarget", null, 500), "COL045 low performance"],
  ["a moved column", altered("column", "position", 2, 3), "COL049 low cosmetic"],

  [
    "a removed primary key",
    removed(anObject("primary-key", { columns: ["id"] })),
    "PKY002 critical integrity",
  ],
  ["a removed unique constraint", removed(anObject("unique", { columns: ["id"] })), "UNQ002 high integrity"],
  ["a removed foreign key", removed(anObject("foreign-key")), "FKY002 high integrity"],
  ["a removed check", removed(anObject("check")), "CHK002 high integrity"],
  [
    "a foreign key not validated",
    altered("foreign-key", "validated", true, false),
    "FKY014 critical integrity",
  ],
  [
    "a foreign key not enforced",
    altered("foreign-key", "enforced", true, false),
    "FKY016 critical integrity",
  ],
  [
    "a foreign key switched off",
    altered("foreign-key", "triggerState", "O", "D"),
    "FKY018 critical integrity",
  ],
  [
    "a deleting foreign key",
    altered("foreign-key", "onDelete", "RESTRICT", "CASCADE"),
    "FKY008 high data-loss",
  ],
  ["a check not enforced", altered("check", "enforced", true, false), "CHK007 critical integrity"],
  ["a check enforced again", altered("check", "enforced", false, true), "CHK008 medium compatibility"],

  ["a removed index", removed(anObject("index", index)), "IDX002 medium performance"],
  ["a removed unique index", removed(anObject("index", { ...index, unique: true })), "IDX007 high integrity"],
  ["an added index", added(anObject("index", index)), "IDX001 low performance"],
  [
    "an added unique index",
    added(anObject("index", { ...index, unique: true })),
    "IDX004 medium compatibility",
  ],
  ["an index no longer unique", altered("index", "unique", true, false), "IDX011 high integrity"],
  ["an invalid index", altered("index", "valid", true, false), "IDX022 medium performance"],
  [
    "a unique index over other rows",
    altered("index", "predicate", null, "(active)", { unique: true }),
    "IDX014 high integrity",
  ],
  [
    "an index over other rows",
    altered("index", "predicate", null, "(active)", index),
    "IDX015 medium performance",
  ],

  ["a removed view", removed(anObject("view")), "VIW002 high compatibility"],
  ["another view text", altered("view", "definition", "SELECT 1", "SELECT 2"), "VIW004 high behaviour"],
  [
    "a view that lost security_invoker",
    altered("view", "options", { security_invoker: "true" }, {}),
    "VIW006 high security",
  ],
  [
    "a view that got security_invoker",
    altered("view", "options", {}, { security_invoker: "on" }),
    "VIW009 medium behaviour",
  ],
  [
    "a view made SQL SECURITY DEFINER",
    altered("view", "sqlSecurity", "INVOKER", "DEFINER"),
    "VIW012 high security",
  ],
  [
    "the definer of a view that runs as its caller",
    altered("view", "definer", "a@b", "c@d", { sqlSecurity: "INVOKER" }),
    "VIW014 low security",
  ],
  [
    "the definer of a view that runs as its definer",
    altered("view", "definer", "a@b", "c@d", { sqlSecurity: "DEFINER" }),
    "VIW015 high security",
  ],
  ["an invalid view", altered("view", "valid", true, false), "VIW021 high compatibility"],
  [
    "an unpopulated materialized view",
    altered("materialized-view", "populated", true, false),
    "MVW006 high compatibility",
  ],
  ["a removed function", removed(anObject("function", func)), "FUN002 high compatibility"],
  ["an added function", added(anObject("function", func)), "FUN001 medium compatibility"],
  [
    "an added SECURITY DEFINER function",
    added(anObject("function", { ...func, securityDefiner: true })),
    "FUN004 high security",
  ],
  ["another function text", altered("function", "definition", "a", "b"), "FUN005 high behaviour"],
  [
    "other comments in a function of MySQL",
    altered("function", "definition", "SELECT 1 -- a", "SELECT 1", { sqlMode: "" }),
    "FUN036 info cosmetic",
  ],
  [
    "other comments in a procedure of PostgreSQL",
    altered("procedure", "definition", "AS $p$ -- a\n$p$", "AS $p$ $p$", { language: "plpgsql" }),
    "PRC036 info cosmetic",
  ],
  [
    "other comments in a body of Python",
    altered("procedure", "definition", "AS $p$# a\n$p$", "AS $p$# b\n$p$", { language: "plpython3u" }),
    "PRC005 high behaviour",
  ],
  [
    "other comments in a trigger",
    altered("trigger", "definition", "SET @a = 1 # a", "SET @a = 1", { sqlMode: "" }),
    "TRG020 info cosmetic",
  ],
  [
    "what only looks like a comment in a trigger of PostgreSQL",
    altered("trigger", "definition", "WHEN (new.a #> '{a}')", "WHEN (new.a #> '{b}')"),
    "TRG008 high behaviour",
  ],
  [
    "other comments in an event",
    altered("event", "definition", "DO 1 -- a", "DO 1", { sqlMode: "" }),
    "EVN015 info cosmetic",
  ],
  [
    "other comments in a package body",
    altered("package-body", "definition", "AS BEGIN END -- a", "AS BEGIN END", { sqlMode: "ORACLE" }),
    "PKB011 info cosmetic",
  ],
  ["security definer turned on", altered("function", "securityDefiner", false, true), "FUN006 high security"],
  ["a procedure's sql_mode", altered("procedure", "sqlMode", "", "ANSI"), "PRC029 low behaviour"],
  [
    "the search_path of a security definer function",
    altered("function", "settings", { search_path: "pg_catalog" }, {}, { securityDefiner: true }),
    "FUN014 high security",
  ],
  ["a disabled trigger", altered("trigger", "enabled", "O", "D"), "TRG004 high behaviour"],
  ["an enabled trigger", altered("trigger", "enabled", "D", "O"), "TRG006 medium behaviour"],
  ["a removed trigger", removed(anObject("trigger")), "TRG002 high behaviour"],
  ["a disabled event", altered("event", "status", "ENABLED", "DISABLED"), "EVN006 high behaviour"],

  ["a removed permissive policy", removed(anObject("policy", policy)), "POL002 critical security"],
  [
    "a removed restrictive policy",
    removed(anObject("policy", { ...policy, permissive: false })),
    "POL005 critical security",
  ],
  ["an added permissive policy", added(anObject("policy", policy)), "POL004 high security"],
  ["a policy made permissive", altered("policy", "permissive", false, true), "POL006 critical security"],
  ["a policy opened to PUBLIC", altered("policy", "roles", ["app"], ["public"]), "POL009 critical security"],
  [
    "a policy without condition",
    altered("policy", "using", "(tenant = 1)", "true"),
    "POL012 critical security",
  ],
  [
    "a policy with a further alternative",
    altered("policy", "using", "(tenant = 1)", "((tenant = 1) OR (role = 'admin'::text))"),
    "POL012 critical security",
  ],
  [
    "a policy with one condition less",
    altered("policy", "using", "((tenant = 1) AND (NOT deleted))", "(tenant = 1)"),
    "POL012 critical security",
  ],
  [
    "a policy with another condition",
    altered("policy", "using", "(tenant = 1)", "(owner = CURRENT_USER)"),
    "POL013 high security",
  ],
  [
    "a policy with one condition more",
    altered("policy", "using", "(tenant = 1)", "((tenant = 1) AND (NOT deleted))"),
    "POL013 high security",
  ],
  [
    "an OR that is only text in a policy",
    altered("policy", "withCheck", "(a = 1)", "(b = '(a = 1) OR (c)'::text)"),
    "POL015 high security",
  ],

  ["a privilege for a role", added(anObject("privilege", privilege)), "PRV001 high security"],
  [
    "a privilege for PUBLIC",
    added(anObject("privilege", { ...privilege, grantee: "PUBLIC" })),
    "PRV004 critical security",
  ],
  [
    "a privilege for MySQL's anonymous user",
    added(anObject("privilege", { ...privilege, grantee: "''@'localhost'" })),
    "PRV004 critical security",
  ],
  [
    "a privilege for one user from any host",
    added(anObject("privilege", { ...privilege, grantee: "'app'@'%'" })),
    "PRV001 high security",
  ],
  [
    "a default taken from PUBLIC",
    added(anObject("privilege", { ...privilege, grantee: "PUBLIC", privileges: [], defaults: ["EXECUTE"] })),
    "PRV005 medium security",
  ],
  [
    "a default given back to PUBLIC",
    removed(
      anObject("privilege", { ...privilege, grantee: "PUBLIC", privileges: [], defaults: ["EXECUTE"] }),
    ),
    "PRV006 critical security",
  ],
  ["a revoked privilege", removed(anObject("privilege", privilege)), "PRV002 medium security"],
  [
    "privileges widened",
    altered("privilege", "privileges", ["SELECT"], ["DELETE", "SELECT"], privilege),
    "PRV009 high security",
  ],
  [
    "privileges narrowed",
    altered("privilege", "privileges", ["DELETE", "SELECT"], ["SELECT"], privilege),
    "PRV010 medium security",
  ],
  [
    "PUBLIC's privileges widened",
    altered("privilege", "privileges", ["SELECT"], ["INSERT", "SELECT"], { ...privilege, grantee: "PUBLIC" }),
    "PRV008 critical security",
  ],

  ["an enum value appended", altered("enum", "values", ["a"], ["a", "b"]), "ENM004 medium compatibility"],
  ["an enum value removed", altered("enum", "values", ["a", "b"], ["a"]), "ENM005 high data-loss"],
  [
    "an enum value inserted",
    altered("enum", "values", ["a", "c"], ["a", "b", "c"]),
    "ENM006 medium compatibility",
  ],
  ["enum values moved", altered("enum", "values", ["a", "b"], ["b", "a"]), "ENM007 high behaviour"],
  ["a sequence's bound", altered("sequence", "maximum", "100", "50"), "SEQ008 medium behaviour"],
  ["a cycling sequence", altered("sequence", "cycle", false, true), "SEQ010 high integrity"],
  ["a narrowed sequence", altered("sequence", "type", "bigint", "integer"), "SEQ004 high compatibility"],
  ["an extension's version", altered("extension", "version", "1.0", "1.1"), "EXT004 medium compatibility"],
  ["a collation version", altered("collation", "versionMatches", true, false), "CLL004 high integrity"],
  [
    "the database's collation",
    altered("database", "collationVersionMatches", true, false),
    "DBS004 high integrity",
  ],
  ["a server upgrade", altered("server", "version", "17", "18"), "SRV004 info compatibility"],
  [
    "a server's sql_mode",
    altered("server", "settings", { sql_mode: "" }, { sql_mode: "ANSI" }),
    "SRV006 medium behaviour",
  ],
  [
    "another server setting",
    altered("server", "settings", { innodb_strict_mode: "ON" }, { innodb_strict_mode: "OFF" }),
    "SRV007 low behaviour",
  ],
  ["a comment", altered("comment", "text", "a", "b"), "COM004 info cosmetic"],
  ["a partition of MySQL that went", removed(anObject("partition")), "PRT002 high data-loss"],
  ["a partition of MySQL that came", added(anObject("partition")), "PRT001 low compatibility"],
  ["a new superuser", added(anObject("role", { login: true, superuser: true })), "ROL004 critical security"],
  [
    "an attribute that only the server knows",
    altered("database", "somethingNew", "a", "b"),
    "GEN001 medium behaviour",
  ],
];

describe("severity by meaning", () => {
  it.each(meanings)("reports %s with its own code, severity and category", (_meaning, change, expected) => {
    const [finding] = classifyChanges([change]);
    expect(`${finding?.code} ${finding?.severity} ${finding?.category}`).toBe(expected);
  });
});
