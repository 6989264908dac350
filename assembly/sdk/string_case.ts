// Upper and lower case of Unicode 17, as JavaScript has it, in place of asc's own, which lacks newer
// letters, takes some halves of surrogate pairs for pairs, and ends few words with a final sigma.
// `library_changes.ts` of the compiler makes the library's methods call these.

import { bsearch, casemap, SPECIALS_UPPER } from "util/casemap";
import { CASED, CASE_IGNORABLE } from "./case_properties";
import { endOf } from "./string_methods";
import { putCharacter } from "./text";

const LOWER = 0, UPPER = 1;
/** Bytes of a block of units. */
const BLOCK: usize = 16;
/** asc's table goes no further. */
const MAP_LIMIT: u32 = 0x20000;

/** Letters that asc's table lacks: the first capital, how many follow, how far their small ones are. */
// @ts-ignore: decorator
@lazy const NEWER = memory.data<i32>([
  0x1c89, 0, 1, 0x24b6, 25, 26, 0x2c2f, 0, 0x30, 0xa7c0, 0, 1, 0xa7cb, 0, -0xa567, 0xa7cc, 0, 1,
  0xa7ce, 0, 1, 0xa7d0, 0, 1, 0xa7d2, 0, 1, 0xa7d4, 0, 1, 0xa7d6, 0, 1, 0xa7d8, 0, 1, 0xa7da, 0, 1,
  0xa7dc, 0, -0xa641, 0x10570, 10, 0x27, 0x1057c, 14, 0x27, 0x1058c, 6, 0x27, 0x10594, 1, 0x27,
  0x10d50, 21, 0x20, 0x16ea0, 24, 0x1b,
]);
const NEWER_BYTES: usize = 20 * 12;

/** What String#toLowerCase gives. */
// @ts-ignore: decorator
@global
function lowerOf(text: string): string {
  const start = changetype<usize>(text), end = endOf(text);
  const codes = __new((end - start) << 1, idof<String>());
  let out = codes;
  for (let at = start; at < end;) {
    if (at + BLOCK <= end && putAscii(out, at, 0x41)) {
      at += BLOCK;
      out += BLOCK;
      continue;
    }
    const character = pointAt(at, end);
    const next = at + (character < 0x10000 ? 2 : 4);
    if (character < 0x80) {
      store<u16>(out, character ^ (<u32>(character - 0x41 < 26) << 5));
      out += 2;
    } else if (character == 0x130) { // İ
      store<u32>(out, 0x0307 << 16 | 0x69);
      out += 4;
    } else if (character == 0x3a3) { // Σ
      out = putCharacter(out, endsWord(start, at, end) ? 0x3c2 : 0x3c3);
    } else {
      out = putCharacter(out, mapped(character, LOWER));
    }
    at = next;
  }
  return changetype<string>(__renew(codes, out - codes));
}

/** What String#toUpperCase gives. */
// @ts-ignore: decorator
@global
function upperOf(text: string): string {
  const start = changetype<usize>(text), end = endOf(text);
  const codes = __new((end - start) * 3, idof<String>());
  let out = codes;
  for (let at = start; at < end;) {
    if (at + BLOCK <= end && putAscii(out, at, 0x61)) {
      at += BLOCK;
      out += BLOCK;
      continue;
    }
    const character = pointAt(at, end);
    if (character < 0x80) {
      store<u16>(out, character ^ (<u32>(character - 0x61 < 26) << 5));
      out += 2;
    } else {
      out = putUpper(out, character);
    }
    at += character < 0x10000 ? 2 : 4;
  }
  return changetype<string>(__renew(codes, out - codes));
}

/** Writes 8 units with letters from `first` on in the other case, and says whether all are ASCII. */
// @ts-ignore: decorator
@inline
function putAscii(out: usize, at: usize, first: i16): bool {
  const units = v128.load(at);
  const letters = i16x8.lt_u(i16x8.sub(units, i16x8.splat(first)), i16x8.splat(26));
  v128.store(out, v128.xor(units, v128.and(letters, i16x8.splat(0x20))));
  return !v128.any_true(v128.and(units, i16x8.splat(-0x80)));
}

function putUpper(out: usize, character: u32): usize {
  if (character - 0xdf <= 0xfb17 - 0xdf) {
    const specials = changetype<usize>(SPECIALS_UPPER);
    const index = bsearch(character, specials, SPECIALS_UPPER.length);
    if (index >= 0) {
      const row = specials + (<usize>index << 1);
      store<u32>(out, load<u32>(row, 2));
      const third = load<u16>(row, 6);
      if (third == 0) return out + 4;
      store<u16>(out, third, 4);
      return out + 6;
    }
  }
  return putCharacter(out, mapped(character, UPPER));
}

function mapped(character: u32, direction: i32): u32 {
  if (character >= MAP_LIMIT) return character;
  const found = casemap(character, direction) & 0x1fffff;
  if (found != character || (character - 0x2c60 < 0xa7c0 - 0x2c60)) return found;
  for (let row = NEWER; row < NEWER + NEWER_BYTES; row += 12) {
    const distance = load<i32>(row, 8);
    const first = load<u32>(row) + (direction == UPPER ? distance : 0);
    if (character - first <= load<u32>(row, 4)) {
      return direction == UPPER ? character - distance : character + distance;
    }
  }
  return character;
}

/** The code point that begins at a unit; half a surrogate pair is one of its own. */
// @ts-ignore: decorator
@inline
function pointAt(at: usize, end: usize): u32 {
  const unit: u32 = load<u16>(at);
  if ((unit & 0xfc00) != 0xd800 || at + 2 == end) return unit;
  const second: u32 = load<u16>(at, 2);
  return (second & 0xfc00) == 0xdc00 ? 0x10000 + ((unit & 0x3ff) << 10 | (second & 0x3ff)) : unit;
}

/** The code point that ends before a unit. */
// @ts-ignore: decorator
@inline
function pointBefore(at: usize, start: usize): u32 {
  return at - start >= 4 && pointAt(at - 4, at) >= 0x10000 ? pointAt(at - 4, at) : load<u16>(at - 2);
}

/** Whether the sigma at `at` stands behind a letter and before none, whatever both cases ignore. */
function endsWord(start: usize, at: usize, end: usize): bool {
  let before = at;
  let character: u32 = 0;
  do {
    if (before == start) return false;
    character = pointBefore(before, start);
    before -= character < 0x10000 ? 2 : 4;
  } while (has(CASE_IGNORABLE, character));
  if (!has(CASED, character)) return false;
  for (let behind = at + 2; behind < end;) {
    character = pointAt(behind, end);
    if (!has(CASE_IGNORABLE, character)) return !has(CASED, character);
    behind += character < 0x10000 ? 2 : 4;
  }
  return true;
}

/** Whether a code point has a property. */
function has(runs: usize, character: u32): bool {
  let behind: u32 = 0;
  let at = runs;
  let present = true;
  while (behind <= character) {
    present = !present;
    let byte: u32 = load<u8>(at++), length = byte & 0x7f;
    while (byte >= 0x80) {
      byte = load<u8>(at++);
      length = length << 7 | (byte & 0x7f);
    }
    behind += length;
  }
  return present;
}
