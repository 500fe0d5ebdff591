/** Options and settings that may hold secrets leave this file only as digests. */
import type { Options } from "../../../model/attribute.ts";
import { digestOf } from "../../digest.ts";

const secretName = /pass|secret|token|credential|private|api_?key|access_?key|jwt|auth_?key|sas|signing/i;
/** A connection string with a password inside another option, or a URL with one. */
const secretValue = /passw(or)?d\s*=|:\/\/[^/\s:@]*:[^@\s]+@/i;

export function maskOption(name: string, value: string): string {
  return secretName.test(name) || secretValue.test(value) ? digestOf(value) : value;
}

export function maskOptions(options: Options): Options {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, maskOption(name, value)]));
}

/** Wrappers name their secrets as they like, so of a user mapping only plainly harmless options stay readable. */
export function maskUserMapping(options: Options): Options {
  const harmless = /^(user|username|user_name|remote_user|password_required)$/i;
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, harmless.test(name) ? value : digestOf(value)]),
  );
}
