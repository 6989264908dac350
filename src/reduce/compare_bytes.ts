/**
 * Compares two keys bytewise, as `order=key` does: negative, 0 or positive as the first one stands
 * before, at or behind the second one.
 */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const common = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < common; i++) {
    const difference = a[aStart + i] - b[bStart + i];
    if (difference !== 0) return difference;
  }
  return (aEnd - aStart) - (bEnd - bStart);
}
