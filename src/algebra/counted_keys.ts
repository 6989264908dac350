import { CursorView } from "../reduce/cursor_view.ts";
import type { Segment } from "../reduce/segment.ts";

// Keys with counts behind them, which are no part of what is shown: u64 each, the most significant byte
// first. That byte is 0, so that of keys of one order those stand first that others begin with.

/** Bytes of a count behind a key. */
export const COUNT_BYTES = 8;

const WORD = 2 ** 32;

/** Writes counts of a key behind it. */
export function writeCounts(bytes: Uint8Array, at: number, counts: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, COUNT_BYTES * counts.length);
  counts.forEach((count, i) => {
    view.setUint32(COUNT_BYTES * i, count / WORD);
    view.setUint32(COUNT_BYTES * i + 4, count); // its last 32 bits
  });
}

/** Reads a count that stands in bytes. */
export function readCount({ buffer, byteOffset }: Uint8Array, at: number): number {
  const view = new DataView(buffer, byteOffset + at, COUNT_BYTES);
  return view.getUint32(0) * WORD + view.getUint32(4);
}

/** Walks such keys; the count of each is the first of those behind it. */
export class CountedKeys extends CursorView {
  readonly #counts: number;

  /** @param counts How many stand behind each key. */
  constructor(segment: Segment, counts: number, position = 0) {
    super(segment.records(position));
    this.#counts = counts;
  }

  override get keyEnd(): number {
    return this.records.keyEnd - COUNT_BYTES * this.#counts;
  }

  override get count(): number {
    return this.countAt(0);
  }

  /** One of the counts behind the key, from 0. */
  countAt(index: number): number {
    return readCount(this.bytes, this.keyEnd + COUNT_BYTES * index);
  }
}
