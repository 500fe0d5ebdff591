/** The colours of text reports, as one small table. Whether there is a terminal is the caller's business. */
import type { Severity } from "../model/severity.ts";

export type Tone = Severity | "strong" | "faint" | "gone" | "come" | "changed";

/** SGR codes that switch a tone on; "0" switches everything off. */
const sgr: Readonly<Record<Tone, string>> = {
  critical: "1;31",
  high: "31",
  medium: "33",
  low: "36",
  info: "2",
  strong: "1",
  faint: "2",
  gone: "31",
  come: "32",
  changed: "33",
};

/** Wraps a text in a tone. */
export type Paint = (tone: Tone, text: string) => string;

export function paintWith(color: boolean): Paint {
  return (tone, text) => (color && text !== "" ? `\u001b[${sgr[tone]}m${text}\u001b[0m` : text);
}
