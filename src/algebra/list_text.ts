import { ValuePacker } from "../engine/stages/value_packer.ts";
import { Decoder, type DecoderOptions } from "../input/decoder.ts";
import { ByteSource, type SourceLimits } from "../input/source.ts";
import type { Chunk } from "../input/splitter.ts";
import type { Text } from "../input/text.ts";
import { type ListFormat, ListRows } from "./list_rows.ts";
import { sumOverflow } from "./overflow.ts";
import { recordBlocks } from "./record_blocks.ts";

/** A list of keys and counts that streams in, as value records. */
export class ListText implements Text {
  readonly isKeys = false;
  readonly rewinds = false;
  readonly replacements = 0;
  /** Sum of the counts so far. */
  counted = 0;
  readonly #source: ByteSource;
  readonly #decoder: Decoder;
  readonly #format: ListFormat;

  constructor(
    stream: ReadableStream<Uint8Array>,
    format: ListFormat,
    { charset }: Pick<DecoderOptions, "charset">,
    limits: SourceLimits,
  ) {
    this.#source = new ByteSource(stream, limits);
    this.#decoder = new Decoder(this.#source, { charset, invalid: "reject" });
    this.#format = format;
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

  /** @throws {JobError} `invalid_list`, `invalid_utf8`, `value_overflow`, and what a source throws. */
  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    let full: Chunk[] = [];
    const rows = new ListRows(this.#format, (key, count) => {
      this.#count(count);
      const chunk = packer.add(key, BigInt(count));
      if (chunk) full.push(chunk);
    });
    try {
      for await (const block of recordBlocks(this.#decoder, this.#format === "csv")) {
        rows.read(block);
        yield* full;
        full = [];
      }
      yield* packer.end();
    } catch (error) {
      this.cancel(error);
      throw error;
    }
  }

  #count(count: number): void {
    this.counted += count;
    if (this.counted <= Number.MAX_SAFE_INTEGER) return;
    throw sumOverflow("the sum of the list's counts", String(Number.MAX_SAFE_INTEGER));
  }

  cancel(reason: unknown): void {
    this.#source.cancel(reason);
  }
}
