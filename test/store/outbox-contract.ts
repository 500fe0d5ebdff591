/** What every store promises about notifications. */
import { expect, it } from "vitest";
import type { Delivery } from "../../src/model/notification.ts";
import { aNotification, aRecord, later } from "./records.ts";
import type { StoreWorld } from "./world.ts";

export function outboxContract(world: StoreWorld): void {
  it("leases a notification to one worker until the lease runs out", async () => {
    await world.store.recordCheck(aRecord({ notifications: [aNotification("first")] }));
    const other = await world.open();
    const claim = { now: later(10), limit: 10, leaseMs: 30_000 };
    const [ours, theirs] = await Promise.all([
      world.store.claimNotifications(claim),
      other.claimNotifications(claim),
    ]);
    expect([...ours, ...theirs]).toHaveLength(1);
    expect([...ours, ...theirs][0]).toMatchObject({
      ...aNotification("first"),
      state: "pending",
      attempts: 0,
      createdAt: "2026-11-21T09:00:01.000Z",
    });
    expect(await world.store.claimNotifications({ ...claim, now: later(39) })).toEqual([]);
    expect(await other.claimNotifications({ ...claim, now: later(41) })).toHaveLength(1);
  });

  it("tells which channels do not deliver, until they do again", async () => {
    const settle = async (delivery: Delivery, runNumber: number, channel = "slack"): Promise<void> => {
      const one = aNotification("first", { channel, incidentId: `incident-${runNumber}` });
      await world.store.recordCheck(aRecord({ runNumber, notifications: [one] }));
      const [claimed] = await world.store.claimNotifications({
        now: later(10),
        limit: 1,
        leaseMs: 1,
        channel,
      });
      const next = delivery.kind === "retry" ? later(9_000) : null;
      await world.store.settleNotification(claimed?.id ?? "", delivery, later(11), next);
    };
    await settle({ kind: "delivered" }, 1);
    expect(await world.store.undelivered()).toEqual([]);
    await settle({ kind: "dead", reason: "answered 404" }, 2);
    await settle({ kind: "retry", reason: "answered 503" }, 3);
    await settle({ kind: "dead", reason: "answered 400" }, 4, "pager");
    const since = "2026-11-21T09:00:01.000Z";
    expect(await world.store.undelivered()).toEqual([
      { channel: "pager", waiting: 0, givenUp: 1, since, lastError: "answered 400" },
      { channel: "slack", waiting: 1, givenUp: 1, since, lastError: "answered 503" },
    ]);
    await settle({ kind: "delivered" }, 5, "pager");
    expect((await world.store.undelivered()).map(({ channel }) => channel)).toEqual(["slack"]);
  });

  it("never gives two workers the same notification", async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      aNotification("first", { incidentId: `incident-${index}` }),
    );
    await world.store.recordCheck(aRecord({ notifications: many }));
    const other = await world.open();
    const claim = { now: later(10), limit: 7, leaseMs: 30_000 };
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? world.store : other).claimNotifications(claim),
      ),
    );
    const ids = claims.flat().map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    let left = await world.store.claimNotifications({ ...claim, limit: 100 });
    ids.push(...left.map((one) => one.id));
    left = await world.store.claimNotifications({ ...claim, limit: 100 });
    expect(left).toEqual([]);
    expect(new Set(ids).size).toBe(40);
  });

  it("holds a message back while an earlier one of its incident and channel is pending", async () => {
    await world.store.recordCheck(
      aRecord({ notifications: [aNotification("first"), aNotification("first", { channel: "pager" })] }),
    );
    await world.store.recordCheck(aRecord({ runNumber: 2, notifications: [aNotification("resolved")] }));
    const claim = { now: later(10), limit: 10, leaseMs: 1000 };
    const first = await world.store.claimNotifications(claim);
    expect(first.map((one) => `${one.channel} ${one.content.reason}`)).toEqual([
      "slack first",
      "pager first",
    ]);
    const slack = first[0]?.id ?? "";
    await world.store.settleNotification(slack, { kind: "retry", reason: "503" }, later(10), later(100));
    expect(await world.store.claimNotifications({ ...claim, now: later(50), channel: "slack" })).toEqual([]);
    const retried = await world.store.claimNotifications({ ...claim, now: later(100), channel: "slack" });
    expect(retried).toMatchObject([{ id: slack, attempts: 1, lastError: "503" }]);
    await world.store.settleNotification(slack, { kind: "delivered" }, later(101), null);
    const resolved = await world.store.claimNotifications({ ...claim, now: later(102), channel: "slack" });
    expect(resolved.map((one) => one.content.reason)).toEqual(["resolved"]);
  });

  it("settles a notification once, with its reason", async () => {
    const incidents = ["a", "b"].map((incidentId) => aNotification("first", { incidentId }));
    await world.store.recordCheck(aRecord({ notifications: incidents }));
    expect(await world.store.outboxState()).toEqual({
      depth: 2,
      oldestAt: "2026-11-21T09:00:01.000Z",
      dead: 0,
    });
    const [a, b] = await world.store.claimNotifications({ now: later(10), limit: 2, leaseMs: 1000 });
    await world.store.settleNotification(a?.id ?? "", { kind: "delivered" }, later(11), null);
    await world.store.settleNotification(
      a?.id ?? "",
      { kind: "retry", reason: "late" },
      later(12),
      later(20),
    );
    await world.store.settleNotification(
      b?.id ?? "",
      { kind: "dead", reason: "404 no_service" },
      later(11),
      null,
    );
    expect(await world.store.notifications({ state: "delivered", limit: 5 })).toMatchObject([
      { id: a?.id, attempts: 1, deliveredAt: later(11), lastError: null, nextAttemptAt: null },
    ]);
    expect(await world.store.notifications({ state: "dead", environment: "shop", limit: 5 })).toMatchObject([
      { id: b?.id, attempts: 1, lastError: "404 no_service", deliveredAt: null },
    ]);
    expect(await world.store.outboxState()).toEqual({ depth: 0, oldestAt: null, dead: 1 });
    expect(await world.store.claimNotifications({ now: later(999), limit: 2, leaseMs: 1000 })).toEqual([]);
  });
}
