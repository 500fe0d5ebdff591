/**
 * Where test servers store their data, which are thrown away. A test run makes and drops thousands of databases of hundreds
 * of files each; ext4 takes a fifth of a second for one, memory a fiftieth.
 */
import { accessSync, constants, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";

/** What Linux machines have in memory; containers often only 64 MB of it. */
const inMemory = "/dev/shm";

const gigabyte = 1024 ** 3;

/** A whole run stores between one and two gigabytes at most. The rest of memory is for the servers, the tests and a browser. */
const leastSpaceBytes = 3 * gigabyte;
const leastMemoryBytes = 6 * gigabyte;

/** Memory where it is large enough for all servers together, else the system's temporary folder. */
export function folderForData(
  place: string = inMemory,
  availableMemoryBytes: number = process.availableMemory(),
): string {
  return availableMemoryBytes >= leastMemoryBytes && freeBytes(place) >= leastSpaceBytes ? place : tmpdir();
}

function freeBytes(folder: string): number {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
