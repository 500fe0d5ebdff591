/** Tells whether a MySQL or MariaDB server answers, and which it is. Knows nothing of how it was started. */
import { createConnection, type RowDataPacket } from "mysql2/promise";

export async function answersAs(kind: "MySQL" | "MariaDB", url: string): Promise<void> {
  const connection = await createConnection({
    uri: url.replace(/^mariadb:/, "mysql:"),
    connectTimeout: 2000,
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>("select version() as version");
    const version = String(rows[0]?.version);
    if (version.includes("MariaDB") !== (kind === "MariaDB")) throw new Error(`${version} is not ${kind}`);
  } finally {
    await connection.end();
  }
}
