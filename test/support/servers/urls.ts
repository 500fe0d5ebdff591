/**
 * Where the test servers are. global-setup.ts brings them up and tells by environment variables, so that child
 * processes of a test see the same ones. Nothing here starts anything.
 */
import process from "node:process";
import { describe } from "vitest";
import { missingVariable, type PostgresMajor, type ServerName, urlVariable } from "./names.ts";

/** The address of a test server, or the reason why there is none. */
export function serverOrReason(name: ServerName): { readonly url: string } | { readonly missing: string } {
  const url = process.env[urlVariable(name)];
  if (url) return { url };
  return {
    missing: process.env[missingVariable(name)] ?? `no ${name} was brought up; set ${urlVariable(name)}`,
  };
}

/** Throws an Error whose message is the reason when PostgreSQL of this major version is not there. */
export function postgresUrl(major: PostgresMajor): string {
  return serverUrl(`postgres-${major}`);
}

/** A real MySQL (never MariaDB), as root. Throws an Error whose message is the reason when it is not there. */
export function mysqlUrl(): string {
  return serverUrl("mysql");
}

/** MariaDB, as root; the scheme is `mariadb:`. Throws an Error whose message is the reason when it is not there. */
export function mariadbUrl(): string {
  return serverUrl("mariadb");
}

/** Redis 7 with `noeviction`. Throws an Error whose message is the reason when it is not there. */
export function redisUrl(): string {
  return serverUrl("redis");
}

/** PgBouncer in transaction pooling before PostgreSQL 18. Throws an Error whose message is the reason when it is not there. */
export function pgbouncerUrl(): string {
  return serverUrl("pgbouncer");
}

/** A describe block that gets the server's address, and is skipped with the spoken reason where there is none. */
export function describeServer(name: ServerName, title: string, body: (url: string) => void): void {
  const found = serverOrReason(name);
  if ("url" in found) describe(title, () => body(found.url));
  else describe.skip(`${title} (skipped: ${found.missing})`, () => body(""));
}

function serverUrl(name: ServerName): string {
  const found = serverOrReason(name);
  if ("missing" in found) throw new Error(`skipped: ${found.missing}`);
  return found.url;
}
