/** What the command line knows of its terminal: colour, width, writing that survives a closed pipe. */
import type { Writable } from "node:stream";

export interface Output extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** `asked`: false for --no-color. NO_COLOR and FORCE_COLOR are the conventions of no-color.org and force-color.org. */
export function wantsColor(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
  asked: boolean,
): boolean {
  if (!asked) return false;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  return output.isTTY === true && env.TERM !== "dumb";
}

/** The reader of a pipe may leave early (`| head`): that is no error, and the exit code still tells the truth. */
export function tolerateClosedPipe(output: Output): void {
  output.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Resolves when everything written so far has left the process. */
export function flushed(output: Output): Promise<void> {
  return new Promise((resolve) => {
    if (output.destroyed || output.writableEnded) resolve();
    else output.write("", () => resolve());
  });
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

export function styleFor(color: boolean): Style {
  const paint =
    (open: number, close: number) =>
    (text: string): string =>
      color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
  };
}
