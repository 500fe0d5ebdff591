/** Two texts line by line: what stayed, what went, what came. Pure and bounded; for showing, not for deciding. */

export interface DiffLine {
  readonly sign: " " | "-" | "+" | "…";
  readonly text: string;
}

/** Beyond this many lines on either side the middle is shown as replaced as a whole. */
const mostLines = 600;
const context = 3;

/** Unchanged lines further than three lines from a change are folded into one line with sign "…". */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1;
  const middle = diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const kept = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign: " ", text }));
  return fold([...kept(a.slice(0, start)), ...middle, ...kept(a.slice(a.length - end))]);
}

/** Longest common subsequence; quadratic, hence the bound. */
function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const went = (text: string): DiffLine => ({ sign: "-", text });
  const came = (text: string): DiffLine => ({ sign: "+", text });
  if (a.length > mostLines || b.length > mostLines) return [...a.map(went), ...b.map(came)];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      lines.push({ sign: " ", text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(went(left));
      i += 1;
    } else {
      lines.push(came(right ?? ""));
      j += 1;
    }
  }
  return lines;
}

function fold(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = lines.map((_line, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.sign !== " "),
  );
  const folded: DiffLine[] = [];
  let hidden = 0;
  const flush = (): void => {
    if (hidden > 0) folded.push({ sign: "…", text: hidden === 1 ? "1 equal line" : `${hidden} equal lines` });
    hidden = 0;
  };
  lines.forEach((line, index) => {
    if (near[index] === true) {
      flush();
      folded.push(line);
    } else hidden += 1;
  });
  flush();
  return folded;
}
