import { STEP, writeEdges } from "../../blocks/edges_simd";
import {
  ASCII_SPACES, asciiSpaces, clearSpill, spill, wideSpaces,
} from "../../blocks/spaces_simd";
import { BIT_POSITIONS } from "../../memory/masks";
import { findNul, LETTERS, lowerLetters, TO_LETTER } from "./letters_simd";
import { setScanHasNul, setScanNext } from "./scan_state";

// 64 bytes at a time:
//
//   words = a bit for each byte that is no ASCII whitespace
//   if the block holds a byte above 0x7f: words &= ~(bits of wider whitespace characters)
//   edges = words ^ (words << 1 | was a word open before the block)
//   append the offsets of the one bits of edges to the list

/** Lists the words of a sub-block; see scan.ts. */
export function scanWhitespaceSimd(from: usize, to: usize, end: usize, list: usize, foldBit: u32): usize {
  const from09 = v128.load(ASCII_SPACES), from1c = v128.load(ASCII_SPACES, 16);
  const five = v128.load(ASCII_SPACES, 32), toLetter = v128.load(TO_LETTER);
  const letters = v128.load(LETTERS), step = v128.load(STEP);
  const foldBits = i8x16.splat(<i8>foldBit);
  let least = i8x16.splat(-1);
  let hasNul = false;
  let open: u64 = 0; // 1 while a word is open
  let out = list;
  clearSpill();
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    v128.store(at, lowerLetters(a, foldBits, toLetter, letters));
    v128.store(at, lowerLetters(b, foldBits, toLetter, letters), 16);
    v128.store(at, lowerLetters(c, foldBits, toLetter, letters), 32);
    v128.store(at, lowerLetters(d, foldBits, toLetter, letters), 48);
    let words = ~(asciiSpaces(a, from09, from1c, five) |
      (asciiSpaces(b, from09, from1c, five) << 16) |
      (asciiSpaces(c, from09, from1c, five) << 32) |
      (asciiSpaces(d, from09, from1c, five) << 48));
    if (i8x16.bitmask(v128.or(v128.or(a, b), v128.or(c, d))) != 0) words &= ~wideSpaces(at);
    if (to - at >= 64) {
      least = i8x16.min_u(least, i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d)));
    } else { // the text's last block: the padding behind the text is no part of a word
      words &= ((<u64>1) << (to - at)) - 1;
      hasNul = findNul(at, to);
    }
    out = writeEdges(words ^ ((words << 1) | open), <u32>(at - from), step, BIT_POSITIONS, out);
    open = words >>> 63;
  }
  setScanHasNul(hasNul || !i8x16.all_true(least));
  // The list has an odd number of edges when a word is open at `to`.
  if (((out - list) & 2) == 0) {
    setScanNext(to + <usize>popcnt(spill));
  } else if (to < end) {
    out -= 2;
    setScanNext(from + load<u16>(out));
  } else {
    store<u16>(out, <u16>(to - from));
    out += 2;
    setScanNext(to);
  }
  return out;
}
