/**
 * channel_binding as libpq has it. The driver uses SCRAM-SHA-256-PLUS where a server offers it; that nothing less is
 * accepted, and no password sent in another way, is seen to here (fe-auth.c: check_expected_areq, pg_SASL_init).
 */
import process from "node:process";
import type { ConnectionOptions } from "node:tls";
import type { Client } from "pg";
import { DriftwatchError } from "../../../model/errors.ts";

const words = ["disable", "prefer", "require"] as const;
export type ChannelBinding = (typeof words)[number];

const plus = "SCRAM-SHA-256-PLUS";

/** Throws DriftwatchError source.invalid for any other word. Where nobody says anything it is not used. */
export function readChannelBinding(params: URLSearchParams): ChannelBinding {
  const text = params.get("channel_binding") ?? process.env.PGCHANNELBINDING ?? "disable";
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new DriftwatchError("source.invalid", `channel_binding "${text}" is unknown`, {
    remedy: `Use one of ${words.join(", ")}.`,
  });
}

/** Without TLS there is nothing to bind to. Throws DriftwatchError source.invalid when no other way is left. */
export function encryptedOnly(
  attempts: readonly (ConnectionOptions | false)[],
): readonly (ConnectionOptions | false)[] {
  const encrypted = attempts.filter((attempt) => attempt !== false);
  if (encrypted.length > 0) return encrypted;
  throw new DriftwatchError("source.invalid", "channel_binding=require needs TLS", {
    remedy: "Use TLS over TCP (sslmode=require or a verify- mode), or leave channel_binding=require out.",
  });
}

/** What pg emits of a login, each once; `mechanisms` with authenticationSASL. */
interface LoginMessages {
  on(name: string, listener: (message: { readonly mechanisms?: readonly string[] }) => void): void;
  readonly stream: { destroy(error: Error): void };
}

/**
 * Cuts the connection of a client that was not connected yet as soon as its server wants a login without channel binding;
 * the driver's own listeners come later, and find nothing to write to. What it returns is to be called after the login: it
 * throws DriftwatchError connection.tls where the end of the login was in the same packet.
 */
export function requireChannelBinding(client: Client, place: string): () => void {
  const { connection } = client as unknown as { readonly connection: LoginMessages };
  let isBound = false;
  let refusal: DriftwatchError | undefined;
  const refuse = (what: string): void => {
    refusal ??= unbound(place, what);
    connection.stream.destroy(refusal);
  };
  for (const name of ["authenticationCleartextPassword", "authenticationMD5Password"])
    connection.on(name, () => refuse("asks for the password in another way"));
  connection.on("authenticationSASL", ({ mechanisms = [] }) => {
    if (!mechanisms.includes(plus)) refuse(`does not offer ${plus}`);
  });
  // The driver checks the signature that comes with it, and fails before the server can go on.
  connection.on("authenticationSASLFinal", () => {
    isBound = true;
  });
  connection.on("authenticationOk", () => {
    if (!isBound) refuse(`let us in without ${plus}`);
  });
  return () => {
    if (refusal !== undefined) throw refusal;
  };
}

function unbound(place: string, what: string): DriftwatchError {
  return new DriftwatchError(
    "connection.tls",
    `connecting to ${place}: channel_binding=require, and the server ${what}`,
    {
      remedy:
        "Let pg_hba.conf ask for scram-sha-256 over TLS, with a password stored as SCRAM and nothing that ends TLS in between; or leave channel_binding=require out.",
    },
  );
}
