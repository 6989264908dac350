import { VALUE_KEY, VALUE_KEY_BYTES } from "../layout";
import { SLICE_BYTES, SLICE_START } from "../number_layout";
import { setScanNext } from "../text/tokenizers/scan_state";
import { recordEnd } from "../text/tokenizers/values";
import { keyBytesMask, stateBytes } from "./op";

// Where value records have their keys: in themselves, or in the chunk that they are slices of. Lists of
// records have the u32 address of each.

/** The text that slices are of; 0 where records hold their keys. */
let text: usize = 0;

/** Takes up records, of slices if a text is named. */
export function openRecords(ofText: usize): void {
  text = ofText;
}

export function areSlices(): bool {
  return text != 0;
}

/** Where a slice's key stands. */
// @ts-ignore: decorator
@inline
export function sliceOf(record: usize): usize {
  return text + load<u32>(record, SLICE_START);
}

export function keyOfRecord(record: usize): usize {
  return text == 0 ? record + VALUE_KEY : sliceOf(record);
}

export function keyBytesOf(record: usize): u32 {
  return (load<u32>(record, VALUE_KEY_BYTES) & keyBytesMask) - stateBytes;
}

/** Lists the records of a sub-block; sets scanNext, as a scanner. */
export function listRecords(from: usize, to: usize, list: usize): usize {
  let at = from;
  while (at + VALUE_KEY <= to) {
    const bytes = load<u32>(at, VALUE_KEY_BYTES) & keyBytesMask;
    const end = text == 0 ? <u64>at + VALUE_KEY + bytes : <u64>at + SLICE_BYTES;
    if (end > to) break;
    store<u32>(list, <u32>at);
    list += 4;
    at = text == 0 ? recordEnd(at) : at + SLICE_BYTES;
  }
  setScanNext(at);
  return list;
}
