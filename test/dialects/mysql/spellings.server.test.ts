/** One schema written in two ways is one schema: what the server ends with counts, not how it got there. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareSnapshots } from "../../../src/compare/compare.ts";
import { changeId } from "../../../src/model/change.ts";
import { openTestServer, type TestFlavor, type TestServer, testFlavors } from "./support.ts";

interface Spelling {
  readonly name: string;
  readonly on?: TestFlavor;
  readonly one: string;
  readonly other: string;
}

const spellings: readonly Spelling[] = [
  {
    name: "keys of columns and of tables",
    one: "CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b varchar(20) DEFAULT 'x', c int, INDEX (c))",
    other:
      "CREATE TABLE t (id int NOT NULL, a int DEFAULT NULL, b varchar(20) DEFAULT 'x', c int, PRIMARY KEY (id), UNIQUE KEY a (a), KEY c (c ASC))",
  },
  {
    name: "aliases of types",
    one: "CREATE TABLE t (a integer, b bool, c numeric(5,2), d real, e character varying(9), f nchar(3), g long, h middleint, z serial)",
    other: `CREATE TABLE t (a int, b tinyint(1), c decimal(5,2), d double, e varchar(9), f national char(3), g mediumtext, h mediumint,
      z bigint unsigned NOT NULL AUTO_INCREMENT UNIQUE)`,
  },
  {
    name: "usual display widths",
    one: "CREATE TABLE t (a int(11), b bigint(20), c int(10) unsigned, d year(4), e decimal)",
    other: "CREATE TABLE t (a int, b bigint, c int unsigned, d year, e decimal(10,0))",
  },
  {
    name: "names of the current time",
    one: "CREATE TABLE t (a timestamp NOT NULL DEFAULT now() ON UPDATE now(), b datetime(3) DEFAULT now(3) ON UPDATE localtime(3))",
    other: `CREATE TABLE t (a timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP(),
      b datetime(3) NULL DEFAULT localtimestamp(3) ON UPDATE current_timestamp(3))`,
  },
  {
    name: "a charset of the table and of its columns",
    one: "CREATE TABLE t (a varchar(9), b enum('x'), c varchar(5) BINARY) DEFAULT CHARSET=latin1",
    other:
      "CREATE TABLE t (a varchar(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci, b enum('x') COLLATE latin1_swedish_ci, c varchar(5) COLLATE latin1_bin) COLLATE=latin1_swedish_ci",
  },
  {
    name: "a charset from the start and by conversion",
    one: "CREATE TABLE t (a varchar(5), b int) COLLATE=utf8mb4_bin",
    other:
      "CREATE TABLE t (a varchar(5), b int) DEFAULT CHARSET=latin1; ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
  },
  {
    name: "the index of a foreign key, made along and by hand",
    one: "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id))",
    other:
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (a int, KEY f (a)); ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
  },
  {
    name: "defaults as numbers and as text",
    one: "CREATE TABLE t (a bool DEFAULT true, b int DEFAULT '7', c decimal(5,2) DEFAULT 0, d bit(3) DEFAULT 5, e date DEFAULT '2020-1-1', f set('a','b') DEFAULT 'b,a')",
    other:
      "CREATE TABLE t (a tinyint(1) DEFAULT 1, b int DEFAULT 7, c decimal(5,2) DEFAULT '0.00', d bit(3) DEFAULT b'101', e date DEFAULT '2020-01-01', f set('a','b') DEFAULT 'a,b')",
  },
  {
    name: "checks in the table and added",
    one: "CREATE TABLE t (a int, b int, CHECK (a > 0), CONSTRAINT k CHECK (b IN (1,2)))",
    other:
      "CREATE TABLE t (a int, b int); ALTER TABLE t ADD CHECK ((`a` > 0)); ALTER TABLE t ADD CONSTRAINT k CHECK (`b` in (1, 2))",
  },
  {
    name: "partitions from the start and by reorganising",
    one: "CREATE TABLE t (a int NOT NULL) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20), PARTITION pm VALUES LESS THAN MAXVALUE)",
    other:
      "CREATE TABLE t (a int NOT NULL) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION pm VALUES LESS THAN (MAXVALUE)); ALTER TABLE t REORGANIZE PARTITION pm INTO (PARTITION p1 VALUES LESS THAN (20), PARTITION pm VALUES LESS THAN (MAXVALUE))",
  },
  {
    name: "row formats of partitions from the start and by altering",
    one: `CREATE TABLE t (a int) ROW_FORMAT=COMPRESSED PARTITION BY HASH (a) PARTITIONS 2;
      CREATE TABLE u (a int) KEY_BLOCK_SIZE=8 PARTITION BY HASH (a) PARTITIONS 2; CREATE TABLE v (a int) PARTITION BY HASH (a) PARTITIONS 2`,
    other: `CREATE TABLE t (a int) PARTITION BY HASH (a) PARTITIONS 2; ALTER TABLE t ROW_FORMAT=COMPRESSED;
      CREATE TABLE u (a int) PARTITION BY HASH (a) PARTITIONS 2; ALTER TABLE u KEY_BLOCK_SIZE=8;
      CREATE TABLE v (a int) KEY_BLOCK_SIZE=8 PARTITION BY HASH (a) PARTITIONS 2; ALTER TABLE v KEY_BLOCK_SIZE=0`,
  },
  {
    name: "what a procedure takes for granted",
    one: "CREATE PROCEDURE p (a int) BEGIN SELECT a; END",
    other:
      "CREATE PROCEDURE p (a int) NOT DETERMINISTIC CONTAINS SQL SQL SECURITY DEFINER COMMENT '' BEGIN SELECT a; END",
  },
  {
    name: "a trigger whose forerunner is gone",
    one: "CREATE TABLE t (a int); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
    other: `CREATE TABLE t (a int); CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2;
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW FOLLOWS f SET NEW.a = 1; DROP TRIGGER f`,
  },
  {
    name: "a table and its likeness",
    one: "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a varchar(9) DEFAULT 'q', KEY k (a)) COMMENT='x'; CREATE TABLE u LIKE t; DROP TABLE t",
    other:
      "CREATE TABLE u (id int NOT NULL AUTO_INCREMENT, a varchar(9) DEFAULT 'q', PRIMARY KEY (id), INDEX k (a)) COMMENT 'x' AUTO_INCREMENT=50",
  },
  {
    name: "expressions of keys and visibility",
    on: "mysql",
    one: "CREATE TABLE t (a int, b varchar(9) INVISIBLE, KEY f ((a+1)), KEY ((lower(b))), KEY i (a) INVISIBLE)",
    other: `CREATE TABLE t (a int VISIBLE, b varchar(9), INDEX f ((\`a\` + 1) ASC), KEY i (a));
      CREATE INDEX functional_index ON t ((LOWER(b))); ALTER TABLE t ALTER INDEX i INVISIBLE, ALTER COLUMN b SET INVISIBLE`,
  },
  {
    name: "system versioning, sequences and their values",
    on: "mariadb",
    one: "CREATE SEQUENCE s; CREATE TABLE t (a int DEFAULT nextval(s), b uuid DEFAULT uuid(), KEY i (a) IGNORED) WITH SYSTEM VERSIONING",
    other: `CREATE SEQUENCE s START WITH 1 MINVALUE 1 MAXVALUE 9223372036854775806 INCREMENT BY 1 CACHE 1000 NOCYCLE; DO nextval(s);
      CREATE TABLE t (a int DEFAULT (NEXT VALUE FOR s), b UUID DEFAULT (uuid()), KEY i (a)); ALTER TABLE t ALTER INDEX i IGNORED;
      ALTER TABLE t ADD SYSTEM VERSIONING`,
  },
];

describe.each(testFlavors)("one schema in two spellings on %s", (flavor) => {
  let server: TestServer;
  let one: string;
  let other: string;
  beforeAll(async () => {
    server = await openTestServer(flavor);
    one = await server.createDatabase("one");
    other = await server.createDatabase("other");
  });
  afterAll(() => server.close());

  it.each(spellings.filter(({ on = flavor }) => on === flavor))("is one: $name", async (spelling) => {
    await server.reset(one);
    await server.run(one, spelling.one);
    await server.reset(other);
    await server.run(other, spelling.other);
    const changes = compareSnapshots(await server.snapshot(one), await server.snapshot(other));
    expect(changes.map(changeId)).toEqual([]);
  });
});
