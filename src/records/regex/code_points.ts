/** Code points: ranges, first and last, ascending, that neither overlap nor touch. */
export type CodePoints = readonly (readonly [first: number, last: number])[];

const LAST_CODE_POINT = 0x10ffff;

/** Every code point of some ranges, which may stand in any order and overlap. */
export function union(...sets: readonly CodePoints[]): CodePoints {
  const ranges = sets.flat().sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [first, last] of ranges) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** Every code point that is not in the set. */
export function complement(set: CodePoints): CodePoints {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT]);
  return gaps;
}

/** Whether a code point is in the set. */
export function contains(set: CodePoints, codePoint: number): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle][1] < codePoint) low = middle + 1;
    else high = middle;
  }
  return low < set.length && set[low][0] <= codePoint;
}
