/** Reads on/off options as PostgreSQL stores them: "true", "on", "1", "yes"; absent is off. */
import type { Options } from "../../model/attribute.ts";

export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(true|on|yes|1)$/i.test(value);
}

export function optionTurnedOff(
  facts: { readonly before: Options; readonly after: Options },
  name: string,
): boolean {
  return isOn(facts.before[name]) && !isOn(facts.after[name]);
}
