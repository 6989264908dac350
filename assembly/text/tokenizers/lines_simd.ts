import { findNul, LETTERS, lowerLetters, TO_LETTER } from "./letters_simd";
import { setScanHasNul, setScanNext } from "./scan_state";

// Takes 64 bytes at a time, with a bit for each LF:
//
//   append 0, the start of the first line, to the list
//   for each LF: append the end of its line (before the `cr`, if one precedes the LF), then the start
//     of the next line
//
// So behind the last whole pair of the list is the start of the line that is open at `to`.

const LF = memory.data<u8>([
  0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a, 0x0a,
], 16);

// @ts-ignore: decorator
@inline
function bitsOf(bytes: v128, lf: v128): u64 {
  return <u64><u32>i8x16.bitmask(i8x16.eq(bytes, lf));
}

/** Lists the lines of a sub-block; see scan.ts, and lineEndByte for `cr`. */
export function scanLinesSimd(
  from: usize,
  to: usize,
  end: usize,
  list: usize,
  foldBit: u32,
  cr: u32,
): usize {
  const lf = v128.load(LF), toLetter = v128.load(TO_LETTER), letters = v128.load(LETTERS);
  const foldBits = i8x16.splat(<i8>foldBit);
  let least = i8x16.splat(-1);
  let hasNul = false;
  store<u16>(list, 0);
  let out = list + 2;
  let start = from;
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    v128.store(at, lowerLetters(a, foldBits, toLetter, letters));
    v128.store(at, lowerLetters(b, foldBits, toLetter, letters), 16);
    v128.store(at, lowerLetters(c, foldBits, toLetter, letters), 32);
    v128.store(at, lowerLetters(d, foldBits, toLetter, letters), 48);
    let ends = bitsOf(a, lf) | (bitsOf(b, lf) << 16) | (bitsOf(c, lf) << 32) |
      (bitsOf(d, lf) << 48);
    if (to - at >= 64) {
      least = i8x16.min_u(least, i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d)));
    } else { // the text's last block; the padding behind the text holds no LF
      hasNul = findNul(at, to);
    }
    while (ends) {
      const lineEnd = at + <usize>ctz(ends);
      ends &= ends - 1;
      const cut = <usize>u32(lineEnd > start && <u32>load<u8>(lineEnd - 1) == cr);
      start = lineEnd + 1;
      store<u32>(out, <u32>(lineEnd - cut - from) | (<u32>(start - from) << 16));
      out += 4;
    }
  }
  setScanHasNul(hasNul || !i8x16.all_true(least));
  if (start == to || to < end) {
    setScanNext(start);
    return out - 2;
  }
  store<u16>(out, <u16>(to - from));
  setScanNext(to);
  return out + 2;
}
