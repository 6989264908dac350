/** Code points: ranges, first and last, ascending, that neither overlap nor touch. */
export type CodePoints = readonly (readonly [first: number, last: number])[];

const LAST_CODE_POINT = 0x10ffff;

/** Characters of ASCII words: what `\w` is. */
export const WORD: CodePoints = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];

/** Halves of characters, first and last: UTF-8 has none. */
export const SURROGATES = [0xd800, 0xdfff] as const;

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

/** The code points of the set, one by one. */
export function* membersOf(set: CodePoints): Generator<number, void, void> {
  for (const [first, last] of set) {
    for (let codePoint = first; codePoint <= last; codePoint++) yield codePoint;
  }
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
