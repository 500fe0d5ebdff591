/** The exit codes: a contract with scripts. */
import type { ErrorCode } from "../model/errors.ts";

export const exitCodes = {
  inSync: 0,
  failure: 1,
  /** Drift at or above --fail-on. */
  drift: 2,
  /** EX_USAGE of sysexits.h. */
  usage: 64,
  /** EX_CONFIG of sysexits.h. */
  configuration: 78,
  /** 128 + SIGINT. */
  interrupted: 130,
} as const;

const byCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  "usage.invalid": exitCodes.usage,
  "source.invalid": exitCodes.usage,
  "environment.unknown": exitCodes.usage,
  "config.invalid": exitCodes.configuration,
  "config.not-found": exitCodes.configuration,
};

/** What an error that ended a command comes to. */
export function exitCodeOf(code: ErrorCode): number {
  return byCode[code] ?? exitCodes.failure;
}
