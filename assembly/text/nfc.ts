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
// before it (NFC_QC=Yes). It begins a segment, and segments are normalized one by one. Most
// segments are in NFC already, and are copied. The others are decomposed. Then each starter is
// taken together with the run of marks behind it: the starter composes with the marks that it can,
// the other marks go to the output; if there are no other marks, the starter may compose with the
// next starter too.
//
// If the marks of a run are out of order, they are sorted by counting: the bytes of each combining
// class say where its marks begin, and each mark is written to its place.
//
// 1. A run is not copied to be sorted. It is read again, from the decomposition that it began with
//    and from the key. So nothing is held but the output, however long a run is.
// 2. While a run is open, it stands 4 bytes behind `to`, so that there is room for its starter.
// 3. Composing never makes text longer, so the output never needs more than nfcRoom.

/** Says that no starter stands before the run, as where a key begins with marks; in no pair. */
const NONE: u32 = 0xffffffff;
const STARTER_BYTES: usize = 4;
const HIGH_BITS: u64 = 0x8080808080808080;
/** The lead of U+0300. All code points below that, whose leads are less, are stable starters. */
const FIRST_LEAD: u32 = 0xcc;

/** Address behind the finished output. */
let to: usize = 0;
/** The starter that may compose with what follows, and what it was at the beginning of its run. */
let starter: u32 = NONE;
let base: u32 = NONE;
/** The marks of the run that it has not composed with: their start and end in the output. */
let run: usize = 0;
let runEnd: usize = 0;
/**
 * Classes of the run's last mark and of the last mark in [run, runEnd); whether all are in order so
 * far.
 */
let runRank: u32 = 0;
let leftRank: u32 = 0;
let runOrdered: bool = true;
/**
 * Where to read the run again: the rest of a decomposition, [tail, tailEnd), then the key from
 * `runSource`.
 */
let tail: usize = 0;
let tailEnd: usize = 0;
let runSource: usize = 0;

// @ts-ignore: decorator
@inline
function isStable(value: u32): bool {
  return value == 0 || (value & (NFC_DECOMPOSES | NFC_UNSTABLE)) == NFC_DECOMPOSES;
}

/** Whether a key is surely in NFC, as most keys are. */
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
 * The start of the first segment that may not be in NFC, or `end`: of the first that holds an
 * unstable character, or marks out of order. A segment must begin at `at`.
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
 * Takes a code point that does not decompose further, at `at`. It belongs to the key's character
 * [source, next); if that decomposes, [rest, restEnd) is the part behind the code point.
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
    if (!runOrdered) return; // closeRun takes all marks of the run
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

/**
 * Takes the next mark of a run in order. A mark that did not compose blocks later ones of its
 * class.
 */
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

/** Composes the run from its beginning, after its marks were put in order. */
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
/** One before the first trailing consonant: in the arithmetic it stands for none. */
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
