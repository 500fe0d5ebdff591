import { describe, expect, it } from "vitest";
import {
  coverageDiagnosis,
  encryptionDiagnosis,
  scopeDiagnosis,
  visibilityDiagnoses,
} from "../../src/dialects/diagnoses.ts";
import { objectOf } from "../../src/model/object.ts";
import type { Visibility } from "../../src/model/server.ts";
import { buildSnapshot, type Snapshot } from "../../src/model/snapshot.ts";

function aSnapshot(visibility: Partial<Visibility>): Snapshot {
  const schemas = visibility.schemas ?? ["shop"];
  return buildSnapshot({
    dialect: "postgres",
    server: {
      flavor: "postgresql",
      version: "18.1",
      major: "18",
      instance: "i",
      database: "db",
      settings: {},
    },
    takenAt: "2026-01-01T00:00:00.000Z",
    visibility: { user: "watcher", hidden: [], unmodelled: [], ...visibility, schemas },
    objects: schemas.map((name) => objectOf({ kind: "schema", path: [name] }, { owner: "o" })),
  });
}

describe("the doctor on encryption", () => {
  const strict = { strictMode: "sslmode=verify-full", authority: "sslrootcert" };
  it.each([
    [
      "verified",
      true,
      "db:5432/d",
      "verify-full",
      true,
      /\(sslmode=verify-full\).* is verified\.$/,
      undefined,
    ],
    [
      "not verified",
      true,
      "db:5432/d",
      "require",
      true,
      / is not verified\.$/,
      /sslmode=verify-full and sslro/,
    ],
    ["over a socket", false, "/run/s/d", "disable", true, /stays on this machine\.$/, undefined],
    ["to this machine", false, "127.0.0.1:5432/d", "disable", true, /stays on this machine\.$/, undefined],
    ["to this machine by IPv6", false, "[::1]:5432/d", "disable", true, /this machine\.$/, undefined],
    ["to elsewhere", false, "db:5432/d", "prefer", false, /is not encrypted\.$/, /^Switch TLS on/],
  ] as const)("%s", (_, isEncrypted, place, mode, ok, message, remedy) => {
    const found = encryptionDiagnosis({ isEncrypted, place, mode: `sslmode=${mode}`, ...strict });
    expect(found).toEqual({
      check: "encryption",
      ok,
      message: expect.stringMatching(message),
      ...(remedy === undefined ? {} : { remedy: expect.stringMatching(remedy) }),
    });
  });
});

describe("the doctor on what a snapshot covers", () => {
  it.each([
    ["one schema", ["shop"], "db", true, "1 object in 1 schema of db: shop."],
    ["several, of no one database", ["hr", "shop"], "", true, "2 objects in 2 schemas: hr, shop."],
    ["none", [], "db", false, "0 objects in 0 schemas of db."],
  ] as const)("tells of %s", (_, schemas, database, ok, message) => {
    const found = scopeDiagnosis(aSnapshot({ schemas }), database);
    expect(found).toMatchObject({ ok, message });
    expect(found.remedy !== undefined).toBe(!ok);
  });

  it("tells each hidden area with its reason and the statement that opens it", () => {
    const kinds = ["view"] as const;
    const hidden = [
      { area: "views of shop", reason: "they need SHOW VIEW", remedy: "GRANT SHOW VIEW;", kinds },
      { area: "options", reason: "2 mappings keep theirs.", kinds },
    ];
    expect(visibilityDiagnoses(aSnapshot({ hidden }))).toEqual([
      {
        check: "visibility",
        ok: false,
        message: "Hidden: views of shop, because they need SHOW VIEW.",
        remedy: "GRANT SHOW VIEW;",
      },
      { check: "visibility", ok: false, message: "Hidden: options, because 2 mappings keep theirs." },
    ]);
    expect(visibilityDiagnoses(aSnapshot({}))).toEqual([
      { check: "visibility", ok: true, message: "Nothing in scope is hidden from watcher." },
    ]);
  });

  it("counts what is not modelled", () => {
    const unmodelled = [{ what: "languages", count: 2 }];
    expect(coverageDiagnosis(aSnapshot({ unmodelled })).message).toBe(
      "Seen and not modelled: 2 x languages.",
    );
    expect(coverageDiagnosis(aSnapshot({})).message).toBe("Everything seen is modelled.");
  });
});
