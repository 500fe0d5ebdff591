/**
 * The cached data folder that spares a new embedded PostgreSQL its initdb (3 s -> 0.4 s). A copy gets a system
 * identifier of its own: object ids prove a rename only inside one cluster, and copies must never pass for one.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const blockBytes = 512;
/** `xlp_sysid` of XLogLongPageHeaderData: the WAL refuses a control file with another identifier. */
const walIdentifierOffset = 24;

interface TarEntry {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A fresh copy of the cached cluster as a tar archive, or undefined when there is none that can be trusted. */
export function readTemplate(folder: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (folder === undefined) return undefined;
  const file = templateFile(folder);
  try {
    if (!isPrivate(folder) || !isPrivate(file)) return undefined;
    const archive = new Uint8Array(gunzipSync(readFileSync(file)));
    return giveIdentity(archive, freshIdentifier()) ? archive : undefined;
  } catch {
    // A missing or damaged template only costs the time of initdb.
    return undefined;
  }
}

/** Keeps a data folder just made by initdb (a tar archive) for the next start; a cache that cannot be written is no error. */
export function writeTemplate(folder: string | undefined, archive: Uint8Array): void {
  if (folder === undefined) return;
  const file = templateFile(folder);
  const partial = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isPrivate(folder)) return;
    writeFileSync(partial, gzipSync(archive, { level: 1 }), { mode: 0o600 });
    chmodSync(partial, 0o600);
    renameSync(partial, file);
  } catch {
    rmSync(partial, { force: true });
  }
}

/** The user's own cache folder. */
export function defaultCacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME;
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "driftwatch");
}

/** A positive 64-bit number, little-endian, as initdb would make one. */
function freshIdentifier(): Uint8Array {
  const bytes = randomBytes(8);
  bytes[7] = (bytes[7] ?? 0) & 0x7f;
  return bytes;
}

/**
 * Writes a new system identifier into the control file and the WAL of a data folder archive, in place. False when the
 * archive is not laid out as expected; it must not be used then.
 */
export function giveIdentity(archive: Uint8Array, identifier: Uint8Array): boolean {
  const entries = [...tarEntries(archive)];
  const control = entries.find((entry) => entry.name.endsWith("global/pg_control"));
  const segments = entries.filter((entry) => /(^|\/)pg_wal\/[0-9A-F]{24}$/.test(entry.name));
  if (control === undefined || segments.length === 0) return false;
  const content = archive.subarray(control.start, control.end);
  const checksumOffset = findChecksum(content);
  if (checksumOffset === undefined) return false;
  const old = content.slice(0, identifier.length);
  for (const segment of segments) {
    const at = segment.start + walIdentifierOffset;
    const found = archive.subarray(at, at + old.length);
    // A recycled segment is still all zeroes.
    if (found.every((byte) => byte === 0)) continue;
    if (!found.every((byte, index) => byte === old[index])) return false;
    archive.set(identifier, at);
  }
  content.set(identifier, 0);
  viewOf(content).setUint32(checksumOffset, crc32c(content, checksumOffset), true);
  return true;
}

function templateFile(folder: string): string {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const manifest = JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8")) as {
    version: string;
  };
  return join(folder, `cluster-pglite-${manifest.version}.tar.gz`);
}

/** Whoever else may write there could plant a cluster with code of his own. */
function isPrivate(path: string): boolean {
  const stat = statSync(path);
  const isOurs = process.getuid === undefined || stat.uid === process.getuid();
  return isOurs && (stat.mode & 0o022) === 0;
}

function* tarEntries(archive: Uint8Array): Generator<TarEntry> {
  const text = (start: number, length: number): string => {
    const bytes = archive.subarray(start, start + length);
    const end = bytes.indexOf(0);
    return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString("utf8");
  };
  let at = 0;
  while (at + blockBytes <= archive.length && archive[at] !== 0) {
    const size = Number.parseInt(text(at + 124, 12).trim() || "0", 8);
    if (!Number.isFinite(size)) return;
    const prefix = text(at + 345, 155);
    const name = text(at, 100);
    const start = at + blockBytes;
    yield { name: prefix === "" ? name : `${prefix}/${name}`, start, end: start + size };
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
}

/** The control file ends with the CRC-32C of all before it; where that is depends on the version, so it is looked for. */
function findChecksum(content: Uint8Array): number | undefined {
  const view = viewOf(content);
  for (let offset = 64; offset + 4 <= Math.min(content.length, 1024); offset += 4) {
    if (view.getUint32(offset, true) === crc32c(content, offset)) return offset;
  }
  return undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function crc32c(bytes: Uint8Array, length: number): number {
  let crc = 0xffffffff;
  for (let index = 0; index < length; index += 1) {
    crc ^= bytes[index] ?? 0;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
