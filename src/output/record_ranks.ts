import type { ValueType } from "../contract/kernel_manifest.ts";
import type { RecordCursor } from "../reduce/segment.ts";

/** Key bytes that fit into the whole numbers of a double. */
const RANK_BYTES = 6;

/** A number of each record that decides nearly always where it stands among others. */
export interface RecordRanks {
  /** Takes the number of the record that a cursor stands at. */
  set(i: number, record: RecordCursor): void;
  /** Below 0 if record `i` stands before `j`, above 0 if behind; 0 if the number does not tell. */
  compare(i: number, j: number): number;
}

/**
 * Ranks of so many records, 8 bytes each.
 *
 * @param byKey Whether they stand by key; else the largest count or value stands first.
 * @param value Type of the values, if the records hold values. @default {none: counts}
 */
export function createRanks(records: number, byKey: boolean, value?: ValueType): RecordRanks {
  if (byKey) return new DoubleRanks(records, beginOf);
  switch (value) {
    case undefined:
      return new DoubleRanks(records, ({ count }) => -count);
    case "f64":
      return new DoubleRanks(records, ({ double }) => -double);
    default:
      return new IntegerRanks(records);
  }
}

class DoubleRanks implements RecordRanks {
  readonly #ranks: Float64Array;
  readonly #rankOf: (record: RecordCursor) => number;

  constructor(records: number, rankOf: (record: RecordCursor) => number) {
    this.#ranks = new Float64Array(records);
    this.#rankOf = rankOf;
  }

  set(i: number, record: RecordCursor): void {
    this.#ranks[i] = this.#rankOf(record);
  }

  /** Of finite numbers a difference is 0 only if they are equal, and infinite at worst. */
  compare(i: number, j: number): number {
    return this.#ranks[i] - this.#ranks[j];
  }
}

/** As doubles, integers beyond 2^53 would seem equal. */
class IntegerRanks implements RecordRanks {
  readonly #values: BigInt64Array;

  constructor(records: number) {
    this.#values = new BigInt64Array(records);
  }

  set(i: number, { integer }: RecordCursor): void {
    this.#values[i] = integer;
  }

  compare(i: number, j: number): number {
    const a = this.#values[i];
    const b = this.#values[j];
    return a > b ? -1 : a < b ? 1 : 0;
  }
}

/** The first bytes of a key as a number that compares as they do. */
function beginOf({ bytes, keyStart, keyEnd }: RecordCursor): number {
  let rank = 0;
  for (let i = 0; i < RANK_BYTES; i++) {
    rank = rank * 256 + (keyStart + i < keyEnd ? bytes[keyStart + i] : 0);
  }
  return rank;
}
