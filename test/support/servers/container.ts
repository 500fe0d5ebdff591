/** The last resort for a server that is neither on the machine nor installable: a container that this run owns. */
import { join } from "node:path";
import { containerProgram, freePort } from "./machine.ts";
import { run } from "./run-command.ts";
import { startAndWait, type Workspace } from "./workspace.ts";

export interface ContainerServer {
  readonly image: string;
  readonly name: string;
  readonly innerPort: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly url: (port: number) => string;
  readonly answers: (url: string) => Promise<void>;
}

/** Like a Recipe, but told why the ways before it failed, which it repeats when there is no container program either. */
export function containerRecipe(
  server: ContainerServer,
): (workspace: Workspace, failures: string) => Promise<{ url: string; from: string }> {
  return async (workspace, failures) => {
    const program = await containerProgram();
    if (program === undefined) throw new Error(`${failures}; no docker or podman answers either`);
    await run(program, ["pull", "--quiet", server.image], { timeoutMs: 600_000 });
    const port = await freePort();
    const environment = Object.entries(server.environment).flatMap(([name, value]) => [
      "-e",
      `${name}=${value}`,
    ]);
    const url = server.url(port);
    await startAndWait(
      workspace,
      {
        command: program,
        args: ["run", "--rm", "-p", `127.0.0.1:${port}:${server.innerPort}`, ...environment, server.image],
        log: join(workspace.folder, `${server.name}.log`),
        stopSignal: "SIGTERM",
      },
      () => server.answers(url),
      120_000,
    );
    return { url, from: `container ${server.image}` };
  };
}
