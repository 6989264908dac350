import { isIP } from "node:net";
import type { Networks } from "../../access/networks.ts";
import { readPrefix } from "../../access/site_names.ts";
import { isHost } from "./address.ts";

/** The way of a request to the server, as far as answers depend on it. */
export interface Via {
  /** The prefix of the server's paths where the client is: empty, or `/counts`. */
  prefix: string;
  /** The host and scheme that the client used, if a proxy names them. */
  host?: string;
  proto?: string;
  /** The client's address; undefined if it is not known. */
  client?: string;
}

/** The way of requests without a proxy and without a prefix. */
export const DIRECT: Via = Object.freeze({ prefix: "" });

/** An address with or without a port, as proxies write both kinds. */
const FORWARDED_ADDRESS = /^(?:\[([0-9a-f:.]+)\](?::\d+)?|([0-9.]+):\d+|([0-9a-f:.]+))$/i;

/**
 * Gives a function that finds the way of a request. It believes the headers of trusted proxies and
 * of no other peer: with these headers any client could choose its address.
 *
 * @param basePath The prefix, unless a proxy names another.
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

/** The first item, which the proxy next to the client has set. */
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
 * Each proxy appends the address of its peer. From the end, the first address that is no trusted
 * proxy is the client's; any client may have written the addresses before it.
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
