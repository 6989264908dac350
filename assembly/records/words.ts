import { FLAG_KEEP_CR, TOKENIZER_LINES } from "../layout";
import { SUB_BLOCK } from "../memory/masks";
import { SCRATCH_LIST, scratch } from "../memory/runtime";
import { startLines } from "../text/tokenizers/lines";
import { scanLongText, scanText } from "../text/tokenizers/scan_text";
import { scanIsWord, scanNext } from "../text/tokenizers/scan_state";
import { poll, POLL_BYTES } from "./host";
import { tokenizer, wordFlags } from "./plan";

// The words of a text, or of a part of a record, one after the other, by the scanners of the words'
// kernel. A scanner knows zeroes behind its text; behind a part stands the rest of its record, which is
// put aside meanwhile.

const BEHIND_BYTES: usize = 64;

const BEHIND = memory.data(64, 16);

export let wordStart: usize = 0;
export let wordEnd: usize = 0;

/** The sub-block that was listed last, and what is left of its list. */
let base: usize = 0;
let item: usize = 0;
let listEnd: usize = 0;
/** Where the next one begins, and the end of the text. */
let next: usize = 0;
let end: usize = 0;
let unpolled: usize = 0;

/** Begins to read the words of a text, which is UTF-8. */
export function startWords(from: usize, to: usize): void {
  startLines(wordFlags & FLAG_KEEP_CR);
  item = listEnd = 0;
  next = from;
  end = to;
}

/** Sets wordStart and wordEnd; false if there is no further word. An empty line is none. */
export function nextWord(): bool {
  do {
    while (item == listEnd) {
      if (next >= end) return false;
      if (!listWords() && findLongWord()) return true;
    }
    const word = load<u32>(item);
    item += 4;
    wordStart = base + (word & 0xffff);
    wordEnd = base + (word >>> 16);
  } while (wordStart == wordEnd);
  return true;
}

/** Lists the words of the next sub-block; false if one word, or a stretch without words, fills it. */
function listWords(): bool {
  base = next;
  item = scratch + SCRATCH_LIST;
  const to = min<usize>(base + SUB_BLOCK, end);
  pollAfter(to - base);
  listEnd = to == end ? scanLast() : scanText(tokenizer, base, to, end, item, 0);
  next = scanNext;
  return item != listEnd || next != base;
}

function scanLast(): usize {
  moveBytes(end, BEHIND);
  memory.fill(end, 0, BEHIND_BYTES);
  const stop = scanText(tokenizer, base, end, end, item, 0);
  moveBytes(BEHIND, end);
  return stop;
}

// @ts-ignore: decorator
@inline
function moveBytes(from: usize, to: usize): void {
  for (let i: usize = 0; i < BEHIND_BYTES; i += 16) v128.store(to + i, v128.load(from + i));
}

/** Passes what fills the sub-block; whether it is a word. */
function findLongWord(): bool {
  wordStart = base;
  wordEnd = scanLongText(tokenizer, base, end);
  next = tokenizer == TOKENIZER_LINES ? scanNext : wordEnd;
  return scanIsWord;
}

function pollAfter(bytes: usize): void {
  unpolled += bytes;
  if (unpolled < POLL_BYTES) return;
  unpolled = 0;
  poll();
}
