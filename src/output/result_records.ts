import type { ResultValues } from "../contract/documents.ts";
import { CursorView } from "../reduce/cursor_view.ts";
import type { RecordCursor, Segment } from "../reduce/segment.ts";
import { tailBytesOf } from "../reduce/value_tails.ts";

/** More than a count that is exact. */
const NO_COUNT = 2 ** 64;
const HIGH_BYTES = 8;

/**
 * A cursor over the records of a result, whatever its values are.
 *
 * @param values What the records hold in place of counts; undefined for counts.
 * @param position A `position` of another cursor. @default {before the first record}
 */
export function openResultRecords(
  segment: Segment,
  values: ResultValues | undefined,
  position = 0,
): RecordCursor {
  const records = segment.records(position);
  const tailBytes = tailBytesOf(values);
  return tailBytes > 0 ? new WideCursor(records, tailBytes) : records;
}

/**
 * Walks records that are ordered by values of 128 bits. A part of each stands behind the key, and what
 * else there is of it.
 */
class WideCursor extends CursorView {
  readonly #tailBytes: number;

  constructor(records: RecordCursor, tailBytes: number) {
    super(records);
    this.#tailBytes = tailBytes;
  }

  override get keyEnd(): number {
    return this.records.keyEnd - this.#tailBytes;
  }

  /** The low word; it is no exact count where there is more than that. */
  override get count(): number {
    const { bytes, keyEnd } = this;
    let high = 0;
    for (let at = keyEnd; at < keyEnd + HIGH_BYTES; at++) high |= bytes[at];
    return high === 0 ? this.records.count : NO_COUNT;
  }

  override get integer(): bigint {
    const { bytes, keyEnd } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset + keyEnd, HIGH_BYTES);
    return (view.getBigInt64(0, true) << 64n) + this.records.integer;
  }
}
