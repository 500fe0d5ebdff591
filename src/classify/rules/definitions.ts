/**
 * Rules for kinds that are compared clause by clause: base types (BTP), casts (CST), operators (OPR), operator classes
 * (OPC) and families (OPF), conversions (CNV), languages (LNG), access methods (ACM), transforms (TRF), and text search
 * configurations (TSC), dictionaries (TSD), parsers (TSP) and templates (TST).
 */
import type {
  DefinitionAttributes,
  TextSearchConfigurationAttributes,
  TextSearchDictionaryAttributes,
} from "../../model/kinds/programs.ts";
import { type KindRules, rule } from "../rule.ts";
import { differs, missing, renamedFrom, unexpected } from "../words.ts";

const searches = "searches may find other rows";

export const baseTypeRules = definitionRules("BTP", "base type");
export const castRules = definitionRules("CST", "cast");
export const operatorRules = definitionRules("OPR", "operator");
export const operatorClassRules = definitionRules("OPC", "operator class");
export const operatorFamilyRules = definitionRules("OPF", "operator family");
export const conversionRules = definitionRules("CNV", "conversion");
export const languageRules = definitionRules("LNG", "language");
export const accessMethodRules = definitionRules("ACM", "access method");
export const transformRules = definitionRules("TRF", "transform");
export const textSearchParserRules = definitionRules("TSP", "text search parser");
export const textSearchTemplateRules = definitionRules("TST", "text search template");

function definitionRules(p: string, noun: string): KindRules<DefinitionAttributes> {
  return {
    added: rule(`${p}001 low compatibility: ${noun} added`, unexpected()),
    removed: rule(
      `${p}002 high compatibility: ${noun} removed`,
      missing("what relies on it fails or behaves otherwise"),
    ),
    renamed: rule(`${p}003 high compatibility: ${noun} renamed`, renamedFrom("what uses the old name fails")),
    altered: {
      options: rule(`${p}004 high behaviour: ${noun} definition changed`, differs("definition")),
      owner: rule(`${p}005 low security: ${noun} owner changed`, differs("owner")),
    },
  };
}

export const textSearchConfigurationRules: KindRules<TextSearchConfigurationAttributes> = {
  added: rule("TSC001 low compatibility: text search configuration added", unexpected()),
  removed: rule(
    "TSC002 high compatibility: text search configuration removed",
    missing("searches that name it fail"),
  ),
  renamed: rule(
    "TSC003 high compatibility: text search configuration renamed",
    renamedFrom("searches that use the old name fail"),
  ),
  altered: {
    parser: rule(
      "TSC004 high behaviour: text search parser of a configuration changed",
      differs("parser", searches),
    ),
    mapping: rule("TSC005 high behaviour: text search mapping changed", differs("mapping", searches)),
    owner: rule("TSC006 low security: text search configuration owner changed", differs("owner")),
  },
};

export const textSearchDictionaryRules: KindRules<TextSearchDictionaryAttributes> = {
  added: rule("TSD001 low compatibility: text search dictionary added", unexpected()),
  removed: rule(
    "TSD002 high compatibility: text search dictionary removed",
    missing("searches that rely on it fail"),
  ),
  renamed: rule(
    "TSD003 medium compatibility: text search dictionary renamed",
    renamedFrom("what uses the old name fails"),
  ),
  altered: {
    template: rule(
      "TSD004 high behaviour: text search template of a dictionary changed",
      differs("template", searches),
    ),
    options: rule(
      "TSD005 high behaviour: text search dictionary options changed",
      differs("options", searches),
    ),
    owner: rule("TSD006 low security: text search dictionary owner changed", differs("owner")),
  },
};
