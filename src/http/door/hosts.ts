import { shorten } from "../../contract/parameters.ts";
import { isIPv4, isIPv6 } from "node:net";
import { JobError } from "../../contract/problems.ts";

/** Names below this one are this machine's (RFC 6761, 6.3). */
const LOCALHOST = /\.localhost$/;

/** Checks that a host, as `Host` has it, is one that the server is called. */
export type CheckHost = (host: string) => void;

/**
 * Refuses hosts that the server is not called. A page of any site may resolve its own name to a
 * loopback address (DNS rebinding): to the browser it is then of the server's origin, and may read
 * all answers; but the name is still in `Host`. Addresses are looked up by nobody, and a name
 * without a dot is none that a stranger could have in the DNS: both are let through.
 *
 * @param names Beside those of loopback; `*.example.org` is every name below that one, `*` every
 * name at all.
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
