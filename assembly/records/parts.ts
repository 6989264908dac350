import { clearSide, unquote } from "./quotes";
import { hasQuotes } from "./marks";
import { delimiter, extractorAt, extractorCount, firstTime, paths, plan, separatedCount } from "./plan";
import {
  EXTRACT_COLUMN, EXTRACT_FIELD, EXTRACT_PART, EXTRACT_RECORD, EXTRACT_REGEX, EXTRACT_TEMPLATE,
} from "./plan_layout";
import { readPaths } from "./json";
import { part, partEnd } from "./regions";
import { findRegex, regexEnd, regexStart } from "./regex";
import { endOf, setSlot, startOf } from "./slots";
import { findTemplate } from "./template";
import { findTimes } from "./time";

const QUOTE: u8 = 0x22;
const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;

/**
 * Finds all parts of a record that the plan wants, of which the scanner has found the separated ones;
 * false if the record is broken.
 */
// @ts-ignore: decorator
@inline
export function findParts(from: usize, to: usize): bool {
  return !hasQuotes && separatedCount == extractorCount || findOthers(from, to);
}

function findOthers(from: usize, to: usize): bool {
  clearSide();
  if (hasQuotes) unquoteColumns();
  for (let slot = separatedCount; slot < firstTime; slot++) {
    const kind = load<u32>(extractorAt(slot));
    if (kind == EXTRACT_RECORD) setSlot(slot, from, to);
    else if (kind == EXTRACT_COLUMN) findColumn(slot, from, to);
    else if (kind == EXTRACT_FIELD) findField(slot, from, to);
    else if (kind == EXTRACT_REGEX) findMatch(slot, from, to);
    else if (kind == EXTRACT_TEMPLATE) findTemplate(slot, from, to);
    else if (kind == EXTRACT_PART) setSlot(slot, part, partEnd);
    else setSlot(slot, 0, 0); // for JSON
  }
  if (paths != 0 && !readPaths(paths, from, to)) return false;
  if (firstTime < extractorCount) findTimes();
  return true;
}

function unquoteColumns(): void {
  for (let slot: u32 = 0; slot < separatedCount; slot++) {
    const start = startOf(slot), end = endOf(slot);
    if (start != end && load<u8>(start) == QUOTE) unquote(slot, start, end);
  }
}

/** A column of a record that is no row of CSV. */
function findColumn(slot: u32, from: usize, to: usize): void {
  let start = from;
  let left = load<u32>(extractorAt(slot), 4);
  for (;;) {
    const end = endOfColumn(start, to);
    if (--left == 0) {
      if (start != end && load<u8>(start) == QUOTE) unquote(slot, start, end);
      else setSlot(slot, start, end);
      return;
    }
    if (end == to) return setSlot(slot, 0, 0);
    start = end + 1;
  }
}

function endOfColumn(at: usize, to: usize): usize {
  let isQuoted = false;
  for (; at < to; at++) {
    const byte = load<u8>(at);
    if (byte == QUOTE) isQuoted = !isQuoted;
    else if (byte == delimiter && !isQuoted) break;
  }
  return at;
}

/** A field of a record that is no line: line feeds are blanks, as awk has them in paragraphs. */
function findField(slot: u32, at: usize, to: usize): void {
  let left = load<u32>(extractorAt(slot), 4);
  for (;;) {
    while (at < to && isBlank(load<u8>(at))) at++;
    const start = at;
    while (at < to && !isBlank(load<u8>(at))) at++;
    if (start == at) return setSlot(slot, 0, 0);
    if (--left == 0) return setSlot(slot, start, at);
  }
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u8): bool {
  return byte == SPACE || byte == TAB || byte == 0x0a;
}

function findMatch(slot: u32, from: usize, to: usize): void {
  const tables = plan + load<u32>(extractorAt(slot), 4);
  if (findRegex(tables, from, to)) setSlot(slot, regexStart, regexEnd);
  else setSlot(slot, 0, 0);
}
