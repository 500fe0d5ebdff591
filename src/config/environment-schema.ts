/** The schema of one environment and of the `defaults` block: every field with its description and its default. */
import { z } from "zod";
import type { ObjectKind } from "../model/kind.ts";
import { severities } from "../model/severity.ts";
import { cron, databaseUrl, date, duration, globs, name, schedule, timezone } from "./fields.ts";

// A record, so that a kind that is missing here does not compile.
const kinds: Record<ObjectKind, true> = {
  server: true,
  database: true,
  setting: true,
  schema: true,
  table: true,
  column: true,
  partition: true,
  "primary-key": true,
  unique: true,
  "foreign-key": true,
  check: true,
  exclusion: true,
  index: true,
  view: true,
  "materialized-view": true,
  function: true,
  procedure: true,
  aggregate: true,
  trigger: true,
  "event-trigger": true,
  rule: true,
  policy: true,
  sequence: true,
  enum: true,
  domain: true,
  "composite-type": true,
  "range-type": true,
  "base-type": true,
  extension: true,
  "foreign-data-wrapper": true,
  "foreign-server": true,
  "user-mapping": true,
  publication: true,
  subscription: true,
  collation: true,
  "text-search-configuration": true,
  "text-search-dictionary": true,
  "text-search-parser": true,
  "text-search-template": true,
  statistics: true,
  cast: true,
  operator: true,
  "operator-class": true,
  "operator-family": true,
  conversion: true,
  language: true,
  "access-method": true,
  transform: true,
  "large-object": true,
  event: true,
  package: true,
  "package-body": true,
  "loadable-function": true,
  role: true,
  "role-membership": true,
  privilege: true,
  "default-privileges": true,
  comment: true,
  "security-label": true,
};

export const objectKinds = Object.keys(kinds) as readonly ObjectKind[];

const kindList = z.array(z.enum(objectKinds)).min(1, {
  error: "is an empty list, which would match no kind\nName at least one kind, or leave the key out.",
});

const ruleCode = z.string().check((context) => {
  if (/^[A-Z]{2,5}(?:\d{3}|\d{0,2}\*)$/.test(context.value) || context.value === "*") return;
  context.issues.push({
    code: "custom",
    message: `"${context.value}" is not a rule's code\nWrite a code of docs/rules.md such as TBL002, or a beginning such as "COL*".`,
    input: context.value,
  });
});

const codeList = z.array(ruleCode).min(1, {
  error: "is an empty list, which would match no rule\nName at least one code, or leave the key out.",
});

const ignoreRule = z
  .strictObject({
    kinds: kindList.optional().describe("Kinds of object, such as `index` or `comment`; all when absent."),
    objects: globs("object")
      .optional()
      .describe(
        'Patterns over the object\'s address, such as `"public.tmp_*"` or `"*.audit_*.*"`; all when absent. Case matters, except where the server itself overlooks it (MySQL with lower_case_table_names 1 or 2).',
      ),
    attributes: globs("attribute")
      .optional()
      .describe("Names of attributes, such as `default`; all when absent."),
    codes: codeList.optional().describe("Rule codes, such as `IDX002` or `COL*`; all when absent."),
    reason: z.string().optional().describe("Why; said beside what the rule hid in a comparison."),
    owner: z.string().optional().describe("Who to ask about it."),
    expires: date().optional().describe("From this date on the rule hides nothing any more."),
  })
  .describe("Hides the changes that match every key given; what it hid is counted.");

const severityOverride = z
  .strictObject({
    code: ruleCode.describe("Rule code, such as `TBL002`, or a beginning such as `COL*`."),
    severity: z.enum(severities).describe("The severity such findings get."),
    objects: globs("object")
      .optional()
      .describe("Only for objects whose address matches one of these patterns."),
  })
  .describe("Gives the findings of a rule another severity; the last that matches wins.");

const partitionMode = z.enum(["compare", "shape", "ignore"]);

const partitions = z
  .strictObject({
    default: partitionMode
      .prefault("shape")
      .describe(
        "`compare`: partitions are compared like tables. `shape`: they may come and go, but must look like their parent (MySQL and MariaDB: like one of the others; and those of a hash or a key may not). `ignore`: they are left out.",
      ),
    tables: z
      .record(z.string(), partitionMode)
      .prefault({})
      .describe("Another mode for single partitioned tables, by pattern over `schema.table`."),
  })
  .prefault({})
  .describe("How partitions of partitioned tables are treated.");

const modes = z
  .strictObject({
    ignoreComments: z.boolean().optional().describe("Comments are not compared."),
    ignoreColumnOrder: z.boolean().optional().describe("The order of a table's columns is not compared."),
    ignoreIndexNames: z.boolean().optional().describe("Equal indexes under other names are one."),
    ignoreConstraintNames: z.boolean().optional().describe("Equal constraints under other names are one."),
  })
  .prefault({})
  .describe("Kinds of difference that are left out altogether.");

const emptySchemas =
  "is an empty list, so nothing would be watched\nName at least one schema, or leave the key out to watch all of them.";

/** Fields that both an environment and `defaults` may have. */
const shared = {
  critical: z
    .boolean()
    .prefault(false)
    .describe("Marks an environment whose drift people are woken up for; messages say so."),
  every: duration({ min: "1s", max: "24d" })
    .optional()
    .describe(
      "How often a check runs, such as `30s`, `5m` or `1h`. Default `5m` when neither `cron` nor `schedule` is given.",
    ),
  cron: cron()
    .optional()
    .describe("When checks run, as a cron expression of 5 or 6 fields (seconds first), instead of `every`."),
  schedule: schedule().optional().describe("Either of the two: a duration or a cron expression."),
  timezone: timezone().prefault("UTC").describe("Time zone in which a cron expression is read."),
  deadline: duration({ min: "1s", max: "24h" })
    .prefault("5m")
    .describe("A check that takes longer is cancelled, on the server too, and its outcome is `unknown`."),
  statementTimeout: duration({ min: "100ms", max: "24h" })
    .prefault("60s")
    .describe("Time limit of each catalog query."),
  lockTimeout: duration({ min: "1ms", max: "1h" })
    .prefault("2s")
    .describe("How long a catalog query waits for a lock before it gives way to your own work."),
  fullCheckEvery: duration({ min: "1s", max: "24d" })
    .prefault("1h")
    .describe("A full read is forced this often, even while the cheap probe says that nothing changed."),
  baseline: z
    .enum(["capture", "manual"])
    .prefault("capture")
    .describe(
      "`capture`: the first check accepts what it finds as the baseline. `manual`: the environment stays unbaselined until someone accepts or imports one.",
    ),
  schemas: z
    .array(z.string().min(1, { error: "is empty\nWrite the name of a schema, or remove the line." }))
    .min(1, { error: emptySchemas })
    .optional()
    .describe(
      "Schemas (MySQL and MariaDB: databases) to watch, as names or patterns; when absent all, on MySQL and MariaDB the one that the URL names. Who changes this later accepts the baseline anew.",
    ),
  excludeSchemas: z
    .array(z.string().min(1, { error: "is empty\nWrite the name of a schema, or remove the line." }))
    .optional()
    .describe("Schemas to leave out, as names or patterns."),
  roles: z
    .boolean()
    .prefault(false)
    .describe("Also watches roles (accounts), their memberships and settings."),
  partitions,
  ignore: z.array(ignoreRule).prefault([]).describe("Rules that hide expected differences."),
  severities: z.array(severityOverride).prefault([]).describe("Other severities for single rules."),
  modes,
  labels: z
    .record(z.string(), z.string())
    .prefault({})
    .describe("Names and values of your own, shown in messages and the API."),
};

export const environmentSchema = z
  .strictObject({
    name: name("an environment").describe(
      "Unique name, used in commands, messages, metrics and links. Under another name it is another environment, with a baseline and history of its own.",
    ),
    url: databaseUrl().describe(
      "Where the database is: `postgres://`, `mysql://` or `mariadb://user:password@host:port/database?sslmode=verify-full`.",
    ),
    urlFile: z.string().optional().describe("File that holds the URL, instead of `url`."),
    password: z.string().optional().describe("Password for the URL's user, when the URL has none."),
    passwordFile: z.string().optional().describe("File that holds the password."),
    ...shared,
  })
  .describe("One monitored database.");

/** The same fields, all optional and without defaults of their own. */
export const defaultsSchema = z
  .strictObject(
    Object.fromEntries(Object.entries(shared).map(([key, field]) => [key, withoutDefault(field)])),
  )
  .prefault({})
  .describe(
    "Settings that every environment starts from. An environment's own value wins; `labels` and `modes` are merged, its own `ignore` and `severities` come after these, and the last one that matches wins.",
  );

function withoutDefault(field: z.ZodType): z.ZodType {
  const inner = field instanceof z.ZodPrefault ? (field.unwrap() as z.ZodType) : field;
  const optional = inner instanceof z.ZodOptional ? inner : inner.optional();
  return optional.describe(field.description ?? "");
}

export type EnvironmentInput = z.output<typeof environmentSchema>;
