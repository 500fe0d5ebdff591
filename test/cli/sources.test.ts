/** Two sources are read side by side, and the first that fails is told. */
import { describe, expect, it } from "vitest";
import type { CliContext } from "../../src/cli/context.ts";
import type { Session } from "../../src/cli/session.ts";
import { readSources } from "../../src/cli/sources.ts";
import { aSnapshot } from "../support/builders.ts";

const said: string[] = [];
const context = {
  signal: new AbortController().signal,
  progress: { say: (text: string) => void said.push(text), done: () => undefined },
} as unknown as CliContext;

/** Baselines of environments by what the store answers when it is asked for them. */
function sessionOf(answers: Readonly<Record<string, () => Promise<unknown>>>): Session {
  const store = {
    baseline: async (environment: string) => answers[environment]?.(),
    snapshot: async () => aSnapshot([]),
  };
  const environments = Object.keys(answers).map((name) => ({ name }));
  return {
    sources: { environments: () => environments, store: async () => store, cwd: "." },
  } as unknown as Session;
}

describe("two sources", () => {
  it("are read at the same time and told in their order", async () => {
    let asked = 0;
    let bothAsked: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      bothAsked = resolve;
    });
    const answer = async (): Promise<unknown> => {
      asked += 1;
      if (asked === 2) bothAsked();
      await both;
      return { fingerprint: "f", environment: "any" };
    };
    const session = sessionOf({ shop: answer, stage: answer });
    const sources = await readSources(context, session, ["stage@baseline", "shop@baseline"], {});
    expect(sources.map(({ label }) => label)).toEqual(["stage@baseline", "shop@baseline"]);
    expect(said.at(-1)).toBe("Reading stage@baseline and shop@baseline");
  });

  it.each([
    ["the first", "stage@baseline", "shop@baseline"],
    ["the second", "shop@baseline", "stage@baseline"],
  ])("fail with the error of %s, when it is the one that fails", async (_, from, to) => {
    const session = sessionOf({
      shop: async () => ({ fingerprint: "f", environment: "shop" }),
      stage: async () => undefined,
    });
    await expect(readSources(context, session, [from, to], {})).rejects.toMatchObject({
      code: "baseline.missing",
      message: "stage has no baseline",
    });
  });

  it("fail before anything is read when one is no source at all", async () => {
    let reads = 0;
    const session = sessionOf({
      async shop() {
        reads += 1;
        return undefined;
      },
    });
    await expect(readSources(context, session, ["shop@baseline", "a@b@c"], {})).rejects.toMatchObject({
      code: "source.invalid",
    });
    expect(reads).toBe(0);
  });
});
