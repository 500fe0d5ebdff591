/** One-attribute changes of views and programs beyond those of attribute-probes.ts: mostly who made them, and how. */
import type { Probe } from "./probe.ts";

const t = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a int);";
const proc = "CREATE PROCEDURE f (IN x int) SELECT x;";
const func = "CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC NO SQL RETURN x + 1;";
const trigger = "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;";
const event = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;";
const view = "CREATE OR REPLACE SQL SECURITY DEFINER VIEW v AS SELECT id FROM t;";

const latin = "SET NAMES latin1;";
const collated = "SET collation_connection = utf8mb4_bin;";
const ansi = "SET sql_mode = 'ANSI_QUOTES';";
const otherDatabase = "ALTER DATABASE COLLATE utf8mb4_bin;";
const byNobody = (made: string): string => made.replace("CREATE", "CREATE DEFINER = 'nobody'@'%'");

export const sharedProgramProbes: readonly Probe[] = [
  ["view: removed", t + view, "DROP VIEW v;", ["removed view v"]],
  [
    "view: client charset",
    t + view,
    latin + view,
    ["altered view v.clientCharset", "altered view v.clientCollation"],
  ],
  ["view: client collation", t + view, collated + view, ["altered view v.clientCollation"]],
  [
    "view: names of columns",
    t + view,
    view.replace("SELECT id", "SELECT id AS n"),
    ["altered view v.columns"],
  ],
  ["procedure: removed", proc, "DROP PROCEDURE f;", ["removed procedure f"]],
  [
    "procedure: determinism",
    proc,
    `DROP PROCEDURE f; ${proc.replace("SELECT", "DETERMINISTIC SELECT")}`,
    ["altered procedure f.deterministic"],
  ],
  [
    "procedure: client collation",
    proc,
    `DROP PROCEDURE f; ${collated} ${proc}`,
    ["altered procedure f.clientCollation"],
  ],
  [
    "procedure: collation of the database",
    proc,
    `DROP PROCEDURE f; ${otherDatabase} ${proc}`,
    ["altered schema .collation", "altered procedure f.databaseCollation"],
  ],
  [
    "function: body",
    func,
    `DROP FUNCTION f; ${func.replace("+ 1", "+ 2")}`,
    ["altered function f.definition"],
  ],
  [
    "function: arguments",
    func,
    `DROP FUNCTION f; ${func.replace("(x int", "(x bigint")}`,
    ["altered function f.arguments"],
  ],
  ["function: definer", func, `DROP FUNCTION f; ${byNobody(func)}`, ["altered function f.definer"]],
  ["function: security", func, "ALTER FUNCTION f SQL SECURITY INVOKER;", ["altered function f.sqlSecurity"]],
  ["function: data access", func, "ALTER FUNCTION f READS SQL DATA;", ["altered function f.dataAccess"]],
  ["function: comment", func, "ALTER FUNCTION f COMMENT 'x';", ["added comment on function f"]],
  ["function: sql mode", func, `DROP FUNCTION f; ${ansi} ${func}`, ["altered function f.sqlMode"]],
  [
    "function: client charset",
    func,
    `DROP FUNCTION f; ${latin} ${func}`,
    ["altered function f.clientCharset", "altered function f.clientCollation"],
  ],
  [
    "function: charset of what it returns",
    func.replace("RETURNS int", "RETURNS varchar(9) CHARSET latin1"),
    `DROP FUNCTION f; ${func.replace("RETURNS int", "RETURNS varchar(9) CHARSET utf8mb4")}`,
    ["altered function f.returns"],
  ],
  ["trigger: removed", t + trigger, "DROP TRIGGER g;", ["removed trigger t.g"]],
  ["trigger: definer", t + trigger, `DROP TRIGGER g; ${byNobody(trigger)}`, ["altered trigger t.g.definer"]],
  ["trigger: sql mode", t + trigger, `DROP TRIGGER g; ${ansi} ${trigger}`, ["altered trigger t.g.sqlMode"]],
  [
    "trigger: client charset",
    t + trigger,
    `DROP TRIGGER g; ${latin} ${trigger}`,
    ["altered trigger t.g.clientCharset", "altered trigger t.g.clientCollation"],
  ],
  [
    "trigger: collation of the database",
    t + trigger,
    `DROP TRIGGER g; ${otherDatabase} ${trigger}`,
    ["altered schema .collation", "altered trigger t.g.databaseCollation"],
  ],
  ["event: removed", event, "DROP EVENT e;", ["removed event e"]],
  ["event: definer", event, "ALTER DEFINER = 'nobody'@'%' EVENT e COMMENT '';", ["altered event e.definer"]],
  ["event: sql mode", event, `DROP EVENT e; ${ansi} ${event}`, ["altered event e.sqlMode"]],
  [
    "event: time zone",
    event,
    `DROP EVENT e; SET time_zone = '+03:00'; ${event}`,
    ["altered event e.timeZone"],
  ],
  [
    "event: client charset",
    event,
    `DROP EVENT e; ${latin} ${event}`,
    ["altered event e.clientCharset", "altered event e.clientCollation"],
  ],
  [
    "event: collation of the database",
    event,
    `DROP EVENT e; ${otherDatabase} ${event}`,
    ["altered schema .collation", "altered event e.databaseCollation"],
  ],
  [
    "event: moment",
    "CREATE EVENT e ON SCHEDULE AT '2035-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO SELECT 1;",
    "ALTER EVENT e ON SCHEDULE AT '2035-01-02 00:00:00';",
    ["altered event e.schedule"],
  ],
  ["event: disabled on replicas", event, "ALTER EVENT e DISABLE ON SLAVE;", ["altered event e.status"]],
];

const oracle = "SET sql_mode = 'ORACLE';";
const pack = "CREATE PACKAGE k AS FUNCTION f(x int) RETURN int; END;";
const body = "CREATE PACKAGE BODY k AS FUNCTION f(x int) RETURN int AS BEGIN RETURN x; END; END;";
const sequence = "CREATE SEQUENCE s;";

export const mariaDbProgramProbes: readonly Probe[] = [
  [
    "package: definer",
    oracle + pack,
    `${oracle} DROP PACKAGE k; ${byNobody(pack)}`,
    ["altered package k.definer"],
  ],
  [
    "package: security",
    oracle + pack,
    `${oracle} DROP PACKAGE k; ${pack.replace(" AS", " SQL SECURITY INVOKER AS")}`,
    ["altered package k.sqlSecurity"],
  ],
  [
    "package: comment",
    oracle + pack,
    `${oracle} DROP PACKAGE k; ${pack.replace(" AS", " COMMENT 'x' AS")}`,
    ["added comment on package k"],
  ],
  [
    "package: client charset",
    oracle + pack,
    `${oracle} ${latin} DROP PACKAGE k; ${pack}`,
    ["altered package k.clientCharset", "altered package k.clientCollation"],
  ],
  [
    "package body: text",
    oracle + pack + body,
    `${oracle} DROP PACKAGE BODY k; ${body.replace("RETURN x", "RETURN x + 1")}`,
    ["altered package-body k.definition"],
  ],
  [
    "package body: removed",
    oracle + pack + body,
    `${oracle} DROP PACKAGE BODY k;`,
    ["removed package-body k"],
  ],
  ["sequence: removed", sequence, "DROP SEQUENCE s;", ["removed sequence s"]],
  ["sequence: engine", sequence, "ALTER TABLE s ENGINE = MyISAM;", ["altered sequence s.engine"]],
  ["sequence: comment", sequence, "ALTER TABLE s COMMENT = 'x';", ["added comment on sequence s"]],
];
