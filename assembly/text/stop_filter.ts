import { finalBytes, finalKey, makeStopForm, passGroups } from "../table/final_key";
import { FLAG_FOLD, FLAG_STOP_ALL, FLAG_STOP_TOKENS, JOB_FLAGS, JOB_STOP_WORDS, TOKEN_SEPARATOR } from "../layout";
import { goesOnAt, halted, SCRATCH_WORK, scratch } from "../memory/runtime";
import { isStopWord } from "./stop_words";

// Filters by stop words where it is not enough to compare them with final keys: in a job that
// preserves case, since stop words are compared folded; and in a job of n-grams, since stop words
// are looked for among the tokens of each n-gram.
//
// From ngrams.ts up to here, TOKEN_SEPARATOR stands between the tokens of such an n-gram: no UTF-8
// holds this byte. A space would not do, since some tokens hold spaces: lines, words of a list, and
// a space with a combining mark. The n-grams "a b", "c" and "a", "b c" have one final key, but the
// filter may leave out one of them and keep the other; so they must be two keys in the table.

export const KEPT: i32 = 0;
export const LEFT_OUT: i32 = 1;
const NO_PAGES: i32 = 2;

/** Addresses of the separators that were replaced, at most 4, u32 each, and a 0 behind them. */
const SEPARATORS: usize = SCRATCH_WORK + 0x3ff00;

let fold: bool = false;
let all: bool = false;

/** Whether keys of the table are n-grams with TOKEN_SEPARATOR between their tokens. */
export let holdsTokens: bool = false;
/** Whether partition.ts must call filterKey before it makes the final key. */
export let filtersFirst: bool = false;

export function beginStopFilter(job: usize): void {
  const flags = load<u32>(job, JOB_FLAGS);
  fold = (flags & FLAG_FOLD) != 0;
  all = (flags & FLAG_STOP_ALL) != 0;
  holdsTokens = (flags & FLAG_STOP_TOKENS) != 0;
  filtersFirst = holdsTokens || !fold && load<u32>(job, JOB_STOP_WORDS) != 0;
}

/**
 * Whether stop words leave a key of the table out: KEPT, LEFT_OUT, or NO_PAGES, also when the call
 * halts. In place, the tokens of a key that is kept are joined by spaces from then on; with
 * NO_PAGES the key is as it was.
 */
export function filterKey(key: usize, bytes: u32): i32 {
  if (holdsTokens) {
    const verdict = filterTokens(key, key + bytes);
    if (verdict != KEPT) return verdict;
    joinTokens(key, key + bytes);
    if (fold) return KEPT; // passesFilters compares a folded key as a whole when it is final
  }
  const verdict = filterWhole(key, bytes);
  if (verdict == NO_PAGES) undoJoin();
  return verdict;
}

function filterWhole(key: usize, bytes: u32): i32 {
  const head = passGroups(key, bytes);
  if (!makeStopForm(key + head, bytes - head)) return NO_PAGES;
  return isStopWord(finalKey, finalBytes) ? LEFT_OUT : KEPT;
}

function filterTokens(from: usize, end: usize): i32 {
  while (true) {
    let stop = from;
    while (stop < end && load<u8>(stop) != TOKEN_SEPARATOR && goesOnAt(stop)) stop++;
    if (halted) return NO_PAGES;
    const verdict = filterWhole(from, <u32>(stop - from));
    if (verdict == NO_PAGES || (verdict == LEFT_OUT) != all) return verdict;
    if (stop == end) return verdict; // all tokens have the same
    from = stop + 1;
  }
}

function joinTokens(from: usize, end: usize): void {
  let separators = scratch + SEPARATORS;
  for (let at = from; at < end; at++) {
    if (!goesOnAt(at)) break;
    if (load<u8>(at) != TOKEN_SEPARATOR) continue;
    store<u8>(at, 0x20);
    store<u32>(separators, <u32>at);
    separators += 4;
  }
  store<u32>(separators, 0);
}

/**
 * Puts the separators back into the key that filterKey joined last: a later call filters it again.
 */
export function undoJoin(): void {
  if (!holdsTokens) return;
  let separators = scratch + SEPARATORS;
  for (; load<u32>(separators) != 0; separators += 4) {
    store<u8>(load<u32>(separators), TOKEN_SEPARATOR);
  }
}
