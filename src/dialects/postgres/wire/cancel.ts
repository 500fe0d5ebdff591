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

/** Resolves when the request was delivered or could not be within `timeoutMs`; the server never says whether it helped. */
export function requestCancel(target: CancelTarget, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const path = target.host.startsWith("/") ? `${target.host}/.s.PGSQL.${target.port}` : undefined;
    const socket: Socket = path === undefined ? connectSocket(target.port, target.host) : connectSocket(path);
    const finish = (): void => {
      socket.destroy();
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on("error", finish);
    socket.once("connect", () => {
      if (target.tls === false) socket.end(cancelPacket(target));
      else negotiate(socket, target.tls, cancelPacket(target), finish);
    });
  });
}

function negotiate(socket: Socket, options: ConnectionOptions, packet: Buffer, finish: () => void): void {
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
    secured.once("secureConnect", () => secured.end(packet));
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
