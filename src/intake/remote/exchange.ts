import { addressOfHost, type Resolve } from "./addresses.ts";
import { Connection, type DialOptions } from "./connection.ts";
import type { JobError } from "../../contract/problems.ts";
import { Interruption, urlFailed, urlRefused } from "./url_errors.ts";
import { formatGet, readResponse, type ResponseHead } from "./http1.ts";

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;

/** Which servers may be asked, and how. */
export interface ExchangeOptions extends DialOptions {
  /** Whether an address may be connected to. */
  mayConnect: (address: string) => boolean;
  resolve: Resolve;
}

/** A file on another server, and what its server wants to know of who asks. */
export interface Target {
  url: URL;
  /** What errors call it. @default {its URL} */
  name?: string;
  /** The headers of a request, with those that say who asks. @default {as they are} */
  sign?(headers: Record<string, string>): Promise<Record<string, string>>;
  /** The failure that an answer without the file tells of. @default {`url_failed`} */
  explain?(response: RemoteResponse, details: Record<string, unknown>): Promise<JobError>;
}

/** A response and the connection that it comes over, which its reader closes. */
export interface RemoteResponse extends ResponseHead {
  url: URL;
  close(): void;
}

/**
 * Reads a URL that a client names.
 *
 * @throws {JobError} `url_refused` if it is none that may be read.
 */
export function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw urlRefused(text, "it is no absolute URL");
  }
  checkForm(url);
  return url;
}

function checkForm(url: URL): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw urlRefused(url, "its scheme is neither http nor https");
  }
  if (url.username !== "" || url.password !== "") throw urlRefused(url, "it holds credentials");
}

/**
 * Asks for a file, and follows up to five redirects; none with a signature, which is for one host.
 *
 * Every host on the way is resolved, all of its addresses are checked, and the connection goes to
 * one of those that were: a name that resolves otherwise a moment later changes nothing.
 *
 * @throws {JobError} `url_refused` if an address may not be connected to, `url_failed`.
 * @throws {Interruption} If the server cannot be reached, or breaks off.
 */
export async function get(
  { url, sign }: Target,
  headers: Record<string, string>,
  options: ExchangeOptions,
): Promise<RemoteResponse> {
  if (sign) return await ask(url, await sign(headers), options);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const response = await ask(url, headers, options);
    const location = response.headers.get("location");
    if (!REDIRECTS.includes(response.status) || location === null) return response;
    response.close();
    if (!URL.canParse(location, url)) throw urlFailed(url, "it redirects to no URL");
    url = new URL(location, url);
    checkForm(url);
  }
  throw urlFailed(url, `it redirects more than ${MOST_REDIRECTS} times`);
}

async function ask(
  url: URL,
  headers: Record<string, string>,
  options: ExchangeOptions,
): Promise<RemoteResponse> {
  const connection = await connect(url, await findAddresses(url, options), options);
  try {
    await connection.write(formatGet(url, headers));
    const head = await readResponse(connection);
    return { ...head, url, close: () => connection.close() };
  } catch (cause) {
    connection.close();
    throw new Interruption((cause as Error).message, { cause });
  }
}

/** @throws {JobError} `url_refused` if one of the host's addresses may not be connected to. */
async function findAddresses(url: URL, options: ExchangeOptions): Promise<readonly string[]> {
  const literal = addressOfHost(url.hostname);
  const addresses = literal === undefined ? await resolve(url, options) : [literal];
  if (!addresses.every(options.mayConnect)) {
    throw urlRefused(url, "its host is not on the public internet");
  }
  return addresses;
}

async function resolve(url: URL, options: ExchangeOptions): Promise<readonly string[]> {
  try {
    const addresses = await options.resolve(url.hostname);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw new Interruption("its host has no address", { cause });
  }
  throw new Interruption("its host has no address");
}

/** Tries one address after the other. */
async function connect(
  url: URL,
  addresses: readonly string[],
  options: ExchangeOptions,
): Promise<Connection> {
  let last: unknown;
  for (const address of addresses) {
    try {
      return await Connection.open(url, address, options);
    } catch (error) {
      last = error;
    }
  }
  throw new Interruption(describeConnect(last as Error), { cause: last });
}

/** The reason without the address, which clients may not learn. */
function describeConnect(error: Error): string {
  if (error instanceof Deno.errors.ConnectionRefused) return "its server refuses the connection";
  if (error instanceof Deno.errors.InvalidData) return `TLS failed (${error.message})`;
  return /^no connection within/.test(error.message) ? error.message : "its server is not reached";
}
