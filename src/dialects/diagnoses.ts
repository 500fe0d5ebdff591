/** What the doctor says of every database, in one wording; what only one dialect knows is in its diagnose.ts. */
import type { Snapshot } from "../model/snapshot.ts";
import type { Diagnosis } from "../monitor/ports.ts";

/** How a connection was made, and the words of its URL. */
export interface Encryption {
  readonly isEncrypted: boolean;
  /** "db.example:5432/shop", or the path of a socket. */
  readonly place: string;
  /** "sslmode=require". */
  readonly mode: string;
  /** "sslmode=verify-full". */
  readonly strictMode: string;
  /** "sslrootcert": the parameter for the authority's certificate. */
  readonly authority: string;
}

export function encryptionDiagnosis(encryption: Encryption): Diagnosis {
  const { isEncrypted, place, mode, strictMode, authority } = encryption;
  const check = "encryption";
  if (isEncrypted) {
    const isVerified = mode.includes("verify");
    return {
      check,
      ok: true,
      message: `The connection is encrypted (${mode}); the server's certificate is ${isVerified ? "" : "not "}verified.`,
      ...(isVerified
        ? {}
        : { remedy: `Use ${strictMode} and ${authority} in the URL to prove who answers.` }),
    };
  }
  if (place.startsWith("/") || /^(?:localhost|127\.|\[?::1)/.test(place))
    return { check, ok: true, message: "The connection is not encrypted, and stays on this machine." };
  return {
    check,
    ok: false,
    message: "The connection is not encrypted.",
    remedy: `Switch TLS on at the server and use ${strictMode} in the URL.`,
  };
}

/** `database` is "" when the URL names none. */
export function scopeDiagnosis({ objects, visibility }: Snapshot, database: string): Diagnosis {
  const { schemas } = visibility;
  const isCovered = schemas.length > 0;
  const counts = `${counted(objects.length, "object")} in ${counted(schemas.length, "schema")}`;
  return {
    check: "scope",
    ok: isCovered,
    message: `${counts}${database === "" ? "" : ` of ${database}`}${isCovered ? `: ${schemas.join(", ")}` : ""}.`,
    ...(isCovered ? {} : { remedy: "Check scope.schemas of the environment, and what its user may see." }),
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** One for each area that is hidden, or one that nothing is. */
export function visibilityDiagnoses({ visibility }: Snapshot): readonly Diagnosis[] {
  const check = "visibility";
  const { hidden, user } = visibility;
  if (hidden.length === 0) return [{ check, ok: true, message: `Nothing in scope is hidden from ${user}.` }];
  return hidden.map(({ area, reason, remedy }) => ({
    check,
    ok: false,
    message: `Hidden: ${area}, because ${reason.replace(/\.$/, "")}.`,
    ...(remedy === undefined ? {} : { remedy }),
  }));
}

export function coverageDiagnosis({ visibility }: Snapshot): Diagnosis {
  const list = visibility.unmodelled.map(({ what, count }) => `${count} x ${what}`).join(", ");
  return {
    check: "coverage",
    ok: true,
    message: list === "" ? "Everything seen is modelled." : `Seen and not modelled: ${list}.`,
  };
}
