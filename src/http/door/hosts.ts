import { shorten } from "../../contract/parameters.ts";
import { isIPv4, isIPv6 } from "node:net";
import { JobError } from "../../contract/problems.ts";

/** Names below this one are this machine's (RFC 6761, 6.3). */
const LOCALHOST = /\.localhost$/;

/** Checks that a host, as `Host` has it, is a name of the server. */
export type CheckHost = (host: string) => void;

/**
 * Refuses requests for a host that is not a name of the server.
 *
 * The page of any site may resolve its own name to a loopback address (DNS rebinding). The browser
 * then takes the server for that site, and the page may read all answers; but `Host` still holds
 * the site's name. Two kinds of hosts pass unchecked: addresses, for which no DNS is asked, and
 * names without a dot, which no stranger can have in the DNS.
 *
 * @param names The server's names, beside those of loopback. `*.example.org` is every name below
 * `example.org`, and `*` is every name.
 */
export function createHostCheck(names: readonly string[]): CheckHost | undefined {
  if (names.includes("*")) return undefined;
  const [below, exact] = [names.filter((each) => each.startsWith("*.")), new Set(names)];
  const isOurs = (name: string) =>
    !name.includes(".") || LOCALHOST.test(name) || isAddress(name) || exact.has(name) ||
    below.some((each) => name.endsWith(each.slice(1)));
  let lastGood = "";
  return (host) => {
    if (host === lastGood) return;
    const name = host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
    if (!isOurs(name)) throw createError(host, names);
    lastGood = host;
  };
}

/** Whether a name is an address, as URLs write it. */
function isAddress(name: string): boolean {
  return isIPv4(name) || (name.startsWith("[") && isIPv6(name.slice(1, -1)));
}

function createError(host: string, names: readonly string[]): JobError {
  const value = shorten(host);
  return new JobError(
    "misdirected_host",
    `Cannot answer for '${value}': the server is not called so; --hosts (MILLRACE_HOSTS) names ` +
      "its hosts",
    { details: { value, allowed: ["localhost", "addresses", "names without a dot", ...names] } },
  );
}
