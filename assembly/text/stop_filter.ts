import { finalBytes, finalKey, makeStopForm } from "../table/final_key";
import { FLAG_FOLD, FLAG_STOP_ALL, FLAG_STOP_TOKENS, JOB_FLAGS, JOB_STOP_WORDS, TOKEN_SEPARATOR } from "../layout";
import { goesOnAt, halted, SCRATCH_WORK, scratch } from "../memory/runtime";
import { isStopWord } from "./stop_words";

// Stop words that are not just compared with final keys: in a job that preserves case, since they
// are compared folded; and in one of n-grams, since they are looked for among the tokens.
//
// The tokens of such n-grams are held apart by TOKEN_SEPARATOR, which is in no UTF-8, from where
// they are joined up to here. Spaces would not do: a line, a word of a list, or a space with a mark
// behind it is a token that may hold spaces, so "a b", "c" and "a", "b c" have one final key and two
// keys in the table, of which one may be left out and not the other.

export const KEPT: i32 = 0;
export const LEFT_OUT: i32 = 1;
export const NO_PAGES: i32 = 2;

/** Addresses of the separators that were replaced, u32 each and a 0 behind them: at most 4. */
const SEPARATORS: usize = SCRATCH_WORK + 0x3ff00;

let fold: bool = false;
let all: bool = false;

/** Whether keys of the table are n-grams whose tokens are held apart. */
export let holdsTokens: bool = false;
/** Whether filterKey is to be asked before the final key is made. */
export let filtersFirst: bool = false;

export function beginStopFilter(job: usize): void {
  const flags = load<u32>(job, JOB_FLAGS);
  fold = (flags & FLAG_FOLD) != 0;
  all = (flags & FLAG_STOP_ALL) != 0;
  holdsTokens = (flags & FLAG_STOP_TOKENS) != 0;
  filtersFirst = holdsTokens || !fold && load<u32>(job, JOB_STOP_WORDS) != 0;
}

/**
 * Whether stop words leave a key of the table out; what they do not has its tokens joined by spaces
 * from then on, in place. NO_PAGES, also when the call halts, leaves it as it was.
 */
export function filterKey(key: usize, bytes: u32): i32 {
  if (holdsTokens) {
    const verdict = filterTokens(key, key + bytes);
    if (verdict != KEPT) return verdict;
    joinTokens(key, key + bytes);
    if (fold) return KEPT; // a folded key is compared as a whole when it is final
  }
  const verdict = filterWhole(key, bytes);
  if (verdict == NO_PAGES) undoJoin();
  return verdict;
}

function filterWhole(key: usize, bytes: u32): i32 {
  if (!makeStopForm(key, bytes)) return NO_PAGES;
  return isStopWord(finalKey, finalBytes) ? LEFT_OUT : KEPT;
}

function filterTokens(from: usize, end: usize): i32 {
  while (true) {
    let stop = from;
    while (stop < end && load<u8>(stop) != TOKEN_SEPARATOR && goesOnAt(stop)) stop++;
    if (halted) return NO_PAGES;
    const verdict = filterWhole(from, <u32>(stop - from));
    if (verdict == NO_PAGES || (verdict == LEFT_OUT) != all) return verdict;
    if (stop == end) return verdict; // as all the others
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

/** The key that filterKey has joined last comes again later, and is filtered then. */
export function undoJoin(): void {
  if (!holdsTokens) return;
  let separators = scratch + SEPARATORS;
  for (; load<u32>(separators) != 0; separators += 4) {
    store<u8>(load<u32>(separators), TOKEN_SEPARATOR);
  }
}
