import { isWide } from "../values/op";
import { copyRecord, keyedBytes, RECORD_KEY, RECORD_KEY_BYTES } from "./record_runs";

// Records of the segment have no tails. Where a value has 128 bits, its first word stands where others
// stand, and its high word behind the key, as if that had 8 bytes more: so whoever only moves records
// need not know.

/** Bytes of a record when it is in the segment. */
// @ts-ignore: decorator
@inline
export function segmentBytes(record: usize): usize {
  return <usize>keyedBytes(load<u32>(record, RECORD_KEY_BYTES)) + (isWide ? 8 : 0);
}

/** Writes a record, of so many bytes, as the segment has it. */
// @ts-ignore: decorator
@inline
export function copyToSegment(to: usize, record: usize, bytes: usize): void {
  if (isWide) copyWide(to, record, bytes - 8);
  else copyRecord(to, record, bytes);
}

/** @param keyed Bytes up to the tail, which is the high word. */
function copyWide(to: usize, record: usize, keyed: usize): void {
  copyRecord(to, record, keyed);
  const keyBytes = load<u32>(record, RECORD_KEY_BYTES);
  store<u32>(to, keyBytes + 8, RECORD_KEY_BYTES);
  store<u64>(to + keyed, 0); // padding
  store<u64>(to + RECORD_KEY + keyBytes, load<u64>(record + keyed));
}
