import { countChars, foldKey, isFolded } from "../text/fold_key";
import { equalKeys } from "./hash";
import {
  FLAG_FOLD,
  FLAG_LAST_PART,
  FLAG_NFC,
  JOB_APPROX,
  JOB_FLAGS,
  JOB_MAX_CHARS,
  JOB_MIN_CHARS,
  JOB_PREFIX,
  JOB_PREFIX_BYTES,
  JOB_TOKENIZER,
  PART_ESCAPE,
  PART_SEPARATOR,
  TOKENIZER_KEYS,
} from "../layout";
import { isNfc, nfcRoom, normalizeKey } from "../text/nfc";
import { allocPages, freePages, pagesFor } from "../memory/pages";
import { goesOn, goesOnAt, halted, POLL_BYTES, SCRATCH_WORK, scratch } from "../memory/runtime";
import { isStopWord } from "../text/stop_words";

// From a key of the table to the key of the answer: normalize, fold, normalize again (since folding
// can undo NFC), then apply the filters. This is done for distinct keys, of which there are about a
// thousand times fewer than words. An ASCII key is in its final form already, since all scanners
// but those of the tokenizers `keys` and `values` fold ASCII. A step copies no key that it would not change.

/** Keys up to this length are transformed in the scratch, longer ones in pages. */
const SCRATCH_KEY_BYTES: u32 = 4096;
/** Areas of the scratch: each has room for any output of a step whose input fills the one before. */
const AREA_FIRST: usize = SCRATCH_WORK;
const AREA_SECOND: usize = AREA_FIRST + 0x4000;
const AREA_THIRD: usize = AREA_SECOND + 0xa000;

let job: usize = 0;
let fold: bool = false;
let nfc: bool = false;
let foldsAscii: bool = false;
let filtersLast: bool = false;
/** Whether makeForm folds the key in hand. */
let folds: bool = false;
let minChars: u32 = 0;
let maxChars: u32 = 0;
let prefix: usize = 0;
let prefixBytes: u32 = 0;

/** The final key, valid until the next one is made. */
export let finalKey: usize = 0;
export let finalBytes: u32 = 0;
/** Whether it differs, or may differ, from the table's key. */
export let finalChanged: bool = false;

/** Whether keys are made final before they are counted: see beginCounting. */
export let finalFirst: bool = false;

/** Pages of a long key's latest form; the next form and endFinalKeys free them. */
let spanAddress: usize = 0;
let spanPages: u32 = 0;

/**
 * Begins a call that counts. A job that counts approximately makes keys final before they are in the
 * table, and not behind it: what leaves the table must leave all of a key.
 */
export function beginCounting(forJob: usize): void {
  finalFirst = load<u32>(forJob, JOB_APPROX) != 0 &&
    (load<u32>(forJob, JOB_FLAGS) & (FLAG_FOLD | FLAG_NFC)) != 0;
  if (finalFirst) begin(forJob, load<u32>(forJob, JOB_FLAGS));
}

/** Begins a call that takes keys out of a table. */
export function beginFinalKeys(forJob: usize): void {
  const flags = load<u32>(forJob, JOB_FLAGS);
  begin(forJob, load<u32>(forJob, JOB_APPROX) != 0 ? flags & ~FLAG_FOLD & ~FLAG_NFC : flags);
}

function begin(forJob: usize, flags: u32): void {
  job = forJob;
  fold = (flags & FLAG_FOLD) != 0;
  filtersLast = (flags & FLAG_LAST_PART) != 0;
  nfc = (flags & FLAG_NFC) != 0;
  const tokenizer = load<u32>(forJob, JOB_TOKENIZER);
  foldsAscii = fold && tokenizer >= <u32>TOKENIZER_KEYS; // no scanner has folded these
  minChars = load<u32>(forJob, JOB_MIN_CHARS);
  maxChars = load<u32>(forJob, JOB_MAX_CHARS);
  prefix = load<u32>(forJob, JOB_PREFIX);
  prefixBytes = load<u32>(forJob, JOB_PREFIX_BYTES);
  spanAddress = 0;
}

/** Whether every key of the job is final as it is. */
export function areKeysFinal(): bool {
  return !fold && !nfc;
}

export function endFinalKeys(): void {
  if (spanAddress != 0) freePages(job, spanAddress, spanPages);
  spanAddress = 0;
}

/**
 * Makes finalKey from a key of the table; false when there are no pages for it, or the call halts.
 */
export function makeFinalKey(key: usize, bytes: u32): bool {
  return makeForm(key, bytes, fold, foldsAscii);
}

/** Makes the form that is compared with stop words as finalKey: it is folded in every job. */
export function makeStopForm(key: usize, bytes: u32): bool {
  return makeForm(key, bytes, true, foldsAscii || !fold);
}

function makeForm(key: usize, bytes: u32, folding: bool, foldingAscii: bool): bool {
  finalKey = key;
  finalBytes = bytes;
  finalChanged = false;
  folds = folding;
  if (!folding && !nfc || !foldingAscii && isAscii(key, bytes)) return true;
  const made = bytes <= SCRATCH_KEY_BYTES ? transformInScratch() : transformInPages();
  finalChanged = finalKey != key;
  return made;
}

function transformInScratch(): bool {
  if (nfc) normalizeInScratch(scratch + AREA_FIRST);
  if (!folds || isFolded(finalKey, finalBytes, nfc)) return true;
  finalBytes = foldKey(finalKey, finalBytes, scratch + AREA_SECOND);
  finalKey = scratch + AREA_SECOND;
  if (nfc) normalizeInScratch(scratch + AREA_THIRD);
  return true;
}

function normalizeInScratch(out: usize): void {
  if (isNfc(finalKey, finalBytes)) return;
  finalBytes = normalizeKey(finalKey, finalBytes, out);
  finalKey = out;
}

/** Each step writes to a span of its own and frees the span of the step before. */
function transformInPages(): bool {
  endFinalKeys();
  if (nfc && !normalizeInPages()) return false;
  if (!folds || isFolded(finalKey, finalBytes, nfc)) return !halted;
  if (!stepInPages(true)) return false;
  return !nfc || normalizeInPages();
}

function normalizeInPages(): bool {
  return isNfc(finalKey, finalBytes) ? !halted : stepInPages(false);
}

function stepInPages(folding: bool): bool {
  const room = folding ? foldPieces(0) : nfcRoom(finalKey, finalBytes);
  if (halted) return false; // then `room` is measured in part
  const pages = pagesFor(room);
  const span = allocPages(job, pages, false);
  if (span == 0) return false;
  const bytes = folding ? <u32>foldPieces(span) : normalizeKey(finalKey, finalBytes, span);
  endFinalKeys();
  spanAddress = span;
  spanPages = pages;
  finalKey = span;
  finalBytes = bytes;
  return !halted;
}

/**
 * Folds finalKey piece by piece to `out`. With `out` 0 it only measures, so that a key of a
 * gigabyte does not take room for the worst case. Returns the bytes of the folded key.
 */
function foldPieces(out: usize): u64 {
  let total: u64 = 0;
  let at = finalKey;
  const end = finalKey + finalBytes;
  while (at < end) {
    let stop = min<usize>(end - at, SCRATCH_KEY_BYTES) + at;
    while (stop < end && (load<u8>(stop) & 0xc0) == 0x80) stop--; // not within a sequence
    const to = out == 0 ? scratch + AREA_SECOND : out + <usize>total;
    total += foldKey(at, <u32>(stop - at), to);
    at = stop;
    if (halted) break;
  }
  return total;
}

function isAscii(key: usize, bytes: u32): bool {
  const start = key;
  const end = key + bytes;
  for (; key + 8 <= end; key += 8) {
    if (load<u64>(key) & 0x8080808080808080) return false;
    if (((key - start) & (POLL_BYTES - 1)) == POLL_BYTES - 8 && !goesOn()) return true;
  }
  for (; key < end; key++) if (load<u8>(key) >= 0x80) return false;
  return true;
}

/** Whether the job's filters let finalKey through. */
export function passesFilters(): bool {
  const head = passGroups(finalKey, finalBytes);
  const key = finalKey + head, bytes = finalBytes - head;
  if (bytes < prefixBytes || !equalKeys(key, prefix, prefixBytes)) return false;
  if ((minChars | maxChars) != 0) {
    const chars = countChars(key, bytes) - escapes;
    if (chars < minChars || maxChars != 0 && chars > maxChars) return false;
  }
  return !isStopWord(key, bytes);
}

/** Of the part that passGroups has stopped at. */
let escapes: u32 = 0;

/** Bytes of a key in front of what filters look at: they are for the last part where that is a word. */
export function passGroups(key: usize, bytes: u32): u32 {
  escapes = 0;
  if (!filtersLast) return 0;
  let head: u32 = 0;
  for (let at: u32 = 0; at < bytes && goesOnAt(at); at++) {
    const byte = load<u8>(key + at);
    if (byte == PART_ESCAPE) {
      escapes++;
      at++; // the byte behind is no separator
    } else if (byte == PART_SEPARATOR) {
      head = at + 1;
      escapes = 0;
    }
  }
  return head;
}
