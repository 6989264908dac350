import { splitKeyParts } from "../../contract/compound_keys.ts";
import type { Chunk } from "../../input/splitter.ts";
import { compareBytes } from "../../reduce/compare_bytes.ts";
import type { Segment, SegmentCursor } from "../../reduce/segment.ts";
import { RecordText } from "./record_text.ts";
import { ValuePacker } from "./value_packer.ts";

/**
 * The lemmas of keys, each with the count of its form: a join of two lists that stand by key. Of
 * several lemmas of a form the one that counts most is taken, and of equal ones the bytewise least. A
 * key that is no form of the table is its own lemma.
 */
export class LemmaText extends RecordText {
  readonly isKeys = false;
  readonly #keys: Segment;
  readonly #lemmas: Segment;

  /**
   * @param keys By key.
   * @param lemmas Keys of a form and its lemma, by key.
   */
  constructor(keys: Segment, lemmas: Segment) {
    super();
    this.#keys = keys;
    this.#lemmas = lemmas;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    const record = this.#keys.records();
    const row = this.#lemmas.records();
    let parts = nextParts(row);
    while (record.next()) {
      const key = record.bytes.subarray(record.keyStart, record.keyEnd);
      let lemma = key;
      let most = 0;
      for (let order; parts && (order = compare(parts[0], key)) <= 0; parts = nextParts(row)) {
        const rest = this.rest(row);
        if (rest) await rest;
        if (order < 0 || row.count <= most || parts[1].length === 0) continue;
        most = row.count;
        lemma = parts[1].slice(); // the window of the rows moves on
      }
      const rest = this.rest(record);
      if (rest) await rest;
      const chunk = packer.add(lemma, BigInt(record.count));
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }
}

function nextParts(row: SegmentCursor): Uint8Array[] | undefined {
  return row.next() ? splitKeyParts(row.bytes.subarray(row.keyStart, row.keyEnd)) : undefined;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  return compareBytes(a, 0, a.length, b, 0, b.length);
}
