/** What stands in snapshots for a secret: alike in every dialect. */
import { createHash } from "node:crypto";

/** Enough to see that it changed, and nothing else. */
export function digestOf(secret: string): string {
  return `sha256:${createHash("sha256").update(secret).digest("hex").slice(0, 16)}`;
}

/** Whether a value of a snapshot is a digest; no statement can be made of one. */
export function isDigest(value: string): boolean {
  return /^sha256:[0-9a-f]{16}$/.test(value);
}
