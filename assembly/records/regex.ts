// Walks the tables of a regular expression (src/records/regex compiles them) over bytes of UTF-8.
//
// A row of entries per state, an entry per class of bytes:
//
//     entry = row[class[byte]]
//     entry is the state's own          the next byte              most bytes of most texts
//     entry has operations              registers := registers, or where the walker is
//     row = the entry's; dead           the last match stands
//     few ranges of bytes leave row     skip to the next of them, 16 bytes a step
//
// So a text costs one entry per byte, whatever the expression, and at most 251 moves per entry.

import {
  DEAD_ROW,
  ENTRY_ROW_BITS,
  OPS_MATCH,
  REGEX_CLASSES,
  REGEX_OPS,
  REGEX_ROWS,
  REGEX_START_ROW,
  REGISTER_END,
  REGISTER_START,
  ROW_END,
  ROW_ENTRIES,
  ROW_NO_RANGES,
  ROW_RANGE_COUNT,
  SOURCE_NONE,
  SOURCE_POSITION,
} from "../regex_layout";

const ROW_MASK: u32 = (1 << ENTRY_ROW_BITS) - 1;
/** Nowhere, in a register: no text lies there. */
const NONE: usize = 0;

/** A u32 each. */
const registers = memory.data(256 * 4, 16);

/** What the last findRegex() found. */
export let regexStart: usize = 0;
export let regexEnd: usize = 0;

/**
 * Finds the first group of the leftmost match, or the whole match of an expression without groups.
 * False if there is no match, or if the group takes no part in it.
 */
export function findRegex(tables: usize, from: usize, to: usize): bool {
  if (!walk(tables, from, to, false)) return false;
  regexStart = load<u32>(registers + (REGISTER_START << 2));
  regexEnd = load<u32>(registers + (REGISTER_END << 2));
  return regexEnd != NONE;
}

/** Whether there is a match; stops where the first one is certain. */
export function testRegex(tables: usize, from: usize, to: usize): bool {
  return walk(tables, from, to, true);
}

// @ts-ignore: decorator
@inline
function walk(tables: usize, from: usize, to: usize, isTest: bool): bool {
  const classes = tables + REGEX_CLASSES;
  const rows = tables + REGEX_ROWS;
  const ops = tables + load<u32>(tables, REGEX_OPS);
  let self = load<u32>(tables, REGEX_START_ROW);
  let row = rows + (<usize>self << 2);
  let at = skip(row, from, to);
  let isMatch = false;
  while (at < to) {
    const byteClass = <usize>load<u8>(classes + load<u8>(at));
    const entry = load<u32>(row + (byteClass << 2), ROW_ENTRIES);
    if (entry == self) {
      at++;
      continue;
    }
    const word = entry >>> ENTRY_ROW_BITS;
    if (word) {
      if (move(ops + (<usize>word << 2), at)) isMatch = true;
      if (isTest && isMatch) return true;
    }
    self = entry & ROW_MASK;
    if (self == DEAD_ROW) return isMatch;
    row = rows + (<usize>self << 2);
    at = skip(row, at + 1, to);
  }
  const last = load<u32>(row, ROW_END) >>> ENTRY_ROW_BITS;
  return (last && move(ops + (<usize>last << 2), to)) || isMatch;
}

/** Does the operations of an entry. Returns whether a match ends at `at`. */
function move(ops: usize, at: usize): bool {
  const head = <u32>load<u16>(ops);
  const end = ops + (<usize>(head & (OPS_MATCH - 1)) << 1);
  while (ops < end) {
    ops += 2;
    const source = <u32>load<u8>(ops, 1);
    let value = at;
    if (source == SOURCE_NONE) value = NONE;
    else if (source != SOURCE_POSITION) value = load<u32>(registers + (<usize>source << 2));
    store<u32>(registers + (<usize>load<u8>(ops) << 2), <u32>value);
  }
  return (head & OPS_MATCH) != 0;
}

/** The next byte that leaves the row's state, or up to 15 bytes before it. */
// @ts-ignore: decorator
@inline
function skip(row: usize, at: usize, to: usize): usize {
  const count = load<u8>(row, ROW_RANGE_COUNT);
  if (count == ROW_NO_RANGES) return at;
  return count == 0 ? max(at, to) : skipBlocks(row, at, to);
}

function skipBlocks(row: usize, at: usize, to: usize): usize {
  if (ASC_FEATURE_SIMD) {
    const least0 = v128.load8_splat(row);
    const least1 = v128.load8_splat(row, 2);
    const least2 = v128.load8_splat(row, 4);
    const span0 = i8x16.sub(v128.load8_splat(row, 1), least0);
    const span1 = i8x16.sub(v128.load8_splat(row, 3), least1);
    const span2 = i8x16.sub(v128.load8_splat(row, 5), least2);
    for (; at + 16 <= to; at += 16) {
      const bytes = v128.load(at);
      const leaves = i8x16.bitmask(v128.or(
        v128.or(
          i8x16.le_u(i8x16.sub(bytes, least0), span0),
          i8x16.le_u(i8x16.sub(bytes, least1), span1),
        ),
        i8x16.le_u(i8x16.sub(bytes, least2), span2),
      ));
      if (leaves) return at + ctz(leaves);
    }
  }
  return at;
}
