import { KeyPacker } from "../../input/key_packer.ts";
import type { Chunk } from "../../input/splitter.ts";
import type { Segment } from "../../reduce/segment.ts";
import { prefixBytes, readPrefix } from "../../shared/pairs.ts";
import { RecordText } from "./record_text.ts";

/** The keys of different pairs, each as often as there are pairs of it: packed keys. */
export class DistinctText extends RecordText {
  readonly isKeys = true;
  readonly #pairs: Segment;

  /** @param pairs Each of them once. */
  constructor(pairs: Segment) {
    super();
    this.#pairs = pairs;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new KeyPacker(chunkBytes);
    const pair = this.#pairs.records();
    while (pair.next()) {
      const rest = this.rest(pair);
      if (rest) await rest;
      const keyBytes = readPrefix(pair.bytes, pair.keyStart);
      const start = pair.keyStart + prefixBytes(keyBytes);
      const chunk = packer.add(pair.bytes.subarray(start, start + keyBytes));
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }
}
