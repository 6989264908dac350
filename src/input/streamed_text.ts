import { DecodedText } from "./decoded_text.ts";
import type { DecoderOptions } from "./decoder.ts";
import type { SourceLimits } from "./source.ts";
import { type Chunk, splitChunks, type SplitRule } from "./splitter.ts";

/** How a stream is read. */
export interface StreamOptions extends DecoderOptions {
  /** Most bytes of a chunk that has no place to split. @default {no bound} */
  mostChunkBytes?: number;
}

/** Input that streams in, of any size and charset. */
export class StreamedText extends DecodedText {
  readonly #mostChunkBytes: number | undefined;

  constructor(
    stream: ReadableStream<Uint8Array>,
    options: StreamOptions,
    limits: SourceLimits,
  ) {
    super(stream, options, limits);
    this.#mostChunkBytes = options.mostChunkBytes;
  }

  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> {
    return splitChunks(this.decoder, chunkBytes, rule, this.#mostChunkBytes);
  }
}
