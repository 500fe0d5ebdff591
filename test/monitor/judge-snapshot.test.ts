import { describe, expect, it } from "vitest";
import type { Opening, Visibility } from "../../src/model/server.ts";
import { lostVisibility } from "../../src/monitor/judge-snapshot.ts";

function sees(
  schemas: readonly string[],
  opened?: readonly Opening[],
  closed?: readonly string[],
): Visibility {
  return {
    user: "monitor",
    schemas,
    hidden: [],
    unmodelled: [],
    ...(opened === undefined ? {} : { opened }),
    ...(closed === undefined ? {} : { closed }),
  };
}

function on(...path: string[]): Opening {
  return { path, privileges: ["any", "SELECT"] };
}

describe("a schema that is no longer listed", () => {
  const baseline = sees(["shop", "hr"], [on()]);
  it.each<[string, Visibility, string | undefined]>([
    ["is dropped where a grant still opens it", sees(["shop"], [on()]), undefined],
    ["is dropped where a pattern still opens it", sees(["shop"], [on("shop"), on("h?")]), undefined],
    [
      "is dropped where a grant on one of its tables is left",
      sees(["shop"], [on("shop"), on("hr", "t")]),
      undefined,
    ],
    [
      "is out of sight where no grant opens it",
      sees(["shop"], [on("shop")]),
      "hr (every grant on it was revoked)",
    ],
    [
      "is out of sight where it was closed again",
      sees(["shop"], [on()], ["hr"]),
      "hr (every grant on it was revoked)",
    ],
    ["is dropped on a server that lists everything", sees(["shop"]), undefined],
  ])("%s", (_, live, lost) => {
    const error = lostVisibility(baseline, live);
    expect(error?.code).toBe(lost === undefined ? undefined : "check.visibility-lost");
    expect(error?.message).toBe(
      lost === undefined ? undefined : `the monitoring user no longer sees: ${lost}`,
    );
  });
});

describe("a table that a grant of its own opened", () => {
  const baseline = sees(["shop"], [on("shop", "t"), on("shop", "u", "id"), on("elsewhere", "t")]);
  it.each<[string, readonly Opening[], string | undefined]>([
    ["is in sight by the same grants", [on("shop", "t"), on("shop", "u", "id")], undefined],
    ["is in sight by a wider one", [on("shop")], undefined],
    ["is out of sight without its grant", [on("shop", "u", "id")], "shop.t (every grant on it was revoked)"],
    [
      "has a column out of sight without its grant",
      [on("shop", "t")],
      "shop.u.id (every grant on it was revoked)",
    ],
    [
      "is in part out of sight without one of its privileges",
      [{ path: ["shop", "t"], privileges: ["any"] }, on("shop", "u")],
      "shop.t (SELECT was revoked)",
    ],
  ])("%s", (_, opened, lost) => {
    const message = lostVisibility(baseline, sees(["shop"], opened))?.message;
    expect(message).toBe(lost === undefined ? undefined : `the monitoring user no longer sees: ${lost}`);
  });

  it("tells what to grant again", () => {
    const error = lostVisibility(baseline, sees(["shop"], [on("shop", "t")]));
    expect(error?.remedy).toContain("Grant monitor its privileges on shop.u.id again.");
  });
});
