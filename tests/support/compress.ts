import { Buffer } from "node:buffer";
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

/** Deflate without the frame of zlib (RFC 1951). */
export const deflateRaw = (bytes: Uint8Array) => new Uint8Array(zlib.deflateRawSync(bytes));

/** Optional fields of a member of gzip (RFC 1952, section 2.3). */
export interface GzipFields {
  extra?: Uint8Array;
  name?: string;
  comment?: string;
  /** Whether the header has a checksum. */
  hasCrc?: boolean;
}

/** A member of gzip with these fields. */
export function gzipMember(text: Uint8Array, fields: GzipFields): Uint8Array<ArrayBuffer> {
  const { extra, name, comment, hasCrc = false } = fields;
  const ended = (field: string) => new TextEncoder().encode(`${field}\0`);
  const flags = (hasCrc ? 2 : 0) + (extra ? 4 : 0) + (name ? 8 : 0) + (comment ? 16 : 0);
  const header = Buffer.concat([
    Uint8Array.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255),
    ...(extra ? [Uint8Array.of(extra.length & 255, extra.length >> 8), extra] : []),
    ...(name ? [ended(name)] : []),
    ...(comment ? [ended(comment)] : []),
  ]);
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(zlib.crc32(header) & 0xffff);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(zlib.crc32(text));
  trailer.writeUInt32LE(text.length, 4);
  return new Uint8Array(
    Buffer.concat([header, ...(hasCrc ? [crc] : []), zlib.deflateRawSync(text), trailer]),
  );
}

/** The header of a frame of Zstandard (RFC 8878, section 3.1.1.1). */
export function zstdHeader(
  { windowLog, eighths = 0, size, dictionary }: {
    windowLog?: number;
    eighths?: number;
    /** Of the one segment, where there is no window. */
    size?: number;
    dictionary?: number;
  },
): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(32);
  let at = header.writeUInt32LE(0xfd2fb528);
  const descriptor = (size === undefined ? 0 : 0xa0) + (dictionary === undefined ? 0 : 3);
  at = header.writeUInt8(descriptor, at);
  if (windowLog !== undefined) at = header.writeUInt8((windowLog - 10) * 8 + eighths, at);
  if (dictionary !== undefined) at = header.writeUInt32LE(dictionary, at);
  if (size !== undefined) at = header.writeUInt32LE(size, at);
  return new Uint8Array(header);
}

/** Brotli beyond RFC 7932. */
export function largeWindowBrotli(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const params = {
    [zlib.constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
    [zlib.constants.BROTLI_PARAM_LGWIN]: 26,
  };
  return new Uint8Array(zlib.brotliCompressSync(text, { params }));
}
