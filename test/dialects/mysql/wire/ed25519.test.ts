import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signScramble } from "../../../../src/dialects/mysql/wire/ed25519.ts";

describe("client_ed25519", () => {
  it("signs as RFC 8032 does when the password is as long as a seed", () => {
    const seed = "0123456789abcdefghijklmnopqrstuv";
    const template = generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" });
    const der = Buffer.concat([template.subarray(0, template.length - 32), Buffer.from(seed)]);
    const scramble = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));
    const expected = sign(null, scramble, createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
    expect(signScramble(seed, scramble).equals(expected)).toBe(true);
  });
});
