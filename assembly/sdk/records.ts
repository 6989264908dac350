// Cuts a chunk into records. The host gives whole records: it cuts between two chunks where a record
// of the kind that the manifest names may end.

import { spaceLength } from "../blocks/spaces";
import { findByte, findUnquoted } from "./find";
import { input, inputEnd, setAt, setInputBytes } from "./input";
import { beginLines, nextLf } from "./line_ends";
import { beginOutput, flush } from "./output";
import { collect } from "./regions";

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;

/** The record in hand. */
export let recordStart: usize = 0;
export let recordEnd: usize = 0;
/** Where the search for the next record begins. */
let rest: usize = 0;

export function beginChunk(bytes: i32): void {
  beginOutput();
  setInputBytes(bytes);
  rest = input;
  beginLines();
  setAt(input);
}

export function endChunk(): void {
  flush();
  collect();
}

function take(start: usize, end: usize, next: usize): bool {
  recordStart = start;
  recordEnd = end;
  rest = next;
  setAt(start);
  return true;
}

/** Without its LF or CR LF; an empty line is a record, the nothing behind the last LF is none. */
export function nextLine(): bool {
  if (rest >= inputEnd) return false;
  const lf = nextLf();
  return take(rest, lineEnd(rest, lf), lf + 1);
}

/** Where a line ends whose LF is at `lf`, or which ends the text there. */
// @ts-ignore: decorator
@inline
function lineEnd(start: usize, lf: usize): usize {
  return lf > start && lf < inputEnd && load<u8>(lf - 1) == CR ? lf - 1 : lf;
}

/** A line that has more than spaces and tabs. */
export function nextJsonLine(): bool {
  while (nextLine()) if (!isBlank(recordStart, recordEnd)) return true;
  return false;
}

/**
 * A row of CSV (RFC 4180), without its LF or CR LF: a line feed in quotes is part of the row. Each
 * quote opens or closes, as the host has it where it cuts chunks.
 */
export function nextRow(): bool {
  if (rest >= inputEnd) return false;
  const lf = findUnquoted(rest, inputEnd, LF);
  return take(rest, lineEnd(rest, lf), lf + 1);
}

/** What stands between whitespace. */
export function nextWord(): bool {
  let at = rest;
  for (let length: u32 = 0; at < inputEnd; at += length) {
    length = spaceLength(at);
    if (length == 0) break;
  }
  if (at >= inputEnd) return false;
  const start = at;
  while (at < inputEnd && spaceLength(at) == 0) at++;
  return take(start, at, at);
}

/** Lines that no blank line parts, without the last line's end. */
export function nextParagraph(): bool {
  let start = rest;
  let lf = findByte(start, inputEnd, LF);
  while (start < inputEnd && isBlank(start, lf)) {
    start = lf + 1;
    lf = findByte(start, inputEnd, LF);
  }
  if (start >= inputEnd) return false;
  let end = lf;
  while (lf < inputEnd) {
    const line = lf + 1;
    lf = findByte(line, inputEnd, LF);
    if (line >= inputEnd || isBlank(line, lf)) break;
    end = lf;
  }
  return take(start, lineEnd(start, end), end);
}

/** Whether a line has nothing but spaces, tabs and CR. */
function isBlank(at: usize, end: usize): bool {
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x09 && byte != CR) return false;
  }
  return true;
}

/** The whole chunk. */
export function nextChunk(): bool {
  return rest < inputEnd && take(rest, inputEnd, inputEnd);
}

/** So many bytes; the text's last record may have fewer. */
export function nextFixed(bytes: i32): bool {
  if (rest >= inputEnd) return false;
  const end = min(rest + <usize>bytes, inputEnd);
  return take(rest, end, end);
}
