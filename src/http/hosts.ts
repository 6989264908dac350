import { JobError } from "../errors.ts";

/** What this machine is called by those who are on it; a port may follow. */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Checks that a host, as `Host` has it, is one that the server is called. */
export type CheckHost = (host: string) => void;

/**
 * Refuses hosts that the server is not called. A page of any site may resolve its own name to a
 * loopback address (DNS rebinding): to the browser it is then of the server's origin, and may read
 * all answers; but the name is still in `Host`.
 *
 * @param names Beside those of loopback; `*.example.org` is every name below that one, `*` every
 * name at all.
 */
export function createHostCheck(names: readonly string[]): CheckHost | undefined {
  if (names.includes("*")) return undefined;
  const [below, exact] = [names.filter((each) => each.startsWith("*.")), new Set(names)];
  const isOurs = (name: string) =>
    name === "" || LOOPBACK.test(name) || exact.has(name) ||
    below.some((each) => name.endsWith(each.slice(1)));
  let lastGood = "";
  return (host) => {
    if (host === lastGood) return;
    const name = host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
    if (!isOurs(name)) throw createError(host, names);
    lastGood = host;
  };
}

function createError(host: string, names: readonly string[]): JobError {
  const value = host.slice(0, 80);
  return new JobError(
    "misdirected_host",
    `Cannot answer for '${value}': the server is not called so; --hosts (MILLRACE_HOSTS) names ` +
      "its hosts",
    { details: { value, allowed: ["localhost", "127.0.0.1", "[::1]", ...names] } },
  );
}
