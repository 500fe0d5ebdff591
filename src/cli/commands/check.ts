/** driftwatch check [environment...]: one check of each, now, through the same use case as the daemon's. */
import type { Command } from "commander";
import type { App } from "../../app/create-app.ts";
import type { Check, CheckOutcome } from "../../model/check.ts";
import type { Environment } from "../../model/environment.ts";
import { asDriftwatchError, DriftwatchError } from "../../model/errors.ts";
import { type CliContext, type GlobalOptions, print, printJson, tell } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { type FailOn, failOnOption, failsOn, jsonOption } from "../options.ts";
import { checkJson, renderDrift } from "../render.ts";
import { chosenEnvironments, withSession } from "../session.ts";
import { type Style, styleFor } from "../terminal.ts";

interface CheckOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly failOn: FailOn;
}

export interface Checked {
  readonly environment: string;
  readonly check: Check;
  readonly outcome: CheckOutcome;
  /** True when this check made the schema the first baseline. */
  readonly captured: boolean;
}

export function addCheckCommand(program: Command, context: CliContext): void {
  program
    .command("check")
    .summary("check environments once, now")
    .description(
      "Checks the named environments, or all, once and now: reads each database, compares it with its baseline, keeps " +
        "the result and tells the channels, just as the daemon does.",
    )
    .argument("[environment...]", "names of environments; all when absent")
    .addOption(jsonOption())
    .addOption(failOnOption())
    .addHelpText(
      "after",
      `
Examples:
  $ driftwatch check
  $ driftwatch check shop billing --fail-on high
  $ DATABASE_URL=mysql://root@localhost/shop driftwatch check --json

Exit codes: 0 in sync, 2 drift (at or above --fail-on), 1 failure or an outcome that is unknown or unbaselined,
64 usage, 78 configuration.`,
    )
    .action(async (names: readonly string[], _options: unknown, self: Command) => {
      context.exitCode = await check(context, names, self.optsWithGlobals<CheckOptions>());
    });
}

async function check(context: CliContext, names: readonly string[], options: CheckOptions): Promise<number> {
  return withSession(context, options, async (session) => {
    const environments = chosenEnvironments(session.config(), names);
    context.progress.say("Opening the store");
    const app = await session.app();
    const results = await checkAll(context, app, environments, (result) => {
      if (options.json !== true) tellResult(context, result);
    });
    await deliver(context, app);
    if (options.json === true) printJson(context, { checks: results.map(checkJson) });
    return exitCodeFor(results, options.failOn);
  });
}

/** As many at a time as a worker runs; results come in the order of the environments. */
async function checkAll(
  context: CliContext,
  app: App,
  environments: readonly Environment[],
  tellOne: (result: Checked) => void,
): Promise<readonly Checked[]> {
  const results: Checked[] = [];
  const waiting = [...environments.entries()];
  let told = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (context.signal.aborted) throw new DriftwatchError("check.cancelled", "the checks were interrupted");
      const [index, environment] = next;
      context.progress.say(`Checking ${environment.name}`);
      results[index] = await checkOne(app, environment, context.signal);
      for (let ready = results[told]; ready !== undefined; ready = results[++told]) tellOne(ready);
    }
  };
  const { concurrency } = app.config.queue;
  await Promise.all(Array.from({ length: Math.min(concurrency, environments.length) }, work));
  return results;
}

async function checkOne(app: App, { name }: Environment, signal: AbortSignal): Promise<Checked> {
  try {
    const before = await app.store.baseline(name);
    // Who asks by hand has often just changed something, and PostgreSQL's write counters may arrive seconds later.
    const { check, outcome } = await app.checkNow(name, { signal, full: true });
    const after = before ?? (await app.store.baseline(name));
    return { environment: name, check, outcome, captured: before === undefined && after !== undefined };
  } catch (thrown) {
    const error = asDriftwatchError(thrown);
    throw new DriftwatchError(error.code, `${name}: ${error.message}`, {
      cause: error,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    });
  }
}

/** A message that does not get through stays in the outbox for the daemon; the check itself is done. */
async function deliver(context: CliContext, app: App): Promise<void> {
  if (app.config.channels.length === 0) return;
  context.progress.say("Telling the channels");
  await app.deliverNow(context.signal);
}

function tellResult(context: CliContext, { environment, check: done, outcome, captured }: Checked): void {
  const style = styleFor(context.colors.stdout);
  const first = captured ? "  (first check: this schema is the baseline now)" : "";
  print(context, `${style.bold(environment)}  ${wordsOf(outcome, style)}${first}`);
  if (outcome.kind === "drifted") {
    const hidden =
      done.hiddenChanges === 0 ? [] : [{ rule: "ignore rules and modes", count: done.hiddenChanges }];
    const from = `${environment}@baseline`;
    print(context, renderDrift(context, { from, to: environment, findings: outcome.findings, hidden }));
    const advice = `Look closer with \`driftwatch diff ${from} ${environment}\`, accept it with \`driftwatch baseline accept ${environment}\`.`;
    tell(context, advice);
  } else if (outcome.kind === "unknown") tell(context, `  ${outcome.message} [${outcome.code}]`);
  else if (outcome.kind === "unbaselined") {
    tell(context, `  Accept its schema as it is with \`driftwatch baseline accept ${environment}\`.`);
  }
}

function wordsOf(outcome: CheckOutcome, style: Style): string {
  switch (outcome.kind) {
    case "in-sync":
      return style.green("in sync");
    case "unbaselined":
      return style.yellow("has no baseline");
    case "unknown":
      return style.yellow("unknown");
    case "drifted":
      return style.red(`drifted, worst ${outcome.worst}`);
  }
}

/** Known drift tells more than a neighbour that could not be read. */
function exitCodeFor(results: readonly Checked[], failOn: FailOn): number {
  const drifted = results.some(({ outcome }) => outcome.kind === "drifted" && failsOn(outcome.worst, failOn));
  if (drifted) return exitCodes.drift;
  const unclear = results.some(({ outcome }) => outcome.kind === "unknown" || outcome.kind === "unbaselined");
  return unclear ? exitCodes.failure : exitCodes.inSync;
}
