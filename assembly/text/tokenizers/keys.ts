import { KEY_BYTES_MASK } from "../../layout";
import { setScanHasNul, setScanIsWord, setScanNext } from "./scan_state";

// The `keys` tokenizer: the text is key records, u32 bytes and the key, unpadded. Each key is one
// word as it is.

export const KEY_RECORD_HEADER_BYTES: u32 = 4;

/** Pass 0; see scan.ts. Does not fold: final_key.ts folds the distinct keys. */
export function scanKeys(from: usize, to: usize, _end: usize, list: usize): usize {
  let at = from;
  let hasNul = false;
  while (at + KEY_RECORD_HEADER_BYTES <= to) {
    const start = at + KEY_RECORD_HEADER_BYTES;
    const bytes = load<u32>(at) & KEY_BYTES_MASK;
    if (<u64>start + bytes > to) break;
    const stop = start + bytes;
    if (bytes != 0 && load<u8>(stop - 1) == 0) hasNul = true;
    store<u32>(list, <u32>(start - from) | (<u32>(stop - from) << 16));
    list += 4;
    at = stop;
  }
  setScanHasNul(hasNul);
  setScanNext(at);
  return list;
}

/** End of a record that is longer than a sub-block; its word starts behind the record's header. */
export function scanLongKeys(from: usize): usize {
  setScanIsWord(true);
  return from + KEY_RECORD_HEADER_BYTES + (load<u32>(from) & KEY_BYTES_MASK);
}
