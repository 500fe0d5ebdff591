/** The table of one-attribute changes: what exists, the statement that changes it, and what must be named. */
import type { Probe } from "./attributes/probe.ts";
import { mariaDbProgramProbes, sharedProgramProbes } from "./attributes/programs.ts";
import {
  mariaDb11Probes,
  mariaDbStorageProbes,
  mysqlStorageProbes,
  sharedStorageProbes,
} from "./attributes/storage.ts";
import type { TestServerName } from "./support.ts";

const t = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a int, b varchar(20), c varchar(20));";
const parent = "CREATE TABLE p (id int NOT NULL PRIMARY KEY, x int NOT NULL UNIQUE);";
const child = `${parent} CREATE TABLE c (id int NOT NULL PRIMARY KEY, pid int, KEY k (pid), CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id));`;
const refk = (rest: string): string =>
  `ALTER TABLE c DROP FOREIGN KEY fk; ALTER TABLE c ADD CONSTRAINT fk ${rest};`;
const parts =
  "CREATE TABLE t (id int NOT NULL, d date NOT NULL, PRIMARY KEY (id, d)) PARTITION BY RANGE (year(d)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2010));";
const view = `${t} CREATE SQL SECURITY DEFINER VIEW v AS SELECT id, a FROM t WHERE a > 1;`;
const proc = "CREATE PROCEDURE f (IN x int) SELECT x;";
const func = "CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC NO SQL RETURN x + 1;";
const event = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1;";
const trigger = `${t} CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;`;
const again = (what: string, made: string): string => `DROP ${what}; ${made}`;

const shared: readonly Probe[] = [
  [
    "schema: default collation",
    "SELECT 1;",
    "ALTER DATABASE COLLATE utf8mb4_bin;",
    ["altered schema .collation"],
  ],
  ["table: added", "SELECT 1;", "CREATE TABLE t (id int);", ["added table t", "added column t.id"]],
  [
    "table: engine",
    t,
    "ALTER TABLE t ENGINE = MyISAM;",
    ["altered table t.engine", "altered table t.rowFormat"],
  ],
  ["table: default collation", t, "ALTER TABLE t COLLATE utf8mb4_bin;", ["altered table t.collation"]],
  [
    "table: default charset",
    t,
    "ALTER TABLE t CHARSET latin1;",
    ["altered table t.charset", "altered table t.collation"],
  ],
  ["table: row format", t, "ALTER TABLE t ROW_FORMAT = COMPACT;", ["altered table t.rowFormat"]],
  ["table: comment added", t, "ALTER TABLE t COMMENT = 'it''s';", ["added comment on table t"]],
  [
    "table: comment altered",
    `${t} ALTER TABLE t COMMENT 'a';`,
    "ALTER TABLE t COMMENT = 'b';",
    ["altered comment on table t.text"],
  ],
  ["table: statistics options", t, "ALTER TABLE t STATS_PERSISTENT = 1;", ["altered table t.createOptions"]],
  ["table: max rows", t, "ALTER TABLE t MAX_ROWS = 1000;", ["altered table t.createOptions"]],
  [
    "table: key block size",
    `${t} ALTER TABLE t ROW_FORMAT = COMPRESSED;`,
    "ALTER TABLE t KEY_BLOCK_SIZE = 4;",
    ["altered table t.createOptions"],
  ],
  [
    "table: tables of a merge table",
    "CREATE TABLE m (id int) ENGINE = MyISAM; CREATE TABLE n (id int) ENGINE = MyISAM; CREATE TABLE t (id int) ENGINE = MERGE UNION = (m) INSERT_METHOD = LAST;",
    "ALTER TABLE t UNION = (m, n);",
    ["altered table t.createOptions"],
  ],
  [
    "table: counter moves",
    "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY);",
    "INSERT INTO t VALUES (100); ALTER TABLE t AUTO_INCREMENT = 500;",
    [],
  ],
  [
    "table: data, statistics, optimisation",
    t,
    "INSERT INTO t VALUES (1, 1, 'a', 'b'); ANALYZE TABLE t; OPTIMIZE TABLE t;",
    [],
  ],
  ["column: added", t, "ALTER TABLE t ADD d int;", ["added column t.d"]],
  ["column: removed", t, "ALTER TABLE t DROP c;", ["removed column t.c"]],
  ["column: type", t, "ALTER TABLE t MODIFY a bigint;", ["altered column t.a.type"]],
  ["column: length", t, "ALTER TABLE t MODIFY b varchar(30);", ["altered column t.b.type"]],
  ["column: unsigned", t, "ALTER TABLE t MODIFY a int unsigned;", ["altered column t.a.type"]],
  [
    "column: zerofill",
    "CREATE TABLE t (a int(10) unsigned zerofill);",
    "ALTER TABLE t MODIFY a int(8) unsigned zerofill;",
    ["altered column t.a.type"],
  ],
  [
    "column: enum value",
    "CREATE TABLE t (e enum('a','b'));",
    "ALTER TABLE t MODIFY e enum('a','b','c');",
    ["altered column t.e.type"],
  ],
  [
    "column: fraction of seconds",
    "CREATE TABLE t (d datetime);",
    "ALTER TABLE t MODIFY d datetime(3);",
    ["altered column t.d.type"],
  ],
  ["column: not null", t, "ALTER TABLE t MODIFY a int NOT NULL;", ["altered column t.a.notNull"]],
  ["column: default added", t, "ALTER TABLE t ALTER a SET DEFAULT 5;", ["altered column t.a.default"]],
  [
    "column: default text altered",
    "CREATE TABLE t (b varchar(9) DEFAULT 'x');",
    "ALTER TABLE t ALTER b SET DEFAULT 'y';",
    ["altered column t.b.default"],
  ],
  [
    "column: default 'NULL' is not NULL",
    "CREATE TABLE t (b varchar(9) DEFAULT NULL);",
    "ALTER TABLE t ALTER b SET DEFAULT 'NULL';",
    ["altered column t.b.default"],
  ],
  [
    "column: default expression",
    "CREATE TABLE t (b varchar(40) DEFAULT (uuid()));",
    "ALTER TABLE t MODIFY b varchar(40) DEFAULT (concat('a', 'b'));",
    ["altered column t.b.default"],
  ],
  [
    "column: default with a 4-byte character",
    "CREATE TABLE t (b varchar(40) DEFAULT (concat('😀', 'b')));",
    "ALTER TABLE t MODIFY b varchar(40) DEFAULT (concat('😁', 'b'));",
    ["altered column t.b.default"],
  ],
  [
    "column: binary default behind a NUL",
    "CREATE TABLE t (b varbinary(4) DEFAULT 0x0001);",
    "ALTER TABLE t MODIFY b varbinary(4) DEFAULT 0x0002;",
    ["altered column t.b.default"],
  ],
  [
    "column: on update",
    "CREATE TABLE t (d datetime DEFAULT current_timestamp);",
    "ALTER TABLE t MODIFY d datetime DEFAULT current_timestamp ON UPDATE current_timestamp;",
    ["altered column t.d.onUpdate"],
  ],
  [
    "column: generated expression",
    "CREATE TABLE t (a int, g int AS (a + 1) STORED);",
    "ALTER TABLE t MODIFY g int AS (a + 2) STORED;",
    ["altered column t.g.generated"],
  ],
  [
    "column: generated timestamp",
    "CREATE TABLE t (a timestamp NULL, g timestamp AS (a) VIRTUAL);",
    "ALTER TABLE t MODIFY g timestamp AS (a + INTERVAL 1 DAY) VIRTUAL;",
    ["altered column t.g.generated"],
  ],
  [
    "column: virtual or stored",
    "CREATE TABLE t (a int, g int AS (a + 1) VIRTUAL);",
    "ALTER TABLE t DROP g; ALTER TABLE t ADD g int AS (a + 1) STORED;",
    ["altered column t.g.generatedKind"],
  ],
  [
    "column: collation",
    t,
    "ALTER TABLE t MODIFY b varchar(20) COLLATE utf8mb4_bin;",
    ["altered column t.b.collation"],
  ],
  [
    "column: charset",
    t,
    "ALTER TABLE t MODIFY b varchar(20) CHARSET ascii;",
    ["altered column t.b.charset", "altered column t.b.collation"],
  ],
  [
    "column: binary enumeration in a table of another charset",
    "CREATE TABLE t (e enum('a','b'), f set('a') CHARACTER SET latin1) CHARACTER SET binary;",
    "ALTER TABLE t DEFAULT CHARACTER SET latin1;",
    ["altered table t.charset", "altered table t.collation"],
  ],
  [
    "column: enumeration made binary",
    "CREATE TABLE t (e enum('a','b')) CHARACTER SET latin1;",
    "ALTER TABLE t MODIFY e enum('a','b') CHARACTER SET binary;",
    ["altered column t.e.charset", "altered column t.e.collation"],
  ],
  [
    "column: auto increment",
    t,
    "ALTER TABLE t MODIFY id int NOT NULL AUTO_INCREMENT;",
    ["altered column t.id.autoIncrement"],
  ],
  ["column: invisible", t, "ALTER TABLE t MODIFY a int INVISIBLE;", ["altered column t.a.invisible"]],
  ["column: comment", t, "ALTER TABLE t MODIFY a int COMMENT 'x';", ["added comment on column t.a"]],
  ["column: order", t, "ALTER TABLE t MODIFY c varchar(20) AFTER a;", ["altered column t.b.position"]],
  [
    "primary key: columns",
    t,
    "ALTER TABLE t MODIFY a int NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (id, a);",
    ["altered column t.a.notNull", "altered primary-key t.PRIMARY.columns"],
  ],
  ["primary key: removed", t, "ALTER TABLE t DROP PRIMARY KEY;", ["removed primary-key t.PRIMARY"]],
  [
    "primary key: comment",
    t,
    "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id) COMMENT 'x';",
    ["added comment on primary-key t.PRIMARY"],
  ],
  ["index: added", t, "CREATE INDEX i ON t (a);", ["added index t.i"]],
  [
    "index: columns",
    `${t} CREATE INDEX i ON t (a, b);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (b, a);",
    ["altered index t.i.columns"],
  ],
  [
    "index: prefix",
    `${t} CREATE INDEX i ON t (b);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (b(5));",
    ["altered index t.i.columns"],
  ],
  [
    "index: order",
    `${t} CREATE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (a DESC);",
    ["altered index t.i.columns"],
  ],
  [
    "index: unique",
    `${t} CREATE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE UNIQUE INDEX i ON t (a);",
    ["removed index t.i", "added unique t.i"],
  ],
  [
    "index: fulltext",
    `${t} CREATE INDEX i ON t (b);`,
    "DROP INDEX i ON t; CREATE FULLTEXT INDEX i ON t (b);",
    ["altered index t.i.form", "altered index t.i.method"],
  ],
  [
    "index: spatial",
    "CREATE TABLE t (g point NOT NULL);",
    "CREATE SPATIAL INDEX i ON t (g);",
    ["added index t.i"],
  ],
  [
    "index: comment",
    `${t} CREATE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (a) COMMENT 'x';",
    ["added comment on index t.i"],
  ],
  [
    "index: algorithm as stored",
    `${t} CREATE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (a) USING BTREE;",
    ["altered index t.i.createOptions"],
  ],
  [
    "unique: columns",
    `${t} CREATE UNIQUE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE UNIQUE INDEX i ON t (a, b);",
    ["altered unique t.i.columns"],
  ],
  [
    "foreign key: added",
    `${parent} CREATE TABLE c (pid int, KEY k (pid));`,
    "ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id);",
    ["added foreign-key c.fk"],
  ],
  [
    "foreign key: on delete",
    child,
    refk("FOREIGN KEY (pid) REFERENCES p (id) ON DELETE CASCADE"),
    ["altered foreign-key c.fk.onDelete"],
  ],
  [
    "foreign key: on update",
    child,
    refk("FOREIGN KEY (pid) REFERENCES p (id) ON UPDATE SET NULL"),
    ["altered foreign-key c.fk.onUpdate"],
  ],
  [
    "foreign key: referenced column",
    child,
    refk("FOREIGN KEY (pid) REFERENCES p (x)"),
    ["altered foreign-key c.fk.referencedColumns"],
  ],
  [
    "foreign key: referenced table",
    `${child} CREATE TABLE q (id int PRIMARY KEY);`,
    refk("FOREIGN KEY (pid) REFERENCES q (id)"),
    ["altered foreign-key c.fk.referencedTable"],
  ],
  ["check: added", t, "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 1);", ["added check t.k"]],
  [
    "check: expression",
    `${t} ALTER TABLE t ADD CONSTRAINT k CHECK (a > 1);`,
    "ALTER TABLE t DROP CONSTRAINT k; ALTER TABLE t ADD CONSTRAINT k CHECK (a > 2);",
    ["altered check t.k.expression"],
  ],
  [
    "check: text literal",
    `${t} ALTER TABLE t ADD CONSTRAINT k CHECK (b <> 'é😀''');`,
    "ALTER TABLE t DROP CONSTRAINT k; ALTER TABLE t ADD CONSTRAINT k CHECK (b <> 'é😁''');",
    ["altered check t.k.expression"],
  ],
  [
    "partition: added",
    parts,
    "ALTER TABLE t ADD PARTITION (PARTITION p2 VALUES LESS THAN (2020));",
    ["added partition t.p2"],
  ],
  ["partition: removed", parts, "ALTER TABLE t DROP PARTITION p1;", ["removed partition t.p1"]],
  [
    "partition: value",
    parts,
    "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (2012));",
    ["altered partition t.p1.values"],
  ],
  [
    "partition: comment",
    parts,
    "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (2010) COMMENT 'x');",
    ["added comment on partition t.p1"],
  ],
  [
    "partition: an empty comment is none",
    parts,
    "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (2010) COMMENT = '');",
    [],
  ],
  [
    "partition: expression",
    parts,
    "ALTER TABLE t PARTITION BY RANGE (to_days(d)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2010));",
    ["altered table t.partitionKey"],
  ],
  [
    "partitioning: hash count",
    "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2;",
    "ALTER TABLE t ADD PARTITION PARTITIONS 1;",
    ["added partition t.p2"],
  ],
  [
    "subpartition: method",
    parts,
    "ALTER TABLE t PARTITION BY RANGE (year(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2010));",
    [
      "altered table t.partitionKey",
      "added partition t.p0.p0sp0",
      "added partition t.p0.p0sp1",
      "added partition t.p1.p1sp0",
      "added partition t.p1.p1sp1",
    ],
  ],
  [
    "view: definition",
    view,
    "CREATE OR REPLACE SQL SECURITY DEFINER VIEW v AS SELECT id, a FROM t WHERE a > 2;",
    ["altered view v.definition"],
  ],
  [
    "view: columns",
    view,
    "CREATE OR REPLACE SQL SECURITY DEFINER VIEW v AS SELECT id, a, b FROM t WHERE a > 1;",
    ["altered view v.definition"],
  ],
  [
    "view: security",
    view,
    "ALTER SQL SECURITY INVOKER VIEW v AS SELECT id, a FROM t WHERE a > 1;",
    ["altered view v.sqlSecurity"],
  ],
  [
    "view: algorithm",
    view,
    "ALTER ALGORITHM = MERGE SQL SECURITY DEFINER VIEW v AS SELECT id, a FROM t WHERE a > 1;",
    ["altered view v.algorithm"],
  ],
  [
    "view: check option",
    view,
    "ALTER SQL SECURITY DEFINER VIEW v AS SELECT id, a FROM t WHERE a > 1 WITH LOCAL CHECK OPTION;",
    ["altered view v.checkOption"],
  ],
  [
    "view: definer",
    view,
    "ALTER DEFINER = 'nobody'@'%' SQL SECURITY DEFINER VIEW v AS SELECT id, a FROM t WHERE a > 1;",
    ["altered view v.definer"],
  ],
  ["view: base column gone", view, "ALTER TABLE t DROP a;", ["removed column t.a", "altered view v.valid"]],
  ["view: base column added", view, "ALTER TABLE t ADD z int;", ["added column t.z"]],
  [
    "view of a definer that is not there: base column added",
    view.replace("SQL SECURITY DEFINER", "DEFINER = 'nobody'@'%' SQL SECURITY DEFINER"),
    "ALTER TABLE t ADD z int;",
    ["added column t.z"],
  ],
  [
    "view of a definer that is not there: base column gone",
    view.replace("SQL SECURITY DEFINER", "DEFINER = 'nobody'@'%' SQL SECURITY DEFINER"),
    "ALTER TABLE t DROP a;",
    ["removed column t.a", "altered view v.valid"],
  ],
  [
    "procedure: body",
    proc,
    again("PROCEDURE f", "CREATE PROCEDURE f (IN x int) SELECT x + 1;"),
    ["altered procedure f.definition"],
  ],
  [
    "procedure: parameters",
    proc,
    again("PROCEDURE f", "CREATE PROCEDURE f (IN x bigint) SELECT x;"),
    ["altered procedure f.arguments"],
  ],
  [
    "procedure: security",
    proc,
    "ALTER PROCEDURE f SQL SECURITY INVOKER;",
    ["altered procedure f.sqlSecurity"],
  ],
  ["procedure: data access", proc, "ALTER PROCEDURE f READS SQL DATA;", ["altered procedure f.dataAccess"]],
  ["procedure: comment", proc, "ALTER PROCEDURE f COMMENT 'it''s\n';", ["added comment on procedure f"]],
  [
    "procedure: definer",
    proc,
    again("PROCEDURE f", "CREATE DEFINER = 'nobody'@'%' PROCEDURE f (IN x int) SELECT x;"),
    ["altered procedure f.definer"],
  ],
  [
    "procedure: sql mode",
    proc,
    again("PROCEDURE f", "SET sql_mode = 'ANSI_QUOTES'; CREATE PROCEDURE f (IN x int) SELECT x;"),
    ["altered procedure f.sqlMode"],
  ],
  [
    "procedure: client charset",
    proc,
    again("PROCEDURE f", "SET NAMES latin1; CREATE PROCEDURE f (IN x int) SELECT x;"),
    ["altered procedure f.clientCharset", "altered procedure f.clientCollation"],
  ],
  [
    "function: returns",
    func,
    again("FUNCTION f", "CREATE FUNCTION f (x int) RETURNS bigint DETERMINISTIC NO SQL RETURN x + 1;"),
    ["altered function f.returns"],
  ],
  [
    "function: determinism",
    func,
    again("FUNCTION f", "CREATE FUNCTION f (x int) RETURNS int NO SQL RETURN x + 1;"),
    ["altered function f.deterministic"],
  ],
  [
    "trigger: added",
    t,
    "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;",
    ["added trigger t.g"],
  ],
  [
    "trigger: body",
    trigger,
    again("TRIGGER g", "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2;"),
    ["altered trigger t.g.definition"],
  ],
  [
    "trigger: timing",
    trigger.replace("SET NEW.a", "SET @a"),
    again("TRIGGER g", "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW SET @a = 1;"),
    ["altered trigger t.g.timing"],
  ],
  [
    "trigger: event",
    trigger,
    again("TRIGGER g", "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 1;"),
    ["altered trigger t.g.event"],
  ],
  [
    "trigger: order",
    `${trigger} CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 3;`,
    again("TRIGGER h", "CREATE TRIGGER h BEFORE INSERT ON t FOR EACH ROW PRECEDES g SET NEW.a = 3;"),
    ["altered trigger t.g.order"],
  ],
  [
    "trigger: made anew the same",
    trigger,
    again("TRIGGER g", "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;"),
    [],
  ],
  ["event: body", event, "ALTER EVENT e DO SELECT 2;", ["altered event e.definition"]],
  ["event: schedule", event, "ALTER EVENT e ON SCHEDULE EVERY 2 DAY;", ["altered event e.schedule"]],
  ["event: starts only", event, "ALTER EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00';", []],
  [
    "event: ends",
    event,
    "ALTER EVENT e ON SCHEDULE EVERY 1 DAY ENDS '2035-01-01 00:00:00';",
    ["altered event e.schedule"],
  ],
  ["event: status", event, "ALTER EVENT e ENABLE;", ["altered event e.status"]],
  ["event: on completion", event, "ALTER EVENT e ON COMPLETION PRESERVE;", ["altered event e.onCompletion"]],
  ["event: comment", event, "ALTER EVENT e COMMENT 'x';", ["added comment on event e"]],
];

const mysqlOnly: readonly Probe[] = [
  ["table: compression", t, "ALTER TABLE t COMPRESSION = 'zlib';", ["altered table t.createOptions"]],
  [
    "column: default dropped (information_schema is silent)",
    t,
    "ALTER TABLE t ALTER a DROP DEFAULT;",
    ["altered column t.a.implicitDefault"],
  ],
  [
    "column: srid",
    "CREATE TABLE t (g point NOT NULL SRID 0);",
    "ALTER TABLE t MODIFY g point NOT NULL SRID 4326;",
    ["altered column t.g.srid"],
  ],
  [
    "column: format and storage",
    t,
    "ALTER TABLE t MODIFY a int COLUMN_FORMAT FIXED;",
    ["altered column t.a.createOptions"],
  ],
  [
    "column: vector",
    "CREATE TABLE t (v vector(3));",
    "ALTER TABLE t MODIFY v vector(4);",
    ["altered column t.v.type"],
  ],
  [
    "column: the same default from another client charset",
    "SET NAMES utf8mb4; CREATE TABLE t (b varchar(9) DEFAULT (concat('a', 'b')));",
    "SET NAMES latin1; ALTER TABLE t MODIFY b varchar(9) DEFAULT (concat('a', 'b'));",
    [],
  ],
  [
    "column: redundant charset clause",
    "CREATE TABLE t (b varchar(9));",
    "ALTER TABLE t MODIFY b varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;",
    [],
  ],
  [
    "index: invisible",
    `${t} CREATE INDEX i ON t (a);`,
    "ALTER TABLE t ALTER INDEX i INVISIBLE;",
    ["altered index t.i.invisible"],
  ],
  [
    "unique: invisible",
    `${t} CREATE UNIQUE INDEX i ON t (a);`,
    "ALTER TABLE t ALTER INDEX i INVISIBLE;",
    ["altered unique t.i.createOptions"],
  ],
  [
    "index: functional expression",
    `${t} CREATE INDEX i ON t ((a + 1));`,
    "DROP INDEX i ON t; CREATE INDEX i ON t ((a + 2));",
    ["altered index t.i.columns"],
  ],
  [
    "index: fulltext parser",
    `${t} CREATE FULLTEXT INDEX i ON t (b);`,
    "DROP INDEX i ON t; CREATE FULLTEXT INDEX i ON t (b) WITH PARSER ngram;",
    ["altered index t.i.parser"],
  ],
  [
    "check: enforced",
    `${t} ALTER TABLE t ADD CONSTRAINT k CHECK (a > 1);`,
    "ALTER TABLE t ALTER CHECK k NOT ENFORCED;",
    ["altered check t.k.enforced"],
  ],
  [
    "table: invisible primary key made by the server",
    "SELECT 1;",
    "SET sql_generate_invisible_primary_key = ON; CREATE TABLE t (a int);",
    ["added table t", "added column t.a", "added column t.my_row_id", "added primary-key t.PRIMARY"],
  ],
];

const versioned = "CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING;";
const sequence = "CREATE SEQUENCE s START WITH 1 INCREMENT BY 1 CACHE 10;";
const pack = "SET sql_mode = 'ORACLE'; CREATE PACKAGE k AS FUNCTION f(x int) RETURN int; END;";

const mariaDbOnly: readonly Probe[] = [
  ["schema: comment", "SELECT 1;", "ALTER DATABASE COMMENT 'x';", ["added comment on schema "]],
  ["table: page compression", t, "ALTER TABLE t PAGE_COMPRESSED = 1;", ["altered table t.createOptions"]],
  [
    "table: engine with partitions",
    "CREATE TABLE t (id int) PARTITION BY HASH (id) (PARTITION a, PARTITION b);",
    "ALTER TABLE t ENGINE = MyISAM;",
    ["altered table t.engine", "altered table t.rowFormat"],
  ],
  [
    "table: system versioning",
    "CREATE TABLE t (id int PRIMARY KEY, a int);",
    "ALTER TABLE t ADD SYSTEM VERSIONING;",
    ["altered table t.form", "altered table t.periods"],
  ],
  [
    "table: application period",
    "CREATE TABLE t (s date NOT NULL, e date NOT NULL);",
    "ALTER TABLE t ADD PERIOD FOR p (s, e);",
    ["altered table t.periods"],
  ],
  [
    "column: without system versioning",
    versioned,
    "SET system_versioning_alter_history = KEEP; ALTER TABLE t MODIFY a int WITHOUT SYSTEM VERSIONING;",
    ["altered column t.a.createOptions"],
  ],
  [
    "column: compressed",
    "CREATE TABLE t (b blob);",
    "ALTER TABLE t MODIFY b blob COMPRESSED;",
    ["altered column t.b.createOptions"],
  ],
  [
    "column: display width",
    "CREATE TABLE t (a int(5));",
    "ALTER TABLE t MODIFY a int(11);",
    ["altered column t.a.type"],
  ],
  [
    "column: json",
    "CREATE TABLE t (j longtext);",
    "ALTER TABLE t MODIFY j json;",
    ["altered column t.j.type", "altered column t.j.charset", "altered column t.j.collation"],
  ],
  [
    "column: json converted to another charset",
    "CREATE TABLE t (j json);",
    "ALTER TABLE t CONVERT TO CHARACTER SET latin1;",
    [
      "altered table t.charset",
      "altered table t.collation",
      "altered column t.j.type",
      "altered column t.j.charset",
      "altered column t.j.collation",
      "added check t.j",
    ],
  ],
  [
    "column: json in a table of its own collation",
    "CREATE TABLE t (j json) CHARACTER SET latin1;",
    "ALTER TABLE t DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;",
    ["altered table t.charset", "altered table t.collation"],
  ],
  [
    "check: of a column",
    "CREATE TABLE t (a int CHECK (a > 1));",
    "ALTER TABLE t MODIFY a int CHECK (a > 2);",
    ["altered check t.a.expression"],
  ],
  [
    "check: of a column beside one of the table",
    "CREATE TABLE t (a int CHECK (a > 1), CONSTRAINT b CHECK (a < 9));",
    "ALTER TABLE t DROP CONSTRAINT b;",
    ["removed check t.b"],
  ],
  [
    "index: ignored",
    `${t} CREATE INDEX i ON t (a);`,
    "ALTER TABLE t ALTER INDEX i IGNORED;",
    ["altered index t.i.invisible"],
  ],
  [
    "index: key block size",
    `${t} CREATE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (a) KEY_BLOCK_SIZE = 4;",
    ["altered index t.i.createOptions"],
  ],
  [
    "unique: without overlaps",
    "CREATE TABLE t (id int, s date, e date, PERIOD FOR p (s, e), UNIQUE u (id, p WITHOUT OVERLAPS));",
    "ALTER TABLE t DROP INDEX u, ADD UNIQUE u (id);",
    ["altered unique t.u.columns"],
  ],
  ["sequence: increment", sequence, "ALTER SEQUENCE s INCREMENT BY 5;", ["altered sequence s.increment"]],
  ["sequence: cache", sequence, "ALTER SEQUENCE s CACHE 50;", ["altered sequence s.cache"]],
  ["sequence: maximum", sequence, "ALTER SEQUENCE s MAXVALUE 500;", ["altered sequence s.maximum"]],
  ["sequence: minimum", sequence, "ALTER SEQUENCE s MINVALUE -5;", ["altered sequence s.minimum"]],
  ["sequence: cycle", sequence, "ALTER SEQUENCE s CYCLE;", ["altered sequence s.cycle"]],
  ["sequence: start", sequence, "ALTER SEQUENCE s START WITH 7;", ["altered sequence s.start"]],
  ["sequence: values taken", sequence, "SELECT nextval(s), nextval(s);", []],
  [
    "column: default from a sequence",
    `${sequence} CREATE TABLE t (a int DEFAULT nextval(s));`,
    "ALTER TABLE t ALTER a DROP DEFAULT;",
    ["altered column t.a.default"],
  ],
  [
    "package: specification",
    pack,
    `SET sql_mode = 'ORACLE'; DROP PACKAGE k; ${pack.replace("x int", "y int")}`,
    ["altered package k.definition"],
  ],
  [
    "package: body added",
    pack,
    "SET sql_mode = 'ORACLE'; CREATE PACKAGE BODY k AS FUNCTION f(x int) RETURN int AS BEGIN RETURN x; END; END;",
    ["added package-body k"],
  ],
  [
    "function: aggregate",
    "CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC RETURN x;",
    "DROP FUNCTION f; CREATE AGGREGATE FUNCTION f (x int) RETURNS int DETERMINISTIC BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN 1; LOOP FETCH GROUP NEXT ROW; END LOOP; END;",
    ["altered function f.aggregate", "altered function f.definition"],
  ],
];

const all = [...shared, ...sharedProgramProbes, ...sharedStorageProbes];
const ofMariaDb = [...all, ...mariaDbOnly, ...mariaDbProgramProbes, ...mariaDbStorageProbes];
const probes: Readonly<Record<TestServerName, readonly Probe[]>> = {
  mysql: [...all, ...mysqlOnly, ...mysqlStorageProbes],
  mariadb: ofMariaDb,
  "mariadb-11": [...ofMariaDb, ...mariaDb11Probes],
};

export function probesOf(name: TestServerName): readonly Probe[] {
  return probes[name];
}
