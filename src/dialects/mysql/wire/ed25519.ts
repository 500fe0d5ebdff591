/**
 * MariaDB's client_ed25519: a signature over the server's scramble. It differs from RFC 8032 in that the password
 * itself, of any length, takes the seed's place, which node:crypto cannot do; so the signature is computed here.
 */
import { createHash } from "node:crypto";

const prime = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const base: Point = extended(
  15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  46316835694926478169428394003475163141307993866256225615783033603165251855960n,
);
const d = mod(-121665n * inverse(121666n));

interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

function extended(x: bigint, y: bigint): Point {
  return { x, y, z: 1n, t: (x * y) % prime };
}

function mod(value: bigint, by: bigint = prime): bigint {
  const rest = value % by;
  return rest >= 0n ? rest : rest + by;
}

function power(value: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = mod(value);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % prime;
    factor = (factor * factor) % prime;
  }
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, prime - 2n);
}

function add(p: Point, q: Point): Point {
  const a = mod((p.y - p.x) * (q.y - q.x));
  const b = mod((p.y + p.x) * (q.y + q.x));
  const c = mod(2n * p.t * q.t * d);
  const e = mod(2n * p.z * q.z);
  const [f, g, h, i] = [b - a, e - c, e + c, b + a];
  return { x: mod(f * g), y: mod(h * i), z: mod(g * h), t: mod(f * i) };
}

function multiply(point: Point, scalar: bigint): Point {
  let result: Point = { x: 0n, y: 1n, z: 1n, t: 0n };
  let factor = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = add(result, factor);
    factor = add(factor, factor);
  }
  return result;
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}

function encode(point: Point): Buffer {
  const z = inverse(point.z);
  const bytes = bytesOf(mod(point.y * z));
  const last = bytes[31] ?? 0;
  bytes[31] = (mod(point.x * z) & 1n) === 1n ? last | 0x80 : last;
  return bytes;
}

function sha512(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The 64 bytes that answer a scramble of 32 bytes. */
export function signScramble(password: string, scramble: Buffer): Buffer {
  const secret = sha512(Buffer.from(password, "utf8"));
  const scalarBytes = Buffer.from(secret.subarray(0, 32));
  scalarBytes[0] = (scalarBytes[0] ?? 0) & 248;
  scalarBytes[31] = ((scalarBytes[31] ?? 0) & 63) | 64;
  const scalar = numberOf(scalarBytes);
  const publicKey = encode(multiply(base, scalar));
  const nonce = mod(numberOf(sha512(secret.subarray(32), scramble)), order);
  const commitment = encode(multiply(base, nonce));
  const challenge = mod(numberOf(sha512(commitment, publicKey, scramble)), order);
  return Buffer.concat([commitment, bytesOf(mod(nonce + challenge * scalar, order))]);
}

/** An authentication plugin as mysql2 takes it. */
export function ed25519Plugin(password: string): () => (data: Buffer) => Buffer {
  return () => (data) => signScramble(password, data.subarray(0, 32));
}
