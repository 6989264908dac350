import { isIPv4 } from "node:net";

/** Whether only programs on this machine can reach an address that a server listens on. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return host.startsWith("127.");
  return ["localhost", "::1", "[::1]"].includes(host.toLowerCase());
}
