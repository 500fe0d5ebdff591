import { describe, expect, it } from "vitest";
import { pause, throwIfAborted } from "../../src/dialects/abort.ts";
import { DriftwatchError } from "../../src/model/errors.ts";

describe("an aborted read", () => {
  it.each([
    ["no signal", undefined],
    ["a signal that was not aborted", new AbortController().signal],
  ])("is none with %s", (_, signal) => {
    expect(() => throwIfAborted(signal)).not.toThrow();
  });

  it.each([
    [
      "the reason that the deadline gave",
      new DriftwatchError("check.deadline", "too slow"),
      "check.deadline",
      false,
    ],
    ["a plain cancellation of anything else", new Error("stop"), "check.cancelled", true],
  ])("ends with %s", (_, reason, code, retryable) => {
    expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(
      expect.objectContaining({ code, retryable }),
    );
  });

  it("does not wait out a pause", async () => {
    const controller = new AbortController();
    const pausing = pause(60_000, controller.signal);
    controller.abort();
    await expect(pausing).resolves.toBeUndefined();
    await expect(pause(60_000, controller.signal)).resolves.toBeUndefined();
  });
});
