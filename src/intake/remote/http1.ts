import { Buffer } from "node:buffer";
import type { Blocks } from "../../input/byte_stream.ts";
import { Scanner } from "../../input/scanner.ts";

/** A response whose head has been read. */
export interface ResponseHead {
  status: number;
  headers: Headers;
  /** What follows, without its framing; throws if it ends early. */
  body: AsyncGenerator<Uint8Array, void, void>;
}

const CRLF = Buffer.from("\r\n");
const MOST_HEAD_BYTES = 64 * 1024;
const MOST_CHUNK_LINE_BYTES = 1024;

/** The request line and headers of a GET after which the server closes the connection. */
export function formatGet(url: URL, headers: Record<string, string>): Uint8Array {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    "Connection: close",
    "Accept: */*",
    "Accept-Encoding: identity",
    "User-Agent: Millrace",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(lines.join("\r\n") + "\r\n\r\n", "latin1");
}

/**
 * Reads a response to a GET (RFC 9112).
 *
 * By hand, since a connection must go to the very address that was checked: `fetch` resolves the
 * name again, and can be bound to an address only without TLS; `node:https` can be bound, but reads
 * on when nobody reads from it (2 GB in 2 s with Deno 2.9).
 *
 * @throws {Error} If it is no HTTP/1 response, or ends early.
 */
export async function readResponse(blocks: Blocks): Promise<ResponseHead> {
  const scanner = new Scanner(blocks, "", () => new Error("the connection ended early"));
  for (;;) {
    const status = await readStatus(scanner);
    const headers = await readHeaders(scanner);
    if (status === 101) throw new Error("the server switches protocols");
    if (status >= 200) return { status, headers, body: readBody(scanner, status, headers) };
  }
}

async function readLine(scanner: Scanner, maxBytes: number): Promise<string> {
  const line = await scanner.take(CRLF, maxBytes);
  if (line === undefined) throw new Error("a line of the response is too long");
  return line.toString("latin1");
}

async function readStatus(scanner: Scanner): Promise<number> {
  const line = await readLine(scanner, MOST_HEAD_BYTES);
  const match = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: |$)/.exec(line);
  if (!match) throw new Error("the answer is not HTTP/1");
  return Number(match[1]);
}

async function readHeaders(scanner: Scanner): Promise<Headers> {
  const headers = new Headers();
  for (let bytes = 0;;) {
    const line = await readLine(scanner, MOST_HEAD_BYTES - bytes);
    if (line === "") return headers;
    bytes += line.length + CRLF.length;
    const colon = line.indexOf(":");
    if (colon <= 0) throw new Error("a header of the response is malformed");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
}

function readBody(
  scanner: Scanner,
  status: number,
  headers: Headers,
): AsyncGenerator<Uint8Array, void, void> {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (status === 204 || status === 304) return scanner.exactly(0);
  if (coding !== null) {
    if (coding.toLowerCase() === "chunked" && length === null) return readChunks(scanner);
    throw new Error("the length of the response is ambiguous");
  }
  if (length === null) return scanner.remaining();
  if (!/^[0-9]{1,15}$/.test(length)) throw new Error("the length of the response is malformed");
  return scanner.exactly(Number(length));
}

async function* readChunks(scanner: Scanner): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    const line = await readLine(scanner, MOST_CHUNK_LINE_BYTES);
    const match = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line);
    if (!match) throw new Error("a chunk of the response is malformed");
    const bytes = parseInt(match[1], 16);
    if (bytes === 0) return;
    yield* scanner.exactly(bytes);
    if (await readLine(scanner, 0) !== "") throw new Error("a chunk of the response is malformed");
  }
}
