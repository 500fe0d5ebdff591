/** What an unmoved probe proves: that findings are as they were, which takes an equal schema under equal rules. Pure. */
import { createHash } from "node:crypto";
import type { Environment } from "../model/environment.ts";
import type { ProbeToken } from "./ports.ts";

type Rules = Pick<Environment, "scope" | "ignore" | "severities" | "modes" | "partitions">;

/** The database's token together with the rules that are in force at `now` (ISO time); undefined when there is none. */
export function withRules(
  { scope, ignore, severities, modes, partitions }: Rules,
  token: ProbeToken | undefined,
  now: string,
): ProbeToken | undefined {
  if (token === undefined) return undefined;
  const inForce = ignore.filter(({ expires }) => expires === undefined || now < expires);
  const rules = JSON.stringify([scope, inForce, severities, modes, partitions]);
  return `${token} ${createHash("sha256").update(rules).digest("hex").slice(0, 16)}`;
}
