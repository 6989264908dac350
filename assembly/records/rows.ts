import { conditionsHold } from "./conditions";
import { poll, POLL_BYTES } from "./host";
import { endsQuoted, hasQuotes } from "./marks";
import { addWindow, form, give, givesNumbers, giveValue } from "./output";
import { skipBlanks } from "./json_scan";
import { findParts } from "./parts";
import {
  conditionCount,
  cut,
  extractorAt,
  extractorCount,
  keyCount,
  keys,
  passesBlanks,
  recordKind,
  separatedCount,
  valueExtractor,
} from "./plan";
import {
  BROKEN_JSON, BROKEN_QUOTE, FORM_WINDOWS, NO_EXTRACTOR, RECORDS_CSV, RECORDS_LINE,
} from "./plan_layout";
import { marks, text, textEnd } from "./regions";
import { clearSlots, setSlot } from "./slots";
import { tallyBroken, tallyMissing, tallyRecords } from "./tallies";

// Goes from mark to mark. Ends of parts that nobody wants cost two instructions each, and the rest of a
// record behind the last part that is wanted costs as many for each 64 bytes.

const CR: u8 = 0x0d;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;

/** Whether one separated part is all that the plan wants, and where it stands is what it gives. */
function isPlain(): bool {
  const isPart = extractorCount == 1 && separatedCount == 1 && cut == NO_EXTRACTOR;
  return form == FORM_WINDOWS && isPart && conditionCount == 0 && !hasQuotes && !passesBlanks;
}

/** Whether a column is the key and another one the value, and nothing else is asked. */
function givesPlainValues(): bool {
  const isPair = keyCount == 1 && extractorCount == 2 && separatedCount == 2 && cut == NO_EXTRACTOR &&
    load<u32>(keys) != valueExtractor;
  return givesNumbers() && isPair && recordKind == RECORDS_CSV && conditionCount == 0 && !hasQuotes;
}

/** Gives all that the plan wants of rows and lines; false if the form of the output cannot hold it. */
export function readRows(): bool {
  if (isPlain()) return readPlainRows();
  return givesPlainValues() ? readPlainValues() : readAnyRows();
}

/** One part of each record, as a window. */
function readPlainRows(): bool {
  const trims = recordKind == RECORDS_LINE;
  const before = load<u32>(extractorAt(0), 4) - 1;
  const end = textEnd;
  let mark = marks;
  let base = text;
  let ends = load<u64>(mark), feeds = load<u64>(mark, 8);
  let row = text;
  let polled = text;
  let rows: u32 = 0;
  while (row < end) {
    let start = row;
    let at: usize;
    let left = before;
    let bit: u64;
    for (;;) {
      while (ends == 0) {
        mark += 16;
        base += 64;
        ends = load<u64>(mark);
        feeds = load<u64>(mark, 8);
      }
      bit = ends & (0 - ends);
      at = base + <usize>ctz(ends);
      ends ^= bit;
      if (left == 0 || (feeds & bit) != 0) break;
      left--;
      start = at + 1;
    }
    let stop = at;
    if ((feeds & bit) != 0) {
      if (stop > start && load<u8>(stop - 1) == CR) stop--;
    } else {
      while ((ends & feeds) == 0) {
        mark += 16;
        base += 64;
        ends = load<u64>(mark);
        feeds = load<u64>(mark, 8);
      }
      const place = <u64>ctz(ends & feeds);
      ends &= <u64>-2 << place;
      at = base + <usize>place;
    }
    if (trims) while (start < stop && isBlank(load<u8>(start))) start++;
    row = at + 1;
    rows++;
    if (left != 0 || start == stop) tallyMissing();
    else if (!addWindow(start, stop)) return false;
    if (row - polled >= POLL_BYTES) {
      polled = row;
      poll();
    }
  }
  tallyRecords(rows);
  return true;
}

/**
 * A key and a value of each row of CSV. A row that ends within 64 bytes is found at once: the words of
 * its marks are shifted together, so that no branch depends on where it begins.
 */
function readPlainValues(): bool {
  const begin = text, end = textEnd, words = marks;
  const first = load<u32>(extractorAt(0), 4);
  const between = load<u32>(extractorAt(1), 4) - first;
  const keyIsFirst = load<u32>(keys) == 0;
  let row = begin;
  let polled = begin;
  let rows: u32 = 0;
  while (row < end) {
    const offset = row - begin;
    const mark = words + (offset >>> 6 << 4);
    const shift = <u64>offset & 63;
    let ends = load<u64>(mark) >>> shift | load<u64>(mark, 16) << 1 << (63 - shift);
    const rowBytes = <usize>ctz(load<u64>(mark, 8) >>> shift | load<u64>(mark, 24) << 1 << (63 - shift));
    let start = row;
    for (let left = first - 1; left != 0; left--) {
      start = row + <usize>ctz(ends) + 1;
      ends &= ends - 1;
    }
    const stop = row + <usize>ctz(ends);
    let other = stop + 1;
    ends &= ends - 1;
    for (let left = between - 1; left != 0; left--) {
      other = row + <usize>ctz(ends) + 1;
      ends &= ends - 1;
    }
    const otherBytes = <usize>ctz(ends);
    if (otherBytes <= rowBytes && rowBytes < 64) {
      let otherStop = row + otherBytes;
      if (otherBytes == rowBytes && otherStop > other && load<u8>(otherStop - 1) == CR) otherStop--;
      if (keyIsFirst) giveValue(start, stop, other, otherStop);
      else giveValue(other, otherStop, start, stop);
      row += rowBytes + 1;
    } else {
      row = separate(row) + 1;
      give();
    }
    rows++;
    if (row - polled >= POLL_BYTES) {
      polled = row;
      poll();
    }
  }
  tallyRecords(rows);
  return true;
}

function readAnyRows(): bool {
  const end = textEnd;
  let row = text;
  let polled = text;
  while (row < end) {
    const at = separate(row);
    const stop = at > row && load<u8>(at - 1) == CR ? at - 1 : at;
    if (!readRecord(row, stop, endsQuoted && at == end ? BROKEN_QUOTE : 0)) return false;
    row = at + 1;
    if (row - polled >= POLL_BYTES) {
      polled = row;
      poll();
    }
  }
  return true;
}

/** Finds the columns or fields of the row at an address, and puts them into their slots. Returns where it ends. */
// @ts-ignore: decorator
@inline
function separate(row: usize): usize {
  const trims = recordKind == RECORDS_LINE;
  const count = separatedCount;
  const offset = row - text;
  let base = row - (offset & 63);
  let mark = marks + (offset >>> 6 << 4);
  let ends = load<u64>(mark) & <u64>-1 << <u64>offset, feeds = load<u64>(mark, 8);
  let start = row;
  let at: usize = row;
  let column: u32 = 1;
  let slot: u32 = 0;
  let isEnded = false;
  for (; slot < count && !isEnded; slot++) {
    const wanted = load<u32>(extractorAt(slot), 4);
    for (;;) {
      while (ends == 0) {
        mark += 16;
        base += 64;
        ends = load<u64>(mark);
        feeds = load<u64>(mark, 8);
      }
      const bit = ends & (0 - ends);
      at = base + <usize>ctz(ends);
      ends ^= bit;
      isEnded = (feeds & bit) != 0;
      if (isEnded || column == wanted) break;
      column++;
      start = at + 1;
    }
    if (column != wanted) break;
    column++;
    const stop = isEnded && at > start && load<u8>(at - 1) == CR ? at - 1 : at;
    if (trims) while (start < stop && isBlank(load<u8>(start))) start++;
    if (trims && start == stop) break; // blanks at a line's end are followed by no field
    setSlot(slot, start, stop);
    start = at + 1;
  }
  if (!isEnded) {
    while ((ends & feeds) == 0) {
      mark += 16;
      base += 64;
      ends = load<u64>(mark);
      feeds = load<u64>(mark, 8);
    }
    at = base + <usize>ctz(ends & feeds);
  }
  if (slot < count) clearSlots(slot);
  return at;
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u8): bool {
  return byte == SPACE || byte == TAB;
}

/**
 * Gives what the plan wants of a record; false if the form of the output cannot hold it.
 *
 * @param fault One of BROKEN_* if the record is known to be broken, or 0.
 */
// @ts-ignore: decorator
@inline
export function readRecord(from: usize, to: usize, fault: u32): bool {
  if (passesBlanks && skipBlanks(from, to) == to) return true;
  tallyRecords();
  if (fault != 0 || !findParts(from, to)) {
    tallyBroken(from, to, fault != 0 ? fault : BROKEN_JSON);
    return true;
  }
  return conditionCount != 0 && !conditionsHold() || give();
}
