import * as arrow from "apache-arrow";
import { MOST_SCALE } from "../../assembly/number_layout.ts";
import { type Decimal, scaleOf } from "../contract/decimals.ts";
import type { Aggregate } from "../contract/stats.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import { readStats, tellAggregate } from "./key_stats.ts";
import type { RowStyle } from "./row_style.ts";

// Columns of one batch. They are filled row by row, and the next batch uses them again.

/** A batch ends at this many rows, or with the key that fills its bytes. */
export const BATCH_ROWS = 16 * 1024;
const BATCH_KEY_BYTES = 256 * 1024;
/** The most digits that 128 bits hold: sums have more of them than values. */
const DECIMAL_DIGITS = 38;

/** A column of one batch. */
export interface BatchColumn {
  readonly type: arrow.DataType;
  take(length: number): arrow.Data;
}

/** Keys, or one part of each. */
export class KeyColumn implements BatchColumn {
  readonly type = new arrow.Utf8();
  #bytes = new Uint8Array(BATCH_KEY_BYTES);
  readonly #offsets = new Int32Array(BATCH_ROWS + 1);

  /** Whether the keys of so many rows fill a batch. */
  isFull(rows: number): boolean {
    return this.#offsets[rows] >= BATCH_KEY_BYTES;
  }

  add(row: number, bytes: Uint8Array, from: number, to: number): void {
    const start = this.#offsets[row];
    const end = start + to - from;
    if (end > this.#bytes.length) this.#grow(start, end);
    if (to - from < 64) {
      for (let i = from, at = start; i < to; i++) this.#bytes[at++] = bytes[i];
    } else {
      this.#bytes.set(bytes.subarray(from, to), start);
    }
    this.#offsets[row + 1] = end;
  }

  /** The last key of a batch may need more room than there is. */
  #grow(used: number, bytes: number): void {
    const keys = new Uint8Array(bytes);
    keys.set(this.#bytes.subarray(0, used));
    this.#bytes = keys;
  }

  take(length: number): arrow.Data {
    return arrow.makeData({
      type: this.type,
      length,
      nullCount: 0,
      valueOffsets: this.#offsets.subarray(0, length + 1),
      data: this.#bytes.subarray(0, this.#offsets[length]),
    });
  }
}

function uint64Data(words: Uint32Array<ArrayBuffer>, length: number): arrow.Data {
  const data = new BigUint64Array(words.buffer, 0, length);
  return arrow.makeData({ type: new arrow.Uint64(), length, nullCount: 0, data });
}

/** The column of counts or values, of one batch. */
export interface NumberColumn extends BatchColumn {
  /** Takes the number of a record for a row. */
  read(row: number, record: RecordCursor): void;
}

/** The columns of what stands behind the keys of rows: one, or one for each aggregate. */
export function createNumberColumns({ value, stats }: RowStyle): NumberColumn[] {
  if (stats) return stats.aggs.map((each) => createStatsColumn(each, stats.round));
  switch (value) {
    case undefined:
      return [new CountColumn()];
    case "i64":
      return [new IntegerColumn()];
    case "f64":
      return [new DoubleColumn()];
    default:
      return [new DecimalColumn(scaleOf(value)!, ({ integer }) => integer)];
  }
}

function createStatsColumn(aggregate: Aggregate, round: number | undefined): NumberColumn {
  const tell = (record: RecordCursor) => tellAggregate(readStats(record), aggregate, round);
  if (aggregate === "count") return new CountColumn((record) => Number(tell(record)));
  if (aggregate === "avg" && round === undefined) {
    return new DoubleColumn((record) => tell(record) as number);
  }
  // All rows of a column have one scale, whatever those of their numbers.
  const scale = round ?? MOST_SCALE;
  return new DecimalColumn(scale, (record) => (tell(record) as Decimal).rounded(scale).units);
}

export class Uint64Column {
  readonly type: arrow.DataType = new arrow.Uint64();
  /** The low and the high word of each value. */
  readonly #words = new Uint32Array(BATCH_ROWS * 2);

  set(row: number, value: number): void {
    this.#words[row * 2] = value;
    this.#words[row * 2 + 1] = value / 2 ** 32;
  }

  take(length: number): arrow.Data {
    return uint64Data(this.#words, length);
  }
}

export class Float64Column {
  readonly type: arrow.DataType = new arrow.Float64();
  readonly #values = new Float64Array(BATCH_ROWS);

  set(row: number, value: number): void {
    this.#values[row] = value;
  }

  take(length: number): arrow.Data {
    const data = this.#values.subarray(0, length);
    return arrow.makeData({ type: new arrow.Float64(), length, nullCount: 0, data });
  }
}

class CountColumn extends Uint64Column implements NumberColumn {
  readonly #countOf: (record: RecordCursor) => number;

  constructor(countOf = ({ count }: RecordCursor) => count) {
    super();
    this.#countOf = countOf;
  }

  read(row: number, record: RecordCursor): void {
    this.set(row, this.#countOf(record));
  }
}

class DoubleColumn extends Float64Column implements NumberColumn {
  readonly #doubleOf: (record: RecordCursor) => number;

  constructor(doubleOf = ({ double }: RecordCursor) => double) {
    super();
    this.#doubleOf = doubleOf;
  }

  read(row: number, record: RecordCursor): void {
    this.set(row, this.#doubleOf(record));
  }
}

class IntegerColumn implements NumberColumn {
  readonly type = new arrow.Int64();
  readonly #values = new BigInt64Array(BATCH_ROWS);

  read(row: number, { integer }: RecordCursor): void {
    this.#values[row] = integer;
  }

  take(length: number): arrow.Data {
    const data = this.#values.subarray(0, length);
    return arrow.makeData({ type: new arrow.Int64(), length, nullCount: 0, data });
  }
}

class DecimalColumn implements NumberColumn {
  readonly type: arrow.Decimal;
  readonly #unitsOf: (record: RecordCursor) => bigint;
  /** The low and the high word of each value. */
  readonly #words = new BigInt64Array(BATCH_ROWS * 2);

  constructor(scale: number, unitsOf: (record: RecordCursor) => bigint) {
    this.type = new arrow.Decimal(scale, DECIMAL_DIGITS, 128);
    this.#unitsOf = unitsOf;
  }

  read(row: number, record: RecordCursor): void {
    const units = this.#unitsOf(record);
    this.#words[row * 2] = units; // its last 64 bits
    this.#words[row * 2 + 1] = units >> 64n;
  }

  take(length: number): arrow.Data {
    const data = new Uint32Array(this.#words.buffer, 0, length * 4);
    return arrow.makeData({ type: this.type, length, nullCount: 0, data });
  }
}
