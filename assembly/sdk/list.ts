// Lists the runs of a class of bytes by bit masks, 64 bytes at a time:
//
//   inside = a bit for each byte that is in the class
//   edges = inside ^ (inside << 1 | was a run open before the 64 bytes)
//   append the offsets of the one bits of edges to the list
//
// So the list holds pairs (start, end), without a branch per run.

import { fillPositions, POSITIONS_BYTES, STEP, writeEdges } from "../blocks/edges_simd";
import { spaceLength } from "../blocks/spaces";
import {
  ASCII_SPACES, asciiSpaces, clearSpill, spill, wideSpaces,
} from "../blocks/spaces_simd";
import { ByteClass } from "./byte_class";

/** Where the bytes go on that the list says nothing of; listRuns sets it. */
export let restOfList: usize = 0;

export function setRest(at: usize): void {
  restOfList = at;
}

/** Bytes of a list of the runs of so many bytes, with what is written beyond it. */
// @ts-ignore: decorator
@inline
export function listBytes(bytes: usize): usize {
  return ((bytes + 63) & ~63) * 2 + 32;
}

/**
 * Lists the runs that begin in [from, to), which is at most 65,472 bytes and, but for the last part
 * before `end`, a multiple of 64. Returns the list's end. Leaves in restOfList where the rest
 * begins: `from`, and an empty list, if a run fills [from, to) and goes on.
 */
export function listRuns(from: usize, to: usize, end: usize, set: ByteClass, list: usize): usize {
  if (!prepared) prepare();
  let listEnd = set.wordsOnly
    ? listWords(from, to, list)
    : listMembers(from, to, set.address, list);
  if (((listEnd - list) & 2) == 0) { // no run is open at `to`
    restOfList = set.wordsOnly ? to + <usize>popcnt(spill) : to;
  } else if (to == end) {
    store<u16>(listEnd, <u16>(to - from));
    listEnd += 2;
    restOfList = to;
  } else {
    listEnd -= 2;
    restOfList = from + load<u16>(listEnd);
  }
  return listEnd;
}

/** Where a run ends that is open at `at`. */
export function runEnd(at: usize, end: usize, set: ByteClass): usize {
  if (set.wordsOnly) {
    while (at < end && spaceLength(at) == 0) at++;
  } else {
    while (at < end && set.has(load<u8>(at))) at++;
  }
  return at;
}

/** For writeEdges. */
const POSITIONS = memory.data(POSITIONS_BYTES, 16);
let prepared = false;

function prepare(): void {
  prepared = true;
  fillPositions(POSITIONS);
}

/** A bit for each high half of a byte, and the mask of its low half. */
const HALVES = memory.data<u8>([
  0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80,
  0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f,
], 16);

function listWords(from: usize, to: usize, list: usize): usize {
  const from09 = v128.load(ASCII_SPACES), from1c = v128.load(ASCII_SPACES, 16);
  const five = v128.load(ASCII_SPACES, 32), step = v128.load(STEP);
  let open: u64 = 0;
  let out = list;
  clearSpill();
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    let inside = ~(asciiSpaces(a, from09, from1c, five) |
      (asciiSpaces(b, from09, from1c, five) << 16) |
      (asciiSpaces(c, from09, from1c, five) << 32) |
      (asciiSpaces(d, from09, from1c, five) << 48));
    // A block of ASCII follows no character that is open, so nothing has spilled into it.
    if (i8x16.bitmask(v128.or(v128.or(a, b), v128.or(c, d))) != 0) inside &= ~wideSpaces(at);
    if (to - at < 64) inside &= ((<u64>1) << (to - at)) - 1;
    out = writeEdges(inside ^ ((inside << 1) | open), <u32>(at - from), step, POSITIONS, out);
    open = inside >>> 63;
  }
  return out;
}

// @ts-ignore: decorator
@inline
function membersOf(bytes: v128, low: v128, high: v128, bits: v128, half: v128): u64 {
  const column = v128.and(bytes, half);
  const row = v128.bitselect(
    i8x16.swizzle(high, column), i8x16.swizzle(low, column), i8x16.shr_s(bytes, 7),
  );
  const bit = i8x16.swizzle(bits, i8x16.shr_u(bytes, 4));
  return <u64><u32>i8x16.bitmask(i8x16.eq(v128.and(row, bit), bit));
}

function listMembers(from: usize, to: usize, tables: usize, list: usize): usize {
  const low = v128.load(tables), high = v128.load(tables, 16);
  const bits = v128.load(HALVES), half = v128.load(HALVES, 16), step = v128.load(STEP);
  let open: u64 = 0;
  let out = list;
  for (let at = from; at < to; at += 64) {
    let inside = membersOf(v128.load(at), low, high, bits, half) |
      (membersOf(v128.load(at, 16), low, high, bits, half) << 16) |
      (membersOf(v128.load(at, 32), low, high, bits, half) << 32) |
      (membersOf(v128.load(at, 48), low, high, bits, half) << 48);
    if (to - at < 64) inside &= ((<u64>1) << (to - at)) - 1;
    out = writeEdges(inside ^ ((inside << 1) | open), <u32>(at - from), step, POSITIONS, out);
    open = inside >>> 63;
  }
  return out;
}
