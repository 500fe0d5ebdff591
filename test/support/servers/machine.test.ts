import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { freePort } from "./machine.ts";

const range = "/proc/sys/net/ipv4/ip_local_port_range";

it("finds a port that can be listened on, and that the system gives to nobody by itself", async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
  const first = existsSync(range) ? Number(readFileSync(range, "utf8").split(/\s+/)[0]) : 32_768;
  expect(Math.max(...ports)).toBeLessThan(first);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(ports[0], "127.0.0.1", resolve));
  await new Promise((resolve) => server.close(resolve));
});
