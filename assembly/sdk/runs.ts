// Runs of bytes of a class, found by bit masks, 64 bytes at a time:
//
//   inside = a bit for each byte that is in the class
//   edges = inside ^ (inside << 1 | was a run open before the 64 bytes)
//   append the offsets of the one bits of edges to the list
//
// So the list holds pairs (start, end), without a branch per run. A block of BLOCK bytes is listed
// at a time. A run that is open at a block's end begins the next block.

import { ByteClass } from "./byte_class";
import { Chunk } from "./chunk";
import { setAt } from "./input";
import { clearSpill, spaceLength, spill, wideSpaces } from "./spaces";

/** A multiple of 64. */
const BLOCK: usize = 2048;
/** Bytes that the list takes for each byte of a block, and what is written beyond the list. */
const LISTED: usize = 2;
const BEYOND: usize = 32;

/** 256 × 8 u8: positions of the one bits of a byte, in order. */
const POSITIONS = memory.data(2048, 16);
let prepared = false;

function prepare(): void {
  prepared = true;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let out = POSITIONS + (byte << 3);
    for (let bit: u32 = 0; bit < 8; bit++) if (byte & (1 << bit)) store<u8>(out++, bit);
  }
}

// @ts-ignore: decorator
@inline
function writeByte(byte: u32, base: v128, out: usize): usize {
  v128.store(out, i16x8.add(v128.load_ext<u8>(POSITIONS + (byte << 3)), base));
  return out + (popcnt(byte) << 1);
}

// @ts-ignore: decorator
@inline
function writeEdges(edges: u64, offset: u32, out: usize): usize {
  const step = i16x8.splat(8);
  const low = <u32>edges;
  const high = <u32>(edges >>> 32);
  let base = i16x8.splat(<i16>offset);
  out = writeByte(low & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((low >>> 8) & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((low >>> 16) & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte(low >>> 24, base, out);
  base = i16x8.add(base, step);
  out = writeByte(high & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((high >>> 8) & 0xff, base, out);
  base = i16x8.add(base, step);
  out = writeByte((high >>> 16) & 0xff, base, out);
  base = i16x8.add(base, step);
  return writeByte(high >>> 24, base, out);
}

/** A bit for each byte of U+0009-000D or U+001C-0020; whitespace_simd.ts explains the numbers. */
// @ts-ignore: decorator
@inline
function spacesOf(bytes: v128, from09: v128, from1c: v128, five: v128): u64 {
  const controls = i8x16.lt_s(i8x16.add(bytes, from09), five);
  const others = i8x16.lt_s(i8x16.add(bytes, from1c), five);
  return <u64><u32>i8x16.bitmask(v128.or(controls, others));
}

/** Lists the words that begin in [from, to); returns the list's end. */
function listWords(from: usize, to: usize, list: usize): usize {
  const from09 = i8x16.splat(0x77), from1c = i8x16.splat(0x64), five = i8x16.splat(<i8>0x85);
  let open: u64 = 0;
  let out = list;
  clearSpill();
  for (let at = from; at < to; at += 64) {
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    let inside = ~(spacesOf(a, from09, from1c, five) | (spacesOf(b, from09, from1c, five) << 16) |
      (spacesOf(c, from09, from1c, five) << 32) | (spacesOf(d, from09, from1c, five) << 48));
    if (i8x16.bitmask(v128.or(v128.or(a, b), v128.or(c, d))) != 0) inside &= ~wideSpaces(at);
    else clearSpill();
    if (to - at < 64) inside &= ((<u64>1) << (to - at)) - 1;
    out = writeEdges(inside ^ ((inside << 1) | open), <u32>(at - from), out);
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

/** The same for the bytes of a class with tables. */
function listMembers(from: usize, to: usize, tables: usize, list: usize): usize {
  const low = v128.load(tables), high = v128.load(tables, 16);
  const bits = i64x2.splat(0x8040201008040201), half = i8x16.splat(0x0f);
  let open: u64 = 0;
  let out = list;
  for (let at = from; at < to; at += 64) {
    let inside = membersOf(v128.load(at), low, high, bits, half) |
      (membersOf(v128.load(at, 16), low, high, bits, half) << 16) |
      (membersOf(v128.load(at, 32), low, high, bits, half) << 32) |
      (membersOf(v128.load(at, 48), low, high, bits, half) << 48);
    if (to - at < 64) inside &= ((<u64>1) << (to - at)) - 1;
    out = writeEdges(inside ^ ((inside << 1) | open), <u32>(at - from), out);
    open = inside >>> 63;
  }
  return out;
}

/** What refill found: no run, one that is in hand already, or a list of runs. */
const NONE = 0;
const IN_HAND = 1;
const IN_LIST = 2;

/** Walks over the runs of a chunk: call `next`, then read `start` and `length`. */
export class Runs {
  /** Address of the run in hand. */
  start: usize = 0;
  /** Its bytes. */
  length: i32 = 0;
  private base: usize = 0;
  private entry: usize = 0;
  private entriesEnd: usize = 0;
  private at: usize;
  private readonly end: usize;
  private readonly list: StaticArray<u8>;

  constructor(chunk: Chunk, private readonly set: ByteClass) {
    const most = min((chunk.end - chunk.start + 63) & ~63, BLOCK);
    this.list = new StaticArray<u8>(<i32>(most * LISTED + BEYOND));
    this.at = chunk.start;
    this.end = chunk.end;
    if (!prepared) prepare();
  }

  /** Goes to the next run; false when there is none. */
  // @ts-ignore: decorator
  @inline
  next(): bool {
    if (this.entry == this.entriesEnd) {
      const found = this.refill();
      if (found != IN_LIST) return found != NONE;
    }
    const pair = load<u32>(this.entry);
    const from = pair & 0xffff;
    this.start = this.base + from;
    this.length = (pair >>> 16) - from;
    this.entry += 4;
    return true;
  }

  private refill(): i32 {
    const list = changetype<usize>(this.list);
    const end = this.end;
    while (this.at < end) {
      const from = this.at;
      const to = min(from + BLOCK, end);
      let listEnd = this.set.wordsOnly
        ? listWords(from, to, list)
        : listMembers(from, to, this.set.address, list);
      if (((listEnd - list) & 2) == 0) { // no run is open at `to`
        this.at = this.set.wordsOnly ? to + <usize>popcnt(spill) : to;
      } else if (to == end) {
        store<u16>(listEnd, <u16>(to - from));
        listEnd += 2;
        this.at = to;
      } else {
        listEnd -= 2;
        this.at = from + load<u16>(listEnd);
        if (this.at == from) return this.takeLong(from);
      }
      if (listEnd != list) {
        this.base = from;
        this.entry = list;
        this.entriesEnd = listEnd;
        setAt(from);
        return IN_LIST;
      }
    }
    return NONE;
  }

  /** Takes a run that fills a block, and may be longer than an entry can say. */
  private takeLong(from: usize): i32 {
    const end = this.end;
    let at = from + BLOCK;
    if (this.set.wordsOnly) {
      while (at < end && spaceLength(at) == 0) at++;
    } else {
      while (at < end && this.set.has(load<u8>(at))) at++;
    }
    this.at = at;
    this.start = from;
    this.length = <i32>(at - from);
    setAt(from);
    return IN_HAND;
  }
}

/** The runs of bytes of a class in a chunk: `for (const w = runs(chunk, WORD); w.next();) …`. */
export function runs(chunk: Chunk, set: ByteClass): Runs {
  return new Runs(chunk, set);
}
