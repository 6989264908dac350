import { Decoder, type DecoderOptions } from "./decoder.ts";
import { ByteSource, type SourceLimits } from "./source.ts";
import { type Chunk, splitChunks, type SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";

/** How a stream is read. */
export interface StreamOptions extends DecoderOptions {
  /** Most bytes of a chunk that has no place to split. @default {no bound} */
  mostChunkBytes?: number;
}

/** Input that streams in, of any size and charset. */
export class StreamedText implements Text {
  readonly isKeys = false;
  readonly rewinds = false;
  readonly #source: ByteSource;
  readonly #decoder: Decoder;
  readonly #mostChunkBytes: number | undefined;

  constructor(
    stream: ReadableStream<Uint8Array>,
    options: StreamOptions,
    limits: SourceLimits,
  ) {
    this.#mostChunkBytes = options.mostChunkBytes;
    this.#source = new ByteSource(stream, limits);
    this.#decoder = new Decoder(this.#source, options);
  }

  get bytes(): number {
    return this.#source.bytes;
  }

  get charset(): string {
    return this.#decoder.charset;
  }

  get bomSkipped(): boolean {
    return this.#decoder.bomSkipped;
  }

  get skippedBytes(): number {
    return this.#decoder.skippedBytes;
  }

  get replacements(): number {
    return this.#decoder.replacements;
  }

  chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk> {
    return splitChunks(this.#decoder, chunkBytes, rule, this.#mostChunkBytes);
  }

  cancel(reason: unknown): void {
    this.#source.cancel(reason);
  }
}
