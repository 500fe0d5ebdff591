/**
 * Rules for what comes from or goes to elsewhere: extensions (EXT), foreign data wrappers (FDW), servers (FSV), user mappings
 * (UMP), publications (PUB) and subscriptions (SUB).
 */
import type {
  ExtensionAttributes,
  ForeignDataWrapperAttributes,
  ForeignServerAttributes,
  PublicationAttributes,
  SubscriptionAttributes,
  UserMappingAttributes,
} from "../../model/kinds/access.ts";
import { type KindRules, onlyIf, rule } from "../rule.ts";
import { differs, differsUnseen, missing, renamedFrom, says, unexpected } from "../words.ts";

const elsewhere = "other data may be read or written";

export const extensionRules: KindRules<ExtensionAttributes> = {
  added: rule("EXT001 medium compatibility: extension added", unexpected()),
  removed: rule(
    "EXT002 high compatibility: extension removed",
    missing("what uses its functions and types fails"),
  ),
  renamed: rule("EXT003 high compatibility: extension renamed", renamedFrom()),
  altered: {
    version: rule("EXT004 medium compatibility: extension version changed", differs("version")),
    schema: rule(
      "EXT005 high compatibility: extension moved to another schema",
      differs("schema", "what names its objects may fail"),
    ),
    owner: rule("EXT006 medium security: extension owner changed", differs("owner")),
  },
};

export const foreignDataWrapperRules: KindRules<ForeignDataWrapperAttributes> = {
  added: rule("FDW001 medium security: foreign data wrapper added", unexpected()),
  removed: rule(
    "FDW002 high compatibility: foreign data wrapper removed",
    missing("its foreign tables fail"),
  ),
  renamed: rule("FDW003 low compatibility: foreign data wrapper renamed", renamedFrom()),
  altered: {
    handler: rule("FDW004 high behaviour: foreign data wrapper handler changed", differs("handler")),
    validator: rule("FDW005 medium integrity: foreign data wrapper validator changed", differs("validator")),
    options: rule(
      "FDW006 medium behaviour: foreign data wrapper options changed",
      differs("options", elsewhere),
    ),
    owner: rule("FDW007 medium security: foreign data wrapper owner changed", differs("owner")),
  },
};

export const foreignServerRules: KindRules<ForeignServerAttributes> = {
  added: rule("FSV001 medium security: foreign server added", unexpected("data can flow there")),
  removed: rule("FSV002 high compatibility: foreign server removed", missing("its foreign tables fail")),
  renamed: rule("FSV003 medium compatibility: foreign server renamed", renamedFrom()),
  altered: {
    options: rule("FSV004 high behaviour: foreign server options changed", differs("options", elsewhere)),
    wrapper: rule("FSV005 high behaviour: foreign server's wrapper changed", differs("wrapper")),
    type: rule("FSV006 low behaviour: foreign server type changed", differs("type")),
    version: rule("FSV007 low behaviour: foreign server version changed", differs("version")),
    owner: rule("FSV008 medium security: foreign server owner changed", differs("owner")),
  },
};

export const userMappingRules: KindRules<UserMappingAttributes> = {
  added: rule(
    "UMP001 medium security: user mapping added",
    unexpected("the user may reach the foreign server"),
  ),
  removed: rule(
    "UMP002 high compatibility: user mapping removed",
    missing("the user can no longer reach the foreign server"),
  ),
  renamed: rule("UMP003 low compatibility: user mapping renamed", renamedFrom()),
  altered: {
    options: rule(
      "UMP004 high security: user mapping options changed",
      differsUnseen("options (user, password ...)"),
    ),
  },
};

export const publicationRules: KindRules<PublicationAttributes> = {
  added: rule("PUB001 medium security: publication added", unexpected("subscribers can copy its tables")),
  removed: rule("PUB002 high behaviour: publication removed", missing("its subscribers stop")),
  renamed: rule("PUB003 high behaviour: publication renamed", renamedFrom("its subscribers stop")),
  altered: {
    tables: rule(
      "PUB004 high behaviour: published tables changed",
      differs("published tables", "subscribers get more or fewer rows"),
    ),
    schemas: rule("PUB005 high behaviour: published schemas changed", differs("list of published schemas")),
    allTables: rule("PUB006 high behaviour: FOR ALL TABLES changed", differs("FOR ALL TABLES option")),
    allSequences: rule(
      "PUB007 medium behaviour: FOR ALL SEQUENCES changed",
      differs("FOR ALL SEQUENCES option"),
    ),
    operations: rule(
      "PUB008 high behaviour: published operations changed",
      differs("list of published operations"),
    ),
    viaRoot: rule(
      "PUB009 medium behaviour: publish_via_partition_root changed",
      differs("publish_via_partition_root option"),
    ),
    generatedColumns: rule(
      "PUB010 medium behaviour: publish_generated_columns changed",
      differs("publish_generated_columns option"),
    ),
    owner: rule("PUB011 medium security: publication owner changed", differs("owner")),
  },
};

export const subscriptionRules: KindRules<SubscriptionAttributes> = {
  added: rule("SUB001 high behaviour: subscription added", unexpected("rows arrive from elsewhere")),
  removed: rule(
    "SUB002 high behaviour: subscription removed",
    missing("rows no longer arrive from the publisher"),
  ),
  renamed: rule("SUB003 low cosmetic: subscription renamed", renamedFrom()),
  altered: {
    enabled: [
      onlyIf(
        ({ after }) => !after,
        rule(
          "SUB004 high behaviour: subscription disabled",
          says("is disabled: rows no longer arrive and the publisher keeps its log for them"),
        ),
      ),
      rule("SUB005 medium behaviour: subscription enabled", says("is enabled, the baseline's is not")),
    ],
    connection: rule(
      "SUB006 high behaviour: subscription connection changed",
      differsUnseen("connection", "rows may come from another server"),
    ),
    publications: rule(
      "SUB007 high behaviour: subscribed publications changed",
      differs("list of publications"),
    ),
    slot: rule("SUB008 high behaviour: replication slot changed", differs("replication slot")),
    options: rule("SUB009 medium behaviour: subscription options changed", differs("options")),
    owner: rule("SUB010 medium security: subscription owner changed", differs("owner")),
  },
};
