import { ignoreError, own } from "../async/own.ts";
import { createPullStream } from "../async/pull_stream.ts";
import { ByteSource, type SourceLimits } from "./source.ts";
import type { Pull } from "./splitter.ts";

/** Bytes in blocks, each the reader's to keep. */
export type Blocks = AsyncIterable<Uint8Array>;

const BLOCK_BYTES = 64 * 1024;

/**
 * Reads a stream in blocks, for code that has to look at the bytes before they are text. Cancelling
 * ends a read that is under way.
 */
export class BlockReader implements Blocks {
  readonly #source: ByteSource;

  constructor(stream: ReadableStream<Uint8Array>, limits: SourceLimits) {
    this.#source = new ByteSource(stream, limits);
  }

  /** Bytes read so far. */
  get bytes(): number {
    return this.#source.bytes;
  }

  /** @throws {JobError} As ByteSource. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const { buffer, added } = await this.#source.read(new Uint8Array(BLOCK_BYTES), 0);
      if (added === 0) return;
      yield buffer.subarray(0, added);
    }
  }

  cancel(reason: unknown): void {
    this.#source.cancel(reason);
  }
}

/**
 * Blocks as a stream that asks for a block when its reader does.
 *
 * @param cancel Ends what the blocks come from, also while one is awaited.
 */
export function createStream(
  blocks: Blocks,
  cancel: (reason: unknown) => void,
): ReadableStream<Uint8Array> {
  const iterator = blocks[Symbol.asyncIterator]();
  const next = async () => {
    try {
      return (await iterator.next()).value ?? undefined;
    } catch (error) {
      cancel(error);
      throw error;
    }
  };
  return createPullStream(next, (reason) => {
    cancel(reason);
    // Nobody needs the outcome of the read that is under way.
    if (iterator.return) own(iterator.return(), ignoreError);
  });
}

/**
 * A stream as one block.
 *
 * @throws {JobError} `body_too_large` beyond `maxBytes` too, and as ByteSource.
 */
export async function readWhole(
  stream: ReadableStream<Uint8Array>,
  limits: SourceLimits,
  maxBytes: number,
): Promise<Uint8Array> {
  const most = Math.min(limits.maxBytes ?? Infinity, maxBytes);
  const source = new ByteSource(stream, { ...limits, maxBytes: most });
  try {
    return await readAll(source);
  } catch (error) {
    source.cancel(error);
    throw error;
  }
}

/** All bytes of a source that is bounded itself. */
export async function readAll(source: Pull): Promise<Uint8Array> {
  let buffer = new Uint8Array(BLOCK_BYTES);
  for (let filled = 0;;) {
    const read = await source.read(buffer, filled);
    if (read.added === 0) return read.buffer.subarray(0, filled);
    buffer = read.buffer;
    filled += read.added;
    if (filled < buffer.length) continue;
    const larger = new Uint8Array(buffer.length * 2);
    larger.set(buffer);
    buffer = larger;
  }
}
