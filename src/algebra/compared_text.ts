import type { Measure, Side } from "../contract/compare_options.ts";
import { RecordText } from "../engine/stages/record_text.ts";
import { ValuePacker } from "../engine/stages/value_packer.ts";
import type { Chunk } from "../input/splitter.ts";
import { compareBytes } from "../reduce/compare_bytes.ts";
import type { RecordCursor, Segment } from "../reduce/segment.ts";
import { COUNT_BYTES, writeCounts } from "./counted_keys.ts";
import { MEASURE, type Sizes } from "./measures.ts";

/** Two lists of counts that stand by key, beside each other. */
export interface Pair {
  a: Segment;
  b: Segment;
  sizes: Sizes;
  measure: Measure;
  side: Side;
}

/** The keys of two results with their measure: records of compared_records.ts, as value records. */
export class ComparedText extends RecordText {
  readonly isKeys = false;
  readonly #pair: Pair;
  #room = new Uint8Array(1024);

  constructor(pair: Pair) {
    super();
    this.#pair = pair;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const { side, sizes, measure } = this.#pair;
    const [a, b] = [this.#pair.a.records(), this.#pair.b.records()];
    const measureOf = MEASURE[measure];
    const packer = new ValuePacker(chunkBytes);
    let [hasA, hasB] = [a.next(), b.next()];
    while (hasA || hasB) {
      const order = !hasA ? 1 : !hasB ? -1 : compareKeys(a, b);
      const record = order <= 0 ? a : b;
      const rest = this.rest(record);
      if (rest) await rest;
      if (shows(side, order)) {
        const countA = order <= 0 ? a.count : 0;
        const countB = order >= 0 ? b.count : 0;
        const key = this.#keyOf(record, countA, countB);
        const chunk = packer.addDouble(key, measureOf(countA, countB, sizes));
        if (chunk) yield chunk;
      }
      if (order <= 0) hasA = a.next();
      if (order >= 0) hasB = b.next();
    }
    yield* packer.end();
  }

  #keyOf({ bytes, keyStart, keyEnd }: RecordCursor, a: number, b: number): Uint8Array {
    const keyBytes = keyEnd - keyStart;
    const length = keyBytes + 2 * COUNT_BYTES;
    if (length > this.#room.length) this.#room = new Uint8Array(2 * length);
    this.#room.set(bytes.subarray(keyStart, keyEnd));
    writeCounts(this.#room, keyBytes, [a, b]);
    return this.#room.subarray(0, length);
  }
}

function compareKeys(a: RecordCursor, b: RecordCursor): number {
  return compareBytes(a.bytes, a.keyStart, a.keyEnd, b.bytes, b.keyStart, b.keyEnd);
}

/** @param order Below 0 for a key of a alone, above 0 for one of b alone, 0 for one of both. */
function shows(side: Side, order: number): boolean {
  if (side === "any") return true;
  return side === (order < 0 ? "a" : order > 0 ? "b" : "both");
}
