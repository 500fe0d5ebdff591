/** Redis 7 with `noeviction` and nothing on disk: found on the machine, else installed, else a container. */
import { join } from "node:path";
import { Redis } from "ioredis";
import { containerRecipe } from "./container.ts";
import { freePort, installPackages } from "./machine.ts";
import { findProgram, reasonOf } from "./run-command.ts";
import { type Recipe, startAndWait } from "./workspace.ts";

export const redisRecipe: Recipe = async (workspace) => {
  let program = findProgram("redis-server");
  let from = "found on this machine";
  if (program === undefined) {
    try {
      await installPackages("redis-server");
      program = findProgram("redis-server");
      from = "installed with apt-get";
    } catch (error) {
      return startContainer(workspace, reasonOf(error));
    }
  }
  if (program === undefined) throw new Error("the package redis-server brought no redis-server");
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const persistence = ["--save", "", "--appendonly", "no", "--dir", workspace.folder];
  await startAndWait(
    workspace,
    {
      command: program,
      args: [
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
        "--maxmemory-policy",
        "noeviction",
        ...persistence,
      ],
      log: join(workspace.folder, "redis.log"),
      stopSignal: "SIGKILL",
    },
    () => answers(url),
  );
  return { url, from: `${from}: ${program}` };
};

const startContainer = containerRecipe({
  image: "docker.io/library/redis:7",
  name: "redis",
  innerPort: 6379,
  environment: {},
  url: (port) => `redis://127.0.0.1:${port}`,
  answers,
});

async function answers(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
