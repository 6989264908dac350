import { FLAG_FOLD, FLAG_NFC } from "../layout";
import { foldKey, isFolded } from "../text/fold_key";
import { isNfc, nfcRoom, normalizeKey } from "../text/nfc";
import { wordFlags } from "./plan";
import { makeRoom } from "./regions";

// The final form of a word: normalized, folded, and normalized again, as final_key.ts makes whole keys.
// Here each word is brought to it that is a part of a key, or that texts are told apart for.

/** Most bytes of a folded word for each of its bytes. */
const MOST_FOLDED: usize = 3;

/** Where the final form stands. */
export let finalStart: usize = 0;
export let finalEnd: usize = 0;

/**
 * Finds the final form of a word: the word itself if it is that, else what is written behind an address
 * to which nothing but this writes meanwhile.
 */
export function makeFinalWord(start: usize, end: usize, free: usize): void {
  finalStart = start;
  finalEnd = end;
  const normalizes = (wordFlags & FLAG_NFC) != 0;
  if (normalizes) free = normalize(free);
  if ((wordFlags & FLAG_FOLD) == 0 || isFolded(finalStart, bytes(), normalizes)) return;
  makeRoom(free + MOST_FOLDED * bytes());
  free = setFinal(free, foldKey(finalStart, bytes(), free));
  if (normalizes) normalize(free);
}

/** Returns where there is room behind it. */
function normalize(free: usize): usize {
  if (isNfc(finalStart, bytes())) return free;
  makeRoom(free + <usize>nfcRoom(finalStart, bytes()));
  return setFinal(free, normalizeKey(finalStart, bytes(), free));
}

function setFinal(start: usize, length: u32): usize {
  finalStart = start;
  finalEnd = start + length;
  return finalEnd;
}

// @ts-ignore: decorator
@inline
function bytes(): u32 {
  return <u32>(finalEnd - finalStart);
}
