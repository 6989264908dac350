import { POLL_BYTES } from "./host";
import { LINE_FEED, QUOTE } from "./marks";
import { readDigits, readPlain } from "./numbers";
import { beginSlices, endSlices, writeSliceAt } from "./output";
import { delimiter, extractorAt, keys } from "./plan";
import { tallyMissing, tallyNoNumber, tallyRecords } from "./tallies";

// Rows of CSV of which a column is the key and another one the value, where they stand in the text. A row
// that ends within 64 bytes needs no marks: its line feed and delimiters are looked for from its first byte
// on, so that no branch depends on where it begins.
//
// There are two loops of the same steps. The first one leaves each row to others that is no plain one: a
// loop that calls nothing keeps all in registers. The second one is for texts in which such rows are many.

const CR: u8 = 0x0d;
const MINUS: u8 = 0x2d;

/** Most bytes of rows that get room for their slices at once. */
export const PIECE_BYTES: usize = POLL_BYTES >> 2;

/** Reads rows with keys and numbers of up to 8 digits and points, up to a place or to another row. */
export function readPlainRows(row: usize, stop: usize): usize {
  return load<u32>(keys) == 0 ? readAs(true, true, row, stop) : readAs(true, false, row, stop);
}

/**
 * Reads rows from one to a place before which at most one more begins; returns where it has stopped: there,
 * or at a row that is longer, that lacks a column, or near which a quote stands.
 */
export function readShortRows(row: usize, stop: usize): usize {
  return readAs(false, load<u32>(keys) == 0, row, stop);
}

/** @param arePlain Whether it stops at what would take a call. */
// @ts-ignore: decorator
@inline
function readAs(arePlain: bool, keyIsFirst: bool, row: usize, stop: usize): usize {
  const feed = v128.load_splat<u8>(LINE_FEED), quote = v128.load_splat<u8>(QUOTE);
  const separator = i8x16.splat(<i8>delimiter);
  const first = load<u32>(extractorAt(0), 4);
  const between = load<u32>(extractorAt(1), 4) - first;
  let out = beginSlices(stop - row);
  let rows: u32 = 0;
  while (row < stop) {
    const a = v128.load(row), b = v128.load(row, 16);
    const feedA = i8x16.eq(a, feed), feedB = i8x16.eq(b, feed);
    let quotes = v128.or(i8x16.eq(a, quote), i8x16.eq(b, quote));
    let feeds = bitsOf(feedA, feedB);
    let ends = bitsOf(v128.or(feedA, i8x16.eq(a, separator)), v128.or(feedB, i8x16.eq(b, separator)));
    if (feeds == 0) {
      const c = v128.load(row, 32), d = v128.load(row, 48);
      const feedC = i8x16.eq(c, feed), feedD = i8x16.eq(d, feed);
      quotes = v128.or(quotes, v128.or(i8x16.eq(c, quote), i8x16.eq(d, quote)));
      feeds = bitsOf(feedC, feedD) << 32;
      ends |= bitsOf(v128.or(feedC, i8x16.eq(c, separator)), v128.or(feedD, i8x16.eq(d, separator))) << 32;
      if (feeds == 0) break;
    }
    if (v128.any_true(quotes)) break;
    let start = row;
    for (let left = first - 1; left != 0; left--) {
      start = row + <usize>ctz(ends) + 1;
      ends &= ends - 1;
    }
    const end = row + <usize>ctz(ends);
    let other = end + 1;
    ends &= ends - 1;
    for (let left = between - 1; left != 0; left--) {
      other = row + <usize>ctz(ends) + 1;
      ends &= ends - 1;
    }
    const rowEnd = row + <usize>ctz(feeds);
    let otherEnd = row + <usize>ctz(ends);
    if (otherEnd > rowEnd) break;
    if (!arePlain || !keyIsFirst) { // a number that ends with CR is no plain one
      if (otherEnd == rowEnd && otherEnd > other && load<u8>(otherEnd - 1) == CR) otherEnd--;
    }
    const key = keyIsFirst ? start : other, keyEnd = keyIsFirst ? end : otherEnd;
    const value = keyIsFirst ? other : start, valueEnd = keyIsFirst ? otherEnd : end;
    if (arePlain) {
      const isNegative = load<u8>(value) == MINUS;
      if (key == keyEnd || !readDigits(value + <usize>isNegative, valueEnd, isNegative)) break;
      out = writeSliceAt(out, key, keyEnd);
    } else if (key == keyEnd) tallyMissing();
    else if (!readPlain(value, valueEnd)) tallyNoNumber();
    else out = writeSliceAt(out, key, keyEnd);
    row = rowEnd + 1;
    rows++;
  }
  endSlices(out);
  tallyRecords(rows);
  return row;
}

/** Bits of two vectors of bytes that are 0 or -1. */
// @ts-ignore: decorator
@inline
function bitsOf(a: v128, b: v128): u64 {
  return <u64><u32>(i8x16.bitmask(a) | i8x16.bitmask(b) << 16);
}
