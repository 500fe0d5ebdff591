/** Addresses that only this machine can reach. */

/** Whether that holds for an address to listen on: a name, or an IPv4 or IPv6 address. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/gu, "").toLowerCase();
  return name === "localhost" || name === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(name);
}
