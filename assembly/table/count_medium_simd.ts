import { mediumZero, SEED_MEDIUM, SEED_NH_A, SEED_NH_B } from "./hash";
import { MEDIUM_BYTES, MEDIUM_MASKS_A, MEDIUM_MASKS_B } from "../memory/masks";
import { SCRATCH_MISSES, scratch } from "../memory/runtime";
import { mediumBase, mediumBits } from "./tier_medium";

/**
 * Pass 3: as pass 1, for the medium tier. Counts each word whose key is in its home slot, and
 * removes the word from the list of misses, which ends at `listEnd`; returns the new end.
 *
 * A word that is too long for the tier gets the zero key, whose home is slot 0; the sentinel there
 * makes it miss. So does a word of the short tier.
 */
export function countMedium(base: usize, listEnd: usize): usize {
  const slots = mediumBase;
  const shift: u64 = 64 - <u64>mediumBits;
  const seedA = v128.load(SEED_NH_A), seedB = v128.load(SEED_NH_B);
  const zero = mediumZero, multiplier = load<u64>(SEED_MEDIUM);
  let out = scratch + SCRATCH_MISSES;
  for (let at = out; at < listEnd; at += 4) {
    const word = load<u32>(at);
    const start = word & 0xffff;
    const length = min<u32>((word >>> 16) - start, MEDIUM_BYTES + 1) << 4;
    const a = v128.and(v128.load(base + start), v128.load(length, MEDIUM_MASKS_A));
    const b = v128.and(v128.load(base + start, 16), v128.load(length, MEDIUM_MASKS_B));
    const sumA = i32x4.add(a, seedA), sumB = i32x4.add(b, seedB);
    const products = i64x2.add(
      i64x2.extmul_low_i32x4_u(sumA, sumB),
      i64x2.extmul_high_i32x4_u(sumA, sumB),
    );
    const sum = i64x2.extract_lane(products, 0) + i64x2.extract_lane(products, 1);
    const slot = slots + (<usize>(((sum - zero) * multiplier) >>> shift) << 5);
    const equalA = i32x4.bitmask(i32x4.eq(v128.load(slot), a));
    const entryB = v128.load(slot, 16);
    const equalB = i32x4.bitmask(i32x4.eq(entryB, b));
    const hit = <u32>((equalA | (equalB << 4)) == 0x7f);
    // All 16 bytes, as in pass 1: each short word stores to slot 0, and the next short word loads
    // it.
    v128.store(slot, i32x4.add(entryB, i32x4.replace_lane(i32x4.splat(0), 3, hit)), 16);
    store<u32>(out, word);
    out += 4 - (hit << 2);
  }
  return out;
}
