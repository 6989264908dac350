import { OK, OUT_OF_PAGES, SCRATCH_EDGES, SCRATCH_EDGES_BYTES } from "../layout";
import { crossesChunks, headWord, headWords, tailWords, windowWord } from "./ngrams";
import { allocPages, pagesFor } from "../memory/pages";
import { copyBytes, scratch } from "../memory/runtime";

// n-grams may begin in one chunk and end in the next, and the kernel sees one chunk at a time. So
// it leaves a block with the edge words of the chunk to the host, which joins the n-grams that
// cross borders and lets a kernel count them as keys:
//
//   u32 tokens of the chunk, saturating
//   u32 offset of the tail's first record from the block's start
//   the head: the first min(n - 1, tokens) words as key records (u32 bytes, key)
//   the tail: the last min(n - 1, tokens) words as key records
//
// The block lies in pages of the job; the host frees them when it has read the block.

const BLOCK_HEADER_BYTES: u32 = 8;

/** Writes the block of the chunk that was counted last, and stores its place at SCRATCH_EDGES. */
export function writeEdgeWords(job: usize, tokens: u64): i32 {
  if (!crossesChunks()) return OK;
  let bytes: u64 = BLOCK_HEADER_BYTES;
  for (let i: u32 = 0; i < headWords; i++) bytes += recordBytes(headWord(i));
  for (let i: u32 = 0; i < tailWords(); i++) bytes += recordBytes(windowWord(i));
  const block = allocPages(job, pagesFor(bytes), false);
  if (block == 0) return OUT_OF_PAGES;
  let out = block + BLOCK_HEADER_BYTES;
  for (let i: u32 = 0; i < headWords; i++) out = writeRecord(out, headWord(i));
  store<u32>(block, <u32>min<u64>(tokens, u32.MAX_VALUE));
  store<u32>(block, <u32>(out - block), 4);
  for (let i: u32 = 0; i < tailWords(); i++) out = writeRecord(out, windowWord(i));
  store<u32>(scratch, <u32>block, SCRATCH_EDGES);
  store<u32>(scratch, <u32>bytes, SCRATCH_EDGES_BYTES);
  return OK;
}

function recordBytes(word: usize): u32 {
  return 4 + load<u32>(word, 4) - load<u32>(word);
}

function writeRecord(out: usize, word: usize): usize {
  const start: usize = load<u32>(word);
  const bytes = <usize>load<u32>(word, 4) - start;
  store<u32>(out, <u32>bytes);
  copyBytes(out + 4, start, bytes);
  return out + 4 + bytes;
}
