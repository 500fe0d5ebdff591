/** What every report is made from, and the words that all reports share. */
import type { Finding } from "../model/change.ts";
import type { HiddenArea } from "../model/server.ts";

/** What all reports of a comparison are made from. */
export interface DiffInput {
  /** The two sources as the reader named them; never a URL with a password. */
  readonly from: string;
  readonly to: string;
  /** In the order in which they are to be shown. */
  readonly findings: readonly Finding[];
  /** Changes that ignore rules and modes hid, by rule. */
  readonly hidden: readonly { readonly rule: string; readonly count: number; readonly reason?: string }[];
  /** Objects seen and not modelled, on either side. */
  readonly unmodelled?: readonly { readonly what: string; readonly count: number }[];
  /** What the user may not read on either side, so that nothing is said about it. */
  readonly unreadable?: readonly HiddenArea[];
}

/** "1 change", "3 changes" */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** "a, b and c" */
export function enumerated(words: readonly string[]): string {
  if (words.length <= 1) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** What the reader must know beside the findings: what was hidden, left out or could not be read. */
export function notesOf(input: DiffInput): readonly string[] {
  const notes: string[] = [];
  const hidden = input.hidden.reduce((sum, { count }) => sum + count, 0);
  if (hidden > 0) {
    const rules = enumerated(
      input.hidden.map(
        ({ rule, count, reason }) => `${count} by ${rule}${reason === undefined ? "" : ` (${reason})`}`,
      ),
    );
    notes.push(`${counted(hidden, "change")} hidden: ${rules}.`);
  }
  const unmodelled = input.unmodelled ?? [];
  if (unmodelled.length > 0) {
    notes.push(
      `Seen but not compared: ${enumerated(unmodelled.map(({ what, count }) => `${count} ${what}`))}.`,
    );
  }
  for (const { area, reason, remedy } of input.unreadable ?? []) {
    notes.push(
      `Not readable, so not compared: ${area} (${reason})${remedy === undefined ? "" : `. To open it: ${remedy}`}`,
    );
  }
  return notes;
}
