/**
 * A real HTTP server on loopback that plays a channel's far side. It records what it got, answers as its protocol says,
 * and can be told to answer the next requests differently: a status, headers, slowly, or not at all.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** "never": the request is read and not answered; "stall": headers and half a body, then nothing; "cut": the socket breaks. */
  readonly trouble?: "never" | "stall" | "cut";
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FakeServer {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Answers the next request this way instead of by the protocol. Calls queue up. */
  answerNext(answer: ScriptedAnswer): void;
  close(): Promise<void>;
}

/** Starts one; `protocol` judges a request and gives the answer that the real far side would give. */
export async function startFakeServer(protocol: (request: ReceivedRequest) => Answer): Promise<FakeServer> {
  const requests: ReceivedRequest[] = [];
  const scripted: ScriptedAnswer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("error", () => undefined);
    incoming.on("end", () => {
      const request: ReceivedRequest = {
        method: incoming.method ?? "",
        path: incoming.url ?? "",
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      requests.push(request);
      const script = scripted.shift();
      if (script === undefined) write(response, protocol(request));
      else play(response, script);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answerNext(answer): void {
      scripted.push(answer);
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function write(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

function play(response: ServerResponse, script: ScriptedAnswer): void {
  const { status = 200, headers = {}, body = "" } = script;
  if (script.trouble === "never") return;
  if (script.trouble === "cut") {
    response.socket?.destroy();
    return;
  }
  if (script.trouble === "stall") {
    response.writeHead(status, { ...headers, "content-length": "1000" });
    response.write("half");
    return;
  }
  write(response, { status, headers, body });
}
