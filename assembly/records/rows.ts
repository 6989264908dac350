import { conditionsHold } from "./conditions";
import { poll, POLL_BYTES } from "./host";
import { endsQuoted, hasQuotes, markRecords } from "./marks";
import { addWindow, form, give } from "./output";
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
  BROKEN_JSON, BROKEN_QUOTE, FORM_SLICES, FORM_WINDOWS, NO_EXTRACTOR, RECORDS_CSV, RECORDS_LINE,
} from "./plan_layout";
import { marks, text, textEnd } from "./regions";
import { isBlank, separate } from "./separate";
import { PIECE_BYTES, readPlainRows, readShortRows } from "./short_rows";
import { tallyBroken, tallyMissing, tallyRecords } from "./tallies";

// Goes from mark to mark. Ends of parts that nobody wants cost two instructions each, and the rest of a
// record behind the last part that is wanted costs as many for each 64 bytes.

const CR: u8 = 0x0d;

/** Whether one separated part is all that the plan wants, and where it stands is what it gives. */
function isPlain(): bool {
  const isPart = extractorCount == 1 && separatedCount == 1 && cut == NO_EXTRACTOR;
  return form == FORM_WINDOWS && isPart && conditionCount == 0 && !hasQuotes && !passesBlanks;
}

/** Whether a column is the key and another one the value, and nothing else is asked. */
function givesPlainValues(): bool {
  const isPair = keyCount == 1 && extractorCount == 2 && separatedCount == 2 && cut == NO_EXTRACTOR &&
    load<u32>(keys) != valueExtractor;
  return form == FORM_SLICES && isPair && recordKind == RECORDS_CSV && conditionCount == 0;
}

/** Gives all that the plan wants of rows and lines; false if the form of the output cannot hold it. */
export function readRows(): bool {
  if (givesPlainValues()) return readPlainValues();
  markRecords();
  return isPlain() ? readWindows() : readAnyRows(text);
}

/** Rows that are not plain are many if there is one for so many bytes. */
const FEW_BYTES: usize = 1024;

/** A key and a value of each row, without marks while rows are short and have no quotes. */
function readPlainValues(): bool {
  const end = textEnd;
  let row = text;
  let polled = text;
  let others: usize = 0;
  while (row < end) {
    const stop = min(row + PIECE_BYTES, end);
    if (others * FEW_BYTES <= row - text) {
      row = readPlainRows(row, stop);
      others += <usize>(row < stop);
    }
    row = readShortRows(row, stop);
    if (row < stop) {
      markRecords();
      if (hasQuotes) return readAnyRows(row);
      row = separate(row) + 1;
      tallyRecords();
      if (!give()) return false;
    }
    if (row - polled >= POLL_BYTES) {
      polled = row;
      poll();
    }
  }
  return true;
}

/** One part of each record, as a window. */
function readWindows(): bool {
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

function readAnyRows(row: usize): bool {
  const end = textEnd;
  let polled = row;
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
