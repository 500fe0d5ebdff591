import { describe, expect, it } from "vitest";
import { choiceOf } from "../../src/model/column-type.ts";
import { compareTypes, type TypeChange } from "../../src/model/type-change.ts";

const both: readonly (readonly [string, string, TypeChange])[] = [
  ["integer", "bigint", "widened"],
  ["bigint", "integer", "lossy"],
  ["smallint", "integer", "widened"],
  ["integer", "smallint", "lossy"],
  ["integer", "numeric(10,0)", "widened"],
  ["integer", "numeric(9,0)", "lossy"],
  ["numeric(10,2)", "integer", "lossy"],
  ["integer", "double precision", "widened"],
  ["bigint", "double precision", "lossy"],
  ["integer", "real", "lossy"],
  ["double precision", "real", "lossy"],
  ["real", "double precision", "widened"],
  ["double precision", "integer", "lossy"],
  ["integer", "text", "incompatible"],
  ["text", "integer", "incompatible"],
  ["integer", "boolean", "incompatible"],
  ["date", "integer", "incompatible"],
];

const decimals: readonly (readonly [string, string, TypeChange])[] = [
  ["numeric(10,2)", "numeric(12,2)", "widened"],
  ["numeric(10,2)", "numeric(8,2)", "narrowed"],
  ["numeric(10,2)", "numeric(12,4)", "widened"],
  ["numeric(10,2)", "numeric(10,4)", "narrowed"],
  ["numeric(10,4)", "numeric(10,2)", "lossy"],
  ["numeric(10,2)", "numeric", "widened"],
  ["numeric", "numeric(10,2)", "lossy"],
  ["numeric(10,2)", "double precision", "lossy"],
  ["numeric(10,2)", "numeric(10,2)", "equivalent"],
  ["decimal(10,2)", "decimal(10,2) unsigned", "narrowed"],
  ["decimal(10,2) unsigned", "decimal(10,2)", "widened"],
  ["numeric(5,-2)", "numeric(7,0)", "widened"],
];

const postgres: readonly (readonly [string, string, TypeChange])[] = [
  ["character varying(50)", "character varying(100)", "widened"],
  ["character varying(100)", "character varying(50)", "narrowed"],
  ["character varying(100)", "character varying", "widened"],
  ["character varying", "character varying(100)", "narrowed"],
  ["character varying(100)", "text", "widened"],
  ["text", "character varying(100)", "narrowed"],
  ["text", "character varying", "equivalent"],
  ["character varying", "text", "equivalent"],
  ["character(10)", "character varying(10)", "widened"],
  ["character(10)", "character varying(5)", "narrowed"],
  ["character varying(10)", "character(10)", "lossy"],
  ["character(3)", "character(5)", "widened"],
  ["timestamp(6) without time zone", "timestamp without time zone", "equivalent"],
  ["timestamp without time zone", "timestamp(3) without time zone", "lossy"],
  ["timestamp(0) without time zone", "timestamp(3) without time zone", "widened"],
  ["timestamp with time zone", "timestamp(0) with time zone", "lossy"],
  ["timestamp with time zone", "timestamp without time zone", "lossy"],
  ["timestamp without time zone", "timestamp with time zone", "lossy"],
  ["timestamp without time zone", "date", "lossy"],
  ["date", "timestamp without time zone", "widened"],
  ["time without time zone", "time(0) without time zone", "lossy"],
  ["time without time zone", "time with time zone", "lossy"],
  ["interval", "interval(3)", "lossy"],
  ["interval day to second", "interval", "widened"],
  ["interval", "interval year to month", "lossy"],
  ["bit(3)", "bit(5)", "widened"],
  ["bit varying(8)", "bit varying(4)", "narrowed"],
  ["integer[]", "bigint[]", "widened"],
  ["bigint[]", "integer[]", "lossy"],
  ["text[]", "character varying(20)[]", "narrowed"],
  ["text[]", "text", "incompatible"],
  ["uuid", "text", "incompatible"],
  ["json", "jsonb", "lossy"],
  ["jsonb", "json", "incompatible"],
  ["jsonb", "text", "incompatible"],
  ["cidr", "inet", "widened"],
  ["inet", "cidr", "lossy"],
  ["public.mood", "public.temper", "incompatible"],
  ['public."Mood"', 'public."mood"', "incompatible"],
  ["vector(3)", "vector(4)", "incompatible"],
  ["bytea", "text", "incompatible"],
];

const mysql: readonly (readonly [string, string, TypeChange])[] = [
  ["int", "bigint", "widened"],
  ["int", "int unsigned", "lossy"],
  ["int unsigned", "int", "lossy"],
  ["int unsigned", "bigint", "widened"],
  ["int(11)", "int", "equivalent"],
  ["tinyint(1)", "tinyint(4)", "equivalent"],
  ["mediumint", "smallint", "lossy"],
  ["smallint unsigned", "mediumint", "widened"],
  ["int unsigned", "int(10) unsigned zerofill", "equivalent"],
  ["float", "double", "widened"],
  ["double", "double(8,2)", "lossy"],
  ["double(8,2)", "double", "widened"],
  ["varchar(50)", "varchar(255)", "widened"],
  ["varchar(255)", "varchar(50)", "narrowed"],
  ["varchar(255)", "text", "widened"],
  ["text", "varchar(255)", "narrowed"],
  ["text", "mediumtext", "widened"],
  ["longtext", "text", "narrowed"],
  ["longtext", "mediumtext", "narrowed"],
  ["varchar(50)", "tinytext", "widened"],
  ["varchar(200)", "tinytext", "narrowed"],
  ["tinytext", "varchar(255)", "widened"],
  ["tinytext", "varchar(100)", "narrowed"],
  ["tinytext", "text", "widened"],
  ["char(2)", "char(3)", "widened"],
  ["varbinary(16)", "varbinary(8)", "narrowed"],
  ["binary(16)", "varbinary(16)", "widened"],
  ["varbinary(16)", "binary(16)", "lossy"],
  ["blob", "mediumblob", "widened"],
  ["longblob", "blob", "narrowed"],
  ["varchar(10)", "varbinary(10)", "incompatible"],
  ["datetime", "datetime(6)", "widened"],
  ["datetime(6)", "datetime", "lossy"],
  ["datetime", "timestamp", "narrowed"],
  ["timestamp", "datetime", "lossy"],
  ["timestamp", "timestamp(3)", "widened"],
  ["date", "datetime", "widened"],
  ["datetime", "date", "lossy"],
  ["time(3)", "time", "lossy"],
  ["year(4)", "year", "equivalent"],
  ["json", "longtext", "incompatible"],
  ["point", "geometry", "widened"],
  ["geometry", "point", "narrowed"],
  ["inet4", "inet6", "widened"],
];

const choices: readonly (readonly [string, string, TypeChange])[] = [
  ["enum('a','b')", "enum('a','b','c')", "widened"],
  ["enum('a','b','c')", "enum('a','b')", "narrowed"],
  ["enum('a','b')", "enum('b','a')", "lossy"],
  ["enum('a','b')", "enum('c','a','b')", "lossy"],
  ["enum('a','b')", "varchar(1)", "widened"],
  ["enum('aaa','b')", "varchar(2)", "narrowed"],
  ["varchar(10)", "enum('a','b')", "narrowed"],
  ["set('a','b')", "set('a','b','c')", "widened"],
  ["set('a','b')", "set('a')", "narrowed"],
  ["set('a','b')", "enum('a','b')", "incompatible"],
  ["set('aa','b')", "varchar(4)", "widened"],
  ["set('aa','b')", "varchar(3)", "narrowed"],
  ["enum('a','b')", "int", "incompatible"],
];

describe("compareTypes", () => {
  it.each([...both, ...decimals, ...postgres, ...mysql, ...choices])(
    "%s -> %s is %s",
    (before, after, expected) => {
      expect(compareTypes(before, after)).toBe(expected);
    },
  );

  it.each([...both, ...decimals, ...postgres, ...mysql, ...choices])(
    "%s -> %s is never widened in both directions",
    (before, after) => {
      expect([compareTypes(before, after), compareTypes(after, before)]).not.toEqual(["widened", "widened"]);
    },
  );

  it("calls an unchanged type equivalent, whatever it is", () => {
    for (const type of ["tsvector", 'public."My Type"', "geometry(Point,4326)"]) {
      expect(compareTypes(type, type)).toBe("equivalent");
    }
  });
});

describe("choiceOf", () => {
  it.each([
    ["enum('a','b')", ["a", "b"]],
    ["enum('it''s','a,b','(')", ["it's", "a,b", "("]],
    ["set('x')", ["x"]],
    ["ENUM('A')", ["A"]],
    ["enum('')", [""]],
    ["enum('a\\'b','c')", ["a'b", "c"]],
  ])("reads the values of %s", (text, values) => {
    expect(choiceOf(text)?.values).toEqual(values);
  });

  it("reads no values from another type", () => {
    expect(choiceOf("varchar(5)")).toBeUndefined();
  });
});
