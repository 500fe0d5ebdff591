import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "../../src/cli/progress.ts";
import { table } from "../../src/cli/table.ts";
import { styleFor, tolerateClosedPipe, wantsColor } from "../../src/cli/terminal.ts";

describe("wantsColor", () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  const pipe = new PassThrough();

  it.each([
    ["a terminal", terminal, {}, true, true],
    ["a pipe", pipe, {}, true, false],
    ["a terminal with NO_COLOR", terminal, { NO_COLOR: "1" }, true, false],
    ["a terminal with an empty NO_COLOR", terminal, { NO_COLOR: "" }, true, true],
    ["a pipe with FORCE_COLOR", pipe, { FORCE_COLOR: "1" }, true, true],
    ["a terminal with FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }, true, false],
    ["FORCE_COLOR and NO_COLOR", pipe, { FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
    ["--no-color", terminal, { FORCE_COLOR: "1" }, false, false],
    ["a dumb terminal", terminal, { TERM: "dumb" }, true, false],
  ])("%s", (_what, output, env, asked, wanted) => {
    expect(wantsColor(output, env, asked)).toBe(wanted);
  });
});

describe("tolerateClosedPipe", () => {
  it("swallows EPIPE and nothing else", () => {
    const output = new PassThrough();
    tolerateClosedPipe(output);
    expect(() => output.emit("error", Object.assign(new Error("broken"), { code: "EPIPE" }))).not.toThrow();
    expect(() => output.emit("error", Object.assign(new Error("full"), { code: "ENOSPC" }))).toThrow("full");
  });
});

describe("table", () => {
  it("aligns columns whatever their colours", () => {
    const { red } = styleFor(true);
    const lines = table(
      ["a", "bb"],
      [
        [red("long"), "x"],
        ["s", "y"],
      ],
    ).split("\n");
    expect(lines.map((line) => stripVTControlCharacters(line))).toEqual(["a     bb", "long  x", "s     y"]);
  });
});

describe("progress", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function watched(isTTY: boolean): {
    text: () => string;
    output: PassThrough & { isTTY: boolean; columns: number };
  } {
    const output = Object.assign(new PassThrough(), { isTTY, columns: 40 });
    let text = "";
    output.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    return { text: () => text, output };
  }

  it("shows nothing anywhere but on a terminal", () => {
    const { output, text } = watched(false);
    const progress = createProgress(output, Date.now);
    progress.say("Reading");
    vi.advanceTimersByTime(10_000);
    progress.done();
    expect(text()).toBe("");
  });

  it("shows nothing for short work", () => {
    const { output, text } = watched(true);
    const progress = createProgress(output, Date.now);
    progress.say("Reading");
    vi.advanceTimersByTime(250);
    progress.done();
    expect(text()).toBe("");
  });

  it("shows what is waited for in one line, and takes it away", () => {
    const { output, text } = watched(true);
    const progress = createProgress(output, Date.now);
    progress.say("Reading shop");
    vi.advanceTimersByTime(3000);
    expect(text()).toContain("Reading shop ... 2s");
    expect(text()).not.toContain("\n");
    progress.done();
    expect(text().endsWith("\r\u001b[2K")).toBe(true);
  });
});
