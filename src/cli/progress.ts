/** One line on a terminal that says what is being waited for; nothing anywhere else. */
import type { Output } from "./terminal.ts";

export interface Progress {
  /** Shows what is done now, instead of what was shown. */
  say(text: string): void;
  /** Takes the line away. */
  done(): void;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;
/** Short work shows nothing at all. */
const patienceMs = 300;

export function createProgress(output: Output, now: () => number): Progress {
  if (output.isTTY !== true) return { say: () => undefined, done: () => undefined };
  let text = "";
  let startedMs = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  let shown = false;
  const draw = (): void => {
    const waitedMs = now() - startedMs;
    if (waitedMs < patienceMs) return;
    frame = (frame + 1) % frames.length;
    const seconds = waitedMs >= 2000 ? ` ${Math.floor(waitedMs / 1000)}s` : "";
    const line = `${frames[frame]} ${text} ...${seconds}`.slice(0, (output.columns ?? 80) - 1);
    output.write(`\r\u001b[2K${line}`);
    shown = true;
  };
  const done = (): void => {
    clearInterval(timer);
    timer = undefined;
    if (shown) output.write("\r\u001b[2K");
    shown = false;
  };
  return {
    say(next) {
      text = next;
      startedMs = now();
      // A timer must not keep the process alive.
      timer ??= setInterval(draw, frameMs).unref();
    },
    done,
  };
}
