import { describe, expect, it } from "vitest";
import { askOnce } from "../../../../src/dialects/mysql/queries/asked-lists.ts";
import type { Heads } from "../../../../src/dialects/mysql/queries/heads.ts";

const noHeads: Heads = { tables: [], routines: [], triggers: [], events: [] };

describe("lists that are asked for while definitions are read", () => {
  it("are asked for at the first call, and once", () => {
    let sent = 0;
    const asking = askOnce(() => {
      sent += 1;
      return {
        columns: Promise.resolve(new Map()),
        heads: Promise.resolve(noHeads),
        ids: Promise.resolve(undefined),
      };
    });
    expect([sent, asking.isUnderway]).toEqual([0, false]);
    expect(asking.lists()).toBe(asking.lists());
    expect([sent, asking.isUnderway]).toEqual([1, true]);
  });

  it("fail for those who wait for them, and unheard otherwise", async () => {
    const unheard: unknown[] = [];
    const listen = (reason: unknown): void => void unheard.push(reason);
    process.on("unhandledRejection", listen);
    try {
      const lists = askOnce(() => ({
        columns: Promise.reject(new Error("cancelled")),
        heads: Promise.resolve(noHeads),
        ids: Promise.reject(new Error("cancelled too")),
      })).lists();
      await new Promise(setImmediate);
      expect(unheard).toEqual([]);
      await expect(lists.columns).rejects.toThrow("cancelled");
      await expect(lists.all).rejects.toThrow("cancelled");
      await expect(lists.heads).resolves.toBe(noHeads);
    } finally {
      process.off("unhandledRejection", listen);
    }
  });
});
