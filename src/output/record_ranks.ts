import type { ResultValues } from "../contract/documents.ts";
import { areWide } from "../contract/result_values.ts";
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
 * Ranks of so many records, 8 bytes each, or 16 of sums of decimals.
 *
 * @param byKey Whether they stand by key; else the largest count or value stands first.
 * @param values What the records hold in place of counts. @default {none: counts}
 */
export function createRanks(records: number, byKey: boolean, values?: ResultValues): RecordRanks {
  if (byKey) return new DoubleRanks(records, beginOf);
  if (areWide(values)) return new WideRanks(records);
  switch (values?.type) {
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
    return compareFalling(this.#values[i], this.#values[j]);
  }
}

/** Integers of 128 bits. */
class WideRanks implements RecordRanks {
  readonly #high: BigInt64Array;
  readonly #low: BigUint64Array;

  constructor(records: number) {
    this.#high = new BigInt64Array(records);
    this.#low = new BigUint64Array(records);
  }

  set(i: number, { integer }: RecordCursor): void {
    this.#high[i] = integer >> 64n;
    this.#low[i] = integer; // its last 64 bits
  }

  compare(i: number, j: number): number {
    return compareFalling(this.#high[i], this.#high[j]) ||
      compareFalling(this.#low[i], this.#low[j]);
  }
}

function compareFalling(a: bigint, b: bigint): number {
  return a > b ? -1 : a < b ? 1 : 0;
}

/** The first bytes of a key as a number that compares as they do. */
function beginOf({ bytes, keyStart, keyEnd }: RecordCursor): number {
  let rank = 0;
  for (let i = 0; i < RANK_BYTES; i++) {
    rank = rank * 256 + (keyStart + i < keyEnd ? bytes[keyStart + i] : 0);
  }
  return rank;
}
