import type { Chunk } from "../../input/splitter.ts";
import { compareBytes } from "../../reduce/compare_bytes.ts";
import type { Segment, SegmentCursor } from "../../reduce/segment.ts";
import { RecordText } from "./record_text.ts";
import type { ToStem } from "./stemmer.ts";
import { ValuePacker } from "./value_packer.ts";

// A form in the order of its group: u32 bytes of the stem, the stem, u64 the count from above, the form.
// All numbers have their most significant byte first. So forms of one stem stand together, whatever
// begins with it, the one that counts most first, and of equal ones that which is bytewise least.

const LENGTH_BYTES = 4;
const RANK_BYTES = 8;
const WORD = 2 ** 32;

/** A stem costs some microseconds, and a record a fraction of one. */
const STEM_COST = 16;

/** Each key of a segment behind its stem. */
export class StemText extends RecordText {
  readonly isKeys = false;
  readonly #keys: Segment;
  readonly #toStem: ToStem;

  constructor(keys: Segment, toStem: ToStem) {
    super();
    this.#keys = keys;
    this.#toStem = toStem;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const ranked = new RankedForm();
    const record = this.#keys.records();
    while (record.next()) {
      const rest = this.rest(record, STEM_COST);
      if (rest) await rest;
      const { bytes, keyStart, keyEnd, count } = record;
      const form = bytes.subarray(keyStart, keyEnd);
      const key = ranked.write(this.#toStem(decoder.decode(form)), count, form);
      const chunk = packer.add(key, BigInt(count));
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }
}

/** The groups of such forms: the sum of each, under its first form. */
export class FormGroupText extends RecordText {
  readonly isKeys = false;
  readonly #forms: Segment;

  /** @param forms By key. */
  constructor(forms: Segment) {
    super();
    this.#forms = forms;
  }

  async *chunks(chunkBytes: number): AsyncGenerator<Chunk, void, void> {
    const packer = new ValuePacker(chunkBytes);
    const record = this.#forms.records();
    let has = record.next();
    while (has) {
      const first = record.bytes.slice(record.keyStart, record.keyEnd);
      const stemEnd = LENGTH_BYTES + stemBytes(first, 0);
      let sum = 0;
      do {
        const rest = this.rest(record);
        if (rest) await rest;
        sum += record.count;
        has = record.next();
      } while (has && isOfStem(record, first, stemEnd));
      const chunk = packer.add(first.subarray(stemEnd + RANK_BYTES), BigInt(sum));
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }
}

/** Writes forms in the order of their groups. */
class RankedForm {
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);

  /** @returns Valid until the next is written. */
  write(stem: string, count: number, form: Uint8Array): Uint8Array {
    this.#makeRoom(LENGTH_BYTES + 3 * stem.length + RANK_BYTES + form.length);
    const { written } = this.#encoder.encodeInto(stem, this.#bytes.subarray(LENGTH_BYTES));
    this.#view.setUint32(0, written);
    const rank = LENGTH_BYTES + written;
    this.#view.setUint32(rank, ~(count / WORD));
    this.#view.setUint32(rank + 4, ~count); // of its last 32 bits
    this.#bytes.set(form, rank + RANK_BYTES);
    return this.#bytes.subarray(0, rank + RANK_BYTES + form.length);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(2 * bytes);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** How long the stem is whose length stands there. */
function stemBytes(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

/** Whether a record has the stem that another key begins with. */
function isOfStem({ bytes, keyStart }: SegmentCursor, first: Uint8Array, stemEnd: number): boolean {
  return LENGTH_BYTES + stemBytes(bytes, keyStart) === stemEnd &&
    compareBytes(bytes, keyStart, keyStart + stemEnd, first, 0, stemEnd) === 0;
}
