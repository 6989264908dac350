/** How much of a segment is handed on at once. */
export const BLOCK_BYTES = 1024 * 1024;

/**
 * An ordered list of keys and counts, or values, in one compact binary form: a reduce makes it, a store keeps it,
 * and a formatter streams it.
 *
 * Record: `u64 count | u32 keyBytes | key | zero padding` to a multiple of 8, little-endian. In a job
 * with values an i64 or f64 stands in place of the count; the job's options tell which. Some values
 * have more bytes behind their keys, which `keyBytes` counts: see value_tails.ts.
 */
export class Segment {
  readonly #bytes: Uint8Array;
  /** How many records there are. */
  readonly keys: number;

  /**
   * @param bytes The records and nothing else; not changed as long as the segment lives.
   * @param keys How many records `bytes` holds.
   */
  constructor(bytes: Uint8Array, keys: number) {
    this.#bytes = bytes;
    this.keys = keys;
  }

  /** All records. A segment on disk reads them here, so prefer `records()` for large ones. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Size of the records. */
  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** All records, in pieces that are valid until the next is asked for. */
  *blocks(): Generator<Uint8Array, void, void> {
    const bytes = this.#bytes;
    for (let at = 0; at < bytes.byteLength; at += BLOCK_BYTES) {
      yield bytes.subarray(at, at + BLOCK_BYTES);
    }
  }

  /** Bytes of memory that the segment keeps. */
  get memoryBytes(): number {
    return this.#bytes.byteLength;
  }

  /** Whether its owner must call `close`; a segment that is only in memory needs none. */
  get mustClose(): boolean {
    return false;
  }

  /** The same records in no more memory than they need, to be kept for long. */
  detached(): Segment {
    const bytes = this.#bytes;
    if (bytes.byteLength === bytes.buffer.byteLength) return this;
    return new Segment(bytes.slice(), this.keys);
  }

  /** There is one more owner, which calls `close` as well. */
  retain(): void {}

  /** One owner less; the last one gives up what the segment holds beside memory. */
  close(): void {}

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

  /**
   * A cursor before a record.
   *
   * @param position A `position` of another cursor. @default {before the first record}
   */
  records(position = 0): SegmentCursor {
    const cursor = new SegmentCursor(this.#bytes);
    cursor.seek(position);
    return cursor;
  }

  /** Every key as a string: for small segments and for tests, since each key is an allocation. */
  toArray(): { key: string; count: number }[] {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const counts = [];
    const cursor = this.records();
    while (cursor.next()) {
      const key = cursor.bytes.subarray(cursor.keyStart, cursor.keyEnd);
      counts.push({ key: decoder.decode(key), count: cursor.count });
    }
    return counts;
  }
}

/**
 * Reads a segment that is not all in memory: fills `window` from `position` on and returns how many
 * bytes there were.
 */
export type ReadAt = (position: number, window: Uint8Array) => number;

/** Walks records without allocating. Its fields describe the record that `next` found. */
export interface RecordCursor {
  /** What the offsets below refer to; `next` may change it. */
  readonly bytes: Uint8Array;
  /** Offsets of the key's UTF-8 bytes in `bytes`. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Exact up to 2^53 - 1. */
  readonly count: number;
  /** The value that stands in place of the count where a job has values, as what it is. */
  readonly integer: bigint;
  readonly double: number;
  /** Where the next record begins, for another cursor to go on there. */
  readonly position: number;
  /** Steps to the next record; false when there is none. */
  next(): boolean;
  /** Goes to a `position` of this cursor or another one over the same records. */
  seek(position: number): void;
  /**
   * The records from the next one on, as a segment has them, of which the last may be cut: as many
   * bytes as are at hand, and no fewer than `least` unless there are no more. Valid until the cursor
   * moves. Only for cursors that show the records of a segment as they are.
   */
  ahead?(least: number): Uint8Array;
  /** Passes over whole records of `ahead`. */
  pass?(bytes: number): void;
}

/**
 * Walks the records of a segment.
 *
 * A segment on disk is seen through a window, which grows when a record is larger.
 */
export class SegmentCursor implements RecordCursor {
  /** On disk, another part of the segment after each `next`. */
  bytes: Uint8Array;
  keyStart = 0;
  keyEnd = 0;
  count = 0;
  #view: DataView;
  #end: number;
  #next = 0;
  readonly #readAt: ReadAt | undefined;
  readonly #size: number;
  /** Where in the segment the window ends. */
  #position = 0;

  /**
   * @param bytes The records, or with `readAt` the window through which they are read.
   * @param size Of the segment.
   */
  constructor(bytes: Uint8Array, readAt?: ReadAt, size = bytes.byteLength) {
    this.bytes = bytes;
    this.#view = viewOf(bytes);
    this.#end = readAt ? 0 : bytes.byteLength;
    this.#readAt = readAt;
    this.#size = size;
  }

  /** The record's value where a job has values, as an integer or as a double. */
  get integer(): bigint {
    return this.#view.getBigInt64(this.keyStart - RECORD_HEADER_BYTES, true);
  }

  get double(): number {
    return this.#view.getFloat64(this.keyStart - RECORD_HEADER_BYTES, true);
  }

  get position(): number {
    return this.#readAt ? this.#position - (this.#end - this.#next) : this.#next;
  }

  /** Goes to a `position` of this cursor or another one of the segment. */
  seek(position: number): void {
    if (!this.#readAt) {
      this.#next = position;
      return;
    }
    this.#position = position;
    this.#next = this.#end = 0;
  }

  /** False also where no whole record is left, as after `seek` to a wrong position. */
  next(): boolean {
    if (this.#readAt && !this.#reach(RECORD_HEADER_BYTES)) return false;
    const at = this.#next;
    if (at + RECORD_HEADER_BYTES > this.#end) return false;
    const keyBytes = this.#view.getUint32(at + 8, true);
    if (this.#readAt && !this.#reach(Math.min(recordBytes(keyBytes), this.#size))) return false;
    const start = this.#next; // reaching may have moved the record
    const high = this.#view.getUint32(start + 4, true);
    this.count = this.#view.getUint32(start, true) + (high === 0 ? 0 : high * 0x1_0000_0000);
    this.keyStart = start + RECORD_HEADER_BYTES;
    this.keyEnd = this.keyStart + keyBytes;
    this.#next = start + recordBytes(keyBytes);
    return this.keyEnd <= this.#end;
  }

  ahead(least: number): Uint8Array {
    if (this.#readAt) {
      const left = this.#end - this.#next + this.#size - this.#position;
      this.#reach(Math.min(least, left));
    }
    return this.bytes.subarray(this.#next, this.#end);
  }

  pass(bytes: number): void {
    this.#next += bytes;
  }

  /** Makes the window hold `bytes` from the next record on, if there are as many. */
  #reach(bytes: number): boolean {
    const held = this.#end - this.#next;
    if (held >= bytes) return true;
    const window = bytes > this.bytes.length ? new Uint8Array(bytes) : this.bytes;
    window.set(this.bytes.subarray(this.#next, this.#end));
    if (window !== this.bytes) {
      this.bytes = window;
      this.#view = viewOf(window);
    }
    const read = this.#readAt!(this.#position, window.subarray(held));
    this.#position += read;
    this.#next = 0;
    this.#end = held + read;
    return this.#end >= bytes;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const RECORD_HEADER_BYTES = 12;

/** A multiple of 8, also beyond 2^31; an integer for the compiler, as what is added is few bits. */
function recordBytes(keyBytes: number): number {
  const bytes = RECORD_HEADER_BYTES + keyBytes;
  return bytes + (-bytes & 7);
}
