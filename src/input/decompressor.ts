import * as zlib from "node:zlib";
import { own } from "../async/own.ts";
import { JobError } from "../errors.ts";
import type { Blocks } from "./byte_stream.ts";
import { ZstdFrames } from "./zstd_frames.ts";

/** Content codings (RFC 9110, section 8.4.1) that can be undone. */
export const CODINGS = ["gzip", "br", "zstd", "deflate"] as const;
export type Coding = typeof CODINGS[number];

/** Bytes that are decoded at once: small, since Deno 2.5 recurses once for each block they make. */
const SLICE_BYTES = 16 * 1024;
const BLOCK_BYTES = 64 * 1024;

/** The largest window of Zstandard over HTTP is 8 MiB (RFC 9659). */
const ZSTD_WINDOW_LOG = 23;

/** What is used of the transforms of node:zlib, which share no type. */
type Transform = zlib.Gunzip;

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
 * Undoes one coding, block by block, as its reader asks: however much a slice expands to, two
 * blocks of it exist at a time.
 *
 * Several members of gzip or frames of Zstandard in a row are one text. `deflate` is zlib's
 * format, or the bare one that some senders mean by it.
 *
 * @throws {JobError} `invalid_encoding` if the bytes are corrupt, end early, or go on behind their
 * end; and what `input` throws.
 */
export async function* decompress(
  input: Blocks,
  coding: Coding,
): AsyncGenerator<Uint8Array, void, void> {
  const slices = cut(input)[Symbol.asyncIterator]();
  const first = await slices.next();
  if (first.done) throw invalid(coding, 0, "it is empty");
  const transform = createTransform(coding, first.value);
  const feed = new Feed(transform, coding);
  const feeding = feed.run(first.value, slices);
  own(feeding, (error) => transform.destroy(error as Error));
  try {
    yield* transform as AsyncIterable<Uint8Array>;
    await feeding;
    feed.checkEnd();
  } catch (error) {
    if (error instanceof JobError) throw error;
    throw invalid(coding, transform.bytesWritten, describe(error), error);
  } finally {
    transform.destroy();
  }
}

/** Slices of at least two bytes, unless there is only one. */
async function* cut(input: Blocks): AsyncGenerator<Uint8Array, void, void> {
  let single: number | undefined;
  for await (let block of input) {
    if (single !== undefined) block = Uint8Array.of(single, ...block);
    single = block.length === 1 ? block[0] : undefined;
    if (single !== undefined) continue;
    for (let at = 0; at < block.length; at += SLICE_BYTES) {
      yield block.subarray(at, at + SLICE_BYTES);
    }
  }
  if (single !== undefined) yield Uint8Array.of(single);
}

function createTransform(coding: Coding, [first, second]: Uint8Array): Transform {
  const options = { chunkSize: BLOCK_BYTES };
  switch (coding) {
    case "gzip":
      return zlib.createGunzip(options);
    case "br":
      return zlib.createBrotliDecompress(options);
    case "zstd":
      return createZstd();
    case "deflate": { // RFC 1950, section 2.2: method 8, and a check of the two bytes
      const isZlib = (first & 0xf) === 8 && (first * 256 + second) % 31 === 0;
      return isZlib ? zlib.createInflate(options) : zlib.createInflateRaw(options);
    }
  }
}

/** Gives a transform its input, one slice after the other, and judges where it ended. */
class Feed {
  readonly #transform: Transform;
  readonly #coding: Coding;
  readonly #frames: ZstdFrames | undefined;
  #fedBytes = 0;

  constructor(transform: Transform, coding: Coding) {
    this.#transform = transform;
    this.#coding = coding;
    if (coding === "zstd") this.#frames = new ZstdFrames();
  }

  async run(first: Uint8Array, rest: AsyncIterator<Uint8Array, void>): Promise<void> {
    await this.#feed(first);
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      this.checkEnd();
      await this.#feed(next.value);
    }
    if (this.#coding === "br") await this.#probeBrotli();
    if (this.#frames?.complete === false) throw this.#truncated();
    this.#transform.end();
  }

  /** Whatever was fed must have been of use. @throws {JobError} `invalid_encoding`. */
  checkEnd(): void {
    const { bytesWritten } = this.#transform;
    if (bytesWritten >= this.#fedBytes) return;
    throw invalid(this.#coding, bytesWritten, "it goes on behind its end");
  }

  async #feed(slice: Uint8Array): Promise<void> {
    for (let at = 0; at < slice.length;) {
      const rest = slice.subarray(at);
      const part = this.#frames ? rest.subarray(0, this.#frames.push(rest)) : rest;
      this.#fedBytes += part.length;
      at += part.length;
      await write(this.#transform, part);
    }
  }

  /** Only a stream that is not over takes another byte: no error tells that it ended early. */
  async #probeBrotli(): Promise<void> {
    this.checkEnd();
    await write(this.#transform, Uint8Array.of(0));
    if (this.#transform.bytesWritten > this.#fedBytes) throw this.#truncated();
  }

  #truncated(): JobError {
    return invalid(this.#coding, this.#fedBytes, "it ends early");
  }
}

/** Resolves when the transform has taken the bytes, or takes none any more. */
function write(transform: Transform, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      transform.off("close", done);
      resolve();
    };
    transform.once("close", done);
    transform.write(bytes, done);
  });
}

function describe(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  if (code === "Z_BUF_ERROR") return "it ends early";
  return code?.startsWith("Z_") ? "it is corrupt" : `it is corrupt (${message})`;
}

function invalid(coding: Coding, offset: number, reason: string, cause?: unknown): JobError {
  return new JobError(
    "invalid_encoding",
    `Cannot decode ${coding} after byte ${offset}: ${reason}`,
    { cause, details: { coding, offset } },
  );
}
