import { ValuePacker } from "../engine/stages/value_packer.ts";
import { DecodedText } from "../input/decoded_text.ts";
import type { DecoderOptions } from "../input/decoder.ts";
import type { SourceLimits } from "../input/source.ts";
import type { Chunk } from "../input/splitter.ts";
import { ListRows, type RowFormat } from "./list_rows.ts";
import { sumOverflow } from "./overflow.ts";
import { recordBlocks } from "./record_blocks.ts";

/** A list of keys and counts, or of lemmas, that streams in, as value records. */
export class ListText extends DecodedText {
  /** Sum of the counts so far. */
  counted = 0;
  /** Of how many parts its keys are. */
  readonly keyParts: number;
  readonly #format: RowFormat;
  readonly #weight: number;

  /** @param weight How often each count counts; no sum of products may be more than 2^53 - 1. */
  constructor(
    stream: ReadableStream<Uint8Array>,
    format: RowFormat,
    { charset }: Pick<DecoderOptions, "charset">,
    limits: SourceLimits,
    weight = 1,
  ) {
    super(stream, { charset, invalid: "reject" }, limits);
    this.#format = format;
    this.#weight = weight;
    this.keyParts = format === "lemmas" ? 2 : 1;
  }

  /** @throws {JobError} `invalid_list`, `invalid_utf8`, `value_overflow`, and what a source throws. */
  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    let full: Chunk[] = [];
    const rows = new ListRows(this.#format, (bytes, keyStart, keyEnd, count) => {
      this.#count(count);
      const chunk = packer.addCount(bytes, keyStart, keyEnd, count * this.#weight);
      if (chunk) full.push(chunk);
    });
    try {
      for await (const block of recordBlocks(this.decoder, this.#format === "csv")) {
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
}
