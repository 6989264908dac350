import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { BoundedCache } from "../../async/bounded_cache.ts";
import { createPullStream } from "../../async/pull_stream.ts";
import { hasZstd } from "../../input/decompressor.ts";
import type { Block } from "../../output/body.ts";
import { parseChoices } from "../read/accept.ts";
import { CompressedBlocks } from "./compressed_blocks.ts";
import { notAcceptable } from "../read/negotiation.ts";

/** Bodies below this gain less than the header that says so costs. */
const LEAST_BYTES = 1024;

/** One way to compress: whole, as small as it gets, and as a stream. */
interface Coder {
  encode(bytes: Block): Block;
  encodeSmallest(bytes: Block): Block;
  createStream(): Transform;
}

/** Levels that let rows leave at 100 MB/s or more; higher ones save a tenth of the bytes. */
const GZIP = { level: 4 };
const BROTLI = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } };

/**
 * Half a MiB of window: with the default, 2 MiB, each reader costs as much, to save some percent.
 */
const ZSTD = { params: { [zlib.constants.ZSTD_c_windowLog]: 19 } };

/**
 * A coder that knows how much comes takes memory for that much: at the highest level it would take
 * 60 ms to make ready for more, and files of the page have some KB.
 */
const zstdOf = (bytes: Block, { params }: zlib.ZstdOptions) =>
  bytesOf(zlib.zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length }));

/** Levels for what is compressed once and sent often; brotli's own is its highest. */
const SMALLEST_GZIP = { level: 9 };
const SMALLEST_ZSTD = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 19 } };

/** The fastest first. */
const CODERS = new Map<string, Coder>();
if (hasZstd) {
  CODERS.set("zstd", {
    encode: (bytes) => zstdOf(bytes, ZSTD),
    encodeSmallest: (bytes) => zstdOf(bytes, SMALLEST_ZSTD),
    createStream: () => zlib.createZstdCompress(ZSTD),
  });
}
CODERS.set("br", {
  encode: (bytes) => bytesOf(zlib.brotliCompressSync(bytes, BROTLI)),
  encodeSmallest: (bytes) => bytesOf(zlib.brotliCompressSync(bytes)),
  createStream: () => zlib.createBrotliCompress(BROTLI),
});
CODERS.set("gzip", {
  encode: (bytes) => bytesOf(zlib.gzipSync(bytes, GZIP)),
  encodeSmallest: (bytes) => bytesOf(zlib.gzipSync(bytes, SMALLEST_GZIP)),
  createStream: () => zlib.createGzip(GZIP),
});

/** The codings of answers, the fastest first. */
export function codings(): string[] {
  return [...CODERS.keys()];
}

/** Clients repeat a few headers. */
const chosen = new BoundedCache<CodingChoice>({ mostEntries: 64, mostChars: 256 });

interface CodingChoice {
  /** Undefined for an answer that is not compressed. */
  coding: string | undefined;
  /** Whether the client refuses an answer that is not compressed. */
  required: boolean;
}

const NO_CODING: CodingChoice = { coding: undefined, required: false };

/** Old names, which mean the same (RFC 9110, 8.4.1.3). */
const OTHER_NAMES: Readonly<Record<string, string>> = { "x-gzip": "gzip" };

/**
 * The content coding to answer with, or undefined for no compression (RFC 9110, 12.5.3): the coding
 * with the largest weight, and the fastest of equals. `identity` wins only with a larger weight.
 *
 * @throws {JobError} `not_acceptable` if the client refuses every coding and also no coding.
 */
export function negotiateCoding(request: Request): string | undefined {
  return choiceOf(request).coding;
}

/** Whether a client refuses an answer that is not compressed. */
export function refusesIdentity(request: Request): boolean {
  return choiceOf(request).required;
}

function choiceOf(request: Request): CodingChoice {
  const accept = request.headers.get("accept-encoding");
  if (accept === null || accept === "identity" || accept === "") return NO_CODING;
  return chosen.getOrMake(accept, chooseCoding);
}

function chooseCoding(accept: string): CodingChoice {
  const weights = weighCodings(accept);
  const any = weights.get("*");
  const required = (weights.get("identity") ?? any) === 0;
  let coding: string | undefined;
  // A client that does not list `identity` allows it, but does not ask for it.
  let most = weights.get("identity") ?? 0;
  for (const each of CODERS.keys()) {
    const weight = weights.get(each) ?? any ?? 0;
    if (weight > most || (weight === most && weight > 0 && coding === undefined)) {
      [coding, most] = [each, weight];
    }
  }
  if (required && coding === undefined) {
    throw notAcceptable("accept-encoding", accept, [...CODERS.keys(), "identity"]);
  }
  return { coding, required };
}

function weighCodings(accept: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { name, weight } of parseChoices(accept)) {
    const coding = OTHER_NAMES[name] ?? name;
    weights.set(coding, Math.max(weight, weights.get(coding) ?? 0));
  }
  return weights;
}

/** Whether compressing a body is worth it: a stream always is, since it has several blocks. */
export function isCompressible(body: Block | ReadableStream<Block>): boolean {
  return body instanceof ReadableStream || body.length >= LEAST_BYTES;
}

/**
 * A compressed body. A stream stays a stream and keeps its backpressure: it compresses only what
 * its reader asks for, in steps, and other requests run between two steps.
 */
export function compress(
  body: Block | ReadableStream<Block>,
  coding: string,
): Block | ReadableStream<Block> {
  const coder = CODERS.get(coding)!;
  if (!(body instanceof ReadableStream)) return coder.encode(body);
  const blocks = new CompressedBlocks(body.getReader(), coder.createStream());
  return createPullStream(() => blocks.next(), (reason) => blocks.cancel(reason));
}

/** Compresses what is held and sent again and again: this takes ten times as long. */
export function compressSmallest(bytes: Block, coding: string): Block {
  return CODERS.get(coding)!.encodeSmallest(bytes);
}

/** Buffers of Node may be shared slices of a pool, by type. */
function bytesOf(buffer: Uint8Array): Block {
  return buffer as Block;
}
