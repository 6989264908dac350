import { mediumZero, SEED_MEDIUM, SEED_NH_A, SEED_NH_B } from "./hash";
import { SCRATCH_MISSES, scratch } from "../memory/runtime";
import { isMediumEntryOf, mediumHomeOf, mediumKeyA, mediumKeyB, mediumMaskOf } from "./probe_simd";
import { mediumBase, mediumBits } from "./tier_medium";

/**
 * Pass 2: as pass 1, for the medium tier. Counts each word whose key is in its home slot, and
 * removes the word from the list of misses, which ends at `listEnd`; returns the new end.
 *
 * A word that is too long for the tier gets the zero key, whose home is slot 0; the sentinel there
 * makes it miss.
 */
export function countMedium(base: usize, listEnd: usize): usize {
  const slots = mediumBase;
  const shift: u64 = 64 - <u64>mediumBits;
  const seedA = v128.load(SEED_NH_A), seedB = v128.load(SEED_NH_B);
  const zero = mediumZero, multiplier = load<u64>(SEED_MEDIUM);
  let out = scratch + SCRATCH_MISSES;
  for (let at = out; at < listEnd; at += 4) {
    const word = load<u32>(at);
    const mask = mediumMaskOf(word);
    const a = mediumKeyA(word, base, mask), b = mediumKeyB(word, base, mask);
    const slot = slots + mediumHomeOf(a, b, seedA, seedB, zero, multiplier, shift);
    const entryB = v128.load(slot, 16);
    const hit = isMediumEntryOf(v128.load(slot), entryB, a, b);
    // All 16 bytes, as in pass 1.
    v128.store(slot, i32x4.add(entryB, i32x4.replace_lane(i32x4.splat(0), 3, hit)), 16);
    store<u32>(out, word);
    out += 4 - (hit << 2);
  }
  return out;
}
