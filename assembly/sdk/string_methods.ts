// Methods of asc's String that cut texts. `library_changes.ts` of the compiler makes the library's own
// ones call these, since those compare each unit, and copy each piece, by a call.

import { ARENA } from "./build";
import { copyUnits } from "./text";

/** Bytes of a text that unitsAt looks at. */
const BLOCK: usize = 64;

/** What String#substring gives. */
// @ts-ignore: decorator
@global
function substringOf(text: string, start: i32, end: i32): string {
  const length = text.length;
  const one = min(max(start, 0), length);
  const other = min(max(end, 0), length);
  const from = min(one, other);
  const units = max(one, other) - from;
  return units == length ? text : pieceOf(changetype<usize>(text) + (<usize>from << 1), units);
}

export function pieceOf(at: usize, units: i32): string {
  if (units == 0) return "";
  const bytes = <usize>units << 1;
  const piece = __new(bytes, idof<String>());
  copyUnits(piece, at, bytes);
  return changetype<string>(piece);
}

/** Whether splitBy does what String#split does. */
// @ts-ignore: decorator
@global @inline
function isOneUnit(text: string, separator: string | null, limit: i32): bool {
  if (limit != i32.MAX_VALUE || changetype<usize>(separator) == 0) return false;
  if (changetype<string>(separator).length != 1) return false;
  // A block of an arena may be read beyond its end, others where memory goes on.
  return ARENA || endOf(text) + BLOCK <= <usize>memory.size() << 16;
}

// @ts-ignore: decorator
@inline
export function endOf(text: string): usize {
  return changetype<usize>(text) + (<usize>text.length << 1);
}

/** The pieces of a text between separators of one unit. */
// @ts-ignore: decorator
@global
function splitBy(text: string, separator: string): string[] {
  const wanted = i16x8.splat(load<u16>(changetype<usize>(separator)));
  let from = changetype<usize>(text);
  const end = endOf(text);
  const length = countUnits(from, end, wanted) + 1;
  const pieces = changetype<string[]>(__newArray(length, alignof<string>(), idof<Array<string>>()));
  let place = pieces.dataStart;
  for (let at = from; at < end; at += BLOCK) {
    for (let units = unitsAt(at, end, wanted); units != 0; units &= units - 1) {
      const to = at + (<usize>ctz(units) << 1);
      putPiece(pieces, place, pieceOf(from, <i32>((to - from) >>> 1)));
      place += sizeof<usize>();
      from = to + 2;
    }
  }
  putPiece(pieces, place, length == 1 ? text : pieceOf(from, <i32>((end - from) >>> 1)));
  return pieces;
}

// @ts-ignore: decorator
@inline
function putPiece(pieces: string[], place: usize, piece: string): void {
  store<usize>(place, changetype<usize>(piece));
  __link(changetype<usize>(pieces), changetype<usize>(piece), true);
}

function countUnits(from: usize, end: usize, wanted: v128): i32 {
  let count = 0;
  for (let at = from; at < end; at += BLOCK) count += popcnt(unitsAt(at, end, wanted));
  return count;
}

/** A bit for each of 32 units that is the wanted one, and lies before `end`. */
// @ts-ignore: decorator
@inline
function unitsAt(at: usize, end: usize, wanted: v128): u32 {
  const low = i8x16.narrow_i16x8_s(i16x8.eq(v128.load(at), wanted), i16x8.eq(v128.load(at, 16), wanted));
  const high = i8x16.narrow_i16x8_s(
    i16x8.eq(v128.load(at, 32), wanted), i16x8.eq(v128.load(at, 48), wanted),
  );
  const units = <u32>i8x16.bitmask(low) | (<u32>i8x16.bitmask(high) << 16);
  const left = end - at;
  return left < BLOCK ? units & ((1 << <u32>(left >>> 1)) - 1) : units;
}
