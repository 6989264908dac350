import { FINGERPRINT_BYTES, MOST_FINGERPRINTS } from "../../../assembly/literal_layout.ts";
import { otherCase } from "./byte_classes.ts";

const GROUPS = 8;
/** Of more literals, some one may end almost anywhere. */
const MOST_LITERALS = 64;

/**
 * What the kernel tells candidates by, 16 places at a time, as Hyperscan's Teddy does: literals are
 * in 8 groups, and a place where no group has all bytes cannot be the end of a literal.
 *
 * @param reversed Literals, their last byte first.
 * @returns Nothing where there are so many that it would be in vain.
 */
export function fingerprintsOf(
  reversed: readonly Uint8Array[],
  folds: boolean,
): Uint8Array | undefined {
  if (reversed.length > MOST_LITERALS) return undefined;
  const prints = new Uint8Array(MOST_FINGERPRINTS * FINGERPRINT_BYTES);
  const half = FINGERPRINT_BYTES / 2;
  const sorted = reversed.toSorted((a, b) => a[0] - b[0]);
  sorted.forEach((literal, i) => {
    const group = 1 << Math.floor(i * GROUPS / sorted.length);
    for (let place = 0; place < MOST_FINGERPRINTS; place++) {
      const at = place * FINGERPRINT_BYTES;
      if (place >= literal.length) {
        for (let any = 0; any < FINGERPRINT_BYTES; any++) prints[at + any] |= group;
        continue;
      }
      const byte = literal[place];
      for (const each of folds ? [byte, otherCase(byte)] : [byte]) {
        prints[at + (each & 15)] |= group;
        prints[at + half + (each >> 4)] |= group;
      }
    }
  });
  return prints;
}
