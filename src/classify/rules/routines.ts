/** Rules for functions (FUN), procedures (PRC), aggregates (AGG), MariaDB packages (PKG, PKB) and loadable functions (LDF). */
import type {
  AggregateAttributes,
  LoadableFunctionAttributes,
  PackageAttributes,
  RoutineAttributes,
} from "../../model/kinds/programs.ts";
import { isSameCode } from "../program-text.ts";
import { evenInside, type Facts, type KindRules, onlyIf, rule } from "../rule.ts";
import {
  differs,
  differsInComments,
  differsInExtensions,
  missing,
  renamedFrom,
  says,
  sentenceCase,
  shown,
  unexpected,
} from "../words.ts";

const otherRights = "it runs with other rights";

export const functionRules = routineRules("FUN", "function");
export const procedureRules = routineRules("PRC", "procedure");

function routineRules(p: string, noun: string): KindRules<RoutineAttributes> {
  return {
    added: [
      onlyIf(
        runsAsDefiner,
        evenInside(
          rule(
            `${p}004 high security: SECURITY DEFINER ${noun} added`,
            unexpected("it runs with the rights of its owner or definer"),
          ),
        ),
      ),
      rule(`${p}001 medium compatibility: ${noun} added`, unexpected()),
    ],
    removed: rule(`${p}002 high compatibility: ${noun} removed`, missing("programs that call it fail")),
    renamed: rule(
      `${p}003 high compatibility: ${noun} renamed`,
      renamedFrom("programs that call it by the old name fail"),
    ),
    altered: {
      ...rightsRules(p, noun),
      ...callRules(p, noun),
      ...plannerRules(p, noun),
      ...contextRules(p, noun),
    },
  };
}

type Altered = KindRules<RoutineAttributes>["altered"];

/** With whose rights it runs, and what it can be tricked into. */
function rightsRules(
  p: string,
  noun: string,
): Pick<Altered, "securityDefiner" | "sqlSecurity" | "definer" | "owner" | "settings" | "leakproof"> {
  return {
    securityDefiner: [
      onlyIf(
        ({ after }) => after,
        rule(
          `${p}006 high security: ${noun} made SECURITY DEFINER`,
          says("is SECURITY DEFINER, the baseline's is not: it runs with its owner's rights"),
        ),
      ),
      rule(
        `${p}007 high security: ${noun} made SECURITY INVOKER`,
        says("runs with the caller's rights, the baseline with its owner's: callers may be refused"),
      ),
    ],
    sqlSecurity: [
      onlyIf(
        ({ after }) => after.toUpperCase() === "DEFINER",
        rule(
          `${p}008 high security: ${noun} made SQL SECURITY DEFINER`,
          ({ the, attributes }) =>
            `${sentenceCase(the)} runs with the rights of its definer ${shown(attributes.definer ?? null)}, the baseline with the caller's.`,
        ),
      ),
      rule(
        `${p}009 high security: ${noun} made SQL SECURITY INVOKER`,
        says("runs with the caller's rights, the baseline with its definer's: callers may be refused"),
      ),
    ],
    definer: [
      onlyIf(
        ({ attributes }) => attributes.sqlSecurity?.toUpperCase() === "INVOKER",
        rule(`${p}010 low security: ${noun} definer changed`, differs("definer")),
      ),
      rule(`${p}011 high security: definer of a definer's ${noun} changed`, differs("definer", otherRights)),
    ],
    owner: [
      onlyIf(
        ({ attributes }) => attributes.securityDefiner === true,
        rule(
          `${p}012 high security: owner of a SECURITY DEFINER ${noun} changed`,
          differs("owner", otherRights),
        ),
      ),
      rule(`${p}013 medium security: ${noun} owner changed`, differs("owner")),
    ],
    settings: [
      onlyIf(
        ({ before, after, attributes }) =>
          attributes.securityDefiner === true && before.search_path !== after.search_path,
        rule(
          `${p}014 high security: search_path of a SECURITY DEFINER ${noun} changed`,
          differs("settings", "it may call objects that someone else put in its way"),
        ),
      ),
      rule(`${p}015 medium behaviour: ${noun} settings changed`, differs("settings")),
    ],
    leakproof: rule(
      `${p}021 high security: ${noun} LEAKPROOF changed`,
      differs("LEAKPROOF option", "it may be run before row security"),
    ),
  };
}

/** What it does and how it is called. */
function callRules(
  p: string,
  noun: string,
): Pick<
  Altered,
  | "definition"
  | "returns"
  | "arguments"
  | "language"
  | "volatility"
  | "strict"
  | "deterministic"
  | "dataAccess"
  | "window"
  | "transforms"
  | "aggregate"
  | "extensionDependencies"
> {
  return {
    definition: [
      onlyIf(
        ({ before, after, attributes }) => isSameCode(before, after, attributes),
        rule(`${p}036 info cosmetic: ${noun} comments changed`, differsInComments),
      ),
      rule(`${p}005 high behaviour: ${noun} definition changed`, differs("definition")),
    ],
    returns: rule(`${p}016 high compatibility: ${noun} result changed`, differs("result type")),
    arguments: rule(`${p}017 high compatibility: ${noun} arguments changed`, differs("list of arguments")),
    language: rule(`${p}018 high behaviour: ${noun} language changed`, differs("language")),
    volatility: rule(
      `${p}019 high behaviour: ${noun} volatility changed`,
      differs("volatility", "results may be reused where they must not, or indexes on it refused"),
    ),
    strict: rule(
      `${p}020 high behaviour: ${noun} treatment of NULL arguments changed`,
      differs("STRICT option"),
    ),
    deterministic: rule(
      `${p}022 medium behaviour: ${noun} determinism changed`,
      differs("DETERMINISTIC option"),
    ),
    dataAccess: rule(`${p}023 low behaviour: ${noun} data access changed`, differs("stated data access")),
    aggregate: rule(`${p}033 high compatibility: ${noun} AGGREGATE changed`, differs("AGGREGATE option")),
    transforms: rule(`${p}034 medium behaviour: ${noun} transforms changed`, differs("list of transforms")),
    window: rule(`${p}025 high compatibility: ${noun} WINDOW changed`, differs("WINDOW option")),
    extensionDependencies: rule(
      `${p}035 low behaviour: ${noun}'s extension dependencies changed`,
      differsInExtensions,
    ),
  };
}

function plannerRules(p: string, noun: string): Pick<Altered, "parallel" | "support" | "cost" | "rows"> {
  return {
    parallel: rule(`${p}024 medium performance: ${noun} parallel safety changed`, differs("parallel safety")),
    support: rule(`${p}026 low performance: ${noun} support function changed`, differs("support function")),
    cost: rule(`${p}027 low performance: ${noun} cost changed`, differs("cost estimate")),
    rows: rule(`${p}028 low performance: ${noun} rows changed`, differs("row estimate")),
  };
}

/** What MySQL and MariaDB keep of the session that created it; every dump and restore changes some of it. */
function contextRules(
  p: string,
  noun: string,
): Pick<Altered, "sqlMode" | "clientCharset" | "clientCollation" | "databaseCollation"> {
  return {
    sqlMode: rule(`${p}029 low behaviour: ${noun} sql_mode changed`, differs("sql_mode")),
    clientCharset: rule(
      `${p}030 low cosmetic: ${noun} client character set changed`,
      differs("client character set"),
    ),
    clientCollation: rule(
      `${p}031 low cosmetic: ${noun} client collation changed`,
      differs("client collation"),
    ),
    databaseCollation: rule(
      `${p}032 low cosmetic: ${noun} database collation changed`,
      differs("database collation"),
    ),
  };
}

// MySQL and MariaDB run as the definer unless told otherwise, so only a PostgreSQL program says something by it.
function runsAsDefiner({ attributes }: Facts<RoutineAttributes>): boolean {
  return attributes.securityDefiner === true;
}

export const aggregateRules: KindRules<AggregateAttributes> = {
  added: rule("AGG001 medium compatibility: aggregate added", unexpected()),
  removed: rule("AGG002 high compatibility: aggregate removed", missing("queries that call it fail")),
  renamed: rule(
    "AGG003 high compatibility: aggregate renamed",
    renamedFrom("queries that call it by the old name fail"),
  ),
  altered: {
    options: rule("AGG004 high behaviour: aggregate definition changed", differs("definition")),
    arguments: rule("AGG008 high compatibility: aggregate arguments changed", differs("list of arguments")),
    returns: rule("AGG005 high compatibility: aggregate result changed", differs("result type")),
    owner: rule("AGG006 medium security: aggregate owner changed", differs("owner")),
    parallel: rule(
      "AGG007 medium performance: aggregate parallel safety changed",
      differs("parallel safety"),
    ),
    extensionDependencies: rule(
      "AGG009 low behaviour: aggregate's extension dependencies changed",
      differsInExtensions,
    ),
  },
};

export const packageRules = packageRulesOf("PKG", "package");
export const packageBodyRules = packageRulesOf("PKB", "package body");

function packageRulesOf(p: string, noun: string): KindRules<PackageAttributes> {
  return {
    added: rule(`${p}001 medium compatibility: ${noun} added`, unexpected()),
    removed: rule(`${p}002 high compatibility: ${noun} removed`, missing("programs that call it fail")),
    renamed: rule(
      `${p}003 high compatibility: ${noun} renamed`,
      renamedFrom("programs that call it by the old name fail"),
    ),
    altered: {
      definition: [
        onlyIf(
          ({ before, after, attributes }) => isSameCode(before, after, attributes),
          rule(`${p}011 info cosmetic: ${noun} comments changed`, differsInComments),
        ),
        rule(`${p}004 high behaviour: ${noun} definition changed`, differs("definition")),
      ],
      definer: rule(`${p}005 high security: ${noun} definer changed`, differs("definer", otherRights)),
      sqlSecurity: rule(
        `${p}006 high security: ${noun} SQL SECURITY changed`,
        differs("SQL SECURITY", otherRights),
      ),
      sqlMode: rule(`${p}007 low behaviour: ${noun} sql_mode changed`, differs("sql_mode")),
      clientCharset: rule(
        `${p}008 low cosmetic: ${noun} client character set changed`,
        differs("client character set"),
      ),
      clientCollation: rule(
        `${p}009 low cosmetic: ${noun} client collation changed`,
        differs("client collation"),
      ),
      databaseCollation: rule(
        `${p}010 low cosmetic: ${noun} database collation changed`,
        differs("database collation"),
      ),
    },
  };
}

export const loadableFunctionRules: KindRules<LoadableFunctionAttributes> = {
  added: rule(
    "LDF001 high security: loadable function added",
    unexpected("it runs native code inside the server"),
  ),
  removed: rule("LDF002 high compatibility: loadable function removed", missing("queries that call it fail")),
  renamed: rule(
    "LDF003 high compatibility: loadable function renamed",
    renamedFrom("queries that call it by the old name fail"),
  ),
  altered: {
    library: rule(
      "LDF004 high security: loadable function's library changed",
      differs("library", "other native code runs inside the server"),
    ),
    returns: rule("LDF005 high compatibility: loadable function result changed", differs("result type")),
    form: rule("LDF006 high behaviour: loadable function form changed", differs("form")),
  },
};
