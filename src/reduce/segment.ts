/**
 * An ordered list of keys and counts in one compact binary form: what a reducer leaves, a store
 * keeps and a formatter streams.
 *
 * Record: `u64 count | u32 keyBytes | key | zero padding` to a multiple of 8, little-endian.
 */
export class Segment {
  /**
   * @param bytes The records and nothing else; not changed as long as the segment lives.
   * @param keys How many records `bytes` holds.
   */
  constructor(readonly bytes: Uint8Array, readonly keys: number) {}

  /** A segment of no keys. */
  static empty(): Segment {
    return new Segment(new Uint8Array(0), 0);
  }

  /** Packs keys and counts in the order given; for tests and small inputs. */
  static from(counts: Iterable<readonly [key: string, count: number]>): Segment {
    const encoder = new TextEncoder();
    const records: Uint8Array[] = [];
    let bytes = 0;
    for (const [key, count] of counts) {
      const text = encoder.encode(key);
      const record = new Uint8Array(recordBytes(text.length));
      const view = new DataView(record.buffer);
      view.setBigUint64(0, BigInt(count), true);
      view.setUint32(8, text.length, true);
      record.set(text, RECORD_HEADER_BYTES);
      records.push(record);
      bytes += record.length;
    }
    const packed = new Uint8Array(bytes);
    let at = 0;
    for (const record of records) {
      packed.set(record, at);
      at += record.length;
    }
    return new Segment(packed, records.length);
  }

  /** A cursor before the first record. */
  records(): SegmentCursor {
    return new SegmentCursor(this.bytes);
  }

  /** Every key as a string: for small segments and for tests, since each key is an allocation. */
  toArray(): { key: string; count: number }[] {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const counts = [];
    // TextDecoder is four times slower on shared memory.
    const bytes = this.bytes.buffer instanceof ArrayBuffer ? this.bytes : this.bytes.slice();
    const cursor = new SegmentCursor(bytes);
    while (cursor.next()) {
      const key = decoder.decode(bytes.subarray(cursor.keyStart, cursor.keyEnd));
      counts.push({ key, count: cursor.count });
    }
    return counts;
  }
}

/** Walks the records of a segment without allocating. Fields hold the record that `next` found. */
export class SegmentCursor {
  /** Offsets of the key's UTF-8 bytes in the segment. */
  keyStart = 0;
  keyEnd = 0;
  /** Exact up to 2^53 - 1. */
  count = 0;
  readonly #view: DataView;
  readonly #end: number;
  #next = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /** Steps to the next record; false when there is none. */
  next(): boolean {
    const at = this.#next;
    if (at >= this.#end) return false;
    const view = this.#view;
    const high = view.getUint32(at + 4, true);
    this.count = view.getUint32(at, true) + (high === 0 ? 0 : high * 0x1_0000_0000);
    this.keyStart = at + RECORD_HEADER_BYTES;
    this.keyEnd = this.keyStart + view.getUint32(at + 8, true);
    this.#next = at + recordBytes(this.keyEnd - this.keyStart);
    return true;
  }
}

const RECORD_HEADER_BYTES = 12;

/** Not by `& ~7`: a segment may be larger than 2^31 bytes. */
function recordBytes(keyBytes: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + keyBytes) / 8) * 8;
}
