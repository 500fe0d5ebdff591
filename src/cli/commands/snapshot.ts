/** driftwatch snapshot <source>: the schema as a file. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { DriftwatchError } from "../../model/errors.ts";
import { serializeSnapshot } from "../../model/snapshot-file.ts";
import { type CliContext, type GlobalOptions, print, tell } from "../context.ts";
import { type ScopeOptions, scopeOptions } from "../options.ts";
import { withSession } from "../session.ts";
import { readSource, tellUnread } from "../sources.ts";

interface SnapshotOptions extends GlobalOptions, ScopeOptions {
  readonly output?: string;
}

export function addSnapshotCommand(program: Command, context: CliContext): void {
  const command = program
    .command("snapshot")
    .summary("write a schema to a file")
    .description(
      "Takes a snapshot of a source and writes it as JSON, with its fingerprint, to stdout or a file.",
    )
    .argument("<source>", "environment, name@baseline, name@<date>, database URL, .json or .sql file")
    .option("-o, --output <file>", "where to write it, instead of stdout");
  for (const option of scopeOptions()) command.addOption(option);
  command
    .addHelpText(
      "after",
      `
Examples:
  $ driftwatch snapshot shop --output shop.json
  $ driftwatch snapshot postgres://localhost/shop --schemas public > shop.json`,
    )
    .action(async (source: string, _options: unknown, self: Command) => {
      await snapshot(context, source, self.optsWithGlobals<SnapshotOptions>());
    });
}

async function snapshot(context: CliContext, source: string, options: SnapshotOptions): Promise<void> {
  await withSession(context, options, async (session) => {
    const read = await readSource(context, session, source, options);
    if (read.snapshot.visibility.schemas.length === 0) {
      throw new DriftwatchError("source.invalid", `${read.label} holds no schema`, {
        remedy: "Check the names of the schemas, the database in the URL, and the grants of its user.",
      });
    }
    const text = serializeSnapshot(read.snapshot);
    const { objects, fingerprint, visibility } = read.snapshot;
    if (options.output === undefined) print(context, text);
    else {
      await writeOutput(resolve(context.cwd, options.output), text);
      tell(
        context,
        `Wrote ${objects.length} objects of ${read.label} to ${options.output} (${fingerprint.slice(0, 12)}).`,
      );
    }
    for (const { what, count } of visibility.unmodelled) {
      tell(context, `note: ${count} ${what} seen and not modelled.`);
    }
    tellUnread(context, read);
  });
}

/** Writes a file; says in words why it cannot. */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const words = {
      ENOENT: "its folder does not exist",
      EACCES: "permission denied",
      EISDIR: "it is a folder",
    }[code];
    throw new DriftwatchError("usage.invalid", `cannot write ${file}: ${words ?? code}`, {
      cause: error,
      remedy: "Name another file with --output.",
    });
  }
}
