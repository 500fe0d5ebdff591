/** docs/commands.md from the command line itself: the help of every command, and what holds for all of them. */
import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { createProgram } from "../../src/cli/program.ts";

const intro = `# Commands

<!-- Generated from src/cli; \`npm run docs\` writes it. -->

Data goes to stdout, words for people to stderr, so that every command can stand in a pipe. \`--json\` prints data for
machines; that of \`diff\` and \`plan\` has a published JSON Schema ([diff](schemas/diff.schema.json),
[plan](schemas/plan.schema.json)), which may grow and takes nothing back. Colours appear on a terminal only; \`--no-color\`
and \`NO_COLOR\` switch them off, \`FORCE_COLOR\` on.

## Sources

\`diff\`, \`plan\`, \`snapshot\` and \`baseline import\` read a schema from any of these:

| source | means |
|---|---|
| \`shop\` | the live schema of a configured environment, with its scope |
| \`shop@baseline\` | its accepted baseline |
| \`shop@2027-01-31\` | the last snapshot that was taken of it up to the end of that day (UTC) |
| \`shop@2027-01-31T14:00Z\` | the same, up to a moment |
| \`postgres://...\`, \`mysql://...\`, \`mariadb://...\` | the live schema of any database |
| \`before.json\` | a file that \`driftwatch snapshot\` wrote |
| \`schema.sql\` | a PostgreSQL SQL file (also of \`pg_dump\`), loaded into a throw-away embedded PostgreSQL |

An \`.sql\` file says nothing of data: rows in it are skipped, and a materialized view that it makes WITH NO DATA may be filled elsewhere.
Nor does it say anything of the database and the server around what it makes: those are not compared, and join a baseline that was imported
from such a file at the first check without drift.

When a source names an environment, its ignore rules, modes and severities hold (\`--no-configured\` leaves them aside).

## Exit codes

| code | means |
|---|---|
| 0 | in sync, or done |
| 1 | a failure; of \`check\` also an outcome that is unknown or unbaselined |
| 2 | drift at or above \`--fail-on\` (any, when it is not given); of \`plan\`: there is something to do |
| 64 | the command line could not be understood |
| 78 | the configuration has mistakes |
| 130 | interrupted by Ctrl-C |

Errors say what happened, what to do next, and a stable code in brackets. \`DRIFTWATCH_DEBUG=1\` adds where an internal
error came from.
`;

export function commandsPage(): string {
  const program = createProgram({
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    cwd: "/",
    now: () => 0,
    signal: new AbortController().signal,
    progress: { say: () => undefined, done: () => undefined },
    colors: { stdout: false, stderr: false },
    exitCode: 0,
  });
  const sections = program.commands.flatMap((command) => sectionsOf(command, "driftwatch"));
  return `${intro}\n## driftwatch\n\n${helpOf(program)}\n${sections.join("\n")}`;
}

function sectionsOf(command: Command, parent: string): readonly string[] {
  const name = `${parent} ${command.name()}`;
  return [
    `## ${name}\n\n${helpOf(command)}`,
    ...command.commands.flatMap((inner) => sectionsOf(inner, name)),
  ];
}

/** Everything that --help prints, the examples after the options included. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}
