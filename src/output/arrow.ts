import * as arrow from "apache-arrow";
import { scaleOf } from "../contract/decimals.ts";
import type { ValueType } from "../contract/kernel_manifest.ts";
import type { Column } from "../contract/options.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import { REST } from "./rest.ts";
import { columnValue, moreColumns, numberName, PLAIN_ROWS, type RowStyle } from "./row_style.ts";
import type { Selection } from "./selection.ts";

// Importing this file loads the Arrow package, which is large: import it when Arrow is asked for.

/** A batch ends at this many rows, or with the key that fills its bytes. */
const BATCH_ROWS = 16 * 1024;
const BATCH_KEY_BYTES = 256 * 1024;

const PLAIN_SCHEMA = createSchema(PLAIN_ROWS);

function createSchema(style: RowStyle): arrow.Schema {
  const field = (name: string, type: arrow.DataType) => new arrow.Field(name, type, false);
  return new arrow.Schema([
    field("key", new arrow.Utf8()),
    field(numberName(style), arrowTypeOfNumber(style.value)),
    ...style.columns.map((column) => field(column, arrowTypeOf(column))),
    ...moreColumns(style).map(({ name, isInteger }) => field(name, arrowTypeOfMore(isInteger))),
  ]);
}

function arrowTypeOfNumber(value: ValueType | undefined): arrow.DataType {
  if (value === undefined) return new arrow.Uint64();
  const scale = scaleOf(value);
  if (scale !== undefined) return decimalType(scale);
  return value === "i64" ? new arrow.Int64() : new arrow.Float64();
}

/** The most digits that 128 bits hold: sums have more of them than values. */
function decimalType(scale: number): arrow.Decimal {
  return new arrow.Decimal(scale, 38, 128);
}

function arrowTypeOfMore(isInteger: boolean): arrow.DataType {
  return isInteger ? new arrow.Uint64() : new arrow.Float64();
}

function arrowTypeOf(column: Column): arrow.DataType {
  return column === "rank" ? new arrow.Uint64() : new arrow.Float64();
}

/**
 * Rows as an Arrow IPC stream of the columns `key` (utf8), `count` (uint64) or `value` (int64,
 * float64 or decimal128), and those of the style (float64, and uint64 for `rank`), in batches of bounded size: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 *
 * The columns' buffers are filled from the records' bytes: no string per row, and no BigInt per
 * count. A key may have 2^31 - 1 bytes, which is as far as the format's offsets reach.
 *
 * A block ends where a batch does: the selection then stands before the next batch's first record.
 *
 * @param goesOn Whether batches stand before these already: then the stream begins without a
 * schema.
 */
export function* arrowBlocks(
  selection: Selection,
  goesOn = false,
  style: RowStyle = PLAIN_ROWS,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const sink = new BlockSink();
  const writer = new arrow.RecordBatchStreamWriter();
  const { columns, counted } = style;
  const more = moreColumns(style);
  const isPlain = columns.length === 0 && more.length === 0 && style.value === undefined;
  const schema = isPlain ? PLAIN_SCHEMA : createSchema(style);
  writer.reset(sink, schema);
  if (goesOn) sink.take();
  const batch = new Batch(schema, style);
  const { record } = selection;
  while (true) {
    if (selection.next()) {
      const { count } = record;
      for (let i = 0; i < columns.length; i++) {
        batch.set(i, columnValue(columns[i], count, selection.rank, counted));
      }
      for (let i = 0; i < more.length; i++) batch.set(columns.length + i, more[i].read(record));
      batch.add(record);
      if (!batch.full) continue;
      writer.write(batch.take());
      yield sink.take();
    } else if (selection.resting) {
      yield REST;
    } else {
      break;
    }
  }
  if (batch.rows > 0) writer.write(batch.take());
  writer.finish();
  yield sink.take();
}

/** Collects what the package's writer writes; the package's own queue has only async reads. */
class BlockSink extends arrow.AsyncByteQueue<Uint8Array> {
  #parts: Uint8Array[] = [];

  override write(part: Uint8Array): void {
    this.#parts.push(part);
  }

  /** A copy of all bytes written since the last call. */
  take(): Uint8Array<ArrayBuffer> {
    const block = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const { buffer, byteOffset, byteLength } of this.#parts) {
      block.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += byteLength;
    }
    this.#parts = [];
    return block;
  }
}

/** Columns of one batch. The next batch uses them again: write what `take` gives before. */
class Batch {
  rows = 0;
  #keys = new Uint8Array(BATCH_KEY_BYTES);
  readonly #offsets = new Int32Array(BATCH_ROWS + 1);
  readonly #numbers: NumberColumn;
  readonly #more: (Uint64Column | Float64Column)[];
  readonly #schema: arrow.Schema;

  constructor(schema: arrow.Schema, style: RowStyle) {
    const { columns, value } = style;
    this.#schema = schema;
    this.#numbers = createNumberColumn(value);
    const areIntegers = [
      ...columns.map((column) => column === "rank"),
      ...moreColumns(style).map(({ isInteger }) => isInteger),
    ];
    this.#more = areIntegers.map((each) => each ? new Uint64Column() : new Float64Column());
  }

  get full(): boolean {
    return this.rows === BATCH_ROWS || this.#offsets[this.rows] >= BATCH_KEY_BYTES;
  }

  /** Sets a column of the row that is added next. */
  set(column: number, value: number): void {
    this.#more[column].set(this.rows, value);
  }

  add(record: RecordCursor): void {
    const { bytes, keyStart: from, keyEnd: to } = record;
    const start = this.#offsets[this.rows];
    const end = start + to - from;
    if (end > this.#keys.length) this.#grow(start, end);
    if (to - from < 64) {
      for (let i = from, at = start; i < to; i++) this.#keys[at++] = bytes[i];
    } else {
      this.#keys.set(bytes.subarray(from, to), start);
    }
    this.#numbers.read(this.rows, record);
    this.#offsets[++this.rows] = end;
  }

  /** The last key of a batch may need more room than there is. */
  #grow(used: number, bytes: number): void {
    const keys = new Uint8Array(bytes);
    keys.set(this.#keys.subarray(0, used));
    this.#keys = keys;
  }

  take(): arrow.RecordBatch {
    const length = this.rows;
    const key = arrow.makeData({
      type: new arrow.Utf8(),
      length,
      nullCount: 0,
      valueOffsets: this.#offsets.subarray(0, length + 1),
      data: this.#keys.subarray(0, this.#offsets[length]),
    });
    this.rows = 0;
    const type = new arrow.Struct(this.#schema.fields);
    const numbers = this.#numbers.take(length);
    const children = [key, numbers, ...this.#more.map((column) => column.take(length))];
    return new arrow.RecordBatch(
      this.#schema,
      arrow.makeData({ type, length, nullCount: 0, children }),
    );
  }
}

function uint64Data(words: Uint32Array<ArrayBuffer>, length: number): arrow.Data {
  const data = new BigUint64Array(words.buffer, 0, length);
  return arrow.makeData({ type: new arrow.Uint64(), length, nullCount: 0, data });
}

/** The column of counts or values, of one batch. */
interface NumberColumn {
  /** Takes the number of a record for a row. */
  read(row: number, record: RecordCursor): void;
  take(length: number): arrow.Data;
}

function createNumberColumn(value: ValueType | undefined): NumberColumn {
  switch (value) {
    case undefined:
      return new CountColumn();
    case "i64":
      return new IntegerColumn();
    case "f64":
      return new DoubleColumn();
    default:
      return new DecimalColumn(scaleOf(value)!);
  }
}

class Uint64Column {
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

class Float64Column {
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
  read(row: number, { count }: RecordCursor): void {
    this.set(row, count);
  }
}

class DoubleColumn extends Float64Column implements NumberColumn {
  read(row: number, { double }: RecordCursor): void {
    this.set(row, double);
  }
}

class IntegerColumn implements NumberColumn {
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
  readonly #type: arrow.Decimal;
  /** The low and the high word of each value. */
  readonly #words = new BigInt64Array(BATCH_ROWS * 2);

  constructor(scale: number) {
    this.#type = decimalType(scale);
  }

  read(row: number, { integer }: RecordCursor): void {
    this.#words[row * 2] = integer; // its last 64 bits
    this.#words[row * 2 + 1] = integer >> 64n;
  }

  take(length: number): arrow.Data {
    const data = new Uint32Array(this.#words.buffer, 0, length * 4);
    return arrow.makeData({ type: this.#type, length, nullCount: 0, data });
  }
}
