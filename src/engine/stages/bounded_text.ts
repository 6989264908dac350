import type { CountOptions } from "../../contract/options.ts";
import type { Chunk } from "../../input/splitter.ts";
import type { Segment } from "../../reduce/segment.ts";
import { RecordText } from "./record_text.ts";
import { ValuePacker } from "./value_packer.ts";

/** The keys of a segment whose counts are within bounds. */
export class BoundedText extends RecordText {
  readonly isKeys = false;
  readonly #keys: Segment;
  readonly #min: number;
  readonly #max: number;

  constructor(keys: Segment, { min, max }: Pick<CountOptions, "min" | "max">) {
    super();
    this.#keys = keys;
    this.#min = min;
    this.#max = max === 0 ? Infinity : max;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    const record = this.#keys.records();
    while (record.next()) {
      const rest = this.rest(record);
      if (rest) await rest;
      const { bytes, keyStart, keyEnd, count } = record;
      if (count < this.#min || count > this.#max) continue;
      const chunk = packer.add(bytes.subarray(keyStart, keyEnd), BigInt(count));
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }
}
