import { ignoreError, own } from "../async/own.ts";
import { createPullStream } from "../async/pull_stream.ts";
import { ByteSource, type SourceLimits } from "./source.ts";

/** Bytes in blocks, each the reader's to keep. */
export type Blocks = AsyncIterable<Uint8Array>;

const BLOCK_BYTES = 64 * 1024;

/**
 * A stream that is read by a reader of ours, for what has to look at the bytes before they are
 * text. Cancelling ends a read that is under way.
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
    // What comes of the read under way interests nobody any more.
    if (iterator.return) own(iterator.return(), ignoreError);
  });
}
