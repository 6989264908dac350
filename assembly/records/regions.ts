import { fillPositions } from "../blocks/edges_simd";
import { BIT_POSITIONS } from "../memory/masks";
import { setScratch } from "../memory/runtime";
import { full, POLL_BYTES } from "./host";
import { hasTemplate, literals, paths } from "./plan";

// The kernel's memory, which it shares with nobody:
//
//   static data | positions of bits | scratch | plan | text, padding | marks | structure | side | part | output, which grows
//
// The marks are two words of 8 bytes for each 64 bytes of the text: see marks.ts. Where JSON is read, the
// structure has four for each 64 bytes of a record: see json_marks.ts. The side takes what
// is not in the text as it is wanted: values without their quotes or escapes. All of one record's are
// no longer than the record, but for its template, which may have three times its bytes, and two. Where
// literals are looked for, it takes 8 bytes for each place of a block of the text. The part is the name
// of the part of the input that the text is of.

/** Zeroes behind the text, which scanners read. */
const PADDING: usize = 128;
const BLOCK: usize = 64;
const MARK_BYTES: usize = 16;
const STRUCTURE_BYTES: usize = 32;
const PAGE_SHIFT: u32 = 16;

/** Where scanners list words, and normalization sorts marks. */
const SCRATCH: usize = 0x20000;
const SCRATCH_BYTES: usize = 0x60000;

/** End of the plan. */
let fixedEnd: usize = 0;

export let text: usize = 0;
export let textEnd: usize = 0;
export let marks: usize = 0;
export let structure: usize = 0;
export let side: usize = 0;
export let part: usize = 0;
export let partEnd: usize = 0;
/** Where the output begins; the thread puts a header of 8 bytes in front of it. */
export let output: usize = 0;

/** Keeps what stands below an address. */
export function setFixedEnd(end: usize): void {
  fixedEnd = end;
}

/** Makes room for a plan, before any text. */
export function placePlan(bytes: u32): usize {
  if (__heap_base > BIT_POSITIONS) unreachable(); // static data has grown into the table
  const at = SCRATCH + SCRATCH_BYTES;
  makeRoom(at + bytes);
  fillPositions(BIT_POSITIONS);
  setScratch(SCRATCH);
  setFixedEnd(at + bytes);
  return at;
}

/** Makes room for a text and the name of its part, of so many bytes, and for what comes of it. */
export function placeText(bytes: u32, partBytes: u32): void {
  text = aligned(fixedEnd) + BLOCK;
  textEnd = text + bytes;
  marks = aligned(textEnd + PADDING);
  const blocks = <usize>bytes / BLOCK + 2;
  structure = marks + blocks * MARK_BYTES;
  side = paths == 0 ? structure : structure + blocks * STRUCTURE_BYTES;
  part = aligned(side + sideBytes(bytes) + PADDING);
  partEnd = part + partBytes;
  output = aligned(partEnd + PADDING) + BLOCK;
  makeRoom(output + BLOCK);
}

function sideBytes(bytes: usize): usize {
  if (literals != 0) return 8 * POLL_BYTES;
  return hasTemplate ? 4 * bytes : bytes;
}

export function clearPadding(): void {
  memory.fill(textEnd, 0, PADDING);
}

/** Grows the memory to an end, with room for what writes 16 bytes at a time. */
export function makeRoom(end: usize): usize {
  const pages = <i32>((<u64>end + PADDING + 0xffff) >>> PAGE_SHIFT);
  const missing = pages - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) full();
  return <usize>memory.size() << PAGE_SHIFT;
}

// @ts-ignore: decorator
@inline
function aligned(at: usize): usize {
  return (at + BLOCK - 1) & ~(BLOCK - 1);
}
