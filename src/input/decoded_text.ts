import { Decoder, type DecoderOptions } from "./decoder.ts";
import { ByteSource, type SourceLimits } from "./source.ts";
import type { Chunk, SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";

/** Input that streams in, of any charset; a subclass says what its chunks are. */
export abstract class DecodedText implements Text {
  readonly isKeys = false;
  readonly rewinds = false;
  readonly #source: ByteSource;
  /** The stream as UTF-8. */
  protected readonly decoder: Decoder;

  constructor(
    stream: ReadableStream<Uint8Array>,
    options: DecoderOptions,
    limits: SourceLimits,
  ) {
    this.#source = new ByteSource(stream, limits);
    this.decoder = new Decoder(this.#source, options);
  }

  get bytes(): number {
    return this.#source.bytes;
  }

  get charset(): string {
    return this.decoder.charset;
  }

  get bomSkipped(): boolean {
    return this.decoder.bomSkipped;
  }

  get skippedBytes(): number {
    return this.decoder.skippedBytes;
  }

  get replacements(): number {
    return this.decoder.replacements;
  }

  abstract chunks(chunkBytes: number, rule: SplitRule): AsyncIterable<Chunk>;

  cancel(reason: unknown): void {
    this.#source.cancel(reason);
  }
}
