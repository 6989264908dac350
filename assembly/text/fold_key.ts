import {
  DELTA_COUNT,
  FOLD_ACTIONS,
  FOLD_BLOCK_BITS,
  FOLD_BLOCKS,
  FOLD_DELTAS,
  FOLD_EQUIVALENT,
  FOLD_EXPANSIONS,
  FOLD_LIMIT,
} from "../generated/case_folding";
import { charBytes, decode, encode } from "./code_points";
import { goesOn, goesOnAfter, POLL_BYTES } from "../memory/runtime";

// Case folding and lengths of whole keys. They run once for each distinct key, after counting, so
// the code is written for size and clarity; only ASCII has a path of its own.

const HIGH_BITS: u64 = 0x8080808080808080;
const EACH_BYTE: u64 = 0x0101010101010101;

/**
 * Folds the case of a key fully and without regard to language: statuses C and F of Unicode's
 * CaseFolding.txt. Folding twice gives the same as folding once.
 *
 * The key is UTF-8; `out` does not overlap it and has room for 3 × `bytes`, which U+0390 needs.
 * Neither needs padding. Returns the bytes written.
 */
export function foldKey(key: usize, bytes: u32, out: usize): u32 {
  const start = out;
  const end = key + bytes;
  while (key < end) {
    if (key + 8 <= end && (load<u64>(key) & HIGH_BITS) == 0) {
      store<u64>(out, lowerAscii(load<u64>(key)));
      key += 8;
      out += 8;
      if (!goesOnAfter(8)) break;
    } else {
      const lead: u32 = load<u8>(key);
      const length = charBytes(lead);
      out = foldCodePoint(decode(key, length), out);
      key += length;
      if (!goesOnAfter(length)) break;
    }
  }
  return <u32>(out - start);
}

// @ts-ignore: decorator
@inline
function expansionOf(action: u32): usize {
  return FOLD_EXPANSIONS + ((action - DELTA_COUNT) << 3);
}

/**
 * Whether folding leaves a key as it is. If `nfc`, also whether it only changes characters whose
 * folding NFC composes to the same character again, such as U+0390.
 */
export function isFolded(key: usize, bytes: u32, nfc: bool): bool {
  const end = key + bytes;
  while (key < end) {
    if (key + 8 <= end && (load<u64>(key) & HIGH_BITS) == 0) {
      if (lowerAscii(load<u64>(key)) != load<u64>(key)) return false;
      key += 8;
      if (!goesOnAfter(8)) return true;
    } else {
      const length = charBytes(load<u8>(key));
      const action = actionOf(decode(key, length));
      if (action != 0) {
        if (!nfc || action < DELTA_COUNT) return false;
        if ((load<u8>(expansionOf(action)) & FOLD_EQUIVALENT) == 0) return false;
      }
      key += length;
      if (!goesOnAfter(length)) return true;
    }
  }
  return true;
}

/** Lower-cases eight bytes below 0x80 at once. */
// @ts-ignore: decorator
@inline
function lowerAscii(bytes: u64): u64 {
  // No sum carries into the next byte, so bit 7 of the sums says that the byte is at least "A", and
  // at least "[".
  const fromA = bytes + (0x80 - 0x41) * EACH_BYTE;
  const beyondZ = bytes + (0x80 - 0x5b) * EACH_BYTE;
  return bytes | (((fromA ^ beyondZ) & HIGH_BITS) >> 2);
}

/** What folding does to a code point; 0: nothing. */
// @ts-ignore: decorator
@inline
function actionOf(codePoint: u32): u32 {
  if (codePoint >= FOLD_LIMIT) return 0;
  const block: u32 = load<u8>(FOLD_BLOCKS + (codePoint >> FOLD_BLOCK_BITS));
  const inBlock = codePoint & ((1 << FOLD_BLOCK_BITS) - 1);
  return load<u8>(FOLD_ACTIONS + ((block << FOLD_BLOCK_BITS) | inBlock));
}

function foldCodePoint(codePoint: u32, out: usize): usize {
  const action = actionOf(codePoint);
  if (action < DELTA_COUNT) return encode(codePoint + load<u32>(FOLD_DELTAS + (action << 2)), out);
  const expansion = expansionOf(action);
  const length = load<u8>(expansion) & ~FOLD_EQUIVALENT;
  memory.copy(out, expansion + 1, length);
  return out + length;
}

/** Code points in a key of well-formed UTF-8: its bytes that are no continuations. */
export function countChars(key: usize, bytes: u32): u32 {
  const start = key;
  const end = key + bytes;
  let continuations: u32 = 0;
  for (; key + 8 <= end; key += 8) {
    const word = load<u64>(key);
    continuations += <u32>popcnt(word & ~(word << 1) & HIGH_BITS); // bit 7 set, bit 6 clear
    if (((key - start) & (POLL_BYTES - 1)) == POLL_BYTES - 8 && !goesOn()) break;
  }
  for (; key < end; key++) continuations += u32((load<u8>(key) & 0xc0) == 0x80);
  return bytes - continuations;
}
