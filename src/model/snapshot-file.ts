/** The snapshot as a file: JSON with its own digest, refused when damaged or newer than this program. */
import { DriftwatchError } from "./errors.ts";
import { modelVersion } from "./model-version.ts";
import { fingerprintOfRoot, fingerprintOfRoots, objectsOfRoot, type Snapshot } from "./snapshot.ts";

const format = "driftwatch-snapshot";

/** One JSON document; the same snapshot gives the same text. */
export function serializeSnapshot(snapshot: Snapshot): string {
  const { reading: _reading, ...content } = snapshot;
  return `${JSON.stringify({ format, ...content }, null, 1)}\n`;
}

/**
 * Reads what serializeSnapshot wrote. `place` names the file in errors.
 * Throws DriftwatchError: snapshot.invalid (not a snapshot, or its content does not match its digest), snapshot.newer.
 */
export function parseSnapshot(text: string, place: string): Snapshot {
  let parsed: Partial<Snapshot> & { format?: string };
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch (error) {
    throw new DriftwatchError("snapshot.invalid", `${place} is not JSON: ${(error as Error).message}`, {
      remedy: "Write it again with `driftwatch snapshot <source> --output FILE`.",
    });
  }
  if (parsed === null || typeof parsed !== "object" || parsed.format !== format) {
    throw new DriftwatchError("snapshot.invalid", `${place} is not a Driftwatch snapshot`, {
      remedy: "Write one with `driftwatch snapshot <source> --output FILE`.",
    });
  }
  if (typeof parsed.modelVersion === "number" && parsed.modelVersion > modelVersion) {
    throw new DriftwatchError(
      "snapshot.newer",
      `${place} has model version ${parsed.modelVersion}; this program knows versions up to ${modelVersion}`,
      { remedy: "Upgrade Driftwatch, or take the snapshot again with this version." },
    );
  }
  const { format: _format, ...rest } = parsed;
  const snapshot = rest as Snapshot;
  if (!isIntact(snapshot)) {
    throw new DriftwatchError(
      "snapshot.invalid",
      `${place} is damaged: its content does not match its fingerprint`,
      {
        remedy: "Restore the file from its source, or take the snapshot again.",
      },
    );
  }
  return snapshot;
}

function isIntact(snapshot: Snapshot): boolean {
  try {
    if (!Array.isArray(snapshot.objects) || !Array.isArray(snapshot.roots)) return false;
    if (fingerprintOfRoots(snapshot.roots) !== snapshot.fingerprint) return false;
    return snapshot.roots.every(
      (root) => fingerprintOfRoot(objectsOfRoot(snapshot, root)) === root.fingerprint,
    );
  } catch {
    return false;
  }
}
