/**
 * The logger: JSON lines by pino, or readable lines on a terminal. Everything that goes through it is scrubbed of
 * secrets first. It decides nothing about what is worth logging.
 */
import { type DestinationStream, destination, type Logger as PinoLogger, pino } from "pino";
import type { Logger } from "../monitor/ports.ts";
import { prettyLine } from "./pretty-line.ts";
import { mask, scrubSecrets, scrubValue } from "./scrub-secrets.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level?: LogLevel;
  /** Readable lines instead of JSON; for a terminal only, a collector cannot parse them. */
  readonly pretty?: boolean;
  readonly colour?: boolean;
  /** Secrets in plain (passwords, routing keys, webhook URLs); they are masked wherever they turn up. */
  readonly secrets?: readonly string[];
  /** Where lines go; standard error when absent, so that standard output stays free for data. */
  readonly stream?: DestinationStream;
}

export interface RootLogger extends Logger {
  /** Adds secrets that became known after the start. */
  hide(secrets: readonly string[]): void;
  /** Writes what is still buffered. Lines are written synchronously, so nothing is lost on exit or by a crash. */
  flush(): void;
}

const redactedPaths = ["password", "token", "secret", "routingKey", "authorization"];

/** Builds the root logger; rooms derive theirs with `child`. */
export function createLogger(options: LoggerOptions = {}): RootLogger {
  const secrets = [...(options.secrets ?? [])];
  const target = options.stream ?? destination({ dest: 2, sync: true });
  const stream = options.pretty === true ? readable(target, options.colour ?? false) : target;
  const root = pino(
    {
      level: options.level ?? "info",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are plain and scrubbed by then; pino's own serializer would name them all "Object".
      serializers: { err: (error: unknown) => error },
      redact: { paths: redactedPaths.flatMap((path) => [path, `*.${path}`]), censor: mask },
    },
    stream,
  );
  return {
    ...scrubbing(root, secrets),
    hide: (more) => {
      secrets.push(...more);
    },
    flush: () => root.flush(),
  };
}

function scrubbing(inner: PinoLogger, secrets: readonly string[]): Logger {
  const clean = (fields: object): object =>
    scrubValue(fields instanceof Error ? { err: fields } : fields, secrets) as object;
  const say = (text: string): string => scrubSecrets(text, secrets);
  return {
    debug: (fields, message) => {
      if (inner.isLevelEnabled("debug")) inner.debug(clean(fields), say(message));
    },
    info: (fields, message) => {
      if (inner.isLevelEnabled("info")) inner.info(clean(fields), say(message));
    },
    warn: (fields, message) => {
      if (inner.isLevelEnabled("warn")) inner.warn(clean(fields), say(message));
    },
    error: (fields, message) => {
      if (inner.isLevelEnabled("error")) inner.error(clean(fields), say(message));
    },
    child: (fields) => scrubbing(inner.child(clean(fields)), secrets),
  };
}

/** Synchronous, unlike pino-pretty's pipeline: the last line before an exit is written too. */
function readable(target: DestinationStream, colour: boolean): DestinationStream {
  return { write: (line) => target.write(`${prettyLine(JSON.parse(line), colour)}\n`) };
}
