import { purgeTable } from "../approx/purge";
import { makeRoomForTokens } from "./carry";
import { checkpoint, countedBytes, countedTokens } from "../memory/claim";
import { addKey, addMisses, countList, dropMisses } from "./count";
import { beginCounting, endFinalKeys, finalFirst } from "./final_key";
import { writeEdgeWords } from "../text/edge_words";
import { FAULT_DIRTY, faultPoint } from "../memory/fault_point";
import { DRAINED_CHECKED, DRAINED_HEADER_BYTES, DRAINED_KEYS } from "../drain_layout";
import {
  FENCED,
  FLAG_REJECT_INVALID,
  FLAG_SCATTER,
  INVALID_UTF8,
  JOB_APPROX,
  JOB_EPOCH,
  JOB_FLAGS,
  JOB_NGRAM,
  JOB_TABLES,
  JOB_TOKENIZER,
  OK,
  OUT_OF_PAGES,
  RECORDS_TORN,
  SCRATCH_BAD_OFFSET,
  SCRATCH_EDGES,
  SCRATCH_EDGES_BYTES,
  SCRATCH_REPLACED,
  SCRATCH_TOKENS,
  STOPPED,
  TEXT_PADDING,
  TOKENIZER_KEYS,
  TOKENIZER_LINES,
  TOKENIZER_VALUES,
  TOKENIZER_DRAINED,
  VALUE_KEY,
  DRAINED_ODD,
} from "../layout";
import { lowerLetters } from "../text/lower_ascii";
import { SUB_BLOCK } from "../memory/masks";
import { addNgrams, addWord, passWord, startNgrams, startNgramList } from "../text/ngrams";
import { allocPages, freePages, openReserve, pagesFor } from "../memory/pages";
import { goesOn, halted, isRunning, SCRATCH_LIST, scratch } from "../memory/runtime";
import { foldBitOf, scan, scanLong } from "../text/tokenizers/scan";
import { scanIsWord, scanNext } from "../text/tokenizers/scan_state";
import { scatteredRecords, scatterRecords } from "./scatter_records";
import { closeTable, createTable, isPartitioned, openTable, saveTable } from "./table";
import { setOpenTable, setTokensSinceCarry, tableJob, tokensSinceCarry } from "./table_header";
import { KEY_RECORD_HEADER_BYTES } from "../text/tokenizers/keys";
import { startLines } from "../text/tokenizers/lines";
import { holdsRecord } from "../text/tokenizers/values";
import { keysAreTexts } from "../text/drained_keys";
import { openWindows, passWindows, slicesAt, slicesEnd, windowBase } from "../text/windows";
import { repairCount, repairedLength, repairUtf8, validateUtf8 } from "../text/utf8";
import { addRecord, addValueMisses, countRecords, dropValueMisses, takeRecords } from "../values/count_values";
import { fail, failedAt, failure, hasValues } from "../values/op";
import { openRecords } from "../values/record_keys";

// Counts one chunk: for each sub-block, finds the words and counts them. The text and the lists of
// a sub-block stay in the L1 cache through all passes.
//
// A call that ends with OUT_OF_PAGES leaves its place in the globals below. The same call goes on
// there, so that no word is lost or counted twice. A call for another chunk forgets the place.
//
// Between two sub-blocks the table is whole, and another thread may get the task (claim.ts). A text
// is always cut into the same sub-blocks, so that thread goes on with the next one.

let job: usize = 0;
let epoch: u32 = 0;
let text: usize = 0;
let textBytes: u32 = 0;

let tokenizer: u32 = 0;
let foldBit: u32 = 0;
let ngram: u32 = 1;
/** Whether records are scattered, and not counted. */
let scatters: bool = false;

/** The text that is counted, the chunk itself or its repaired copy: its start, the place, its end. */
let first: usize = 0;
let next: usize = 0;
let end: usize = 0;
let tokens: u64 = 0;
let copy: usize = 0;
let copyPages: u32 = 0;

/** See kernel.ts. */
export function mapChunk(forJob: usize, worker: u32, chunk: usize, bytes: u32): i32 {
  openReserve(load<u32>(forJob, JOB_APPROX) == 0); // which is for tables that can be spilled
  const status = mapWithReserve(forJob, worker, chunk, bytes);
  openReserve(false);
  return status;
}

function mapWithReserve(forJob: usize, worker: u32, chunk: usize, bytes: u32): i32 {
  const continues = job == forJob && text == chunk && textBytes == bytes && epoch == load<u32>(forJob, JOB_EPOCH);
  if (!continues) {
    const status = begin(forJob, chunk, bytes);
    if (status != OK) return status;
  }
  const word = forJob + JOB_TABLES + (<usize>worker << 2);
  if (load<u32>(word) == 0) store<u32>(word, <u32>createTable(forJob));
  const table: usize = load<u32>(word);
  if (table == 0) return OUT_OF_PAGES;
  if (isPartitioned(table)) unreachable(); // an error of the caller: the table takes no more words
  openTable(forJob, table);
  beginCounting(forJob);
  let status = countText();
  if (status == FENCED) {
    abandon();
    return FENCED;
  }
  closeTable();
  if (finalFirst) endFinalKeys();
  store<u64>(scratch, tokens, SCRATCH_TOKENS);
  if (status == OK && ngram > 1) status = writeEdgeWords(forJob, tokens);
  if (status != OUT_OF_PAGES) forget();
  return status;
}

/** Takes up a new chunk: reads the options, checks the text. */
function begin(forJob: usize, chunk: usize, bytes: u32): i32 {
  forget();
  const flags = load<u32>(forJob, JOB_FLAGS);
  tokenizer = load<u32>(forJob, JOB_TOKENIZER);
  foldBit = foldBitOf(flags);
  ngram = load<u32>(forJob, JOB_NGRAM);
  scatters = (flags & FLAG_SCATTER) != 0;
  first = chunk;
  end = chunk + bytes;
  tokens = 0;
  dropLists();
  openRecords(0);
  store<u64>(scratch, 0, SCRATCH_TOKENS);
  store<u32>(scratch, 0, SCRATCH_REPLACED);
  store<u32>(scratch, 0, SCRATCH_EDGES);
  store<u32>(scratch, 0, SCRATCH_EDGES_BYTES);
  if (!cutsRecords()) {
    const valid = validateUtf8(chunk, bytes);
    if (halted) return STOPPED;
    if (valid != bytes) {
      if (flags & FLAG_REJECT_INVALID) {
        store<u32>(scratch, valid, SCRATCH_BAD_OFFSET);
        return INVALID_UTF8;
      }
      if (!repair(forJob, chunk, bytes)) return OUT_OF_PAGES;
    }
  }
  next = first;
  startLines(flags);
  if (ngram > 1) startNgrams(forJob, flags, ngram);
  if (tokenizer == TOKENIZER_DRAINED && !beginDrained()) return halted ? STOPPED : DRAINED_ODD;
  if (countedBytes() != 0) passCounted();
  job = forJob;
  epoch = load<u32>(forJob, JOB_EPOCH);
  text = chunk;
  textBytes = bytes;
  return OK;
}

/** Takes up what a kernel has drained; false if some of it is odd. */
function beginDrained(): bool {
  next = first + DRAINED_HEADER_BYTES;
  const what = load<u32>(first);
  if (what > <u32>DRAINED_KEYS) {
    if (!hasValues) return openWindows(first, end);
    openRecords(load<u32>(first));
    return true;
  }
  tokenizer = hasValues ? TOKENIZER_VALUES : TOKENIZER_KEYS;
  if (hasValues) return true; // checked, as all records of values are
  return what == DRAINED_CHECKED || keysAreTexts(next, end);
}

/**
 * Makes a copy with U+FFFD for invalid sequences; false when there are no pages, or the call halts.
 */
function repair(forJob: usize, chunk: usize, bytes: u32): bool {
  const length = repairedLength(chunk, bytes);
  if (halted) return false; // then `length` is measured in part
  const pages = pagesFor(length + TEXT_PADDING);
  copy = allocPages(forJob, pages, true);
  if (copy == 0) return false;
  copyPages = pages;
  first = copy;
  end = copy + repairUtf8(chunk, bytes, copy);
  store<u32>(scratch, repairCount, SCRATCH_REPLACED);
  return true;
}

/** Forgets the chunk in hand. If its job is gone, the host has freed the pages of the copy. */
function forget(): void {
  if (copy != 0 && load<u32>(job, JOB_EPOCH) == epoch) freePages(job, copy, copyPages);
  copy = 0;
  job = 0;
}

/** See kernel.ts. */
export function dropChunk(): void {
  dropLists();
  forget();
}

/** Forgets a chunk whose task was taken away: its pages, and the job, may be gone. */
function abandon(): void {
  dropLists();
  setOpenTable(0, 0);
  copy = 0;
  job = 0;
}

/** Moves to the place up to which a former thread of the task has counted. */
function passCounted(): void {
  tokens = countedTokens();
  const from = first + countedBytes();
  if (ngram == 1) next = from;
  if (tokenizer == TOKENIZER_DRAINED && !hasValues) passWindows(first, from);
  while (next < from && goesOn()) passSubBlock();
}

/**
 * Finds the words of a counted sub-block again, since the next n-grams begin with the last of them.
 */
function passSubBlock(): void {
  const list = scratch + SCRATCH_LIST;
  const to = min<u64>(<u64>next + SUB_BLOCK, end);
  const listEnd = scan(tokenizer, next, <usize>to, end, list, foldBit);
  if (listEnd == list && scanNext == next) {
    const stop = findLongWord();
    if (scanIsWord) passWord(longWordStart(), stop);
    next = nextBehind(stop);
    return;
  }
  for (let at = list; at < listEnd; at += 4) {
    const word = load<u32>(at);
    passWord(next + (word & 0xffff), next + (word >>> 16));
  }
  next = scanNext;
}

function countText(): i32 {
  const resumed = next;
  const list = scratch + SCRATCH_LIST;
  while (true) {
    if (!finishList()) {
      if (!makeRoom()) return OUT_OF_PAGES;
      continue;
    }
    if (failure != OK) return leaveRefused();
    if (next >= end) return OK;
    if (!isRunning(job)) return STOPPED;
    if (next != resumed) {
      saveTable();
      if (!checkpoint(<u32>(next - first), <u32>tokens)) return FENCED;
    }
    if (scatters) {
      if (!scatterSubBlock()) return OUT_OF_PAGES;
      continue;
    }
    if (!makeRoomForTokens(SUB_BLOCK)) {
      if (!makeRoom()) return OUT_OF_PAGES;
      continue;
    }
    if (tokenizer == TOKENIZER_DRAINED) {
      if (hasValues) countNumbers();
      else countSlices();
      continue;
    }
    const from = next;
    const to = min<u64>(<u64>from + SUB_BLOCK, end);
    const listEnd = hasValues
      ? list + (<usize>takeRecords(from, <usize>to) << 2)
      : scan(tokenizer, from, <usize>to, end, list, foldBit);
    if (listEnd == list && scanNext == from) {
      if (!countLongWord() && !makeRoom()) return OUT_OF_PAGES;
      continue;
    }
    next = scanNext;
    faultPoint(FAULT_DIRTY, <u32>(next - first));
    addTokens(<u32>((listEnd - list) >> 2));
    if (ngram > 1) startNgramList(from, list, listEnd);
    else if (hasValues) countRecords();
    else countList(from, list, listEnd);
  }
}

/** Scatters the records that begin in the next sub-block; false when there is no room for one. */
function scatterSubBlock(): bool {
  const to = <usize>min<u64>(<u64>next + SUB_BLOCK, end);
  next = scatterRecords(tableJob, next, to, end);
  tokens += scatteredRecords;
  faultPoint(FAULT_DIRTY, <u32>(next - first));
  return next >= to || failure != OK || halted;
}

/** Lets keys leave the table of a job that counts approximately; false in others. */
function makeRoom(): bool {
  if (finalFirst) endFinalKeys();
  if (!purgeTable()) return false;
  beginCounting(tableJob);
  return true;
}

/** Counts the next slices of a window. */
function countSlices(): void {
  const list = slicesAt(next);
  const listEnd = slicesEnd(list);
  next = listEnd;
  faultPoint(FAULT_DIRTY, <u32>(next - first));
  addTokens(<u32>((listEnd - list) >> 2));
  countList(windowBase, list, listEnd);
}

/** Combines the numbers of the next slices, which stand in value records. */
function countNumbers(): void {
  const records = takeRecords(next, <usize>min<u64>(<u64>next + SUB_BLOCK, end));
  if (records == 0) return fail(RECORDS_TORN, next);
  next = scanNext;
  faultPoint(FAULT_DIRTY, <u32>(next - first));
  addTokens(records);
  countRecords();
}

/** Counts the rest of the list in hand; false when there is no room for some of it. */
// @ts-ignore: decorator
@inline
function finishList(): bool {
  return ngram > 1 ? addNgrams() : hasValues ? addValueMisses() : addMisses();
}

// @ts-ignore: decorator
@inline
function addTokens(count: u32): void {
  tokens += count;
  if (!hasValues) setTokensSinceCarry(tokensSinceCarry + count);
}

/** Counts a word that fills the sub-block, or passes over a stretch without words that does. */
function countLongWord(): bool {
  if (tokenizer == TOKENIZER_VALUES && !holdsRecord(next, end)) {
    fail(RECORDS_TORN, next);
    return true;
  }
  const stop = findLongWord();
  if (scanIsWord) {
    const start = longWordStart();
    if (!addLongWord(start, stop)) return false;
    addTokens(1);
  }
  next = nextBehind(stop);
  return true;
}

/** Says which record the job cannot take. */
function leaveRefused(): i32 {
  store<u32>(scratch, <u32>(failedAt - first), SCRATCH_BAD_OFFSET);
  return failure;
}

// @ts-ignore: decorator
@inline
function addLongWord(start: usize, stop: usize): bool {
  if (ngram > 1) return addWord(start, stop);
  const bytes = <u32>(stop - start);
  return hasValues ? addRecord(next) : addKey(start, bytes);
}

/** Where the text goes on behind a long word: a line end is no line, and padding is no record. */
// @ts-ignore: decorator
@inline
function nextBehind(stop: usize): usize {
  return tokenizer == TOKENIZER_LINES || tokenizer == TOKENIZER_VALUES ? scanNext : stop;
}

/** Whether the chunk is records of keys, which are no text to be repaired or folded here. */
// @ts-ignore: decorator
@inline
function cutsRecords(): bool {
  return tokenizer == TOKENIZER_KEYS || tokenizer == TOKENIZER_VALUES ||
    tokenizer == TOKENIZER_DRAINED;
}

function dropLists(): void {
  dropMisses();
  dropValueMisses();
}

/** The end of that word or stretch; lower-cases the letters of a word in a job that folds. */
function findLongWord(): usize {
  const stop = scanLong(tokenizer, next, end);
  if (scanIsWord && foldBit != 0 && !cutsRecords()) lowerLetters(next, stop);
  return stop;
}

// @ts-ignore: decorator
@inline
function longWordStart(): usize {
  if (tokenizer == TOKENIZER_VALUES) return next + VALUE_KEY;
  return tokenizer == TOKENIZER_KEYS ? next + KEY_RECORD_HEADER_BYTES : next;
}
