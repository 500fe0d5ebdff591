/**
 * The floor of a snapshot: the very statements that one takeSnapshot sent, sent again through the same driver, with rows
 * decoded by the driver and then discarded. What is above the floor is our own work.
 */
import mysql2 from "mysql2";
import pg from "pg";

interface Patched {
  query(this: object, ...args: unknown[]): unknown;
}

/** Runs `work` and returns the text of everything that pg sent meanwhile. */
export async function recordPostgres(work: () => Promise<unknown>): Promise<readonly string[]> {
  const texts: string[] = [];
  const prototype = (pg as unknown as { Connection: { prototype: Patched } }).Connection.prototype;
  await patched(prototype, work, ([text]) => typeof text === "string" && texts.push(text));
  return texts;
}

/** Sends the texts in order on one new connection; rows go nowhere. */
export async function replayPostgres(url: string, texts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const text of texts) await discardRows(client, text);
  } finally {
    await client.end();
  }
}

function discardRows(client: pg.Client, text: string): Promise<void> {
  const nothing = (): void => undefined;
  return new Promise((resolve, reject) => {
    const query = {
      submit(connection: { query(sql: string): void }): null {
        connection.query(text);
        return null;
      },
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handleCommandComplete: nothing,
      handleEmptyQuery: nothing,
      handlePortalSuspended: nothing,
      handleError: reject,
      handleReadyForQuery: () => resolve(),
    };
    client.query(query as unknown as pg.Submittable);
  });
}

/** Runs `work` and returns the statements that mysql2 sent meanwhile. */
export async function recordMysql(work: () => Promise<unknown>): Promise<readonly string[]> {
  const texts: string[] = [];
  const prototype = (mysql2 as unknown as { Connection: { prototype: Patched } }).Connection.prototype;
  await patched(prototype, work, ([first]) => {
    const sql = typeof first === "string" ? first : (first as { readonly sql?: unknown }).sql;
    if (typeof sql === "string") texts.push(sql);
  });
  return texts;
}

export async function replayMysql(url: string, texts: readonly string[]): Promise<void> {
  const connection = mysql2.createConnection({
    uri: url.replace(/^mariadb:/, "mysql:"),
    multipleStatements: true,
    dateStrings: true,
    rowsAsArray: true,
    flags: ["-IGNORE_SPACE"],
  });
  try {
    for (const sql of texts) {
      await new Promise<void>((resolve, reject) => {
        connection.query({ sql }, (error) => (error === null ? resolve() : reject(error)));
      });
    }
  } finally {
    connection.end();
  }
}

async function patched(
  prototype: Patched,
  work: () => Promise<unknown>,
  record: (args: unknown[]) => unknown,
): Promise<void> {
  const original = prototype.query;
  prototype.query = function query(...args): unknown {
    record(args);
    return original.apply(this, args);
  };
  try {
    await work();
  } finally {
    prototype.query = original;
  }
}
