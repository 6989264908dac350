import { charBytes, decode, encode } from "./code_points";
import {
  composePair, decompositionEnd, decompositionOf, NFC_DECOMPOSES, NFC_RANK, NFC_UNSTABLE, nfcOf,
} from "../generated/normalization";
import {
  copyBytes, goesOn, goesOnAfter, halted, POLL_BYTES, SCRATCH_RANKS, scratch,
} from "../memory/runtime";

// Normalization Form C (UAX #15) of keys of any length, in time that is linear in them.
//
// A stable starter is a code point of combining class 0 that is the same in NFC whatever stands
// before it (NFC_QC=Yes). It begins a segment, and segments are normalized one by one. Most are
// seen to be in NFC already, and are copied. The others are decomposed, and taken a starter and its
// run of marks at a time: the starter takes up the marks that it composes with, and the others go to
// the output; then the next starter, if none did.
//
// Marks whose classes are out of order are sorted first, by counting: the bytes of each class say
// where it begins, and the marks are written to their places.
//
// 1. A run is not copied to be sorted: it is read again, from the decomposition that it began with
//    and from the key. So nothing is held but the output, however long a run is.
// 2. While it is open, a run stands 4 bytes behind `to`: there is room for what its starter becomes.
// 3. Composing never makes text longer, so the output never needs more than nfcRoom.

/** No starter stands before the run: the key begins with marks. No code point, and in no pair. */
const NONE: u32 = 0xffffffff;
const STARTER_BYTES: usize = 4;
const HIGH_BITS: u64 = 0x8080808080808080;
/** Code points below U+0300 begin with less; all of them are stable starters. */
const FIRST_LEAD: u32 = 0xcc;

/** End of what is done in the output. */
let to: usize = 0;
/** The starter that may take up what follows, and what it was at the beginning of its run. */
let starter: u32 = NONE;
let base: u32 = NONE;
/** The marks that it has left. */
let run: usize = 0;
let runEnd: usize = 0;
/** Classes of the last mark, and of the last one left; whether all came in their order so far. */
let runRank: u32 = 0;
let leftRank: u32 = 0;
let runOrdered: bool = true;
/** Where the marks come from: the end of the starter's decomposition, and the key from `runSource` on. */
let tail: usize = 0;
let tailEnd: usize = 0;
let runSource: usize = 0;

// @ts-ignore: decorator
@inline
function isStable(value: u32): bool {
  return value == 0 || (value & (NFC_DECOMPOSES | NFC_UNSTABLE)) == NFC_DECOMPOSES;
}

/** Whether a key is surely in NFC; the keys of most texts are. */
export function isNfc(key: usize, bytes: u32): bool {
  const end = key + bytes;
  return firstDoubtful(key, end) == end;
}

/** Bytes of memory that normalizeKey needs for its output: the key's decomposition, and a starter. */
export function nfcRoom(key: usize, bytes: u32): u64 {
  const end = key + bytes;
  let room: u64 = STARTER_BYTES;
  let at = key;
  while (at < end) {
    const lead: u32 = load<u8>(at);
    const length = charBytes(lead);
    const value: u32 = lead < 0x80 ? 0 : nfcOf(decode(at, length));
    room += value & NFC_DECOMPOSES ? decompositionEnd(value) - decompositionOf(value) : length;
    at += length;
    if (!goesOnAfter(length)) break;
  }
  return room;
}

/**
 * Normalizes a key.
 *
 * The key is UTF-8; `out` does not overlap it and has room for nfcRoom, or 3 × `bytes` + 4, bytes.
 * Returns the bytes written.
 */
export function normalizeKey(key: usize, bytes: u32, out: usize): u32 {
  const end = key + bytes;
  let at = key;
  to = out;
  while (at < end && !halted) {
    const doubtful = firstDoubtful(at, end);
    if (doubtful != at) {
      copyBytes(to, at, doubtful - at);
      to += doubtful - at;
    }
    at = doubtful < end ? composeSegment(doubtful, end) : end;
  }
  return <u32>(to - out);
}

/**
 * The start of the first segment that may not be in NFC, or `end`: of one with an unstable
 * character, or with marks that are not in order. A segment begins at `at`.
 */
function firstDoubtful(at: usize, end: usize): usize {
  let segment = at;
  let rank: u32 = 0;
  while (at < end) {
    const stop = at + min(POLL_BYTES, end - at);
    while (at < stop) {
      if (at + 8 <= end && (load<u64>(at) & HIGH_BITS) == 0) {
        at += 8;
        segment = at - 1;
        rank = 0;
        continue;
      }
      const lead: u32 = load<u8>(at);
      const length = charBytes(lead);
      const value: u32 = lead < FIRST_LEAD ? 0 : nfcOf(decode(at, length));
      if (isStable(value)) {
        segment = at;
        rank = 0;
      } else {
        if (value > NFC_RANK || rank > value) return segment;
        rank = value;
      }
      at += length;
    }
    if (at < end && !goesOn()) return end;
  }
  return end;
}

/** Writes the NFC of the segment at `at`; returns where the next one begins. */
function composeSegment(at: usize, end: usize): usize {
  const segment = at;
  starter = NONE;
  openRun(at, at, at);
  while (at < end) {
    const length = charBytes(load<u8>(at));
    const codePoint = decode(at, length);
    const value = nfcOf(codePoint);
    if (isStable(value) && at != segment) break;
    const next = at + length;
    if (value & NFC_DECOMPOSES) takeDecomposition(value, at, next);
    else take(codePoint, value, at, length, next, next, at, next);
    at = next;
    if (!goesOnAfter(length)) return end;
  }
  closeRun(at);
  flush();
  return at;
}

function takeDecomposition(value: u32, source: usize, next: usize): void {
  const end = decompositionEnd(value);
  let at = decompositionOf(value);
  while (at < end) {
    const length = charBytes(load<u8>(at));
    const codePoint = decode(at, length);
    take(codePoint, nfcOf(codePoint), at, length, at + length, end, source, next);
    at += length;
  }
}

/**
 * Takes a code point that does not decompose, which stands at `at`. What its decomposition has
 * behind it is [rest, restEnd); the key's character is [source, next).
 */
// @ts-ignore: decorator
@inline
function take(
  codePoint: u32, value: u32, at: usize, length: u32,
  rest: usize, restEnd: usize, source: usize, next: usize,
): void {
  const rank = value & NFC_RANK;
  if (rank != 0) {
    if (rank < runRank) runOrdered = false;
    if (!runOrdered) return; // all of its marks are taken at its end
    runRank = rank;
    takeMark(codePoint, value, at, length);
    return;
  }
  closeRun(source);
  const composite = run == runEnd && value & NFC_UNSTABLE ? compose(starter, codePoint) : 0;
  if (composite == 0) flush();
  starter = composite != 0 ? composite : codePoint;
  openRun(rest, restEnd, next);
}

/** Takes the next mark of a run in order: a mark that is left blocks those of its own class. */
// @ts-ignore: decorator
@inline
function takeMark(codePoint: u32, value: u32, at: usize, length: u32): void {
  const rank = value & NFC_RANK;
  const composite = value & NFC_UNSTABLE && rank != leftRank ? compose(starter, codePoint) : 0;
  if (composite != 0) {
    starter = composite;
  } else {
    leftRank = rank;
    runEnd = copyChar(runEnd, at, length);
  }
}

// @ts-ignore: decorator
@inline
function openRun(rest: usize, restEnd: usize, next: usize): void {
  base = starter;
  run = runEnd = starter == NONE ? to : to + STARTER_BYTES;
  runRank = leftRank = 0;
  runOrdered = true;
  tail = rest;
  tailEnd = restEnd;
  runSource = next;
}

/** Ends the run, which goes up to `source` in the key. */
// @ts-ignore: decorator
@inline
function closeRun(source: usize): void {
  if (!runOrdered && orderRun(source)) composeRun();
}

/** Writes the starter, and moves its marks up to it. */
function flush(): void {
  if (starter != NONE) to = encode(starter, to);
  if (run != to) moveDown(to, run, runEnd - run);
  to += runEnd - run;
}

/** Moves bytes to a lower address, a few most often. */
// @ts-ignore: decorator
@inline
function moveDown(out: usize, at: usize, bytes: usize): void {
  if (bytes > 16) copyBytes(out, at, bytes);
  else for (let i: usize = 0; i < bytes; i++) store<u8>(out + i, load<u8>(at + i));
}

/** Writes the run sorted by combining class, and marks of one class as they stand in the key. */
function orderRun(source: usize): bool {
  const places = scratch + SCRATCH_RANKS;
  memory.fill(places, 0, (NFC_RANK + 1) << 2);
  if (!visitRun(source, false)) return false;
  runEnd = run;
  for (let place = places; place <= places + (NFC_RANK << 2); place += 4) {
    const bytes = load<u32>(place);
    store<u32>(place, <u32>runEnd);
    runEnd += bytes;
  }
  return visitRun(source, true);
}

/** Adds up the bytes of each class of the run, or writes each mark to its place. */
function visitRun(source: usize, writes: bool): bool {
  visitMarks(tail, tailEnd, writes);
  for (let at = runSource; at < source;) {
    const length = charBytes(load<u8>(at));
    const value = nfcOf(decode(at, length));
    if (value & NFC_DECOMPOSES) visitMarks(decompositionOf(value), decompositionEnd(value), writes);
    else visitMark(at, length, value, writes);
    at += length;
    if (!goesOnAfter(length)) return false;
  }
  return true;
}

function visitMarks(at: usize, end: usize, writes: bool): void {
  while (at < end) {
    const length = charBytes(load<u8>(at));
    visitMark(at, length, nfcOf(decode(at, length)), writes);
    at += length;
  }
}

// @ts-ignore: decorator
@inline
function visitMark(at: usize, length: u32, value: u32, writes: bool): void {
  const place = scratch + SCRATCH_RANKS + (<usize>(value & NFC_RANK) << 2);
  const out: usize = load<u32>(place);
  store<u32>(place, <u32>(writes ? copyChar(out, at, length) : out + length));
}

/** Begins the run anew, with its marks in order. */
function composeRun(): void {
  const end = runEnd;
  starter = base;
  runEnd = run;
  leftRank = 0;
  for (let at = run; at < end;) {
    const length = charBytes(load<u8>(at));
    const codePoint = decode(at, length);
    takeMark(codePoint, nfcOf(codePoint), at, length);
    at += length;
    if (!goesOnAfter(length)) break;
  }
}

// @ts-ignore: decorator
@inline
function copyChar(out: usize, at: usize, length: u32): usize {
  if (length == 2) {
    store<u16>(out, load<u16>(at));
    return out + 2;
  }
  for (let i: u32 = 0; i < length; i++) store<u8>(out + i, load<u8>(at + i));
  return out + length;
}

const L_FIRST: u32 = 0x1100, L_COUNT: u32 = 19;
const V_FIRST: u32 = 0x1161, V_COUNT: u32 = 21;
/** U+11A7 stands for no trailing consonant, and is none. */
const T_BEFORE: u32 = 0x11a7, T_COUNT: u32 = 28;
const S_FIRST: u32 = 0xac00, S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

/** The primary composite of two code points, 0 when they have none. */
function compose(first: u32, second: u32): u32 {
  if (second - V_FIRST < V_COUNT) {
    const leading = first - L_FIRST;
    return leading < L_COUNT ? S_FIRST + (leading * V_COUNT + (second - V_FIRST)) * T_COUNT : 0;
  }
  if (second - (T_BEFORE + 1) < T_COUNT - 1) {
    const syllable = first - S_FIRST;
    return syllable < S_COUNT && syllable % T_COUNT == 0 ? first + (second - T_BEFORE) : 0;
  }
  return composePair(first, second);
}
