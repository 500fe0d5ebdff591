/**
 * Rules for indexes (IDX) and extended statistics (STA). A unique index guards the data, a plain one only makes queries
 * fast, and one that another index stands in for is hardly missed.
 */
import type { ExtendedStatisticsAttributes, IndexAttributes } from "../../model/kinds/relations.ts";
import { twinOf } from "../redundancy.ts";
import { type Facts, type KindRules, onlyIf, rule } from "../rule.ts";
import {
  differs,
  differsInExtensions,
  missing,
  renamedFrom,
  says,
  sentenceCase,
  unexpected,
} from "../words.ts";

type IndexFacts = Facts<IndexAttributes>;

export const indexRules: KindRules<IndexAttributes> = {
  added: [
    onlyIf(
      isUnique,
      rule("IDX004 medium compatibility: unique index added", unexpected("writes of duplicates fail")),
    ),
    onlyIf(
      (facts) => twinOf(facts, facts.context.live) !== undefined,
      rule(
        "IDX005 low performance: duplicate index added",
        (facts) =>
          `${sentenceCase(facts.the)} is unexpected and does what ${twinName(facts, "live")} already does: every write pays for both.`,
      ),
    ),
    rule("IDX001 low performance: index added", unexpected("writes pay for it")),
  ],
  removed: [
    onlyIf(
      (facts) => twinOf(facts, facts.context.live) !== undefined,
      rule(
        "IDX006 low performance: duplicate index removed",
        (facts) => `${sentenceCase(facts.the)} is missing, but ${twinName(facts, "live")} does the same.`,
      ),
    ),
    onlyIf(
      isUnique,
      rule("IDX007 high integrity: unique index removed", missing("nothing prevents duplicates any more")),
    ),
    rule("IDX002 medium performance: index removed", missing("queries that rely on it become slow")),
  ],
  renamed: rule("IDX003 low cosmetic: index renamed", renamedFrom()),
  altered: {
    unique: [
      onlyIf(
        ({ after }) => after,
        rule(
          "IDX010 medium compatibility: index made unique",
          says("is unique, the baseline is not: writes of duplicates fail"),
        ),
      ),
      rule(
        "IDX011 high integrity: index no longer unique",
        says("is no longer unique: nothing prevents duplicates"),
      ),
    ],
    columns: [
      onlyIf(
        isUnique,
        rule(
          "IDX012 high integrity: unique index covers other columns",
          differs("list of columns", "other combinations are kept unique"),
        ),
      ),
      rule(
        "IDX013 medium performance: index covers other columns",
        differs("list of columns", "queries that rely on it may become slow"),
      ),
    ],
    predicate: [
      onlyIf(
        isUnique,
        rule(
          "IDX014 high integrity: unique index covers other rows",
          differs("predicate", "other rows are kept unique"),
        ),
      ),
      rule(
        "IDX015 medium performance: index covers other rows",
        differs("predicate", "queries that rely on it may become slow"),
      ),
    ],
    nullsNotDistinct: [
      onlyIf(
        ({ after }) => after,
        rule(
          "IDX016 medium compatibility: unique index treats NULLs as equal",
          says("treats NULLs as equal, the baseline does not: a second NULL is refused"),
        ),
      ),
      rule(
        "IDX017 high integrity: unique index lets NULLs repeat",
        says("no longer treats NULLs as equal: any number of NULLs gets in"),
      ),
    ],
    include: rule(
      "IDX018 medium performance: included columns changed",
      differs("list of included columns", "index-only scans may become impossible"),
    ),
    method: rule(
      "IDX019 medium performance: index method changed",
      differs("method", "it may no longer serve the same queries"),
    ),
    form: rule(
      "IDX020 medium performance: index form changed",
      differs("form", "it no longer serves the same queries"),
    ),
    parser: rule(
      "IDX021 medium behaviour: full-text parser changed",
      differs("full-text parser", "searches find other rows"),
    ),
    valid: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "IDX022 medium performance: index invalid",
          says(
            "is invalid, for example after a failed CREATE INDEX CONCURRENTLY: queries do not use it, writes still pay for it",
          ),
        ),
      ),
      rule("IDX023 low performance: index became valid", says("is valid, the baseline has it invalid")),
    ],
    ready: [
      onlyIf(
        ({ after }) => !after,
        rule("IDX024 medium performance: index not ready", says("is not ready: it does not take new rows")),
      ),
      rule("IDX025 low performance: index became ready", says("is ready, the baseline's is not")),
    ],
    invisible: [
      onlyIf(
        ({ after }) => after,
        rule(
          "IDX026 medium performance: index made invisible",
          says("is invisible, the baseline's is not: queries do not use it"),
        ),
      ),
      rule(
        "IDX027 low performance: index made visible",
        says("is visible, the baseline's is not: queries may use it"),
      ),
    ],
    clustered: rule(
      "IDX028 low performance: clustering index changed",
      ({ the, after }) =>
        `${sentenceCase(the)} is ${after ? "now" : "no longer"} the index that CLUSTER orders the table by.`,
    ),
    storageParameters: rule(
      "IDX029 low performance: index parameters changed",
      differs("storage parameters"),
    ),
    tablespace: rule("IDX030 low performance: index moved to another tablespace", differs("tablespace")),
    statisticsTargets: rule(
      "IDX031 low performance: statistics targets changed",
      differs("statistics targets"),
    ),
    partitionOf: rule(
      "IDX032 medium performance: index attached or detached",
      differs("partitioned parent index"),
    ),
    createOptions: rule("IDX033 low performance: index options changed", differs("create options")),
    extensionDependencies: rule(
      "IDX034 low behaviour: index's extension dependencies changed",
      differsInExtensions,
    ),
  },
};

export const statisticsRules: KindRules<ExtendedStatisticsAttributes> = {
  added: rule("STA001 low performance: extended statistics added", unexpected()),
  removed: rule(
    "STA002 medium performance: extended statistics removed",
    missing("query plans may get worse"),
  ),
  renamed: rule("STA003 low cosmetic: extended statistics renamed", renamedFrom()),
  altered: {
    definition: rule(
      "STA004 medium performance: extended statistics changed",
      differs("definition", "query plans may change"),
    ),
    owner: rule("STA005 low security: owner of extended statistics changed", differs("owner")),
    statisticsTarget: rule(
      "STA006 low performance: target of extended statistics changed",
      differs("statistics target"),
    ),
  },
};

function isUnique({ attributes }: IndexFacts): boolean {
  return attributes.unique;
}

function twinName(facts: IndexFacts, side: "baseline" | "live"): string {
  return twinOf(facts, facts.context[side]) ?? "another index";
}
