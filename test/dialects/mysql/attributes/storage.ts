/** One-attribute changes of schemas, tables and what is in them beyond those of attribute-probes.ts: options and storage. */
import type { Probe } from "./probe.ts";

const t = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a int, b varchar(20));";
const parent = "CREATE TABLE p (id int NOT NULL PRIMARY KEY, x int NOT NULL UNIQUE);";
const child = `${parent} CREATE TABLE c (id int NOT NULL PRIMARY KEY, pid int, qid int, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id), KEY q (qid));`;
const lists =
  "CREATE TABLE t (a int) PARTITION BY LIST (a) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (3));";
const ranges = (of: string): string =>
  `PARTITION BY RANGE (id) SUBPARTITION BY HASH (id) (PARTITION p0 VALUES LESS THAN (10) (SUBPARTITION s0${of}, SUBPARTITION s1))`;
const parted = `CREATE TABLE t (id int NOT NULL) ${ranges("")};`;
/** MariaDB prints these attributes in comments. */
const anyOption = "SET sql_mode = 'IGNORE_BAD_TABLE_OPTIONS';";
const foreign = `${anyOption} CREATE TABLE t (a int NOT NULL FOO = 1, b int, KEY k (b) COMMENT 'x' BAR = 'y*/', PRIMARY KEY (a) FOO = 3, CONSTRAINT c CHECK (b > 1))
  BAZ = Yes COMMENT 'x' PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));`;

export const sharedStorageProbes: readonly Probe[] = [
  [
    "schema: default charset",
    "SELECT 1;",
    "ALTER DATABASE CHARACTER SET latin1;",
    ["altered schema .charset", "altered schema .collation"],
  ],
  [
    "table: removed",
    t,
    "DROP TABLE t;",
    [
      "removed table t",
      "removed column t.a",
      "removed column t.b",
      "removed column t.id",
      "removed primary-key t.PRIMARY",
    ],
  ],
  [
    "table: comment removed",
    `${t} ALTER TABLE t COMMENT 'a';`,
    "ALTER TABLE t COMMENT '';",
    ["removed comment on table t"],
  ],
  [
    "table: packed keys",
    "CREATE TABLE t (a int) ENGINE = MyISAM;",
    "ALTER TABLE t PACK_KEYS = 1;",
    ["altered table t.createOptions"],
  ],
  [
    "table: checksum",
    "CREATE TABLE t (a int) ENGINE = MyISAM;",
    "ALTER TABLE t CHECKSUM = 1;",
    ["altered table t.createOptions"],
  ],
  [
    "table: row format of MyISAM",
    "CREATE TABLE t (a int) ENGINE = MyISAM;",
    "ALTER TABLE t ROW_FORMAT = DYNAMIC;",
    ["altered table t.rowFormat"],
  ],
  [
    "column: default removed",
    "CREATE TABLE t (a int NOT NULL DEFAULT 5);",
    "ALTER TABLE t ALTER a DROP DEFAULT;",
    ["altered column t.a.default"],
  ],
  [
    "column: width of tinyint(1)",
    "CREATE TABLE t (a tinyint(1));",
    "ALTER TABLE t MODIFY a tinyint(4);",
    ["altered column t.a.type"],
  ],
  [
    "column: fraction of ON UPDATE",
    "CREATE TABLE t (d datetime(3) DEFAULT NULL ON UPDATE now(3));",
    "ALTER TABLE t MODIFY d datetime(3) DEFAULT NULL;",
    ["altered column t.d.onUpdate"],
  ],
  [
    "column: order of enumeration",
    "CREATE TABLE t (e enum('a','b'));",
    "ALTER TABLE t MODIFY e enum('b','a');",
    ["altered column t.e.type"],
  ],
  [
    "column: comment removed",
    "CREATE TABLE t (a int COMMENT 'x');",
    "ALTER TABLE t MODIFY a int;",
    ["removed comment on column t.a"],
  ],
  [
    "column: national charset is a charset",
    "CREATE TABLE t (a char(3) CHARSET latin1);",
    "ALTER TABLE t MODIFY a national char(3);",
    ["altered column t.a.charset", "altered column t.a.collation"],
  ],
  [
    "column: spatial type",
    "CREATE TABLE t (g point);",
    "ALTER TABLE t MODIFY g geometry;",
    ["altered column t.g.type"],
  ],
  [
    "primary key: prefix",
    "CREATE TABLE t (b varchar(20) NOT NULL PRIMARY KEY);",
    "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b(5));",
    ["altered primary-key t.PRIMARY.columns"],
  ],
  ["index: removed", `${t} CREATE INDEX i ON t (a);`, "DROP INDEX i ON t;", ["removed index t.i"]],
  [
    "index: key block size",
    "CREATE TABLE t (a int, KEY i (a)) ROW_FORMAT = COMPRESSED;",
    "DROP INDEX i ON t; CREATE INDEX i ON t (a) KEY_BLOCK_SIZE = 4;",
    ["altered index t.i.createOptions"],
  ],
  [
    "index: algorithm",
    "CREATE TABLE t (a int, KEY i (a) USING BTREE) ENGINE = MEMORY;",
    "ALTER TABLE t DROP KEY i, ADD KEY i (a) USING HASH;",
    ["altered index t.i.createOptions", "altered index t.i.method"],
  ],
  [
    "unique: comment",
    `${t} CREATE UNIQUE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE UNIQUE INDEX i ON t (a) COMMENT 'x';",
    ["added comment on unique t.i"],
  ],
  ["unique: removed", `${t} CREATE UNIQUE INDEX i ON t (a);`, "DROP INDEX i ON t;", ["removed unique t.i"]],
  ["foreign key: removed", child, "ALTER TABLE c DROP FOREIGN KEY fk;", ["removed foreign-key c.fk"]],
  [
    "foreign key: columns",
    child,
    "ALTER TABLE c DROP FOREIGN KEY fk; ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (qid) REFERENCES p (id);",
    ["altered foreign-key c.fk.columns"],
  ],
  [
    "foreign key: both actions",
    child,
    "ALTER TABLE c DROP FOREIGN KEY fk; ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE;",
    ["altered foreign-key c.fk.onDelete", "altered foreign-key c.fk.onUpdate"],
  ],
  [
    "check: removed",
    `${t} ALTER TABLE t ADD CONSTRAINT k CHECK (a > 1);`,
    "ALTER TABLE t DROP CONSTRAINT k;",
    ["removed check t.k"],
  ],
  [
    "partition: values of a list",
    lists,
    "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES IN (3, 4));",
    ["altered partition t.p1.values"],
  ],
  [
    "partition: rows",
    lists,
    "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES IN (3) MAX_ROWS = 100);",
    ["altered partition t.p1.options"],
  ],
  [
    "partition: order",
    lists,
    "ALTER TABLE t PARTITION BY LIST (a) (PARTITION p1 VALUES IN (3), PARTITION p0 VALUES IN (1, 2));",
    ["altered partition t.p0.position"],
  ],
  [
    "partition: name",
    lists,
    "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION pz VALUES IN (3));",
    ["renamed partition t.pz"],
  ],
  [
    "partitioning: removed",
    lists,
    "ALTER TABLE t REMOVE PARTITIONING;",
    ["altered table t.partitionKey", "removed partition t.p0", "removed partition t.p1"],
  ],
  [
    "partitioning: algorithm of keys",
    "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY KEY (id) PARTITIONS 2;",
    "ALTER TABLE t PARTITION BY KEY ALGORITHM = 1 (id) PARTITIONS 2;",
    ["altered table t.partitionKey"],
  ],
  [
    "partitioning: linear",
    "CREATE TABLE t (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2;",
    "ALTER TABLE t PARTITION BY LINEAR HASH (id) PARTITIONS 2;",
    ["altered table t.partitionKey"],
  ],
  [
    "subpartition: comment",
    parted,
    `ALTER TABLE t ${ranges(" COMMENT 'x'")};`,
    ["added comment on partition t.p0.s0"],
  ],
  [
    "subpartition: rows",
    parted,
    `ALTER TABLE t ${ranges(" MAX_ROWS = 9")};`,
    ["altered partition t.p0.s0.options"],
  ],
];

export const mysqlStorageProbes: readonly Probe[] = [
  [
    "column: zerofill removed",
    "CREATE TABLE t (a int(10) unsigned zerofill);",
    "ALTER TABLE t MODIFY a int(10) unsigned;",
    ["altered column t.a.type", "altered column t.a.zerofill"],
  ],
  [
    "schema: encryption",
    "SELECT 1;",
    "ALTER DATABASE DEFAULT ENCRYPTION = 'Y';",
    ["altered schema .encrypted"],
  ],
  ["table: tablespace", t, "ALTER TABLE t TABLESPACE innodb_system;", ["altered table t.tablespace"]],
  ["table: growth of its file", t, "ALTER TABLE t AUTOEXTEND_SIZE = 4M;", ["altered table t.createOptions"]],
  [
    "table: secondary engine",
    t,
    "ALTER TABLE t SECONDARY_ENGINE = rapid;",
    ["altered table t.createOptions"],
  ],
  [
    "table: attribute of a secondary engine",
    t,
    "ALTER TABLE t SECONDARY_ENGINE_ATTRIBUTE = '{\"a\": 1}';",
    ["altered table t.createOptions"],
  ],
  [
    "column: attribute of a secondary engine",
    t,
    "ALTER TABLE t MODIFY a int SECONDARY_ENGINE_ATTRIBUTE = '{\"a\": 1}';",
    ["altered column t.a.createOptions"],
  ],
  [
    "column: not for a secondary engine",
    t,
    "ALTER TABLE t MODIFY a int NOT SECONDARY;",
    ["altered column t.a.createOptions"],
  ],
  [
    "index: attribute of a secondary engine",
    `${t} CREATE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (a) SECONDARY_ENGINE_ATTRIBUTE = '{\"a\": 1}';",
    ["altered index t.i.createOptions"],
  ],
  [
    "index: multi-valued",
    "CREATE TABLE t (j json, KEY i ((CAST(j->'$.a' AS unsigned array))));",
    "ALTER TABLE t DROP KEY i, ADD KEY i ((CAST(j->'$.b' AS unsigned array)));",
    ["altered index t.i.columns"],
  ],
  ["column: storage", t, "ALTER TABLE t MODIFY a int STORAGE DISK;", ["altered column t.a.createOptions"]],
];

export const mariaDbStorageProbes: readonly Probe[] = [
  [
    "column: zerofill removed",
    "CREATE TABLE t (a int(10) unsigned zerofill);",
    "ALTER TABLE t MODIFY a int(10) unsigned;",
    ["altered column t.a.zerofill"],
  ],
  [
    "unique: ignored",
    `${t} CREATE UNIQUE INDEX i ON t (a);`,
    "ALTER TABLE t ALTER INDEX i IGNORED;",
    ["altered unique t.i.createOptions"],
  ],
  [
    "column: attribute that the engine does not know",
    foreign,
    `${anyOption} ALTER TABLE t MODIFY a int NOT NULL FOO = 2;`,
    ["altered column t.a.createOptions"],
  ],
  [
    "index: attribute that the engine does not know",
    foreign,
    `${anyOption} ALTER TABLE t DROP KEY k; ALTER TABLE t ADD KEY k (b) COMMENT 'x' BAR = 'z*/';`,
    ["altered index t.k.createOptions"],
  ],
  [
    "table: attribute that the engine does not know",
    foreign,
    `${anyOption} ALTER TABLE t BAZ = No;`,
    ["altered table t.createOptions"],
  ],
  [
    "partition: comment behind such attributes",
    foreign,
    `${anyOption} ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (20) COMMENT 'x');`,
    ["added comment on partition t.p1"],
  ],
  [
    "table: engine that does not know the options",
    "CREATE TABLE t (a int) PAGE_COMPRESSED = 1 COMMENT 'x';",
    `${anyOption} ALTER TABLE t ENGINE = MyISAM;`,
    ["altered table t.engine", "altered table t.rowFormat"],
  ],
  [
    "index: clustering",
    `${t} CREATE INDEX i ON t (a);`,
    "DROP INDEX i ON t; CREATE INDEX i ON t (a) USING HASH;",
    ["altered index t.i.createOptions", "altered index t.i.method"],
  ],
  [
    "table: transactional",
    "CREATE TABLE t (a int) ENGINE = Aria;",
    "ALTER TABLE t TRANSACTIONAL = 0;",
    ["altered table t.createOptions"],
  ],
  [
    "table: page checksum",
    "CREATE TABLE t (a int) ENGINE = Aria;",
    "ALTER TABLE t PAGE_CHECKSUM = 0;",
    ["altered table t.createOptions"],
  ],
  [
    "table: level of page compression",
    "CREATE TABLE t (a int) PAGE_COMPRESSED = 1;",
    "ALTER TABLE t PAGE_COMPRESSION_LEVEL = 3;",
    ["altered table t.createOptions"],
  ],
  [
    "table: history partitioned",
    "CREATE TABLE t (a int) WITH SYSTEM VERSIONING;",
    "ALTER TABLE t PARTITION BY SYSTEM_TIME LIMIT 100 (PARTITION p0 HISTORY, PARTITION pn CURRENT);",
    ["altered table t.partitionKey", "added partition t.p0", "added partition t.pn"],
  ],
  [
    "partitioning: limit of history",
    "CREATE TABLE t (a int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 100 (PARTITION p0 HISTORY, PARTITION pn CURRENT);",
    "ALTER TABLE t PARTITION BY SYSTEM_TIME LIMIT 200 (PARTITION p0 HISTORY, PARTITION pn CURRENT);",
    ["altered table t.partitionKey"],
  ],
  [
    "column: network address",
    "CREATE TABLE t (a inet6);",
    "ALTER TABLE t MODIFY a varchar(39) CHARACTER SET ascii;",
    ["altered column t.a.type", "altered column t.a.charset", "altered column t.a.collation"],
  ],
];

/** What MariaDB 11.7 and newer have. */
export const mariaDb11Probes: readonly Probe[] = [
  [
    "index: vector",
    "CREATE TABLE t (v vector(3) NOT NULL);",
    "ALTER TABLE t ADD VECTOR INDEX i (v);",
    ["added index t.i"],
  ],
  [
    "index: distance of a vector",
    "CREATE TABLE t (v vector(3) NOT NULL, VECTOR INDEX i (v));",
    "ALTER TABLE t DROP KEY i, ADD VECTOR INDEX i (v) DISTANCE = cosine;",
    ["altered index t.i.createOptions"],
  ],
  [
    "index: neighbours of a vector",
    "CREATE TABLE t (v vector(3) NOT NULL, VECTOR INDEX i (v) M = 6);",
    "ALTER TABLE t DROP KEY i, ADD VECTOR INDEX i (v) M = 8;",
    ["altered index t.i.createOptions"],
  ],
  [
    "column: dimensions of a vector",
    "CREATE TABLE t (v vector(3) NOT NULL);",
    "ALTER TABLE t MODIFY v vector(4) NOT NULL;",
    ["altered column t.v.type"],
  ],
  [
    "sequence: type",
    "CREATE SEQUENCE s AS int MAXVALUE 100;",
    // ALTER SEQUENCE ... AS fails now and then on 11.8: "Sequence tables cannot have any keys".
    "DROP SEQUENCE s; CREATE SEQUENCE s AS bigint MAXVALUE 100;",
    ["altered sequence s.type"],
  ],
];
