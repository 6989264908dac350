import { keepsTail, tailBytes } from "../values/op";
import { copyRecord, keyedBytes, RECORD_KEY, RECORD_KEY_BYTES } from "./record_runs";

// Most records of the segment have no tails. Where a value has more than its first word, this stands
// where others stand, and the tail behind the key, as if that had so many bytes more: so whoever only
// moves records need not know.

/** Bytes of a record when it is in the segment. */
// @ts-ignore: decorator
@inline
export function segmentBytes(record: usize): usize {
  return <usize>keyedBytes(load<u32>(record, RECORD_KEY_BYTES)) + (keepsTail ? tailBytes : 0);
}

/** Writes a record, of so many bytes, as the segment has it. */
// @ts-ignore: decorator
@inline
export function copyToSegment(to: usize, record: usize, bytes: usize): void {
  if (keepsTail) copyWithTail(to, record, bytes);
  else copyRecord(to, record, bytes);
}

function copyWithTail(to: usize, record: usize, bytes: usize): void {
  const keyed = bytes - tailBytes;
  copyRecord(to, record, keyed);
  const keyBytes = load<u32>(record, RECORD_KEY_BYTES);
  store<u32>(to, keyBytes + tailBytes, RECORD_KEY_BYTES);
  store<u64>(to + bytes - 8, 0); // padding
  const tail = to + RECORD_KEY + keyBytes;
  for (let i: u32 = 0; i < tailBytes; i += 8) store<u64>(tail + i, load<u64>(record + keyed + i));
}
