/** docs/configuration.md: the reference of the configuration file, written from the schema. */
import { type JsonSchema, plainJsonSchema } from "./json-schema.ts";

const intro = `# Configuration

One YAML file configures Driftwatch. \`driftwatch.yaml\` in the working directory is found by itself; \`--config FILE\`
or the variable \`DRIFTWATCH_CONFIG\` names another one. Without a file, the database of \`DATABASE_URL\` (or of the file
named by \`DATABASE_URL_FILE\`) is watched as the environment \`default\`; with neither, a live demo runs.

\`driftwatch config check\` lists all mistakes at once, each with its line and what to do; \`driftwatch config show\` prints
what is in force, with every secret as \`<secret>\`. Editors check and complete the file when its first line is

\`\`\`yaml
# yaml-language-server: $schema=./docs/schemas/config.schema.json
\`\`\`

## Values

- **Variables**: \`\${NAME}\` and \`\${NAME:-default}\` are filled in inside any value, after YAML was read, so that a value
  can never change the structure of the file. A variable that is not set and has no default is a mistake. \`$\${\` is a
  literal \`\${\`.
- **Secrets from files**: every secret has a twin whose name ends in \`File\` (\`urlFile\`, \`webhookUrlFile\`,
  \`routingKeyFile\` ...). It names a file that holds the secret; a line break at the end is left out. Relative paths
  start from the configuration file.
- **Durations** are numbers with a unit: \`500ms\`, \`30s\`, \`5m\`, \`1h30m\`, \`7d\`.
- **Patterns** know \`*\` (any characters) and \`?\` (one character).
- **Special characters in URLs**: percent-encode them in the user and the password (\`#\` is \`%23\`, \`@\` is \`%40\`), or
  keep the password in \`passwordFile\`.

## Example

\`\`\`yaml
${exampleConfiguration()}\`\`\`
`;

/** The example of the reference; it is valid. */
export function exampleConfiguration(): string {
  return `defaults:
  every: 5m
  excludeSchemas: ["tmp_*"]

environments:
  - name: shop-production
    url: \${SHOP_DATABASE_URL}
    critical: true
    every: 1m
    labels:
      team: payments
    ignore:
      - objects: ["public.import_*"]
        reason: Staging tables of the nightly import
        owner: data team
        expires: 2027-06-30

  - name: billing
    url: mysql://driftwatch@db.internal/billing
    passwordFile: /run/secrets/billing-password
    cron: "0 6 * * mon-fri"
    timezone: Europe/Berlin

channels:
  - name: ops
    type: slack
    webhookUrl: \${SLACK_WEBHOOK_URL}
  - name: on-call
    type: pagerduty
    routingKeyFile: /run/secrets/pagerduty-key

routes:
  - channels: [ops]
  - channels: [on-call]
    environments: ["*-production"]
    minimumSeverity: high

store:
  url: \${STORE_URL}

queue:
  redisUrl: \${REDIS_URL}
`;
}

/** Markdown. */
export function configurationReference(): string {
  const root = plainJsonSchema();
  const sections = Object.entries(root.properties ?? {}).map(([key, schema]) =>
    sectionText(key, schema, "##"),
  );
  return `${intro}\n${sections.join("\n")}`;
}

function sectionText(path: string, schema: JsonSchema, level: string): string {
  const heading = `${level} \`${path}\`\n\n${schema.description ?? ""}\n`;
  const inside = schema.items ?? schema;
  const branches = inside.oneOf ?? inside.anyOf;
  if (branches?.some((branch) => branch.properties !== undefined) === true) {
    const parts = branches.map((branch) => {
      const type = String(branch.properties?.type?.const ?? "");
      const title = `${level}# \`${path}\` with \`type: ${type}\`\n\n${branch.description ?? ""}\n`;
      return `${title}\n${fieldsText(path, branch, `${level}#`)}`;
    });
    return `${heading}\n${parts.join("\n")}`;
  }
  if (inside.properties === undefined) return `${heading}\n${typeText(schema)}${defaultText(schema)}\n`;
  // `defaults` has the fields of an environment; telling them once is enough.
  if (path === "defaults")
    return `${heading}\nIt takes the fields of an environment, except its name and what makes up its URL.\n`;
  return `${heading}\n${fieldsText(path, inside, `${level}#`)}`;
}

function fieldsText(path: string, schema: JsonSchema, level: string): string {
  const rows: string[] = [];
  const nested: string[] = [];
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const inside = field.items ?? field;
    const fallback = isSection(inside) ? "" : defaultOf(field);
    const needed = schema.required?.includes(key) === true ? "required" : fallback;
    rows.push(
      `| \`${key}\` | ${cell(typeText(field))} | ${cell(needed)} | ${cell(field.description ?? "")} |`,
    );
    if (isSection(inside)) nested.push(sectionText(`${path}.${key}`, withItemDescription(field), level));
  }
  const table = `| key | value | default | |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  return nested.length === 0 ? table : `${table}\n${nested.join("\n")}`;
}

function withItemDescription(field: JsonSchema): JsonSchema {
  const own = field.items?.description;
  return own === undefined ? field : { ...field, description: own };
}

function isSection(schema: JsonSchema): boolean {
  return schema.properties !== undefined;
}

function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) {
    return schema.enum.length > 12
      ? "a kind of object"
      : schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  }
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return [...new Set(branches.map(typeText))].join(" or ");
  if (schema.items !== undefined) return `list of ${plural(schema.items)}`;
  if (schema.properties !== undefined) return "section";
  if (schema.type === "object") return "names and values";
  if (schema.type === "string")
    return schema.pattern?.toString().includes("ms|s|m") === true ? "duration" : "text";
  if (schema.type === "boolean") return "`true`, `false`";
  return schema.type === "integer" || schema.type === "number" ? "number" : String(schema.type ?? "");
}

function plural(schema: JsonSchema): string {
  if (schema.properties !== undefined) return "sections";
  if (schema.enum !== undefined) return schema.enum.length > 12 ? "kinds of object" : typeText(schema);
  return schema.type === "string" ? "texts" : "values";
}

function defaultOf(schema: JsonSchema): string {
  if (schema.default === undefined) return "";
  const text = JSON.stringify(schema.default);
  if (text === "[]" || text === "{}") return "none";
  return `\`${typeof schema.default === "string" ? schema.default : text}\``;
}

function defaultText(schema: JsonSchema): string {
  const text = defaultOf(schema);
  return text === "" ? "" : `, default ${text}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
