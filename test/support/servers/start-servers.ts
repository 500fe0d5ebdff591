/** Brings up all test servers side by side and says in a table what there is, from where, and what is missing and why. */
import process from "node:process";
import { createKeeper } from "./keeper.ts";
import { mariadb11Recipe, mariadbRecipe } from "./mariadb.ts";
import { mysqlRecipe } from "./mysql.ts";
import { missingVariable, type ServerName, type ServerOutcome, serverNames, urlVariable } from "./names.ts";
import { findPgDump } from "./pg-dump.ts";
import { pgbouncerRecipe } from "./pgbouncer.ts";
import { postgresRecipe } from "./postgres.ts";
import { redisRecipe } from "./redis.ts";
import { reasonOf } from "./run-command.ts";
import { createWorkspace, type Recipe, type Workspace } from "./workspace.ts";

const recipes: Readonly<Record<ServerName, Recipe>> = {
  "postgres-14": postgresRecipe(14),
  "postgres-15": postgresRecipe(15),
  "postgres-16": postgresRecipe(16),
  "postgres-17": postgresRecipe(17),
  "postgres-18": postgresRecipe(18),
  mysql: mysqlRecipe,
  mariadb: mariadbRecipe,
  "mariadb-11": mariadb11Recipe,
  redis: redisRecipe,
  pgbouncer: pgbouncerRecipe,
};

export interface TestServers {
  readonly outcomes: readonly ServerOutcome[];
  /** Stops what this started, and nothing else. */
  stop(): Promise<void>;
}

/** `DRIFTWATCH_TEST_SERVERS=postgres-18,mysql` narrows a trial run to some; all of them by default. */
export async function startServers(): Promise<TestServers> {
  const wanted = wantedServers(process.env.DRIFTWATCH_TEST_SERVERS);
  const given = serverNames.filter((name) => Boolean(process.env[urlVariable(name)]));
  const toStart = wanted.filter((name) => !given.includes(name));
  const keeper = createKeeper();
  try {
    const coming = new Map<ServerName, Promise<ServerOutcome>>();
    const urlOf = async (name: ServerName): Promise<string> => {
      const outcome = await coming.get(name);
      if (outcome !== undefined && "url" in outcome) return outcome.url;
      throw new Error(`it needs ${name}, which is missing`);
    };
    const workspace = toStart.length > 0 ? await createWorkspace(keeper, urlOf) : undefined;
    for (const name of serverNames) coming.set(name, bringUp(name, { given, toStart, workspace }));
    // Made now, since it may take longer than a test; a test that finds none says so.
    if (wanted.includes("postgres-18")) await findPgDump(18);
    return { outcomes: await Promise.all(coming.values()), stop: keeper.close };
  } catch (error) {
    await keeper.close();
    throw error;
  }
}

interface Situation {
  readonly given: readonly ServerName[];
  readonly toStart: readonly ServerName[];
  readonly workspace: Workspace | undefined;
}

async function bringUp(name: ServerName, { given, toStart, workspace }: Situation): Promise<ServerOutcome> {
  const variable = urlVariable(name);
  if (given.includes(name)) return { name, url: process.env[variable] ?? "", from: `given by ${variable}` };
  if (workspace === undefined || !toStart.includes(name)) {
    return { name, missing: "left out by DRIFTWATCH_TEST_SERVERS" };
  }
  try {
    return { name, ...(await recipes[name](workspace)) };
  } catch (error) {
    return { name, missing: `${reasonOf(error)}; or set ${variable}` };
  }
}

function wantedServers(list: string | undefined): readonly ServerName[] {
  if (list === undefined || list === "") return serverNames;
  return list.split(",").map((text) => {
    const name = serverNames.find((known) => known === text.trim());
    if (name === undefined)
      throw new Error(`DRIFTWATCH_TEST_SERVERS: unknown "${text}"; known: ${serverNames.join(", ")}`);
    return name;
  });
}

/** Tells tests and their child processes; serverOrReason in urls.ts reads it. */
export function publish(outcomes: readonly ServerOutcome[]): void {
  for (const outcome of outcomes) {
    if ("url" in outcome) process.env[urlVariable(outcome.name)] = outcome.url;
    else process.env[missingVariable(outcome.name)] = outcome.missing;
  }
}

/** The table printed at the start. A URL given from outside may hold a password: only its source is shown. */
export function table(outcomes: readonly ServerOutcome[]): string {
  const rows = outcomes.map((outcome) =>
    "url" in outcome
      ? `  ${outcome.name.padEnd(12)} ready    ${outcome.from}`
      : `  ${outcome.name.padEnd(12)} MISSING  ${outcome.missing}`,
  );
  return ["Test servers", ...rows].join("\n");
}

export function missingServers(outcomes: readonly ServerOutcome[]): readonly ServerName[] {
  return outcomes.filter((outcome) => "missing" in outcome).map((outcome) => outcome.name);
}
