import * as zlib from "node:zlib";
import type { Coding } from "../../src/input/decompressor.ts";

/** Compresses as senders do. */
export const COMPRESS: Record<Coding, (bytes: Uint8Array) => Uint8Array<ArrayBuffer>> = {
  gzip: (bytes) => new Uint8Array(zlib.gzipSync(bytes)),
  br: (bytes) => new Uint8Array(zlib.brotliCompressSync(bytes, BROTLI)),
  zstd: (bytes) => new Uint8Array(zlib.zstdCompressSync(bytes)),
  deflate: (bytes) => new Uint8Array(zlib.deflateSync(bytes)),
};

/** The highest quality, the default, takes seconds for a megabyte. */
const BROTLI = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };

export const deflateRaw = (bytes: Uint8Array) => new Uint8Array(zlib.deflateRawSync(bytes));
