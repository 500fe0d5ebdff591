import { describe, expect, it } from "vitest";
import { parseSource, type Source } from "../../src/app/resolve-source.ts";

describe("parseSource", () => {
  it.each<[string, Source]>([
    ["shop", { kind: "environment", name: "shop" }],
    ["shop.eu-1", { kind: "environment", name: "shop.eu-1" }],
    ["shop@baseline", { kind: "baseline", name: "shop" }],
    ["shop@BASELINE", { kind: "baseline", name: "shop" }],
    ["shop@2027-01-31", { kind: "moment", name: "shop", at: "2027-01-31T23:59:59.999Z" }],
    ["shop@2027-01-31T14:00", { kind: "moment", name: "shop", at: "2027-01-31T14:00:00.000Z" }],
    ["shop@2027-01-31 14:00:30", { kind: "moment", name: "shop", at: "2027-01-31T14:00:30.000Z" }],
    ["shop@2027-01-31T14:00:00+02:00", { kind: "moment", name: "shop", at: "2027-01-31T12:00:00.000Z" }],
    ["postgres://u:p@h/db", { kind: "url", url: "postgres://u:p@h/db" }],
    ["before.json", { kind: "snapshot-file", file: "before.json" }],
    ["./dir/Schema.SQL", { kind: "sql-file", file: "./dir/Schema.SQL" }],
  ])("reads %s", (text, source) => {
    expect(parseSource(text)).toEqual(source);
  });

  it.each([
    ["", "is not a source"],
    ["@baseline", "is not a source"],
    ["shop@", "is not a source"],
    ["shop@a@b", "is not a source"],
    ["shop@yesterday", 'neither "baseline" nor a date'],
    ["shop@2027-02-30", 'neither "baseline" nor a date'],
    ["shop@2027-13-01", 'neither "baseline" nor a date'],
    ["shop@2027", 'neither "baseline" nor a date'],
  ])("refuses %j", (text, words) => {
    expect(() => parseSource(text)).toThrow(
      expect.objectContaining({ code: "source.invalid", message: expect.stringContaining(words) }),
    );
  });
});
