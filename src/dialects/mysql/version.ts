/** Flavors and versions that matter to the reader: the oldest supported, the newest known, and what each one brought. */
import { DriftwatchError } from "../../model/errors.ts";
import type { Flavor } from "../../model/server.ts";

type Numbers = readonly [number, number, number];
type OwnFlavor = Exclude<Flavor, "postgresql">;

export interface ServerVersion {
  readonly flavor: Flavor;
  /** "9.7.4", "10.11.19-MariaDB". */
  readonly version: string;
  /** "9.7", "10.11": what must be equal for the server's texts to be comparable. */
  readonly major: string;
  readonly numbers: Numbers;
}

/** The oldest supported releases. */
const minimumVersions: Readonly<Record<OwnFlavor, Numbers>> = { mysql: [8, 0, 0], mariadb: [10, 6, 0] };

/** Newest versions this dialect was run on or written for; newer ones are read, and doctor says so. */
const newestKnown: Readonly<Record<OwnFlavor, Numbers>> = { mysql: [9, 7, 99], mariadb: [12, 99, 99] };

/** Flavor and version that introduced what a query asks for. */
const introduced = {
  statisticsExpiry: ["mysql", [8, 0, 0]],
  schemaEncryption: ["mysql", [8, 0, 16]],
  showRoutinePrivilege: ["mysql", [8, 0, 20]],
  schemataExtensions: ["mysql", [8, 0, 22]],
  showReplicaStatus: ["mysql", [8, 0, 22]],
  generatedInvisiblePrimaryKey: ["mysql", [8, 0, 30]],
  libraries: ["mysql", [9, 2, 0]],
  jsonDualityViews: ["mysql", [9, 4, 0]],
  showCreateRoutinePrivilege: ["mariadb", [11, 3, 0]],
} as const satisfies Record<string, readonly [OwnFlavor, Numbers]>;

export type Feature = keyof typeof introduced;

export function has(version: ServerVersion, feature: Feature): boolean {
  const [flavor, from] = introduced[feature];
  return version.flavor === flavor && compare(version.numbers, from) >= 0;
}

/** Whether the server is newer than any this dialect was made for. */
export function isNewerThanKnown({ flavor, numbers }: ServerVersion): boolean {
  return flavor !== "postgresql" && compare(numbers, newestKnown[flavor]) > 0;
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
  if (compare(numbers, minimumVersions[flavor]) < 0) {
    const name = isMariaDb ? "MariaDB" : "MySQL";
    throw new DriftwatchError("server.unsupported", `the server is ${name} ${bare}, which is not supported`, {
      remedy: "Upgrade the server: MySQL 8.0 and MariaDB 10.6 are the oldest supported versions.",
    });
  }
  return {
    flavor,
    version: isMariaDb ? `${bare}-MariaDB` : bare,
    major: `${numbers[0]}.${numbers[1]}`,
    numbers,
  };
}

function compare(a: Numbers, b: Numbers): number {
  for (const [index, number] of a.entries()) {
    const difference = number - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
