import { lowerLetters } from "../lower_ascii";
import {
  breakByteAt, isIgnored, isNewline, segmentEnd, segmentIsWord,
} from "./unicode_segments";
import {
  WB_CLASS, WB_CR, WB_LF, WB_PICTOGRAPHIC, WB_REGIONAL_INDICATOR, WB_WSEGSPACE, WB_ZWJ,
} from "../../generated/word_break";

// The place of the tokenizer `unicode` in its sub-block, which its three ways share, and the walk
// through the machine where masks cannot decide.
//
// The place is in globals of the instance, which other files read and this file alone sets:
//
//   startWalk      all of them
//   moveTo         at, out, open and carry, behind a block of either fast path
//   setFloor       floor
//   closeWord      out and open
//   lastBoundary   out and open
//   walkExactly    all but base
//
// 1. The text before `at` is decided, but for a word that is open there; a character starts at
//    `at`.
// 2. The start of a word that is open at `at` is on the list, and the word surely is one.
// 3. `floor` is a boundary: no character before it matters to those behind it.

/** Offsets in the list count from here. */
export let base: usize = 0;
export let at: usize = 0;
export let floor: usize = 0;
/** End of the list. */
export let out: usize = 0;
/** 1 when a word is open at `at`, else 0. */
export let open: u64 = 0;
/** CARRY_*: the classes of the character before `at`, when that is beyond ASCII. */
export let carry: u32 = 0;
/**
 * Whether a word has a NUL. Only its first character can be NUL, and only the machine finds such a
 * word.
 */
export let hasNul: bool = false;

export const CARRY_LETTER: u32 = 1;
export const CARRY_NUMERIC: u32 = 2;
export const CARRY_LOW_LINE: u32 = 4;
export const CARRY_SINGLE: u32 = 8;
export const CARRY_KATAKANA: u32 = 16;
export const CARRY_HEBREW: u32 = 32;

export function startWalk(from: usize, list: usize): void {
  base = at = floor = from;
  out = list;
  open = 0;
  carry = 0;
  hasNul = false;
}

// @ts-ignore: decorator
@inline
export function moveTo(nextAt: usize, nextOut: usize, nextOpen: u64, nextCarry: u32): void {
  at = nextAt;
  out = nextOut;
  open = nextOpen;
  carry = nextCarry;
}

/** Says that `place` is a boundary, whatever follows. */
export function setFloor(place: usize): void {
  floor = place;
}

/** Ends the open word at `at`. */
export function closeWord(): void {
  store<u16>(out, <u16>(at - base));
  out += 2;
  open = 0;
}

/** The last sure boundary up to `at`; takes an open word off the list. */
export function lastBoundary(): usize {
  if (open) {
    out -= 2;
    open = 0;
    return base + <usize>load<u16>(out);
  }
  if (at == floor) return at;
  let p = at;
  let right = byteBefore(p);
  // A line ends for sure, unless it is a CR that an LF may follow.
  if (isNewline(right & WB_CLASS) && right != WB_CR) return p;
  p = startBefore(p);
  while (p > floor) {
    const left = byteBefore(p);
    if (breaksBetween(left, right, p)) break;
    p = startBefore(p);
    right = left;
  }
  return p;
}

/** The start of the character before `p`. */
function startBefore(p: usize): usize {
  do p--; while ((load<u8>(p) & 0xc0) == 0x80);
  return p;
}

/** The byte of the table word_break for the character before `p`. */
function byteBefore(p: usize): u32 {
  const start = startBefore(p);
  return breakByteAt(start, <u32>(p - start));
}

/** Whether there is surely a boundary at `p` between two characters that belong to no listed word. */
function breaksBetween(left: u32, right: u32, p: usize): bool {
  const before = left & WB_CLASS;
  const after = right & WB_CLASS;
  if (isNewline(before)) return before != WB_CR || after != WB_LF;
  if (isNewline(after)) return true;
  if (isIgnored(after)) return false;
  if (after == WB_WSEGSPACE) return before != WB_WSEGSPACE;
  if (before == WB_ZWJ && right & WB_PICTOGRAPHIC) return false;
  return after != WB_REGIONAL_INDICATOR || !(indicatorsBefore(p) & 1);
}

/** How many regional indicators stand in a row right before `p`, or since the floor. */
function indicatorsBefore(p: usize): u32 {
  let count: u32 = 0;
  while (p > floor) {
    const kind = byteBefore(p) & WB_CLASS;
    if (kind == WB_REGIONAL_INDICATOR) count++;
    else if (!isIgnored(kind)) break;
    p = startBefore(p);
  }
  return count;
}

/**
 * Takes segments through the machine, from the last sure boundary on, until it has reached
 * `target`. Returns 0, or the start of a segment that reaches beyond `to`.
 */
export function walkExactly(target: usize, to: usize, end: usize, foldBit: u32): usize {
  let p = lastBoundary();
  carry = 0;
  while (p < target) {
    const next = segmentEnd(p, end, to);
    if (next > to) return p;
    if (segmentIsWord) {
      if (foldBit) lowerLetters(p, next);
      if (load<u8>(p) == 0) hasNul = true;
      store<u32>(out, <u32>(p - base) | <u32>(next - base) << 16);
      out += 4;
    }
    p = next;
  }
  at = floor = p;
  return 0;
}
