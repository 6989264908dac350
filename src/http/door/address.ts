import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";

/** Enough for the longest list of stop words; longer texts belong into a body. */
export const MAX_URL_CHARS = 16_384;

/** A name or an address and a port; names beyond ASCII travel as Punycode. */
const HOST = /^(?:[a-z0-9._-]*|\[[0-9a-f:.]+\])(?::[0-9]{0,5})?$/i;

/** The last good `Host`; the next request nearly always has the same. */
let lastHost = "";

/**
 * Refuses addresses that no client needs.
 *
 * Deno's server joins `Host` and path as they come: a `Host` of `x/v1/engine?` would turn `/` into
 * another path, unseen by a proxy that checks paths. A request that names its host in the target
 * may have another `Host`.
 *
 * @returns The host and port that the client means: those of the header, if there is one.
 * @throws {JobError} `uri_too_long` or `invalid_host` (RFC 9112, section 3.2).
 */
export function checkAddress({ url, headers }: Request): string {
  if (url.length > MAX_URL_CHARS) throw createLengthError(url.length);
  const host = headers.get("host");
  if (host !== null && host !== lastHost) checkHost(host);
  const target = hostOf(url);
  if (target !== lastHost) checkHost(target);
  return host ?? target;
}

function checkHost(host: string): void {
  if (isHost(host)) lastHost = host;
  else throw createHostError(host);
}

/** Whether a text is a host, with or without a port. */
export function isHost(text: string): boolean {
  return HOST.test(text) && URL.canParse(`http://${text || "x"}`);
}

/** The host and port of an absolute URL, with all that stands between `//` and the next `/`. */
function hostOf(url: string): string {
  const start = url.indexOf("//") + 2;
  const end = url.indexOf("/", start);
  return end < 0 ? url : url.slice(start, end);
}

/**
 * The path of an absolute URL, not decoded.
 *
 * @param base A prefix that is left out if the path begins with it: some proxies cut it off, and
 * others hand it on.
 */
export function pathOf(url: string, base = ""): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const length = url.slice(start).search(/[?#]/);
  const path = length < 0 ? url.slice(start) : url.slice(start, start + length);
  if (base === "" || !path.startsWith(base)) return path;
  const rest = path.slice(base.length);
  return rest === "" ? "/" : rest.startsWith("/") ? rest : path;
}

function createLengthError(length: number): JobError {
  return new JobError(
    "uri_too_long",
    `Cannot read the address: ${length} characters exceed the limit of ${MAX_URL_CHARS}`,
    { details: { limit: MAX_URL_CHARS } },
  );
}

function createHostError(host: string): JobError {
  const value = shorten(host);
  return new JobError("invalid_host", `Cannot answer for '${value}': it is no host and port`, {
    details: { value },
  });
}
