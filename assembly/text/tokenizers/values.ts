import { VALUE_KEY, VALUE_KEY_BYTES } from "../../layout";
import { keyBytesMask, stateBytes } from "../../values/op";
import { setScanHasNul, setScanIsWord, setScanNext } from "./scan_state";

// The `values` tokenizer: the text is value records, 8 bytes of the value, u32 bytes and the key,
// padded. Each key is one word as it is, and its value stands VALUE_KEY bytes before it. Records of
// segments have more of the value behind the key, in whose length it is counted. Nobody has checked the
// records: one that ends behind the text counts as one that fills the sub-block.

// @ts-ignore: decorator
@inline
export function recordEnd(record: usize): usize {
  const bytes = load<u32>(record, VALUE_KEY_BYTES) & keyBytesMask;
  return record + ((<usize>bytes + VALUE_KEY + 7) & ~7);
}

/** Pass 0; see scan.ts. Does not fold: final_key.ts folds the distinct keys. */
export function scanValues(from: usize, to: usize, list: usize): usize {
  let at = from;
  let hasNul = false;
  while (at + VALUE_KEY <= to) {
    const bytes = load<u32>(at, VALUE_KEY_BYTES) & keyBytesMask;
    if (<u64>at + VALUE_KEY + bytes > to) break;
    const start = at + VALUE_KEY;
    const stop = start + bytes - stateBytes;
    if (stop != start && load<u8>(stop - 1) == 0) hasNul = true;
    store<u32>(list, <u32>(start - from) | (<u32>(stop - from) << 16));
    list += 4;
    at = recordEnd(at);
  }
  setScanHasNul(hasNul);
  setScanNext(at);
  return list;
}

/** Whether a record ends within the text, but for its padding. */
export function holdsRecord(from: usize, end: usize): bool {
  if (end - from < <usize>VALUE_KEY) return false;
  return (load<u32>(from, VALUE_KEY_BYTES) & keyBytesMask) <= end - from - VALUE_KEY;
}

/**
 * End of the key of a record that is longer than a sub-block; the key starts behind the record's
 * header, and scanNext is the end of the record.
 */
export function scanLongValues(from: usize): usize {
  setScanIsWord(true);
  setScanNext(recordEnd(from));
  return from + VALUE_KEY + (load<u32>(from, VALUE_KEY_BYTES) & keyBytesMask) - stateBytes;
}
