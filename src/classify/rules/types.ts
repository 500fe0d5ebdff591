/** Rules for types: enums (ENM), domains (DOM), composites (CMP), ranges (RNG), and for collations (CLL). */
import type {
  CollationAttributes,
  CompositeTypeAttributes,
  DomainAttributes,
  EnumAttributes,
  RangeTypeAttributes,
} from "../../model/kinds/programs.ts";
import { compareTypes } from "../../model/type-change.ts";
import { type AlteredFacts, type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, missing, renamedFrom, says, sentenceCase, shown, unexpected } from "../words.ts";

type ValuesFacts = AlteredFacts<EnumAttributes, "values">;

const usersFail = "programs that name it fail";
const oldName = "programs that use the old name fail";

export const enumRules: KindRules<EnumAttributes> = {
  added: rule("ENM001 low compatibility: enum added", unexpected()),
  removed: rule("ENM002 high compatibility: enum removed", missing(usersFail)),
  renamed: rule("ENM003 high compatibility: enum renamed", renamedFrom(oldName)),
  altered: {
    values: [
      onlyIf(
        ({ before, after }) => before.every((value, index) => after[index] === value),
        rule(
          "ENM004 medium compatibility: enum values appended",
          ({ the, before, after }) =>
            `${sentenceCase(the)} has the additional values ${shown(after.slice(before.length))}: programs may not know them.`,
        ),
      ),
      onlyIf(
        ({ before, after }) => before.some((value) => !after.includes(value)),
        rule(
          "ENM005 high data-loss: enum values removed",
          ({ the, before, after }) =>
            `${sentenceCase(the)} lacks the baseline's values ${shown(before.filter((value) => !after.includes(value)))}: programs that write them fail.`,
        ),
      ),
      onlyIf(
        keepsOrder,
        rule(
          "ENM006 medium compatibility: enum values inserted",
          ({ the, before, after }) =>
            `${sentenceCase(the)} has the additional values ${shown(after.filter((value) => !before.includes(value)))} among the baseline's: programs may not know them, and they sort in between.`,
        ),
      ),
      rule(
        "ENM007 high behaviour: enum values moved",
        differs("list of values", "comparisons and sorting differ"),
      ),
    ],
    owner: rule("ENM008 low security: enum owner changed", differs("owner")),
  },
};

/** The baseline's values stand in the same order, with others between them. */
function keepsOrder({ before, after }: ValuesFacts): boolean {
  const kept = after.filter((value) => before.includes(value));
  return kept.length === before.length && kept.every((value, index) => value === before[index]);
}

export const domainRules: KindRules<DomainAttributes> = {
  added: rule("DOM001 low compatibility: domain added", unexpected()),
  removed: rule("DOM002 high compatibility: domain removed", missing(usersFail)),
  renamed: rule("DOM003 high compatibility: domain renamed", renamedFrom(oldName)),
  altered: {
    baseType: [
      onlyIf(
        ({ before, after }) => ["widened", "equivalent"].includes(compareTypes(before, after)),
        rule("DOM004 medium compatibility: domain type widened", differs("base type")),
      ),
      rule(
        "DOM005 critical data-loss: domain type narrowed or replaced",
        differs("base type", "values may no longer fit"),
      ),
    ],
    notNull: [
      onlyIf(
        ({ after }) => after,
        rule(
          "DOM006 high compatibility: domain made NOT NULL",
          says("is NOT NULL, the baseline allows NULL: writes of NULL fail"),
        ),
      ),
      rule(
        "DOM007 high integrity: domain's NOT NULL dropped",
        says("allows NULL, the baseline has NOT NULL: rows without a value can get in"),
      ),
    ],
    notNullConstraint: rule(
      "DOM008 low cosmetic: domain's NOT NULL constraint renamed",
      differs("name of its NOT NULL constraint"),
    ),
    default: [
      onlyIf(
        ({ after }) => after === null,
        rule(
          "DOM009 high compatibility: domain default removed",
          differs("default", "inserts that rely on it fail or store NULL"),
        ),
      ),
      onlyIf(
        ({ before }) => before === null,
        rule("DOM010 low behaviour: domain default added", differs("default")),
      ),
      rule(
        "DOM011 medium behaviour: domain default changed",
        differs("default", "new rows get another value"),
      ),
    ],
    collation: rule(
      "DOM012 medium behaviour: domain collation changed",
      differs("collation", "sorting and uniqueness may differ"),
    ),
    owner: rule("DOM013 low security: domain owner changed", differs("owner")),
  },
};

export const compositeTypeRules: KindRules<CompositeTypeAttributes> = {
  added: rule("CMP001 low compatibility: composite type added", unexpected()),
  removed: rule("CMP002 high compatibility: composite type removed", missing(usersFail)),
  renamed: rule("CMP003 high compatibility: composite type renamed", renamedFrom(oldName)),
  altered: {
    attributes: [
      onlyIf(
        ({ before, after }) => before.every((attribute, index) => after[index] === attribute),
        rule(
          "CMP004 medium compatibility: composite attributes appended",
          differs("list of attributes", "programs that read whole values may fail"),
        ),
      ),
      rule(
        "CMP005 high data-loss: composite attributes changed",
        differs("list of attributes", "stored values may lose parts or mean something else"),
      ),
    ],
    owner: rule("CMP006 low security: composite type owner changed", differs("owner")),
  },
};

export const rangeTypeRules: KindRules<RangeTypeAttributes> = {
  added: rule("RNG001 low compatibility: range type added", unexpected()),
  removed: rule("RNG002 high compatibility: range type removed", missing(usersFail)),
  renamed: rule("RNG003 high compatibility: range type renamed", renamedFrom(oldName)),
  altered: {
    subtype: rule(
      "RNG004 critical data-loss: range subtype changed",
      differs("subtype", "stored ranges mean something else"),
    ),
    operatorClass: rule(
      "RNG005 high behaviour: range operator class changed",
      differs("operator class", "ranges compare otherwise"),
    ),
    collation: rule(
      "RNG006 medium behaviour: range collation changed",
      differs("collation", "ranges compare otherwise"),
    ),
    canonical: rule(
      "RNG007 high behaviour: range canonical function changed",
      differs("canonical function", "equal ranges may read as different"),
    ),
    subtypeDiff: rule(
      "RNG008 medium performance: range difference function changed",
      differs("difference function"),
    ),
    multirange: rule(
      "RNG009 high compatibility: multirange type renamed",
      differs("multirange type", oldName),
    ),
    owner: rule("RNG010 low security: range type owner changed", differs("owner")),
  },
};

export const collationRules: KindRules<CollationAttributes> = {
  added: rule("CLL001 low compatibility: collation added", unexpected()),
  removed: rule("CLL002 high compatibility: collation removed", missing(usersFail)),
  renamed: rule("CLL003 high compatibility: collation renamed", renamedFrom(oldName)),
  altered: {
    versionMatches: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "CLL004 high integrity: collation version mismatch",
          says(
            "was recorded with another library version than the server runs: indexes on it may be corrupt, reindex them",
          ),
        ),
      ),
      rule(
        "CLL005 low integrity: collation version matches again",
        says("has the version that the server's library has, unlike in the baseline"),
      ),
    ],
    version: rule(
      "CLL006 medium integrity: collation version changed",
      differs("recorded version", "indexes on it must have been rebuilt"),
    ),
    provider: rule(
      "CLL007 high behaviour: collation provider changed",
      differs("provider", "sorting differs"),
    ),
    locale: rule("CLL008 high behaviour: collation locale changed", differs("locale", "sorting differs")),
    characterType: rule("CLL009 high behaviour: collation character type changed", differs("character type")),
    icuRules: rule("CLL010 high behaviour: collation rules changed", differs("ICU rules", "sorting differs")),
    deterministic: rule(
      "CLL011 high behaviour: collation determinism changed",
      differs("DETERMINISTIC option", "other texts count as equal"),
    ),
    owner: rule("CLL012 low security: collation owner changed", differs("owner")),
  },
};
