import type { Chunk } from "../../input/splitter.ts";
import type { Segment, SegmentCursor } from "../../reduce/segment.ts";
import { RecordText } from "./record_text.ts";
import type { ToStem } from "./stemmer.ts";
import { ValuePacker } from "./value_packer.ts";

// A form in the order of its group: u32 bytes of the stem, the stem, u64 the count from above, the form.
// All numbers have their most significant byte first. So forms of one stem stand together, whatever
// begins with it, the one that counts most first, and of equal ones that which is bytewise least.

const LENGTH_BYTES = 4;
const RANK_BYTES = 8;
const MOST_RANK = 2n ** 64n - 1n;

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
    const encoder = new TextEncoder();
    const record = this.#keys.records();
    while (record.next()) {
      const rest = this.rest(record, STEM_COST);
      if (rest) await rest;
      const form = record.bytes.subarray(record.keyStart, record.keyEnd);
      const stem = encoder.encode(this.#toStem(decoder.decode(form)));
      const chunk = packer.add(rankedForm(stem, record.count, form), BigInt(record.count));
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
      const stem = stemOf(record).slice();
      const form = record.bytes.slice(
        record.keyStart + stem.length + RANK_BYTES,
        record.keyEnd,
      );
      let sum = 0n;
      do {
        const rest = this.rest(record);
        if (rest) await rest;
        sum += BigInt(record.count);
        has = record.next();
      } while (has && isSame(stemOf(record), stem));
      const chunk = packer.add(form, sum);
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }
}

function rankedForm(stem: Uint8Array, count: number, form: Uint8Array): Uint8Array {
  const key = new Uint8Array(LENGTH_BYTES + stem.length + RANK_BYTES + form.length);
  const view = new DataView(key.buffer);
  view.setUint32(0, stem.length);
  key.set(stem, LENGTH_BYTES);
  view.setBigUint64(LENGTH_BYTES + stem.length, MOST_RANK - BigInt(count));
  key.set(form, LENGTH_BYTES + stem.length + RANK_BYTES);
  return key;
}

/** The stem with its length before it. */
function stemOf({ bytes, keyStart }: SegmentCursor): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + keyStart, LENGTH_BYTES);
  return bytes.subarray(keyStart, keyStart + LENGTH_BYTES + view.getUint32(0));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
