import { OK, OUT_OF_PAGES, PAGE_BYTES, TEXT_PADDING } from "../../assembly/layout.ts";
import { jobOwner } from "../../src/shared/page_map.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";

/** A text as packed keys, in memory of this thread alone. */
export interface PrivateKeys {
  status: number;
  bytes: Uint8Array;
  replaced: number;
  /** Byte offset in the chunk of what the status complains about. */
  badOffset: number;
}

/** Packed keys in pages that the job owns. */
export interface PackedKeys {
  status: number;
  /** Address of the keys, and their bytes. */
  start: number;
  bytes: number;
  pages: number;
  replaced: number;
  badOffset: number;
}

/** Copies packed keys to pages of the job, which the caller frees; in COUNTING. */
export function placeKeys(
  heap: SharedHeap,
  job: number,
  { status, bytes, replaced, badOffset }: PrivateKeys,
): PackedKeys {
  const placed = { status, start: 0, bytes: bytes.length, pages: 0, replaced, badOffset };
  if (status !== OK) return placed;
  placed.pages = Math.ceil((bytes.length + TEXT_PADDING) / PAGE_BYTES);
  placed.start = heap.pages.allocate(placed.pages, jobOwner(job), false);
  if (placed.start === 0) return { ...placed, status: OUT_OF_PAGES, pages: 0 };
  heap.bytes.set(bytes, placed.start);
  const end = placed.start + bytes.length;
  heap.bytes.fill(0, end, end + TEXT_PADDING);
  return placed;
}
