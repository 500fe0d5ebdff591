/** Rules for the server as a whole (SRV), the database (DBS) and settings kept by ALTER DATABASE or ALTER ROLE (SET). */
import type { DatabaseAttributes, ServerAttributes, SettingAttributes } from "../../model/kinds/relations.ts";
import { type AlteredFacts, type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, missing, renamedFrom, says, shown, unexpected } from "../words.ts";

/** Settings that change what stored SQL means or lets through; others only matter to what is created next. */
const meaningful = new Set([
  "sql_mode",
  "lower_case_table_names",
  "explicit_defaults_for_timestamp",
  "check_constraint_checks",
  "event_scheduler",
  "time_zone",
  "system_time_zone",
  "restrict_fk_on_non_standard_key",
]);

export const serverRules: KindRules<ServerAttributes> = {
  added: rule("SRV001 info compatibility: server recorded", unexpected()),
  removed: rule("SRV002 info compatibility: server no longer recorded", missing()),
  renamed: rule("SRV003 info compatibility: server recorded under another name", renamedFrom()),
  altered: {
    version: rule(
      "SRV004 info compatibility: server upgraded",
      ({ before, after }) =>
        `The server runs version ${shown(after)}, the baseline was taken on ${shown(before)}: texts that it prints may differ.`,
    ),
    flavor: rule(
      "SRV005 high compatibility: server replaced by another product",
      ({ before, after }) =>
        `The server is ${shown(after)}, the baseline was taken on ${shown(before)}: texts that it prints differ.`,
    ),
    settings: [
      onlyIf(
        changesMeaning,
        rule(
          "SRV006 medium behaviour: server settings that give SQL its meaning changed",
          differs("settings", "the same SQL may do something else"),
        ),
      ),
      rule("SRV007 low behaviour: server settings changed", differs("settings")),
    ],
  },
};

function changesMeaning({ before, after }: AlteredFacts<ServerAttributes, "settings">): boolean {
  return Object.keys({ ...before, ...after }).some(
    (name) => meaningful.has(name) && before[name] !== after[name],
  );
}

export const databaseRules: KindRules<DatabaseAttributes> = {
  added: rule("DBS001 info compatibility: database recorded", unexpected()),
  removed: rule("DBS002 critical data-loss: database removed", missing()),
  renamed: rule(
    "DBS003 high compatibility: database renamed",
    renamedFrom("programs that connect by the old name fail"),
  ),
  altered: {
    collationVersionMatches: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "DBS004 high integrity: database collation version mismatch",
          says(
            "was created with another version of its collation library than the server runs: indexes on text may be corrupt, reindex them",
          ),
        ),
      ),
      rule(
        "DBS005 low integrity: database collation version matches again",
        says("has the collation version that the server's library has, unlike in the baseline"),
      ),
    ],
    collationVersion: rule(
      "DBS006 medium integrity: database collation version changed",
      differs("recorded collation version", "indexes on text must have been rebuilt"),
    ),
    encoding: rule(
      "DBS007 high compatibility: database encoding changed",
      differs("encoding", "some characters may not fit"),
    ),
    collation: rule(
      "DBS008 high behaviour: database collation changed",
      differs("collation", "sorting differs"),
    ),
    characterType: rule("DBS009 high behaviour: database character type changed", differs("character type")),
    localeProvider: rule(
      "DBS010 high behaviour: database locale provider changed",
      differs("locale provider", "sorting differs"),
    ),
    locale: rule("DBS011 high behaviour: database locale changed", differs("locale", "sorting differs")),
    icuRules: rule(
      "DBS012 high behaviour: database collation rules changed",
      differs("ICU rules", "sorting differs"),
    ),
    connectionLimit: rule(
      "DBS013 medium compatibility: database connection limit changed",
      differs("connection limit"),
    ),
    allowConnections: rule(
      "DBS014 high compatibility: database connections allowed or refused",
      differs("ALLOW_CONNECTIONS option"),
    ),
    tablespace: rule("DBS015 low performance: database tablespace changed", differs("default tablespace")),
    owner: rule("DBS016 medium security: database owner changed", differs("owner")),
  },
};

export const settingRules: KindRules<SettingAttributes> = {
  added: rule("SET001 medium behaviour: setting added", unexpected("sessions behave otherwise")),
  removed: rule("SET002 medium behaviour: setting removed", missing("sessions behave otherwise")),
  renamed: rule("SET003 low behaviour: setting renamed", renamedFrom()),
  altered: {
    value: rule("SET004 medium behaviour: setting changed", differs("value", "sessions behave otherwise")),
  },
};
