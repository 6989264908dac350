import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.process>;

/** Networks of addresses, such as those of proxies. */
export class Networks {
  /** What they were read from. */
  readonly text: string;
  readonly #ranges: readonly [Address, number][];

  private constructor(text: string, ranges: readonly [Address, number][]) {
    this.text = text;
    this.#ranges = ranges;
  }

  /** Reads addresses and networks such as `10.0.0.0/8`, separated by commas; null if one has another form. */
  static parse(text: string): Networks | null {
    const ranges = text.split(",").map((each) => parseNetwork(each.trim()));
    return ranges.includes(undefined) ? null : new Networks(text, ranges as [Address, number][]);
  }

  /** Whether a network holds an address; an IPv4 address may be written as an IPv6 address. */
  has(address: string): boolean {
    if (isIP(address) === 0) return false; // the package takes shorter forms, too
    const parsed = ipaddr.process(address);
    return this.#ranges.some(([network, bits]) =>
      network.kind() === parsed.kind() && parsed.match(network as never, bits)
    );
  }
}

function parseNetwork(text: string): [Address, number] | undefined {
  if (isIP(text.split("/")[0]) === 0) return undefined;
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (isIP(text) === 0) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
