/** A TCP proxy before a server, so that a test can take the server away and bring it back without owning it. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { urlWith } from "./databases.ts";
import { until } from "./until.ts";

export interface TcpProxy {
  /** The server's URL with the proxy's port. */
  through(url: string): string;
  /** Breaks every connection and refuses new ones, as a server that was stopped does. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free port of loopback. */
export async function startProxy(serverUrl: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
  };
  let own = 0;
  let server: Server | undefined;

  async function listen(): Promise<void> {
    const next = createServer((incoming) => {
      const outgoing = connect(Number(port), hostname);
      keep(incoming);
      keep(outgoing);
      incoming.pipe(outgoing).pipe(incoming);
      incoming.on("close", () => outgoing.destroy());
      outgoing.on("close", () => incoming.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      next.once("error", reject);
      next.listen(own, "127.0.0.1", resolve);
    });
    const address = next.address();
    if (address !== null && typeof address === "object") own = address.port;
    server = next;
  }

  async function cut(): Promise<void> {
    const ending = server;
    server = undefined;
    if (ending === undefined) return;
    const closed = new Promise<void>((resolve) => ending.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await listen();
  return {
    through: (url) => urlWith(url, { port: own }),
    cut,
    // The port was free a moment ago; somebody's outgoing connection may hold it for a blink.
    restore: () =>
      until("the port can be listened on again", () =>
        listen().then(
          () => true,
          () => false,
        ),
      ),
    close: cut,
  };
}
