/** driftwatch doctor [environment]: whether everything that monitoring needs is there, and what to do where it is not. */
import type { Command } from "commander";
import {
  type Diagnosis,
  diagnoseBaseline,
  diagnoseChannels,
  diagnoseDatabase,
  failedDiagnosis,
} from "../../app/diagnose.ts";
import type { Environment } from "../../model/environment.ts";
import { type CliContext, type GlobalOptions, print, printJson } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { jsonOption } from "../options.ts";
import { chosenEnvironments, type Session, withSession } from "../session.ts";
import { type Style, styleFor } from "../terminal.ts";

interface DoctorOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface Patient {
  /** An environment's name, or "driftwatch" for the program's own parts. */
  readonly name: string;
  readonly diagnoses: readonly Diagnosis[];
}

export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command("doctor")
    .summary("find out what monitoring lacks")
    .description(
      "Connects to the store and to each environment, or the named one, and says what works, what does not and what to " +
        "do about it: the exact GRANT where a privilege is missing. It also says which channels do not deliver.",
    )
    .argument("[environment...]", "names of environments; all when absent")
    .addOption(jsonOption())
    .addHelpText("after", "\nExit codes: 0 all well, 1 something is not.")
    .action(async (names: readonly string[], _options: unknown, self: Command) => {
      context.exitCode = await doctor(context, names, self.optsWithGlobals<DoctorOptions>());
    });
}

async function doctor(
  context: CliContext,
  names: readonly string[],
  options: DoctorOptions,
): Promise<number> {
  return withSession(context, options, async (session) => {
    const environments = chosenEnvironments(session.config(), names);
    const patients: Patient[] = [{ name: "driftwatch", diagnoses: await examineStore(context, session) }];
    if (options.json !== true) tellPatient(context, patients[0]);
    for (const environment of environments) {
      context.progress.say(`Examining ${environment.name}`);
      const patient = { name: environment.name, diagnoses: await examine(context, session, environment) };
      patients.push(patient);
      if (options.json !== true) tellPatient(context, patient);
    }
    const ok = patients.every(({ diagnoses }) => diagnoses.every((diagnosis) => diagnosis.ok));
    if (options.json === true) printJson(context, { ok, patients });
    return ok ? exitCodes.inSync : exitCodes.failure;
  });
}

async function examineStore(context: CliContext, session: Session): Promise<readonly Diagnosis[]> {
  const { file, store } = session.config();
  const configuration = {
    check: "configuration",
    ok: true,
    message: file === null ? "comes from the environment" : `${file} is valid`,
  };
  context.progress.say("Opening the store");
  try {
    const app = await session.app();
    await app.store.ping();
    const message =
      "url" in store ? "the PostgreSQL store is reachable and migrated" : `embedded, in ${store.dataDir}`;
    const channels = await diagnoseChannels(app.store, session.config());
    return [configuration, { check: "store", ok: true, message }, ...channels];
  } catch (thrown) {
    return [configuration, failedDiagnosis("store", thrown)];
  }
}

async function examine(
  context: CliContext,
  session: Session,
  environment: Environment,
): Promise<readonly Diagnosis[]> {
  const diagnoses = await diagnoseDatabase(environment, context.signal);
  // A store that is not there was told already.
  const app = await session.app().catch(() => undefined);
  return app === undefined ? diagnoses : [...diagnoses, await diagnoseBaseline(environment, app.store)];
}

function tellPatient(context: CliContext, patient: Patient | undefined): void {
  if (patient === undefined) return;
  const style = styleFor(context.colors.stdout);
  const lines = patient.diagnoses.flatMap((diagnosis) => linesOf(diagnosis, style));
  print(context, [style.bold(patient.name), ...lines, ""].join("\n"));
}

function linesOf(diagnosis: Diagnosis, style: Style): readonly string[] {
  const mark = diagnosis.ok ? style.green("ok  ") : style.red("fail");
  const line = `  ${mark} ${diagnosis.check}: ${diagnosis.message}`;
  return diagnosis.remedy === undefined ? [line] : [line, `       -> ${diagnosis.remedy}`];
}
