import { isLargestFirst, type Order } from "../contract/options.ts";
import { compareBytes } from "../reduce/compare_bytes.ts";
import type { RecordCursor } from "../reduce/segment.ts";

/** How many records are passed over before others get a turn: about a millisecond's worth. */
export const SCAN_RECORDS = 1 << 16;

const MOST_RUN_ROWS = 2 ** 31 - 1;

const NO_PREFIX = new Uint8Array(0);

/** Which records of a list an answer shows. */
export interface Cut {
  /** How many at most, the first in order; 0 for all. */
  top: number;
  /** Least count; 0 for records of values, which have none. */
  min: number;
  /** Most count; 0 for no bound, and for records of values likewise. @default {0} */
  max?: number;
  /** How the records are ordered: by count, the records from the first small one on are skipped. */
  order: Order;
  /** Bytes that every key must begin with. @default {none} */
  prefix?: Uint8Array;
  /** The first key that may be shown, and the first one behind it that may not. @default {none} */
  from?: Uint8Array;
  to?: Uint8Array;
  /** How many rows of the list stand before the first record. @default {0} */
  before?: number;
}

/**
 * Walks the records that a cut leaves; `record` holds the one that `next` found.
 *
 * If `next` finds none and `resting` is true, it has only paused a long search: the caller lets
 * other requests run and calls `next` again.
 */
export class Selection {
  readonly record: RecordCursor;
  /** How many `next` has found. */
  shown = 0;
  /** Sum of the counts in the rows written so far; only writers that need it keep it. */
  shownCount = 0;
  resting = false;
  readonly #top: number;
  readonly #min: number;
  readonly #max: number;
  readonly #byCount: boolean;
  readonly #prefix: Uint8Array;
  readonly #from: Uint8Array | undefined;
  readonly #to: Uint8Array | undefined;
  readonly #before: number;

  constructor(records: RecordCursor, cut: Cut) {
    const { top, min, max = 0, order, prefix = NO_PREFIX, before = 0 } = cut;
    this.record = records;
    this.#from = cut.from;
    this.#to = cut.to;
    this.#top = top;
    this.#min = min;
    this.#max = max === 0 ? Infinity : max;
    this.#byCount = isLargestFirst(order);
    this.#prefix = prefix;
    this.#before = before;
  }

  /** Position of the record in the whole list, from 1. */
  get rank(): number {
    return this.#before + this.shown;
  }

  /** How many rows may be made of the records ahead without a look at each; 0 where each needs one. */
  get runRows(): number {
    const looksAtKeys = this.#prefix.length > 0 || this.#from !== undefined ||
      this.#to !== undefined;
    const skips = this.#max !== Infinity || (this.#min > 1 && !this.#byCount);
    if (looksAtKeys || skips) return 0;
    return this.#top === 0 ? MOST_RUN_ROWS : this.#top - this.shown;
  }

  /** The least count; a run ends before a record with less. */
  get least(): number {
    return this.#min;
  }

  /** Goes on behind rows that were made of a run, with the sum of their counts. */
  pass(rows: number, bytes: number, counted: number): void {
    this.record.pass!(bytes);
    this.shown += rows;
    this.shownCount += counted;
  }

  next(): boolean {
    const record = this.record;
    this.resting = false;
    if (this.shown === this.#top && this.#top > 0) return false;
    for (let scanned = 0; record.next(); scanned++) {
      const order = this.#compare();
      if (order === 0) {
        this.shown++;
        return true;
      }
      if (order > 0) return false;
      if (scanned === SCAN_RECORDS) {
        this.resting = true;
        return false;
      }
    }
    return false;
  }

  /** 0 for a record to show, above 0 when none can follow, below 0 for one to pass over. */
  #compare(): number {
    const { bytes, keyStart, keyEnd, count } = this.record;
    if (count < this.#min) return this.#byCount ? 1 : -1;
    if (count > this.#max) return -1;
    if (this.#to && this.#compareTo(this.#to) >= 0) return this.#byCount ? -1 : 1;
    if (this.#from && this.#compareTo(this.#from) < 0) return -1;
    const prefix = this.#prefix;
    const length = Math.min(prefix.length, keyEnd - keyStart);
    for (let i = 0; i < length; i++) {
      const byte = bytes[keyStart + i];
      if (byte !== prefix[i]) return byte > prefix[i] && !this.#byCount ? 1 : -1;
    }
    return length === prefix.length ? 0 : -1;
  }

  #compareTo(border: Uint8Array): number {
    const { bytes, keyStart, keyEnd } = this.record;
    return compareBytes(bytes, keyStart, keyEnd, border, 0, border.length);
  }
}
