import type { EdgeWords } from "./edge_words.ts";
import type { Chunk, SplitRule } from "./splitter.ts";

/** Input on its way to the workers: UTF-8 in chunks, and what is known of where it came from. */
export interface Text {
  /** Bytes of input so far, as received. */
  readonly bytes: number;
  /** The same before decompression, where the text undoes that itself. @default {bytes} */
  readonly bytesRead?: number;
  /** Whether the chunks are packed keys, each one token; known when the first chunk is here. */
  readonly isKeys: boolean;
  readonly charset: string;
  readonly bomSkipped: boolean;
  /** Bytes before the text, which the offsets of chunks do not count. */
  readonly skippedBytes: number;
  /** U+FFFD that decoding from another charset wrote. */
  readonly replacements: number;
  /** Whether chunks() may be called again, to read the text again from its beginning. */
  readonly rewinds: boolean;
  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> | Iterable<Chunk>;
  /** Edges of texts before this one, of which n-grams are made that no text holds whole. */
  readonly edges?: readonly EdgeWords[];
  /** Whether the text is made of what was counted before: an offset in it tells a client nothing. */
  readonly isMade?: boolean;
  /**
   * The text at once, without its mark, if it is there and no longer than that; `chunks` gives it
   * else, and is not called otherwise.
   */
  whole?(mostBytes: number): Uint8Array | undefined;
  /** Members that name a place in the input, where an offset alone does not. */
  place?(offset: number): Record<string, unknown>;
  /** Tells the sender that nothing more will be read. */
  cancel(reason: unknown): void;
}

/** An input that can be read again, such as a `Blob` or a file that a job was spooled to. */
export interface ReplayableInput {
  /** A new stream over the whole input. */
  stream(): ReadableStream<Uint8Array>;
}
