/** A small difference of two texts by lines: what went, what came, and a little of what stayed around it. */

export interface DiffLine {
  /** " " stayed, "-" only before, "+" only after, "@" some lines left out. */
  readonly sign: " " | "-" | "+" | "@";
  readonly text: string;
}

/** Above this many cells the middle is shown as replaced as a whole; a table of that size costs too much for a report. */
const mostCells = 4_000_000;

/** Lines that differ with `context` lines around them. */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
  context: number = 2,
): readonly DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const lines: DiffLine[] = [
    ...before.slice(0, start).map(stayed),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(stayed),
  ];
  return withContext(lines, context);
}

function stayed(text: string): DiffLine {
  return { sign: " ", text };
}

function middle(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length * after.length > mostCells) {
    return [
      ...before.map((text): DiffLine => ({ sign: "-", text })),
      ...after.map((text): DiffLine => ({ sign: "+", text })),
    ];
  }
  const lengths = commonLengths(before, after);
  const width = after.length + 1;
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const now = after[j];
    if (old !== undefined && old === now) {
      lines.push(stayed(old));
      i += 1;
      j += 1;
    } else if (
      old !== undefined &&
      (now === undefined || lengthAt(lengths, (i + 1) * width + j) >= lengthAt(lengths, i * width + j + 1))
    ) {
      lines.push({ sign: "-", text: old });
      i += 1;
    } else {
      lines.push({ sign: "+", text: now ?? "" });
      j += 1;
    }
  }
  return lines;
}

function lengthAt(lengths: Uint32Array, index: number): number {
  return lengths[index] ?? 0;
}

/** Length of the longest common subsequence of each pair of tails. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? lengthAt(lengths, (i + 1) * width + j + 1) + 1
          : Math.max(lengthAt(lengths, (i + 1) * width + j), lengthAt(lengths, i * width + j + 1));
    }
  }
  return lengths;
}

function withContext(lines: readonly DiffLine[], context: number): readonly DiffLine[] {
  const shown = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.sign === " ") continue;
    for (let at = index - context; at <= index + context; at += 1) shown.add(at);
  }
  const result: DiffLine[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (!shown.has(index)) {
      skipped += 1;
      continue;
    }
    if (skipped > 0) result.push(leftOut(skipped));
    skipped = 0;
    result.push(line);
  }
  if (skipped > 0 && result.length > 0) result.push(leftOut(skipped));
  return result;
}

function leftOut(count: number): DiffLine {
  return { sign: "@", text: `${count} equal ${count === 1 ? "line" : "lines"}` };
}
