/** The configuration, read with what only the other rooms know: the codes of the rule table. */
import type { Config } from "../config/config.ts";
import { type LoadRequest, loadConfig as load } from "../config/load-config.ts";
import { ruleCodes } from "./rule-codes.ts";

/**
 * The complete configuration. Without a file, `DATABASE_URL` is the environment `default`; with neither, the demo.
 * Throws DriftwatchError: config.not-found, config.invalid with every mistake in its message (see mistakesOf).
 */
export function loadConfig(request: LoadRequest): Config {
  return load({ ruleCodes: ruleCodes(), ...request });
}
