import ipaddr from "ipaddr.js";
import { lookup } from "node:dns/promises";

/** Finds all addresses of a host. @throws If there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** Asks the system, as a connection would. */
export const resolveHost: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
};

/** Addresses that look public and answer from inside a cloud: Azure's platform. */
const INSIDE = ["168.63.129.16"];

/**
 * Whether an address is one of the public internet: none that is private, loopback, link-local
 * (where clouds have their metadata), shared, multicast, reserved or unspecified, and none that
 * leads to another address by translation or tunnel. What maps to an IPv4 address is judged by
 * that.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  // Of IPv6, only 2000::/3 is given out for the public internet.
  const isGlobal = !(parsed instanceof ipaddr.IPv6) || parsed.parts[0] >> 13 === 1;
  return isGlobal && parsed.range() === "unicast" && !INSIDE.includes(parsed.toString());
}

/** The address that a URL's host is, without brackets; undefined for a name. */
export function addressOfHost(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(bare) ? bare : undefined;
}
