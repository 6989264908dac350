import { equalKeys, hashKey } from "../table/hash";
import { JOB_STOP_WORDS, JOB_STOP_WORDS_BYTES } from "../layout";
import { allocPages, freePages, pagesFor } from "../memory/pages";
import { SCRATCH_WORK, scratch } from "../memory/runtime";
import { KEY_RECORD_HEADER_BYTES } from "./tokenizers/keys";

// The job's stop words as a hash set of pointers to their key records. Each call that scatters a
// table makes the set anew. A small set lies in the scratch, behind the areas of final_key.ts.

const SCRATCH_SLOTS: usize = SCRATCH_WORK + 0x40000;
const SCRATCH_SLOT_COUNT: u32 = 0x8000;

let slots: usize = 0;
let mask: u32 = 0;
let pages: u32 = 0;

/** Builds the set; false when there are no pages. */
export function openStopWords(job: usize): bool {
  slots = 0;
  pages = 0;
  let record: usize = load<u32>(job, JOB_STOP_WORDS);
  const end = record + load<u32>(job, JOB_STOP_WORDS_BYTES);
  if (record == end) return true;
  let words: u32 = 0;
  for (let at = record; at < end; at = afterRecord(at)) words++;
  const count = <u32>1 << (32 - clz(words << 1)); // at most half full
  if (count <= SCRATCH_SLOT_COUNT) {
    slots = scratch + SCRATCH_SLOTS;
    memory.fill(slots, 0, <usize>count << 2);
  } else {
    pages = pagesFor(<u64>count << 2);
    slots = allocPages(job, pages, true);
    if (slots == 0) return false;
  }
  mask = count - 1;
  for (; record < end; record = afterRecord(record)) insert(record);
  return true;
}

function afterRecord(record: usize): usize {
  return record + KEY_RECORD_HEADER_BYTES + load<u32>(record);
}

function insert(record: usize): void {
  let slot = <u32>(hashKey(record + KEY_RECORD_HEADER_BYTES, load<u32>(record)) >>> 32) & mask;
  while (load<u32>(slots + (<usize>slot << 2)) != 0) slot = (slot + 1) & mask;
  store<u32>(slots + (<usize>slot << 2), <u32>record);
}

export function isStopWord(key: usize, bytes: u32): bool {
  if (slots == 0) return false;
  let slot = <u32>(hashKey(key, bytes) >>> 32) & mask;
  while (true) {
    const record: usize = load<u32>(slots + (<usize>slot << 2));
    if (record == 0) return false;
    if (load<u32>(record) == bytes && equalKeys(key, record + KEY_RECORD_HEADER_BYTES, bytes)) return true;
    slot = (slot + 1) & mask;
  }
}

export function closeStopWords(job: usize): void {
  if (pages != 0) freePages(job, slots, pages);
  slots = 0;
  pages = 0;
}
