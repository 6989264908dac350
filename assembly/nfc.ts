import { charBytes, decode, encode } from "./code_points";
import {
  composePair, decompositionEnd, decompositionOf, NFC_DECOMPOSES, NFC_RANK, NFC_UNSTABLE, nfcOf,
} from "./normalization";
import {
  copyBytes, goesOn, goesOnAfter, halted, POLL_BYTES, SCRATCH_RANKS, scratch,
} from "./runtime";

// Normalization Form C (UAX #15) of keys of any length, in time that is linear in them.
//
// A stable starter is a code point of combining class 0 that is the same in NFC whatever stands
// before it (NFC_QC=Yes). It begins a segment, and segments are normalized one by one. Most are
// seen to be in NFC already, and are copied. The others are decomposed, and taken a starter and its
// run of marks at a time:
//
//   decompose      the marks stand in the output in the order of the key
//   order          if they are not in the order of their classes: count the bytes of each class,
//                  give each class its place, and write the marks there, in the order of the key
//   compose        the starter takes up marks, and the next starter when no mark is left between
//
// 1. A run is not copied to be sorted: it is written again, from the decomposition that it began
//    with and from the key. So nothing is held but the output, however long a run is.
// 2. While it is open, a run stands 4 bytes behind `to`: there is room for what its starter becomes.
// 3. Composing never makes text longer, so `out` needs nfcRoom at most.

/** No starter stands before the run: the key begins with marks. No code point, and in no pair. */
const NONE: u32 = 0xffffffff;
const STARTER_BYTES: usize = 4;
const HIGH_BITS: u64 = 0x8080808080808080;
/** Code points below U+0300 begin with less; all of them are stable starters. */
const FIRST_LEAD: u32 = 0xcc;

/** End of what is done in the output. */
let to: usize = 0;
let starter: u32 = NONE;
let run: usize = 0;
let runEnd: usize = 0;
/** The class of its last mark, and whether all came in the order of their classes. */
let runRank: u32 = 0;
let runOrdered: bool = true;
/** Where its marks come from: the end of the starter's decomposition, and the key from `runSource` on. */
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

/** Bytes of memory that normalizeKey needs for its output: few more than it writes. */
export function nfcRoom(key: usize, bytes: u32): u64 {
  const end = key + bytes;
  let room: u64 = 2 * STARTER_BYTES;
  let at = key;
  while (at < end) {
    const doubtful = firstDoubtful(at, end);
    room += doubtful - at;
    at = doubtful;
    while (at < end) {
      const length = charBytes(load<u8>(at));
      const value = nfcOf(decode(at, length));
      if (isStable(value) && at != doubtful) break;
      room += value & NFC_DECOMPOSES ? decompositionEnd(value) - decompositionOf(value) : length;
      at += length;
      if (!goesOnAfter(length)) return room;
    }
  }
  return room;
}

/**
 * Normalizes a key.
 *
 * The key is UTF-8; `out` does not overlap it and has room for nfcRoom, or 3 × `bytes` + 8, bytes.
 * Returns the bytes written.
 */
export function normalizeKey(key: usize, bytes: u32, out: usize): u32 {
  const end = key + bytes;
  let at = key;
  to = out;
  while (at < end && !halted) {
    const doubtful = firstDoubtful(at, end);
    copyBytes(to, at, doubtful - at);
    to += doubtful - at;
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
    runRank = rank;
    runEnd = copyChar(runEnd, at, length);
    return;
  }
  closeRun(source);
  const composite = run == runEnd && value & NFC_UNSTABLE ? compose(starter, codePoint) : 0;
  if (composite != 0) {
    starter = composite;
  } else {
    flush();
    starter = codePoint;
  }
  openRun(rest, restEnd, next);
}

// @ts-ignore: decorator
@inline
function openRun(rest: usize, restEnd: usize, next: usize): void {
  run = runEnd = starter == NONE ? to : to + STARTER_BYTES;
  runRank = 0;
  runOrdered = true;
  tail = rest;
  tailEnd = restEnd;
  runSource = next;
}

/** Orders the run, which ends before `source` in the key, and composes it with its starter. */
// @ts-ignore: decorator
@inline
function closeRun(source: usize): void {
  if (run == runEnd) return;
  if (!runOrdered && !orderRun(source)) return;
  if (starter != NONE) composeRun();
}

/** Writes the starter, and moves its marks up to it. */
function flush(): void {
  if (starter != NONE) to = encode(starter, to);
  const bytes = runEnd - run;
  if (bytes != 0 && run != to) copyBytes(to, run, bytes);
  to += bytes;
}

/** Sorts the run by combining class, and marks of one class as they stand in the key. */
function orderRun(source: usize): bool {
  const places = scratch + SCRATCH_RANKS;
  memory.fill(places, 0, (NFC_RANK + 1) << 2);
  for (let at = run; at < runEnd;) {
    const length = charBytes(load<u8>(at));
    const place = places + (<usize>(nfcOf(decode(at, length)) & NFC_RANK) << 2);
    store<u32>(place, load<u32>(place) + length);
    at += length;
    if (!goesOnAfter(length)) return false;
  }
  let next = <u32>run;
  for (let place = places; place <= places + (NFC_RANK << 2); place += 4) {
    const bytes = load<u32>(place);
    store<u32>(place, next);
    next += bytes;
  }
  placeMarks(tail, tailEnd);
  for (let at = runSource; at < source;) {
    const length = charBytes(load<u8>(at));
    const value = nfcOf(decode(at, length));
    if (value & NFC_DECOMPOSES) placeMarks(decompositionOf(value), decompositionEnd(value));
    else placeMark(at, length, value);
    at += length;
    if (!goesOnAfter(length)) return false;
  }
  return true;
}

function placeMarks(at: usize, end: usize): void {
  while (at < end) {
    const length = charBytes(load<u8>(at));
    placeMark(at, length, nfcOf(decode(at, length)));
    at += length;
  }
}

// @ts-ignore: decorator
@inline
function placeMark(at: usize, length: u32, value: u32): void {
  const place = scratch + SCRATCH_RANKS + (<usize>(value & NFC_RANK) << 2);
  store<u32>(place, <u32>copyChar(load<u32>(place), at, length));
}

/**
 * Takes the marks of an ordered run into its starter. One that is left blocks those of its own
 * class: these are not asked.
 */
function composeRun(): void {
  let kept = run;
  let rank: u32 = 0;
  for (let at = run; at < runEnd;) {
    const length = charBytes(load<u8>(at));
    const codePoint = decode(at, length);
    const value = nfcOf(codePoint);
    const composite = value & NFC_UNSTABLE && (value & NFC_RANK) != rank
      ? compose(starter, codePoint)
      : 0;
    if (composite != 0) {
      starter = composite;
    } else {
      rank = value & NFC_RANK;
      kept = copyChar(kept, at, length);
    }
    at += length;
    if (!goesOnAfter(length)) break;
  }
  runEnd = kept;
}

// @ts-ignore: decorator
@inline
function copyChar(out: usize, at: usize, length: u32): usize {
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
