import { isIP } from "node:net";
import type { Networks } from "../../access/networks.ts";
import { readPrefix } from "../../access/site_names.ts";
import { isHost } from "./address.ts";

/** How a request came, as far as it matters to what is answered. */
export interface Via {
  /** What stands before our paths where the client is: empty, or `/counts`. */
  prefix: string;
  /** The host and scheme that the client named, where a proxy tells. */
  host?: string;
  proto?: string;
  /** The client's address; undefined if it is not known. */
  client?: string;
}

/** How requests come where there is no proxy and no prefix. */
export const DIRECT: Via = Object.freeze({ prefix: "" });

/** An address with or without a port, as proxies write both kinds. */
const FORWARDED_ADDRESS = /^(?:\[([0-9a-f:.]+)\](?::\d+)?|([0-9.]+):\d+|([0-9a-f:.]+))$/i;

/**
 * Gives the function that tells how a request came. Headers that proxies set are believed of
 * proxies that are trusted, and of nobody else: whoever else sends them would choose an address.
 *
 * @param basePath The prefix where no proxy tells another.
 */
export function createViaReader(
  basePath: string,
  trusted: Networks | undefined,
): (request: Request, connection: Deno.ServeHandlerInfo | undefined) => Via {
  const direct = basePath === "" ? DIRECT : Object.freeze({ prefix: basePath });
  if (trusted === undefined) return () => direct;
  return ({ headers }, connection) => {
    const peer = peerOf(connection);
    if (peer === undefined || !trusted.has(peer)) return direct;
    const prefix = headers.get("x-forwarded-prefix");
    return {
      prefix: (prefix === null ? null : readPrefix(firstOf(prefix))) ?? basePath,
      host: readHost(headers.get("x-forwarded-host")),
      proto: readProto(headers.get("x-forwarded-proto")),
      client: clientOf(headers.get("x-forwarded-for"), peer, trusted),
    };
  };
}

/** The address at the other end of a connection, if it has one. */
export function peerOf(connection: Deno.ServeHandlerInfo | undefined): string | undefined {
  const address = connection?.remoteAddr;
  return address !== undefined && "hostname" in address ? address.hostname : undefined;
}

/** The proxy that the client spoke to stands first. */
function firstOf(list: string): string {
  return list.split(",", 1)[0].trim();
}

function readHost(header: string | null): string | undefined {
  const host = header === null ? "" : firstOf(header);
  return host !== "" && isHost(host) ? host : undefined;
}

function readProto(header: string | null): string | undefined {
  const proto = header === null ? "" : firstOf(header).toLowerCase();
  return proto === "http" || proto === "https" ? proto : undefined;
}

/**
 * Each proxy appends whom it heard: from the end, the first that is none of ours is the client.
 * What stands before it anybody may have written.
 */
function clientOf(header: string | null, peer: string, trusted: Networks): string {
  let client = peer;
  for (const each of (header ?? "").split(",").reverse()) {
    const match = FORWARDED_ADDRESS.exec(each.trim());
    const address = match?.[1] ?? match?.[2] ?? match?.[3];
    if (address === undefined || isIP(address) === 0) break;
    client = address;
    if (!trusted.has(address)) break;
  }
  return client;
}

/** Where the client reaches the server, without a slash at the end. */
export function siteOf({ url, headers }: Request, { prefix, host, proto }: Via): string {
  const { protocol, host: own } = new URL(url);
  return `${proto ?? protocol.slice(0, -1)}://${host ?? (headers.get("host") || own)}${prefix}`;
}
