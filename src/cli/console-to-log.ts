/** Libraries that write to the console by themselves (BullMQ of Redis' settings, Node.js of warnings) write to the log. */
import { format } from "node:util";
import type { App } from "../app/create-app.ts";

const methods = ["debug", "log", "info", "warn", "error"] as const;

const mostTold = 1000;

/** From now on each line of the process's stderr is one of the log. For a process that is a daemon and nothing else. */
export function sendConsoleToLog(logger: App["logger"]): void {
  const told = new Set<string>();
  const say = (detail: string): void => {
    // BullMQ says the same on each of its connections.
    if (told.has(detail)) return;
    if (told.size < mostTold) told.add(detail);
    logger.warn({ detail }, "a library says");
  };
  for (const method of methods) console[method] = (...values: unknown[]) => say(format(...values));
  process.removeAllListeners("warning");
  process.on("warning", (warning) => say(`${warning.name}: ${warning.message}`));
}
