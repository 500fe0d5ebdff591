import { describe, expect, it } from "vitest";
import { unlessDisturbed } from "../../../src/dialects/mysql/introspect.ts";
import { aSnapshot } from "../../support/builders.ts";

describe("a snapshot that is built while the server is asked whether anything moved", () => {
  const snapshot = aSnapshot([]);
  const fails = (): never => {
    throw new Error("two objects have the key table:t");
  };

  it("is the answer where nothing did", async () => {
    expect(await unlessDisturbed(Promise.resolve(true), () => snapshot)).toBe(snapshot);
  });

  it.each([
    ["was built", () => snapshot],
    ["could not be built", fails],
  ])("is none where something did, although it %s", async (_, build) => {
    expect(await unlessDisturbed(Promise.resolve(false), build)).toBeUndefined();
  });

  it("tells why it could not be built where nothing moved", async () => {
    await expect(unlessDisturbed(Promise.resolve(true), fails)).rejects.toThrow("two objects");
  });

  it.each([
    ["was built", () => snapshot],
    ["could not be built", fails],
  ])("tells why the server did not answer, whether it %s or not", async (_, build) => {
    const lost = Promise.reject(new Error("connection lost"));
    await expect(unlessDisturbed(lost, build)).rejects.toThrow("connection lost");
  });
});
