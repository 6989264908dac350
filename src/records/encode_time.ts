import {
  TIME_COUNT,
  TIME_LISTS,
  TIME_SEGMENT_BYTES,
  TIME_SEGMENTS,
  TIME_SLOT,
  TIME_UNIT,
  TIME_UNTIL,
  UNIT_MONTH,
  UNIT_SECOND,
  UNIT_WEEK,
} from "../../assembly/records/plan_layout.ts";
import type { TimeExtractor } from "./record_plan.ts";

const UNITS = { second: UNIT_SECOND, week: UNIT_WEEK, month: UNIT_MONTH };

/**
 * A bucket of time as the kernel reads it; plan_layout.ts has its form.
 *
 * @param slot Number of the extractor whose text is a time.
 */
export function encodeTime({ bucket, zone }: TimeExtractor, slot: number): Uint8Array {
  const { segments, until } = zone;
  const bytes = new Uint8Array(TIME_LISTS + segments.length * TIME_SEGMENT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(TIME_SLOT, slot, true);
  view.setUint32(TIME_UNIT, UNITS[bucket.unit], true);
  view.setUint32(TIME_COUNT, bucket.count, true);
  view.setUint32(TIME_SEGMENTS, segments.length, true);
  view.setBigInt64(TIME_UNTIL, BigInt(until), true);
  segments.forEach(({ from, offset }, i) => {
    const at = TIME_LISTS + i * TIME_SEGMENT_BYTES;
    view.setBigInt64(at, BigInt(from), true);
    view.setBigInt64(at + 8, BigInt(offset), true);
  });
  return bytes;
}
