import * as arrow from "apache-arrow";
import { REST } from "./body.ts";
import type { Selection } from "./selection.ts";

// Importing this file loads the Arrow package, which is large: import it when Arrow is asked for.

/** A batch ends at this many rows, or with the key that fills its bytes. */
const BATCH_ROWS = 16 * 1024;
const BATCH_KEY_BYTES = 256 * 1024;

const SCHEMA = new arrow.Schema([
  new arrow.Field("key", new arrow.Utf8(), false),
  new arrow.Field("count", new arrow.Uint64(), false),
]);
const ROW = new arrow.Struct<{ key: arrow.Utf8; count: arrow.Uint64 }>(SCHEMA.fields);

/**
 * Rows as an Arrow IPC stream of the columns `key` (utf8) and `count` (uint64), in batches of
 * bounded size: https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format
 *
 * The columns' buffers are filled from the records' bytes: no string and no BigInt per row. A key
 * may have 2^31 - 1 bytes, which is as far as the format's offsets reach.
 *
 * A block ends where a batch does: the selection then stands before the next batch's first record.
 *
 * @param goesOn Whether batches stand before these already, so that no schema does.
 */
export function* arrowBlocks(
  selection: Selection,
  goesOn = false,
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const sink = new BlockSink();
  const writer = new arrow.RecordBatchStreamWriter();
  writer.reset(sink, SCHEMA);
  if (goesOn) sink.take();
  const batch = new Batch();
  const { record } = selection;
  while (true) {
    if (selection.next()) {
      batch.add(record.bytes, record.keyStart, record.keyEnd, record.count);
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

/** Takes what the package's writer writes, whose own queue can only be read asynchronously. */
class BlockSink extends arrow.AsyncByteQueue<Uint8Array> {
  #parts: Uint8Array[] = [];

  override write(part: Uint8Array): void {
    this.#parts.push(part);
  }

  /** A copy of what was written since the last call. */
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

/** Columns of one batch, used again for the next: what `take` gives must be written before. */
class Batch {
  rows = 0;
  #keys = new Uint8Array(BATCH_KEY_BYTES);
  readonly #offsets = new Int32Array(BATCH_ROWS + 1);
  /** The low and the high word of each count. */
  readonly #counts = new Uint32Array(BATCH_ROWS * 2);

  get full(): boolean {
    return this.rows === BATCH_ROWS || this.#offsets[this.rows] >= BATCH_KEY_BYTES;
  }

  add(bytes: Uint8Array, from: number, to: number, count: number): void {
    const start = this.#offsets[this.rows];
    const end = start + to - from;
    if (end > this.#keys.length) this.#grow(start, end);
    if (to - from < 64) {
      for (let i = from, at = start; i < to; i++) this.#keys[at++] = bytes[i];
    } else {
      this.#keys.set(bytes.subarray(from, to), start);
    }
    this.#counts[this.rows * 2] = count;
    this.#counts[this.rows * 2 + 1] = count / 2 ** 32;
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
    const count = arrow.makeData({
      type: new arrow.Uint64(),
      length,
      nullCount: 0,
      data: new BigUint64Array(this.#counts.buffer, 0, length),
    });
    this.rows = 0;
    return new arrow.RecordBatch(
      SCHEMA,
      arrow.makeData({ type: ROW, length, nullCount: 0, children: [key, count] }),
    );
  }
}
