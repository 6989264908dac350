import * as zlib from "node:zlib";
import type { Blocks } from "./byte_stream.ts";
import { type CodedStream, decodeStream, Pace, type Transform } from "./coded_stream.ts";
import { ENDS_EARLY, GOES_ON, invalidEncoding } from "./coding_errors.ts";
import { gunzip } from "./gzip_members.ts";
import { PeekReader } from "./peek_reader.ts";
import { ZSTD_WINDOW_LOG, ZstdFrames } from "./zstd_frames.ts";

/** Content codings (RFC 9110, section 8.4.1) that can be undone. */
export const CODINGS = ["gzip", "br", "zstd", "deflate"] as const;
/** One of the codings. */
export type Coding = typeof CODINGS[number];

const BLOCK_BYTES = 64 * 1024;

/** Whether this runtime has Zstandard; Deno 2.5 names it, and throws. */
export const hasZstd: boolean = (() => {
  try {
    createZstd().destroy();
    return true;
  } catch {
    return false;
  }
})();

function createZstd(): Transform {
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
  return zlib.createZstdDecompress({ chunkSize: BLOCK_BYTES, params });
}

/**
 * Undoes one coding, block by block, as its reader asks. No coding takes more than 32 MB for it,
 * whatever the bytes say: windows are at most 32 KiB (gzip, deflate), 16 MiB (br) or 8 MiB (zstd).
 *
 * Several members of gzip or frames of Zstandard in a row are one text, and so is gzip with zeros
 * behind it. `deflate` is zlib's format, or the bare one that some senders mean by it.
 *
 * @throws {JobError} `invalid_encoding` if the bytes are corrupt, end early, go on behind their
 * end, or want a window or a dictionary that is not to be had; and what `input` throws.
 */
export async function* decompress(
  input: Blocks,
  coding: Coding,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new PeekReader(input);
  if ((await reader.peek(2)).length === 0) {
    throw invalidEncoding({ coding, offset: 0, reason: "it is empty" });
  }
  const pace = new Pace();
  yield* coding === "gzip"
    ? gunzip(reader, pace)
    : decodeStream(reader, { ...await open(coding, reader), pace });
  if ((await reader.peek()).length > 0) {
    throw invalidEncoding({ coding, offset: reader.offset, reason: GOES_ON });
  }
}

type Opened = Omit<CodedStream, "pace">;

async function open(coding: Exclude<Coding, "gzip">, reader: PeekReader): Promise<Opened> {
  const [first, second] = await reader.peek(2);
  const options = { chunkSize: BLOCK_BYTES };
  switch (coding) {
    case "zstd":
      return openZstd();
    case "br":
      return openBrotli(first);
    case "deflate": { // RFC 1950, section 2.2: method 8, and a check of the two bytes
      const isZlib = (first & 0xf) === 8 && (first * 256 + second) % 31 === 0;
      const transform = isZlib ? zlib.createInflate(options) : zlib.createInflateRaw(options);
      return { coding, transform, offsetOf: (error) => isChecksum(error) ? 0 : undefined };
    }
  }
}

function openZstd(): Opened {
  const frames = new ZstdFrames();
  return {
    coding: "zstd",
    transform: createZstd(),
    least: () => frames.least,
    part: (bytes) => frames.push(bytes),
    atEnd: () => frames.checkEnd(),
    offsetOf: (error) => isChecksum(error) ? frames.frameStart : undefined,
  };
}

/** What a checksum finds may be anywhere in what it covers: all of it is good, or none. */
function isChecksum(error: unknown): boolean {
  return /incorrect data check|match checksum/.test((error as Error).message);
}

/**
 * RFC 7932 reserves this beginning (section 9.1). The decoder takes it for a "large window", which
 * may have a gigabyte.
 */
const LARGE_WINDOW = 0x11;

function openBrotli(first: number): Opened {
  const coding = "br";
  if ((first & 0x7f) === LARGE_WINDOW) {
    const reason = "its window is larger than the 16 MiB that Brotli has (RFC 7932)";
    throw invalidEncoding({
      coding,
      offset: 0,
      reason,
      details: { limit: 2 ** 24, unit: "bytes" },
    });
  }
  const transform = zlib.createBrotliDecompress({ chunkSize: BLOCK_BYTES });
  return {
    coding,
    transform,
    /** Only a stream that is not over takes another byte: no error tells that it ended early. */
    async atEnd(write) {
      const { bytesWritten: offset } = transform;
      await write(Uint8Array.of(0));
      if (transform.bytesWritten === offset || transform.destroyed) return;
      throw invalidEncoding({ coding, offset, reason: ENDS_EARLY });
    },
  };
}
