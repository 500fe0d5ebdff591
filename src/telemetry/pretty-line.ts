/** One log record as one readable line: time, level, environment, message, then its fields as name=value. Pure. */
import picocolors from "picocolors";

type Colors = ReturnType<typeof picocolors.createColors>;

const levelWidth = 5;
const longestValue = 300;
/** Shown in their own place, or of no interest to someone who watches a terminal. */
const placed = new Set(["level", "time", "msg", "environment", "err", "error", "checkId", "jobId"]);

/** `log` is a parsed JSON line of the logger; `colour` adds ANSI colours. */
export function prettyLine(log: Readonly<Record<string, unknown>>, colour: boolean): string {
  const colors = picocolors.createColors(colour);
  const level = String(log.level ?? "info");
  const environment = typeof log.environment === "string" ? `${colors.cyan(log.environment)} ` : "";
  const line = `${colors.dim(timeOf(log.time))} ${levelWord(level, colors)} ${environment}${String(log.msg ?? "")}`;
  const fields = Object.entries(log).filter(([name]) => !placed.has(name));
  const details = fields.map(([name, value]) => `${colors.dim(`${name}=`)}${valueText(value)}`);
  return [line, ...details].join("  ") + errorText(log.err ?? log.error, level, colors);
}

function timeOf(time: unknown): string {
  const date = new Date(typeof time === "number" || typeof time === "string" ? time : Number.NaN);
  if (Number.isNaN(date.getTime())) return "--:--:--";
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

function levelWord(level: string, colors: Colors): string {
  const word = level.toUpperCase().padEnd(levelWidth);
  if (level === "error" || level === "fatal") return colors.red(word);
  if (level === "warn") return colors.yellow(word);
  return level === "info" ? colors.green(word) : colors.dim(word);
}

function valueText(value: unknown): string {
  const text = typeof value === "string" && /^[^\s"=]+$/u.test(value) ? value : JSON.stringify(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
}

/** A known error is its code and sentence; a stack is shown only where the code says that Driftwatch itself failed. */
function errorText(error: unknown, level: string, colors: Colors): string {
  if (error === undefined || error === null) return "";
  if (typeof error !== "object") return `  ${colors.dim("error=")}${valueText(error)}`;
  const { code, message, remedy, stack } = error as Readonly<Record<string, unknown>>;
  const lines = [`${message ?? "error"}${code === undefined ? "" : colors.dim(` (${code})`)}`];
  if (remedy !== undefined) lines.push(String(remedy));
  const isOurs = code === undefined || code === "internal";
  if (level === "error" && isOurs && typeof stack === "string") lines.push(colors.dim(stack));
  return lines.map((text) => `\n         ${text.replaceAll("\n", "\n         ")}`).join("");
}
