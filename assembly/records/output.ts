import { FLAG_FOLD, FLAG_NFC, PART_ESCAPE, PART_SEPARATOR, VALUE_KEY_BYTES } from "../layout";
import { MOST_SLICE, NUMBER_SCALE_SHIFT, SLICE_BYTES, SLICE_START } from "../number_layout";
import { finalEnd, finalStart, makeFinalWord } from "./final_word";
import {
  cut, extractorCount, firstTime, hasTemplate, keyCount, keys, namesParts, outputKind, recordKind, valueExtractor,
  wordFlags,
} from "./plan";
import {
  FORM_KEYS, FORM_PAIRS, FORM_SLICES, FORM_VALUES, FORM_WINDOWS, NO_EXTRACTOR, PLAN_PAIRS, PLAN_VALUES,
  RECORDS_FIXED,
} from "./plan_layout";
import { makeRoom, output, side, text } from "./regions";
import { number, scale, readNumber } from "./numbers";
import { endOf, setSlot, startOf } from "./slots";
import { tallyMissing, tallyNoNumber } from "./tallies";
import { nextWord, startWords, wordEnd, wordStart } from "./words";

// What the kernel gives for a chunk, in one of the forms that layout.ts has:
//
//   windows  slices of the text     counts, as long as each key is a part of the text
//   keys     u32 bytes | key        counts in a chunk where one is not
//   slices   value records without keys     numbers, as long as each key is a part of the text
//   values   value records                  numbers in a chunk where one is not
//   pairs    u32 bytes | u32 bytes | key | text
//
// Whether a chunk gives slices or keys depends on nothing but the chunk, so that it gives the same
// when another thread begins it anew.

const MOST_WINDOW: usize = 0xffff;
const WINDOW_HEADER: usize = 8;
const KEY_HEADER: usize = 4;
const PAIR_HEADER: usize = 8;
const VALUE_HEADER: usize = 12;

const LOWEST: u64 = 0x0101010101010101;
const HIGH_BITS: u64 = 0x8080808080808080;

const MOST_GROWTH: usize = 0x800000;

/** Between what is written and what is about to be: more than is written beyond its end. */
const ROOM: usize = 64;

export let form: u32 = 0;
/** Where the output ends. */
export let out: usize = 0;
let limit: usize = 0;
/** The window that is open, and what its slices are relative to. */
let window: usize = 0;
let windowBase: usize = 0;

/** The form that a chunk is tried in first. */
export function firstForm(): u32 {
  if (outputKind == PLAN_PAIRS) return FORM_PAIRS;
  // Windows are of texts that are UTF-8, and those of records of fixed length need not be.
  const areMade = hasTemplate || namesParts || firstTime != extractorCount || makesFinal();
  const wanted: u32 = outputKind == PLAN_VALUES ? FORM_SLICES : FORM_WINDOWS;
  return keyCount == 1 && !areMade && recordKind != RECORDS_FIXED ? wanted : wholeForm(wanted);
}

/** What holds keys that are no slices of the text. */
export function wholeForm(wanted: u32): u32 {
  if (wanted == FORM_WINDOWS) return FORM_KEYS;
  return wanted == FORM_SLICES ? FORM_VALUES : wanted;
}

/** Whether what is given are numbers. */
// @ts-ignore: decorator
@inline
export function givesNumbers(): bool {
  return form == FORM_SLICES || form == FORM_VALUES;
}

export function beginOutput(newForm: u32): void {
  form = newForm;
  out = output;
  limit = makeRoom(output);
  window = 0;
}

export function endOutput(): void {
  if (window != 0) store<u32>(window, <u32>((out - window - WINDOW_HEADER) >>> 2), 4);
}

/** Makes room for so many bytes, and some more. */
// @ts-ignore: decorator
@inline
function reserve(bytes: usize): void {
  if (out + bytes + 64 > limit) grow(bytes);
}

/** By doubling, since each growth may cost a copy, but by no more than a part of what there may be. */
function grow(bytes: usize): void {
  limit = makeRoom(out + max(bytes, min(out - output, MOST_GROWTH)) + ROOM);
}

/** Gives what the plan wants of the record in hand; false if the form cannot hold it. */
export function give(): bool {
  if (lacksKey()) {
    tallyMissing();
    return true;
  }
  if (lacksValue()) {
    tallyNoNumber();
    return true;
  }
  if (cut == NO_EXTRACTOR) return giveKey();
  do {
    setSlot(extractorCount, wordStart, wordEnd); // the last key, behind what extractors have found
    if (!giveKey()) return false;
  } while (nextWord());
  return true;
}

/** Whether a part of the record's key is not there. Finds its first word, where words are keys. */
// @ts-ignore: decorator
@inline
function lacksKey(): bool {
  const found = keyCount - u32(cut != NO_EXTRACTOR);
  for (let i: u32 = 0; i < found; i++) {
    const slot = load<u32>(keys + (i << 2));
    if (startOf(slot) == endOf(slot)) return true;
  }
  if (cut == NO_EXTRACTOR) return false;
  startWords(startOf(cut), endOf(cut));
  return !nextWord();
}

/** Whether the record's value is not there, or no number where it must be one; reads that. */
// @ts-ignore: decorator
@inline
function lacksValue(): bool {
  if (givesNumbers()) return !readNumber(startOf(valueExtractor), endOf(valueExtractor));
  return form == FORM_PAIRS && startOf(valueExtractor) == 0;
}

// @ts-ignore: decorator
@inline
function giveKey(): bool {
  const first = load<u32>(keys);
  if (form == FORM_WINDOWS) return addWindow(startOf(first), endOf(first));
  if (form == FORM_KEYS) addKey();
  else if (form == FORM_PAIRS) addPair();
  else return addValue();
  return true;
}

/** Adds a slice of the text; false if it is none, or too long for one. */
// @ts-ignore: decorator
@inline
export function addWindow(start: usize, end: usize): bool {
  if (start >= side) return false;
  if (window == 0 || end - windowBase > MOST_WINDOW) {
    if (end - start > MOST_WINDOW) return false;
    openWindow(start);
  }
  reserve(4);
  const base = windowBase;
  store<u32>(out, <u32>(start - base) | <u32>(end - base) << 16);
  out += 4;
  return true;
}

function openWindow(start: usize): void {
  endOutput();
  reserve(WINDOW_HEADER);
  window = out;
  windowBase = start;
  store<u32>(out, <u32>(start - text));
  out += WINDOW_HEADER;
}

/** Most bytes of the record's key: all bytes may be escaped. */
// @ts-ignore: decorator
@inline
function mostKeyBytes(): usize {
  const first = load<u32>(keys);
  return keyCount == 1 ? endOf(first) - startOf(first) : mostCompoundBytes();
}

function mostCompoundBytes(): usize {
  let bytes: usize = keyCount;
  for (let i: u32 = 0; i < keyCount; i++) {
    const slot = load<u32>(keys + (i << 2));
    bytes += endOf(slot) - startOf(slot);
  }
  return 2 * bytes;
}

function addKey(): void {
  reserve(KEY_HEADER + mostKeyBytes());
  const start = out + KEY_HEADER;
  const end = writeKey(start);
  store<u32>(out, <u32>(end - start));
  out = end;
}

/** False if the form cannot hold the key. */
function addValue(): bool {
  if (form == FORM_SLICES) return addSlice();
  reserve(VALUE_HEADER + mostKeyBytes());
  endValue(writeKey(out + VALUE_HEADER));
  return true;
}

function addSlice(): bool {
  const slot = load<u32>(keys);
  const start = startOf(slot), end = endOf(slot);
  if (start >= side || end - start > <usize>MOST_SLICE) return false;
  reserve(SLICE_BYTES);
  writeSlice(start, end);
  return true;
}

// @ts-ignore: decorator
@inline
function writeSlice(start: usize, end: usize): void {
  out = writeSliceAt(out, start, end);
}

/** The shortest row with a key, a value, a delimiter and a line feed. */
const LEAST_ROW: usize = 4;

/** Makes room for the slices of rows of so many bytes, and of one more; returns where they go. */
export function beginSlices(rowBytes: usize): usize {
  reserve((rowBytes / LEAST_ROW + 1) * SLICE_BYTES);
  return out;
}

/** Says where the slices end that were written at the place of beginSlices. */
export function endSlices(at: usize): void {
  out = at;
}

/** Writes a slice for the number in hand; returns its end. */
// @ts-ignore: decorator
@inline
export function writeSliceAt(at: usize, start: usize, end: usize): usize {
  const keyBytes = <u32>(end - start) | scale << NUMBER_SCALE_SHIFT;
  store<i64>(at, number);
  store<u64>(at, <u64>keyBytes | <u64>(start - text) << (8 * (SLICE_START - VALUE_KEY_BYTES)), VALUE_KEY_BYTES);
  return at + SLICE_BYTES;
}

/** Ends a value record behind its key. */
// @ts-ignore: decorator
@inline
function endValue(end: usize): void {
  store<u64>(end, 0);
  writeNumber(end - out - VALUE_HEADER);
  out += (end - out + 7) & ~7;
}

// @ts-ignore: decorator
@inline
function writeNumber(keyBytes: usize): void {
  store<i64>(out, number);
  store<u32>(out, <u32>keyBytes | scale << NUMBER_SCALE_SHIFT, 8);
}

function addPair(): void {
  const from = startOf(valueExtractor), bytes = endOf(valueExtractor) - from;
  reserve(PAIR_HEADER + mostKeyBytes() + bytes);
  const start = out + PAIR_HEADER;
  const end = writeKey(start);
  if (makesFinal()) makeRoom(end + bytes);
  store<u32>(out, <u32>(end - start));
  store<u32>(out, <u32>bytes, 4);
  out = copy(from, bytes, end);
}

/** Writes the record's key; returns where it ends. Writes some bytes beyond. */
// @ts-ignore: decorator
@inline
function writeKey(to: usize): usize {
  if (keyCount != 1) return writeCompound(to);
  const slot = load<u32>(keys);
  const start = startOf(slot), end = endOf(slot);
  return makesFinal() ? writeFinal(start, end, to) : copy(start, end - start, to);
}

/** Whether the last key is brought to its final form here. */
// @ts-ignore: decorator
@inline
function makesFinal(): bool {
  return (wordFlags & (FLAG_FOLD | FLAG_NFC)) != 0;
}

/** Reads and writes some bytes beyond. */
// @ts-ignore: decorator
@inline
function copy(from: usize, bytes: usize, to: usize): usize {
  if (bytes > 64) memory.copy(to, from, bytes);
  else for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
  return to + bytes;
}

function writeCompound(to: usize): usize {
  const last = keyCount - 1;
  for (let i: u32 = 0; i < last; i++) {
    const slot = load<u32>(keys + (i << 2));
    to = copyEscaped(startOf(slot), endOf(slot), to);
    store<u8>(to++, PART_SEPARATOR);
  }
  const slot = load<u32>(keys + (last << 2));
  const start = startOf(slot), end = endOf(slot);
  return makesFinal() ? writeFinal(start, end, to) : copyEscaped(start, end, to);
}

/** Writes the final form of a word. It is made so far behind that all of its bytes may be escaped. */
function writeFinal(start: usize, end: usize, to: usize): usize {
  makeFinalWord(start, end, to + 2 * (end - start) + ROOM);
  const bytes = finalEnd - finalStart;
  const least = to + 2 * bytes + ROOM;
  let from = finalStart;
  makeRoom(least + bytes);
  if (to <= from && from < least) { // it has grown
    memory.copy(least, from, bytes);
    from = least;
  }
  if (keyCount != 1) return copyEscaped(from, from + bytes, to);
  memory.copy(to, from, bytes);
  return to + bytes;
}

/** The bytes 0, 1 and 2 become two each, so that none is the separator. */
function copyEscaped(at: usize, end: usize, to: usize): usize {
  while (at < end) {
    const left = end - at;
    const bytes = load<u64>(at);
    const low = (bytes - 3 * LOWEST) & ~bytes & HIGH_BITS;
    store<u64>(to, bytes);
    if (low == 0 || left < 8 && (low & (((<u64>1) << (<u64>left << 3)) - 1)) == 0) {
      const step = min<usize>(left, 8);
      at += step;
      to += step;
      continue;
    }
    const plain = <usize>ctz(low) >>> 3; // the lowest bit is exact
    const byte = load<u8>(at + plain);
    store<u8>(to + plain, PART_ESCAPE);
    store<u8>(to + plain, byte + 1, 1);
    at += plain + 1;
    to += plain + 2;
  }
  return to;
}
