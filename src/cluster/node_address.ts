/** Where nodes ask each other: below it there is nothing for others. */
const INTERNAL = "/internal/";

/**
 * The address of a path on a node.
 *
 * @param node Where other nodes reach it, by a path of a proxy as well, without a slash at its end.
 */
export function addressOf(node: string, path: string): URL {
  return new URL(node + path);
}

/**
 * What a request asks of a node, by the path that its sender has put behind the node's address: a
 * proxy may take away what leads to the node, or leave it.
 *
 * @param url Of the request, as it came.
 * @param node Where other nodes reach the one that is asked.
 * @returns Undefined for a request that is not for nodes.
 */
export function readInternal(
  url: string,
  node: string,
): { path: string; search: string } | undefined {
  if (!url.includes(INTERNAL)) return undefined; // cheap, since every request is asked
  const { pathname, search } = new URL(url);
  const prefix = new URL(node).pathname.replace(/\/$/, "");
  const below = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname;
  const path = [below, pathname].find((each) => each.startsWith(INTERNAL));
  return path === undefined ? undefined : { path, search };
}
