/** The codes of the rule table, for those who check what people write. */
import { ruleCatalog } from "../classify/rule-catalog.ts";

export function ruleCodes(): readonly string[] {
  return ruleCatalog().map(({ code }) => code);
}
