import { describe, expect, it } from "vitest";
import { giveIdentity } from "../../src/embedded/template.ts";

function tarOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [name, content] of Object.entries(files)) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, "0"), 124);
    const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    body.set(content);
    blocks.push(header, body);
  }
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const identifier = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
const control = "base/global/pg_control";
const segment = "base/pg_wal/000000010000000000000001";

describe("a copy of the cached cluster", () => {
  it.each<readonly [title: string, files: Readonly<Record<string, Uint8Array>>]>([
    ["has no control file", { [segment]: new Uint8Array(8192) }],
    ["has no WAL", { [control]: new Uint8Array(8192) }],
    [
      "has a control file without its checksum",
      { [control]: new Uint8Array(8192).fill(7), [segment]: new Uint8Array(8192) },
    ],
  ])("is not used when it %s", (_, files) => {
    expect(giveIdentity(tarOf(files), identifier)).toBe(false);
  });

  it("is not used when it is no archive", () => {
    expect(giveIdentity(new Uint8Array(Buffer.from("garbage".repeat(500))), identifier)).toBe(false);
  });
});
