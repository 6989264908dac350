/**
 * Readers of the names of a server, its pages and its proxies, in options and headers. Each reader
 * gives null for a text of another form.
 */

/** A name without a port, all names below one, or all names. */
const HOST_NAME = /^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/;

/** Segments that are not dots and need no escape. No segment is empty: `//` would name a host. */
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~%@:+=-]+)*$/;

/** Reads hosts separated by commas: `counts.example`, `*.example`, `[::1]`, `*`. */
export function readHosts(text: string): string[] | null {
  const hosts = text.split(",").map((each) => each.trim().toLowerCase());
  return hosts.every((each) => HOST_NAME.test(each)) ? hosts : null;
}

/** Reads a prefix of paths such as `/counts`; `/` means no prefix. */
export function readPrefix(text: string): string | null {
  const prefix = text.replace(/\/$/, "");
  return text.startsWith("/") && PREFIX.test(prefix) ? prefix : null;
}

/** Reads origins separated by commas: `https://example.org`, `*`. */
export function readOrigins(text: string): string[] | null {
  const origins = text.split(",").map((each) => each.trim());
  return origins.every((each) => each === "*" || isOrigin(each)) ? origins : null;
}

/** Browsers send an origin as `URL.origin` writes it: without a path or a final slash. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
