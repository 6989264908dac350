import { addKey, addMisses, countList } from "../table/count";
import {
  FLAG_LINE_BOUND,
  FLAG_STOP_TOKENS,
  JOB_TOKENIZER,
  KEY_BEGINS_LINE,
  TOKEN_SEPARATOR,
  TOKENIZER_KEYS,
} from "../layout";
import { SUB_BLOCK } from "../memory/masks";
import { allocPages, freePages, pagesFor } from "../memory/pages";
import {
  copyBytes, goesOnAt, SCRATCH_NGRAM_LIST, SCRATCH_NGRAM_TEXT, SCRATCH_WINDOW, scratch,
} from "../memory/runtime";
import { KEY_RECORD_HEADER_BYTES } from "./tokenizers/keys";

// n-grams: n words in a row, joined by one space, or by TOKEN_SEPARATOR if stop_filter.ts must find
// the words again. They are assembled in a text of their own, with a list, which is then counted
// like a sub-block.
//
// 1. The window holds the latest words, at most n - 1, as addresses in the chunk: u32 start, end.
// 2. A word enters the window when its n-gram is in the assembled text, or is counted. A call that
//    ends early has not let the word enter, and the next call goes on with the same word.
// 3. Nothing writes to the assembled text while misses point into it.

const WORD_BYTES: usize = 8;
/** Most words of the list of assembled n-grams. */
const LIST_BYTES: usize = 0x2c00;
/** An n-gram longer than a sub-block is assembled in pages, with readable bytes behind. */
const PADDING: u32 = 64;

let job: usize = 0;
let n: u32 = 1;
let lineBound: bool = false;
let isKeys: bool = false;
let separator: u8 = 0x20;
let windowWords: u32 = 0;

/** The list in hand. */
let base: usize = 0;
let wordNext: usize = 0;
let wordEnd: usize = 0;

/** Ends of the assembled text and of its list. */
let textEnd: usize = 0;
let listEnd: usize = 0;

/**
 * How many of the chunk's first words are kept, at most n - 1, for edge_words.ts; stored as the
 * window.
 */
export let headWords: u32 = 0;

// @ts-ignore: decorator
@inline
export function windowWord(index: u32): usize {
  return scratch + SCRATCH_WINDOW + <usize>index * WORD_BYTES;
}

// @ts-ignore: decorator
@inline
export function headWord(index: u32): usize {
  return scratch + SCRATCH_WINDOW + 0x100 + <usize>index * WORD_BYTES;
}

/** How many words are in the window; at the end of a chunk they are its last words. */
export function tailWords(): u32 {
  return windowWords;
}

/** Whether n-grams go on from one chunk into the next. */
export function crossesChunks(): bool {
  return !lineBound;
}

/** Begins a chunk. */
export function startNgrams(forJob: usize, flags: u32, words: u32): void {
  job = forJob;
  n = words;
  lineBound = (flags & FLAG_LINE_BOUND) != 0;
  isKeys = load<u32>(forJob, JOB_TOKENIZER) == TOKENIZER_KEYS;
  separator = flags & FLAG_STOP_TOKENS ? <u8>TOKEN_SEPARATOR : 0x20;
  windowWords = 0;
  headWords = 0;
  wordNext = wordEnd;
  clearText();
}

function clearText(): void {
  textEnd = scratch + SCRATCH_NGRAM_TEXT;
  listEnd = scratch + SCRATCH_NGRAM_LIST;
}

/** Takes the list of a sub-block in hand. */
export function startNgramList(from: usize, list: usize, end: usize): void {
  base = from;
  wordNext = list;
  wordEnd = end;
}

/**
 * Counts the n-grams that end in the list in hand; false when there is no room, and the next call
 * goes on.
 */
export function addNgrams(): bool {
  if (!addMisses()) return false;
  for (; wordNext < wordEnd; wordNext += 4) {
    const word = load<u32>(wordNext);
    if (!addWord(base + (word & 0xffff), base + (word >>> 16))) return false;
  }
  return countAssembled();
}

/** Counts the n-gram that ends with this word. */
export function addWord(start: usize, end: usize): bool {
  endLine(start);
  if (windowWords == n - 1 && !assemble(start, end)) return false;
  remember(start, end);
  return true;
}

/** Takes note of a word whose n-gram is counted already. */
export function passWord(start: usize, end: usize): void {
  endLine(start);
  remember(start, end);
}

/** Forgets the words of former lines, if n-grams end with a line. */
// @ts-ignore: decorator
@inline
function endLine(start: usize): void {
  if (lineBound && windowWords != 0 && beginsLine(start)) windowWords = 0;
}

/** Whether a line has ended between the latest word and the one that starts here. */
function beginsLine(start: usize): bool {
  if (isKeys) return (load<u32>(start - KEY_RECORD_HEADER_BYTES) & KEY_BEGINS_LINE) != 0;
  return hasLineFeed(load<u32>(windowWord(windowWords - 1), 4), start);
}

function hasLineFeed(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) {
    if (load<u8>(at) == 0x0a) return true;
    if (!goesOnAt(at)) return false;
  }
  return false;
}

function remember(start: usize, end: usize): void {
  if (headWords < n - 1) storeWord(headWord(headWords++), start, end);
  if (windowWords == n - 1) {
    windowWords--;
    for (let i: u32 = 0; i < windowWords; i++) store<u64>(windowWord(i), load<u64>(windowWord(i + 1)));
  }
  storeWord(windowWord(windowWords++), start, end);
}

// @ts-ignore: decorator
@inline
function storeWord(word: usize, start: usize, end: usize): void {
  store<u32>(word, <u32>start);
  store<u32>(word, <u32>end, 4);
}

function assemble(start: usize, end: usize): bool {
  let bytes: u64 = <u64>(end - start) + (n - 1);
  for (let i: u32 = 0; i < n - 1; i++) {
    bytes += load<u32>(windowWord(i), 4) - load<u32>(windowWord(i));
  }
  if (bytes > SUB_BLOCK) return addLongNgram(start, end, bytes);
  const text = scratch + SCRATCH_NGRAM_TEXT;
  const list = scratch + SCRATCH_NGRAM_LIST;
  if (textEnd - text + <usize>bytes > SUB_BLOCK || listEnd - list >= LIST_BYTES) {
    if (!countAssembled()) return false;
  }
  const to = join(textEnd, start, end);
  store<u32>(listEnd, <u32>(textEnd - text) | (<u32>(to - text) << 16));
  listEnd += 4;
  textEnd = to;
  return true;
}

/** Writes the window's words and this one, joined; returns the end. */
function join(out: usize, start: usize, end: usize): usize {
  for (let i: u32 = 0; i < n - 1; i++) {
    const from: usize = load<u32>(windowWord(i));
    const bytes = <usize>load<u32>(windowWord(i), 4) - from;
    copyBytes(out, from, bytes);
    store<u8>(out + bytes, separator);
    out += bytes + 1;
  }
  copyBytes(out, start, end - start);
  return out + (end - start);
}

function countAssembled(): bool {
  const list = scratch + SCRATCH_NGRAM_LIST;
  const end = listEnd;
  clearText(); // n-grams that are not counted now are on the list of misses
  return end == list || countList(scratch + SCRATCH_NGRAM_TEXT, list, end) && addMisses();
}

function addLongNgram(start: usize, end: usize, bytes: u64): bool {
  const pages = pagesFor(bytes + PADDING);
  const address = allocPages(job, pages, false);
  if (address == 0) return false;
  join(address, start, end);
  const added = addKey(address, <u32>bytes);
  freePages(job, address, pages);
  return added;
}
