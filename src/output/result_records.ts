import type { ResultValues } from "../contract/documents.ts";
import { areWide } from "../contract/result_values.ts";
import { CursorView } from "../reduce/cursor_view.ts";
import { HIGH_BYTES, type RecordCursor, type Segment } from "../reduce/segment.ts";

/** More than a count that is exact. */
const NO_COUNT = 2 ** 64;

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
  return areWide(values) ? new WideCursor(records) : records;
}

/** Walks records whose values have 128 bits, of which a part stands behind the key. */
class WideCursor extends CursorView {
  override get keyEnd(): number {
    return this.records.keyEnd - HIGH_BYTES;
  }

  /** The low word; it is no exact count where there is more than that. */
  override get count(): number {
    const { bytes } = this;
    const end = this.records.keyEnd;
    let high = 0;
    for (let at = this.keyEnd; at < end; at++) high |= bytes[at];
    return high === 0 ? this.records.count : NO_COUNT;
  }

  override get integer(): bigint {
    const { bytes, keyEnd } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset + keyEnd, HIGH_BYTES);
    return (view.getBigInt64(0, true) << 64n) + this.records.integer;
  }
}
