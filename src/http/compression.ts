import { type Duplex, pipeline } from "node:stream";
import * as zlib from "node:zlib";
import { acceptsEncodings } from "./std_http.ts";

/** Bodies below this gain less than the header that says so costs. */
const LEAST_BYTES = 1024;

type Bytes = Uint8Array<ArrayBuffer>;

/** One way to compress: whole, and as a stream. */
interface Coder {
  encode(bytes: Bytes): Bytes;
  createStream(): Duplex;
}

/** Levels that let rows leave at 100 MB/s or more; higher ones save a tenth of the bytes. */
const GZIP = { level: 4 };
const BROTLI = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } };

/** The fastest first. */
const CODERS = new Map<string, Coder>();
// Deno has zstd from 2.6 on.
if ("createZstdCompress" in zlib) {
  CODERS.set("zstd", {
    encode: (bytes) => bytesOf(zlib.zstdCompressSync(bytes)),
    createStream: () => zlib.createZstdCompress(),
  });
}
CODERS.set("br", {
  encode: (bytes) => bytesOf(zlib.brotliCompressSync(bytes, BROTLI)),
  createStream: () => zlib.createBrotliCompress(BROTLI),
});
CODERS.set("gzip", {
  encode: (bytes) => bytesOf(zlib.gzipSync(bytes, GZIP)),
  createStream: () => zlib.createGzip(GZIP),
});

/** Clients repeat a few headers. */
const CACHE_ENTRIES = 64;
const CACHED_CHARS = 256;
const chosen = new Map<string, string | undefined>();

/** The content coding to answer with, or undefined for none (RFC 9110, 12.5.3). */
export function negotiateCoding(request: Request): string | undefined {
  const accept = request.headers.get("accept-encoding");
  if (accept === null || accept === "identity") return undefined;
  if (chosen.has(accept)) return chosen.get(accept);
  // Equal weights leave the choice to the server; "identity" wins where it weighs more.
  const coding = Array.from(CODERS.keys()).find((each) =>
    acceptsEncodings(request, each, "identity") === each
  );
  if (accept.length <= CACHED_CHARS) {
    if (chosen.size >= CACHE_ENTRIES) chosen.clear();
    chosen.set(accept, coding);
  }
  return coding;
}

/** Whether a body is worth compressing: a stream is, since it has more than one block. */
export function isCompressible(body: Bytes | ReadableStream<Bytes>): boolean {
  return body instanceof ReadableStream || body.length >= LEAST_BYTES;
}

/** A compressed body; a stream stays one and keeps its backpressure. */
export function compress(
  body: Bytes | ReadableStream<Bytes>,
  coding: string,
): Bytes | ReadableStream<Bytes> {
  const coder = CODERS.get(coding)!;
  return body instanceof ReadableStream
    ? compressStream(body, coder.createStream())
    : coder.encode(body);
}

/**
 * A stream through a coder of Node. Not by Duplex.toWeb, whose stream throws outside of every
 * handler when its reader goes away in between (Deno 2.9).
 */
function compressStream(body: ReadableStream<Bytes>, coder: Duplex): ReadableStream<Bytes> {
  pipeline(body, coder, () => {}); // the iterator tells errors
  const chunks = coder[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(bytesOf(value));
    },
    cancel() {
      coder.destroy();
    },
  }, { highWaterMark: 0 });
}

/** Buffers of Node may be shared slices of a pool, by type. */
function bytesOf(buffer: Uint8Array): Bytes {
  return buffer as Bytes;
}
