/**
 * Cancels what a session is running, through a second connection, as the protocol wants it. This works with every user,
 * through poolers, and while the first connection is busy.
 */
import { connect as connectSocket, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

export interface CancelTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: ConnectionOptions | false;
  readonly processId: number;
  readonly secretKey: number;
}

const cancelCode = 80877102;
const sslCode = 80877103;

/** How long a pooler may keep the request before it reaches the server (PgBouncer's cancel_wait_timeout is 10 s). */
const lingerMs = 30_000;

/**
 * Resolves when the request was delivered or could not be within `timeoutMs`; the server never says whether it helped. It is
 * the other side that closes: PgBouncer before 1.20 ends as a whole when a client leaves its cancel request early
 * (pgbouncer#801), so a request that takes long is left to itself.
 */
export function requestCancel(target: CancelTarget, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const path = target.host.startsWith("/") ? `${target.host}/.s.PGSQL.${target.port}` : undefined;
    const socket: Socket = path === undefined ? connectSocket(target.port, target.host) : connectSocket(path);
    const finish = (): void => {
      socket.destroy();
      resolve();
    };
    let sent = false;
    const linger = setTimeout(() => socket.destroy(), Math.max(lingerMs, timeoutMs)).unref();
    const timer = setTimeout(() => {
      socket.unref();
      if (sent) resolve();
      else finish();
    }, timeoutMs);
    socket.on("close", () => {
      clearTimeout(timer);
      clearTimeout(linger);
      resolve();
    });
    const send = (over: Socket): void => {
      sent = true;
      over.write(cancelPacket(target));
    };
    socket.on("error", finish);
    socket.once("connect", () => {
      if (target.tls === false) send(socket);
      else negotiate(socket, { host: target.host, ...target.tls }, send, finish);
    });
  });
}

/** `options.host` is what a certificate is checked against where no server name is set, as for addresses. */
function negotiate(
  socket: Socket,
  options: ConnectionOptions,
  send: (over: Socket) => void,
  finish: () => void,
): void {
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(sslCode, 4);
  socket.write(request);
  socket.once("data", (answer) => {
    if (String(answer[0] === undefined ? "" : String.fromCharCode(answer[0])) !== "S") {
      finish();
      return;
    }
    const secured = connectTls({ ...options, socket });
    secured.on("error", finish);
    secured.once("secureConnect", () => send(secured));
  });
}

function cancelPacket(target: CancelTarget): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(cancelCode, 4);
  packet.writeInt32BE(target.processId, 8);
  packet.writeInt32BE(target.secretKey, 12);
  return packet;
}
