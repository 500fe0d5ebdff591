/** Flavor and version of the server: which thresholds it is above, and the oldest and newest that are known. */
import { DriftwatchError } from "../../model/errors.ts";
import type { Flavor } from "../../model/server.ts";

export interface ServerVersion {
  readonly flavor: Flavor;
  /** "9.7.4", "10.11.19-MariaDB". */
  readonly version: string;
  /** "9.7", "10.11": what must be equal for the server's texts to be comparable. */
  readonly major: string;
  readonly numbers: readonly [number, number, number];
}

/** Every threshold that this dialect decides by, in one place: [flavor, first version that has it]. */
const thresholds = {
  schemaEncryption: ["mysql", [8, 0, 16]],
  showReplicaStatus: ["mysql", [8, 0, 22]],
  statisticsExpiry: ["mysql", [8, 0, 0]],
  generatedInvisiblePrimaryKey: ["mysql", [8, 0, 30]],
  showRoutinePrivilege: ["mysql", [8, 0, 20]],
  schemataExtensions: ["mysql", [8, 0, 22]],
  libraries: ["mysql", [9, 2, 0]],
  jsonDualityViews: ["mysql", [9, 4, 0]],
  showCreateRoutinePrivilege: ["mariadb", [11, 3, 0]],
} as const satisfies Record<string, readonly [Flavor, readonly [number, number, number]]>;

export type Threshold = keyof typeof thresholds;

const oldest: Readonly<Record<"mysql" | "mariadb", readonly [number, number, number]>> = {
  mysql: [8, 0, 0],
  mariadb: [10, 6, 0],
};
/** Newest major versions this dialect was run on or written for; newer ones are read, and doctor says so. */
const newest: Readonly<Record<"mysql" | "mariadb", readonly [number, number, number]>> = {
  mysql: [9, 7, 99],
  mariadb: [12, 99, 99],
};

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Reads VERSION() and @@version_comment. Old MariaDB servers prefix "5.5.5-" (P38); Percona, Aurora and RDS are MySQL.
 * Throws server.unsupported below MySQL 8.0 and MariaDB 10.6.
 */
export function versionOf(versionText: string, comment: string): ServerVersion {
  const text = versionText.replace(/^5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB)/i, "");
  const isMariaDb = /mariadb/i.test(text) || /mariadb/i.test(comment);
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  const numbers = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)] as const;
  const flavor = isMariaDb ? "mariadb" : "mysql";
  const bare = numbers.join(".");
  const server: ServerVersion = {
    flavor,
    version: isMariaDb ? `${bare}-MariaDB` : bare,
    major: `${numbers[0]}.${numbers[1]}`,
    numbers,
  };
  if (compare(numbers, oldest[flavor]) < 0) {
    const name = isMariaDb ? "MariaDB" : "MySQL";
    throw new DriftwatchError("server.unsupported", `the server is ${name} ${bare}, which is not supported`, {
      remedy: "Upgrade the server: MySQL 8.0 and MariaDB 10.6 are the oldest supported versions.",
    });
  }
  return server;
}

export function has(server: ServerVersion, threshold: Threshold): boolean {
  const [flavor, from] = thresholds[threshold];
  return server.flavor === flavor && compare(server.numbers, from) >= 0;
}

/** Whether the server is newer than any this dialect was made for. */
export function isNewerThanKnown(server: ServerVersion): boolean {
  return server.flavor !== "postgresql" && compare(server.numbers, newest[server.flavor]) > 0;
}
