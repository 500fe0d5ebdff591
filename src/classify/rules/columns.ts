/** Rules for columns (COL): what a change means for the rows there are and for the programs that read and write them. */

import { choiceOf } from "../../model/column-type.ts";
import type { ColumnAttributes } from "../../model/kinds/relations.ts";
import { compareTypes, type TypeChange } from "../../model/type-change.ts";
import { type AlteredFacts, type Facts, type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, missing, renamedFrom, says, sentenceCase, shown, unexpected } from "../words.ts";

type TypeFacts = AlteredFacts<ColumnAttributes, "type">;

export const columnRules: KindRules<ColumnAttributes> = {
  added: [
    onlyIf(
      needsValue,
      rule(
        "COL004 high compatibility: required column added",
        unexpected("it is NOT NULL and has no default: inserts that do not name it fail"),
      ),
    ),
    rule("COL001 medium compatibility: column added", unexpected()),
  ],
  removed: rule(
    "COL002 critical data-loss: column removed",
    missing("its values are gone and programs that name it fail"),
  ),
  renamed: rule(
    "COL003 high compatibility: column renamed",
    renamedFrom("programs that use the old name fail"),
  ),
  altered: {
    type: [
      onlyIf(
        valuesAppended,
        rule(
          "COL015 medium compatibility: column enum values appended",
          typeSentence("programs may not know the new values"),
        ),
      ),
      onlyIf(
        bothChoices,
        rule(
          "COL016 high data-loss: column enum values removed or moved",
          typeSentence("stored values may be lost or sort otherwise"),
        ),
      ),
      onlyIf(
        changesTo("equivalent"),
        rule("COL010 low compatibility: column type respelled", typeSentence("the same values fit")),
      ),
      onlyIf(
        changesTo("widened"),
        rule(
          "COL011 medium compatibility: column type widened",
          typeSentence("programs may meet values they cannot hold"),
        ),
      ),
      onlyIf(
        changesTo("narrowed"),
        rule("COL012 critical data-loss: column type narrowed", typeSentence("values may no longer fit")),
      ),
      onlyIf(
        changesTo("lossy"),
        rule(
          "COL013 critical data-loss: column type made lossy",
          typeSentence("values lose range, precision or meaning"),
        ),
      ),
      rule(
        "COL014 critical data-loss: column type replaced",
        typeSentence("another sort of value, which programs and casts may not take"),
      ),
    ],
    notNull: [
      onlyIf(
        ({ after }) => after,
        rule(
          "COL006 high compatibility: column made NOT NULL",
          says("is NOT NULL, the baseline allows NULL: writes of NULL fail"),
        ),
      ),
      rule(
        "COL005 high integrity: NOT NULL dropped",
        says("allows NULL, the baseline has NOT NULL: rows without a value can get in"),
      ),
    ],
    notNullConstraint: [
      onlyIf(
        ({ after }) => after?.validated === false,
        rule(
          "COL007 high integrity: NOT NULL not validated",
          says("has a NOT NULL constraint that is not validated: rows from before may hold NULL"),
        ),
      ),
      rule("COL008 low cosmetic: NOT NULL constraint respelled", differs("NOT NULL constraint")),
    ],
    default: [
      onlyIf(
        ({ after }) => after === null,
        rule(
          "COL020 high compatibility: column default removed",
          ({ the, before }) =>
            `${sentenceCase(the)} has no default, the baseline has ${shown(before)}: inserts that do not name it fail or store NULL.`,
        ),
      ),
      onlyIf(
        ({ before }) => before === null,
        rule(
          "COL021 low behaviour: column default added",
          ({ the, after }) => `${sentenceCase(the)} has the default ${shown(after)}, the baseline has none.`,
        ),
      ),
      rule(
        "COL022 medium behaviour: column default changed",
        differs("default", "new rows get another value"),
      ),
    ],
    implicitDefault: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "COL023 high compatibility: implicit NULL default removed",
          says(
            "has no default at all, not even the baseline's NULL: inserts that do not name it fail in strict mode",
          ),
        ),
      ),
      rule(
        "COL024 low behaviour: implicit NULL default added",
        says("defaults to NULL, the baseline has no default at all"),
      ),
    ],
    identity: [
      onlyIf(
        ({ after }) => after === null,
        rule(
          "COL025 high compatibility: identity removed",
          says("is no longer an identity column: inserts that do not name it fail"),
        ),
      ),
      onlyIf(
        ({ before }) => before === null,
        rule(
          "COL026 medium behaviour: identity added",
          says("is an identity column, in the baseline it is not"),
        ),
      ),
      rule(
        "COL027 medium behaviour: identity kind changed",
        ({ the, before, after }) =>
          `${sentenceCase(the)} is GENERATED ${upper(after)} AS IDENTITY, the baseline has GENERATED ${upper(before)}.`,
      ),
    ],
    identityOptions: rule("COL028 medium behaviour: identity options changed", differs("identity options")),
    autoIncrement: [
      onlyIf(
        ({ after }) => after,
        rule(
          "COL029 medium behaviour: AUTO_INCREMENT added",
          says("is AUTO_INCREMENT, in the baseline it is not"),
        ),
      ),
      rule(
        "COL030 high compatibility: AUTO_INCREMENT removed",
        says("is no longer AUTO_INCREMENT: inserts that leave the number to the server fail"),
      ),
    ],
    generated: [
      onlyIf(
        ({ after }) => after === null,
        rule(
          "COL031 high integrity: generation expression removed",
          says("is no longer generated: nothing keeps its values in step"),
        ),
      ),
      onlyIf(
        ({ before }) => before === null,
        rule(
          "COL032 high compatibility: column made generated",
          ({ the, after }) =>
            `${sentenceCase(the)} is generated as ${shown(after)}, the baseline has a plain column: writes to it fail.`,
        ),
      ),
      rule(
        "COL033 high behaviour: generation expression changed",
        differs("generation expression", "its values mean something else"),
      ),
    ],
    generatedKind: rule(
      "COL034 medium performance: generated column stored otherwise",
      differs("way of keeping generated values"),
    ),
    onUpdate: rule("COL035 medium behaviour: ON UPDATE changed", differs("ON UPDATE value")),
    collation: rule(
      "COL036 medium behaviour: column collation changed",
      differs("collation", "sorting and uniqueness may differ"),
    ),
    charset: rule(
      "COL037 medium compatibility: column character set changed",
      differs("character set", "some characters may not fit"),
    ),
    invisible: [
      onlyIf(
        ({ after }) => after,
        rule(
          "COL038 medium compatibility: column made invisible",
          says("is invisible, the baseline's is not: SELECT * leaves it out"),
        ),
      ),
      rule(
        "COL039 low compatibility: column made visible",
        says("is visible, the baseline's is not: SELECT * returns it"),
      ),
    ],
    srid: rule(
      "COL040 medium compatibility: spatial reference changed",
      differs("spatial reference system", "geometries of another one are refused"),
    ),
    zerofill: rule("COL041 low cosmetic: ZEROFILL changed", differs("ZEROFILL option")),
    local: rule(
      "COL042 low compatibility: column inheritance changed",
      ({ the, after }) =>
        `${sentenceCase(the)} is ${after ? "declared on this table too" : "only inherited"}, unlike in the baseline.`,
    ),
    storage: rule("COL043 low performance: column storage changed", differs("storage strategy")),
    compression: rule("COL044 low performance: column compression changed", differs("compression method")),
    statisticsTarget: rule(
      "COL045 low performance: statistics target changed",
      differs("statistics target", "query plans may change"),
    ),
    options: rule("COL046 low performance: column options changed", differs("options")),
    foreignOptions: rule(
      "COL047 medium behaviour: foreign column options changed",
      differs("foreign options", "another remote column may be read"),
    ),
    createOptions: rule("COL048 low behaviour: column create options changed", differs("create options")),
    position: rule(
      "COL049 low cosmetic: column moved",
      ({ the, before, after }) =>
        `${sentenceCase(the)} is at position ${shown(after)}, the baseline has it at ${shown(before)}: only SELECT * and unnamed inserts see that.`,
    ),
  },
};

/** A NOT NULL column that nothing fills by itself. */
function needsValue({ attributes }: Facts<ColumnAttributes>): boolean {
  const filled =
    attributes.default !== null ||
    (attributes.identity ?? null) !== null ||
    (attributes.generated ?? null) !== null ||
    attributes.autoIncrement === true;
  return attributes.notNull && !filled;
}

function changesTo(result: TypeChange): (facts: TypeFacts) => boolean {
  return ({ before, after }) => compareTypes(before, after) === result;
}

function bothChoices({ before, after }: TypeFacts): boolean {
  const old = choiceOf(before);
  return old !== undefined && choiceOf(after)?.form === old.form;
}

function valuesAppended(facts: TypeFacts): boolean {
  return bothChoices(facts) && compareTypes(facts.before, facts.after) === "widened";
}

function typeSentence(consequence: string): (facts: TypeFacts) => string {
  return ({ the, before, after }) =>
    `${sentenceCase(the)} is ${shown(after)}, the baseline has ${shown(before)}: ${consequence}.`;
}

function upper(value: string | null): string {
  return (value ?? "").toUpperCase();
}
