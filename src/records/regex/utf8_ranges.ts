import { type CodePoints, SURROGATES } from "./code_points.ts";

/** Which bytes stand at each place of a character's UTF-8: first and last. */
export type ByteRanges = readonly (readonly [first: number, last: number])[];

/** Last code points of one, two, three bytes; the last before and the first behind surrogates. */
const BORDERS = [0x7f, 0x7ff, 0xd7ff, 0xdfff, 0xffff];

/**
 * The UTF-8 of a set: in each sequence of byte ranges, every byte of a range goes with every byte of
 * the others. After Russ Cox, "Regular Expression Matching in the Wild" (2010), as in RE2.
 */
export function utf8Ranges(set: CodePoints): ByteRanges[] {
  const sequences: ByteRanges[] = [];
  for (const [first, last] of set) split(first, last, sequences);
  return sequences;
}

function split(first: number, last: number, sequences: ByteRanges[]): void {
  const border = BORDERS.find((border) => first <= border && border < last);
  if (border !== undefined) {
    split(first, border, sequences);
    split(border + 1, last, sequences);
    return;
  }
  if (first >= SURROGATES[0] && last <= SURROGATES[1]) return;
  const length = encode(first).length;
  for (let place = 1; place < length; place++) {
    const tail = (1 << (6 * place)) - 1;
    if ((first & ~tail) === (last & ~tail)) continue;
    // The bytes of the tail take all values, or the range is cut where they begin to.
    if ((first & tail) !== 0) {
      split(first, first | tail, sequences);
      split((first | tail) + 1, last, sequences);
      return;
    }
    if ((last & tail) !== tail) {
      split(first, (last & ~tail) - 1, sequences);
      split(last & ~tail, last, sequences);
      return;
    }
  }
  const lasts = encode(last);
  sequences.push(encode(first).map((byte, place) => [byte, lasts[place]] as const));
}

function encode(codePoint: number): number[] {
  if (codePoint < 0x80) return [codePoint];
  const tail = (place: number) => 0x80 | ((codePoint >> (6 * place)) & 0x3f);
  if (codePoint < 0x800) return [0xc0 | (codePoint >> 6), tail(0)];
  if (codePoint < 0x10000) return [0xe0 | (codePoint >> 12), tail(1), tail(0)];
  return [0xf0 | (codePoint >> 18), tail(2), tail(1), tail(0)];
}
