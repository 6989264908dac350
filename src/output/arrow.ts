import * as arrow from "apache-arrow";
import { splitKeyParts } from "../contract/compound_keys.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import {
  BATCH_ROWS,
  type BatchColumn,
  createNumberColumns,
  Float64Column,
  KeyColumn,
  type NumberColumn,
  Uint64Column,
} from "./arrow_columns.ts";
import { REST } from "./rest.ts";
import {
  columnNames,
  columnValue,
  keyNames,
  moreColumns,
  numberName,
  PLAIN_ROWS,
  type RowStyle,
} from "./row_style.ts";
import type { Selection } from "./selection.ts";

// Importing this file loads the Arrow package, which is large: import it when Arrow is asked for.

/**
 * Rows as an Arrow IPC stream of the columns `key` (utf8), or one for each part of it, `count` (uint64) or
 * `value` (int64, float64 or decimal128), or one for each aggregate, and those of the style (float64, and
 * uint64 for `rank`), in batches of bounded size: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
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
  const batch = new Batch(style);
  writer.reset(sink, batch.schema);
  if (goesOn) sink.take();
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
  readonly schema: arrow.Schema;
  readonly #keys: readonly KeyColumn[];
  readonly #numbers: readonly NumberColumn[];
  readonly #more: (Uint64Column | Float64Column)[];

  constructor(style: RowStyle) {
    const names = [...keyNames(style), numberName(style), ...columnNames(style)];
    this.#keys = keyNames(style).map(() => new KeyColumn());
    this.#numbers = createNumberColumns(style);
    const areIntegers = [
      ...style.columns.map((column) => column === "rank"),
      ...moreColumns(style).map(({ isInteger }) => isInteger),
    ];
    this.#more = areIntegers.map((each) => each ? new Uint64Column() : new Float64Column());
    this.schema = new arrow.Schema(
      this.#columns.map(({ type }, i) => new arrow.Field(names[i], type, false)),
    );
  }

  get full(): boolean {
    return this.rows === BATCH_ROWS || this.#keys.some((column) => column.isFull(this.rows));
  }

  /** Sets a column of the row that is added next. */
  set(column: number, value: number): void {
    this.#more[column].set(this.rows, value);
  }

  add(record: RecordCursor): void {
    const { bytes, keyStart, keyEnd } = record;
    const keys = this.#keys;
    if (keys.length === 1) keys[0].add(this.rows, bytes, keyStart, keyEnd);
    else {
      const parts = splitKeyParts(bytes.subarray(keyStart, keyEnd));
      keys.forEach((column, i) => column.add(this.rows, parts[i], 0, parts[i].length));
    }
    for (const column of this.#numbers) column.read(this.rows, record);
    this.rows++;
  }

  take(): arrow.RecordBatch {
    const length = this.rows;
    this.rows = 0;
    const type = new arrow.Struct(this.schema.fields);
    const children = this.#columns.map((column) => column.take(length));
    return new arrow.RecordBatch(
      this.schema,
      arrow.makeData({ type, length, nullCount: 0, children }),
    );
  }

  /** In the order of the schema's fields. */
  get #columns(): readonly BatchColumn[] {
    return [...this.#keys, ...this.#numbers, ...this.#more];
  }
}
