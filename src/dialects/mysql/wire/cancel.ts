/**
 * Cancels what a session is running, through a second connection: closing the first one would leave the statement running
 * on the server.
 */
import type { Connection as Client } from "mysql2/promise";

/** Resolves when the request was delivered or could not be; the server never says whether it helped. */
export async function requestCancel(open: () => Promise<Client>, threadId: number): Promise<void> {
  try {
    const second = await open();
    second.on("error", () => {});
    await second.query(`KILL QUERY ${Number(threadId)}`).catch(() => {});
    await second.end().catch(() => second.destroy());
  } catch {
    // The server is out of reach; statement time limits end what still runs.
  }
}
