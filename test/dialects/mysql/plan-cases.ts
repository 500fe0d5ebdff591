/** One small change per kind of object, from `before` to `after`; plans must make and take back every one of them. */
import type { TestFlavor } from "./support.ts";

export interface PlanCase {
  readonly name: string;
  /** Runs on both sides first. */
  readonly both?: string;
  readonly before?: string;
  readonly after?: string;
  readonly only?: TestFlavor;
}

const shop =
  "create table customers (id int primary key, name varchar(50) not null); create table orders (id int primary key, customer int, total decimal(10,2) default 0, note varchar(99));";

export const planCases: readonly PlanCase[] = [
  {
    name: "a table with hostile names, quotes and backslashes",
    after:
      "create table `we``ird \"t` (`c``1` int primary key, `select` varchar(10) default 'a\\\\b''c' comment 'a`b\"c''d\\\\ -- x', key `k``1` (`select`(3))) comment 'it''s \\\\ \"x\"'",
  },
  {
    name: "a table with keys of every form, a check and a generated column",
    after:
      "create table t (id bigint unsigned not null auto_increment, a int, b varchar(20) character set latin1 collate latin1_bin default 'x', c int generated always as (a + 1) stored, d int generated always as (a + 2) virtual, e json, g text, k timestamp null default current_timestamp on update current_timestamp, n enum('a','b,''c') default 'a', p point not null, primary key (id), unique key u (a, b(5)), key i (b desc), fulltext key f (g), spatial key s (p), constraint positive check (a > 0))",
  },
  {
    name: "a dropped table with all it has",
    before: `${shop} create index t on orders (total); create trigger tr before insert on orders for each row set new.note = 'x'`,
    after: "create table customers (id int primary key, name varchar(50) not null)",
  },
  {
    name: "columns added in their places and dropped",
    both: shop,
    before: "alter table orders add gone int not null default 5 after id, add gone2 int first",
    after:
      "alter table orders add came datetime(3) default current_timestamp(3) first, add sum int after customer, add last int comment 'l'",
  },
  {
    name: "column types, nullability, defaults, charset and comments",
    both: "create table t (id int primary key)",
    before:
      "alter table t add a int default 5, add b varchar(10) not null, add c varchar(20) character set latin1, add d int comment 'old'",
    after:
      "alter table t add a bigint not null, add b varchar(30) default 'a\\\\', add c varchar(20) character set utf8mb4 collate utf8mb4_bin, add d int comment 'it''s new'",
  },
  {
    name: "a column in another place",
    before: "create table t (a int, b int, c int)",
    after: "create table t (c int, a int, b int)",
  },
  {
    name: "columns added behind one that moves",
    before: "create table t (id int, d bigint, a int, b int)",
    after: "create table t (id int, a int, b int, c int, d int, e int)",
  },
  {
    name: "a primary key and an auto increment",
    before: "create table t (id int not null, b int not null)",
    after: "create table t (id int not null auto_increment primary key, b int not null, key (b))",
  },
  {
    name: "a column that leaves the primary key and takes NULL",
    before: "create table t (id int not null, a int not null, primary key (id, a))",
    after: "create table t (id int not null, a varchar(9), primary key (id))",
  },
  {
    name: "a new auto increment that a new foreign key references",
    before: "create table a (id int not null primary key); create table b (a int)",
    after:
      "create table a (id int not null primary key auto_increment); create table b (a int, id int auto_increment unique, constraint f foreign key (a) references a (id))",
  },
  {
    name: "another engine beside an index that only InnoDB has",
    before: "create table t (a int, key k (a desc)); create table u (a int) engine = MyISAM",
    after:
      "create table v (a int primary key); create table t (a int, key k (a)) engine = MyISAM; create table u (a int, key k (a desc), constraint f foreign key (a) references v (a))",
  },
  {
    name: "a column that enters the primary key while what was made from it goes",
    before:
      "create table t (id int not null, a int, d int generated always as (a * 2) virtual, primary key (id)); create view v as select id, a, d from t",
    after:
      "create table t (id int not null, a int not null default 5, primary key (id, a)); create view v as select id, a from t",
  },
  {
    name: "a key that changes from a generated column that goes to the one that it was made from",
    before: "create table t (id int primary key, a int, d int generated always as (a * 2) stored, key k (d))",
    after: "create table t (id int primary key, a decimal(10,2) not null, c datetime(3), key k (c, a))",
  },
  {
    name: "a counter that goes with the foreign key to it",
    before:
      "create table a (id int not null primary key auto_increment); create table b (a int, constraint f foreign key (a) references a (id))",
    after: "create table a (id int not null primary key); create table b (a int, key f (a))",
  },
  {
    name: "a key whose only column is another one's after it",
    before: "create table t (a varchar(9), b char(8), unique key u (b))",
    after:
      "create table t (a int, came varchar(40), d int generated always as (a * 2) stored, unique key u (came))",
  },
  {
    name: "another primary key under an auto increment",
    before: "create table t (id int not null auto_increment, b int not null, primary key (id))",
    after: "create table t (id int not null auto_increment, b int not null, primary key (id, b))",
  },
  {
    name: "a new column that counts by itself",
    both: "create table t (b int)",
    after: "alter table t add id int not null auto_increment unique",
  },
  {
    name: "indexes",
    both: shop,
    before: "create index gone on orders (total); create index same on orders (note)",
    after:
      "create unique index came on orders (note(10), total); create index same on orders (note desc) comment 'it''s'",
  },
  {
    name: "an expression in an index, and an invisible one",
    both: shop,
    only: "mysql",
    after:
      "create index ex on orders ((total + 1), (lower(note))); create index inv on orders (note) invisible",
  },
  {
    name: "foreign keys, in a circle between two new tables",
    after:
      "create table a (id int primary key, b int); create table b (id int primary key, a int, constraint ba foreign key (a) references a (id) on delete cascade); alter table a add constraint ab foreign key (b) references b (id) on update set null",
  },
  {
    name: "a foreign key with another action",
    both: shop,
    before: "alter table orders add constraint fk foreign key (customer) references customers (id)",
    after:
      "alter table orders add constraint fk foreign key (customer) references customers (id) on delete cascade",
  },
  {
    name: "two tables that hold each other, dropped",
    before:
      "create table a (id int primary key, b int); create table b (id int primary key, a int, constraint ba foreign key (a) references a (id)); alter table a add constraint ab foreign key (b) references b (id)",
  },
  {
    name: "checks",
    both: shop,
    before: "alter table orders add constraint c check (total > 0)",
    after: "alter table orders add constraint c check (total > 1 or note = 'a''b(')",
  },
  {
    name: "the check of a column",
    both: "create table t (id int)",
    only: "mariadb",
    after: "alter table t add a int comment 'x' check (a > 0)",
  },
  {
    name: "views, one upon the other",
    both: shop,
    before: "create view v as select id from orders",
    after:
      "create algorithm=merge sql security invoker view v (q, r) as select id, note from orders where note = 'x''y\\\\' with local check option; create view w as select q from v",
  },
  {
    name: "routines with their comments",
    before: "create procedure p(in a int) select 1",
    after:
      "create procedure p(in a int, out b varchar(10)) comment 'it''s' reads sql data sql security invoker begin select 'x;y'; set b = 'é'; end; create function `f``2`(`p``1` varchar(10) charset latin1) returns varchar(20) deterministic no sql return concat(`p``1`, ')')",
  },
  {
    name: "the comment of a routine",
    both: "create procedure p() select 1",
    after: "alter procedure p comment 'now'",
  },
  {
    name: "triggers in their order",
    both: `${shop} create trigger one before insert on orders for each row set new.note = '1'`,
    after:
      "create trigger two before insert on orders for each row set new.note = '2'; create trigger zero before insert on orders for each row precedes one set new.note = '0'",
  },
  {
    name: "a trigger that goes to another table",
    both: shop,
    before: "create trigger tr before insert on orders for each row set @a = 1",
    after: "create trigger tr before insert on customers for each row set @a = 1",
  },
  {
    name: "an event",
    before: "create event e on schedule every 1 day do select 1",
    after:
      "create event e on schedule every 2 hour ends '2035-01-01 00:00:00' on completion preserve disable comment 'it''s' do begin select 1; select 2; end",
  },
  {
    name: "a partitioned table",
    after:
      "create table p (a int, b date, primary key (a, b)) partition by range (year(b)) subpartition by hash (a) subpartitions 2 (partition p0 values less than (2000) , partition p1 values less than maxvalue); create table l (a int, b varchar(3)) partition by list columns (b) (partition pa values in ('a', 'b''') comment 'it''s', partition pb values in ('c')); create table h (a int primary key) partition by hash (a) partitions 3",
  },
  {
    name: "engine, row format, options and comment of a table",
    both: "create table t (a int primary key)",
    after:
      "alter table t row_format = compressed, stats_persistent = 1, comment = 'it''s'; alter table t default character set latin1",
  },
  {
    name: "the charset of the database",
    before: "alter database character set latin1 collate latin1_bin",
    after: "alter database character set utf8mb4 collate utf8mb4_bin",
  },
  {
    name: "the charset of the database, and programs made under it",
    before:
      "create table t (a int) charset utf8mb4; create procedure p() select 1; create trigger tr before insert on t for each row set @a = 1; create event e on schedule every 1 day do select 1",
    after:
      "alter database character set latin1 collate latin1_bin; create table t (a int) charset utf8mb4; create procedure p() select 1; create trigger tr before insert on t for each row set @a = 1; create event e on schedule every 1 day do select 1",
  },
  {
    name: "a renamed column and what speaks of it under its new name",
    before:
      "create table t (id int primary key, a int); create view v as select id, a from t; create view w as select max(a) as most from t; create trigger tr before insert on t for each row set new.a = coalesce(new.a, 1); create procedure p () select a from t",
    after:
      "create table t (id int primary key, b int); create view v as select id, b from t; create view w as select max(b) as most from t; create trigger tr before insert on t for each row set new.b = coalesce(new.b, 1); create procedure p () select b from t",
  },
  {
    name: "a renamed table and a renamed key",
    before:
      "create table people (id int primary key, given_name varchar(60) not null default 'nobody', family_name varchar(99), key by_name (family_name, given_name))",
    after:
      "create table persons (id int primary key, given_name varchar(60) not null default 'nobody', family_name varchar(99), key persons_by_name (family_name, given_name))",
  },
  {
    name: "sequences",
    only: "mariadb",
    before: "create sequence s increment 2",
    after: "create sequence s increment 5 maxvalue 1000 cycle nocache; create sequence came",
  },
  {
    name: "a sequence with a comment, and one that gets another",
    only: "mariadb",
    before: "create sequence s comment 'old'; create sequence gone comment 'gone'",
    after: "create sequence s comment 'it''s new'; create sequence came comment 'came'",
  },
  {
    name: "columns with checks of their own that come and go",
    only: "mariadb",
    before: "create table t (a int, gone int check (gone > 0))",
    after: "create table t (a int, came int comment 'x' check (came > 1))",
  },
  {
    name: "a sequence whose old positions are all out of its new bounds",
    only: "mariadb",
    before: "create sequence s",
    after: "create sequence s increment -1",
  },
  {
    name: "a text column that becomes JSON, and one that was",
    only: "mariadb",
    before: "create table t (a longtext character set latin1 check (json_valid(a)), b json)",
    after: "create table t (a json, b longtext character set latin1 check (json_valid(b)))",
  },
  {
    name: "a system-versioned table",
    only: "mariadb",
    after: "create table v (a int) with system versioning",
  },
];

/** What no plan makes yet, and the words of its reason. */
export const unplannedCases: readonly (PlanCase & { readonly reason: string })[] = [
  {
    name: "partitions of an existing table",
    before: "create table p (a int) partition by range (a) (partition p0 values less than (10))",
    after:
      "create table p (a int) partition by range (a) (partition p0 values less than (10), partition p1 values less than (20))",
    reason: "plans do not partition an existing table yet",
  },
  {
    name: "the type of a column in a foreign key",
    before: "create table a (id int primary key); create table b (a int, foreign key (a) references a (id))",
    after:
      "create table a (id bigint primary key); create table b (a bigint, foreign key (a) references a (id))",
    reason: "depends on column",
  },
  {
    name: "a key of a foreign key with another column at first",
    before:
      "create table a (id int primary key); create table b (a int, c int, key x (a), constraint f foreign key (a) references a (id))",
    after:
      "create table a (id int primary key); create table b (a int, c int, key x (c), key y (a), constraint f foreign key (a) references a (id))",
    reason: "depends on index b.x and stays",
  },
  {
    name: "a program made under an older collation of the database",
    both: "create procedure p() select 1",
    after:
      "drop procedure p; alter database collate utf8mb4_bin; create procedure p() select 1; alter database collate utf8mb4_general_ci",
    only: "mariadb",
    reason: "it was made while the database had the collation utf8mb4_bin",
  },
  {
    name: "the counter of a column in a foreign key",
    only: "mysql",
    both: "create table a (id int not null primary key); create table b (a int, constraint f foreign key (a) references a (id))",
    after:
      "alter table b drop foreign key f; alter table a modify id int not null auto_increment; alter table b add constraint f foreign key (a) references a (id)",
    reason: "depends on column a.id and stays",
  },
  {
    name: "a virtual column that is stored",
    before: "create table t (a int, g int generated always as (a + 1) virtual)",
    after: "create table t (a int, g int generated always as (a + 1) stored)",
    reason: "the server stores no column that was virtual",
  },
  {
    name: "a column of a table with history",
    only: "mariadb",
    before: "create table t (a int) with system versioning",
    after: "create table t (a int, b int) with system versioning",
    reason: "unless its history may change",
  },
  {
    name: "a number that becomes a point",
    only: "mariadb",
    before: "create table t (a double)",
    after: "create table t (a point)",
    reason: "makes no geometry of another type",
  },
  {
    name: "an index that a foreign key may need",
    both: "create table a (id int primary key); create table b (a int, c int, key x (a), foreign key (a) references a (id))",
    after: "alter table b add key y (a, c), drop key x",
    reason: "depends on index b.x and stays",
  },
];
