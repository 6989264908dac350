import { PAGE_BYTES } from "../layout";
import { freePages, pagesFor } from "./pages";
import { TABLE_ARENA, TABLE_ARENA_END, TABLE_ARENA_SPANS, table } from "../table/table_header";
import { allocTablePages } from "../table/table_pages";

// Memory for the bytes of long keys and of carried counts: taken one after the other from spans of
// pages that live as long as their table.
// A span begins with { u32 next span, u32 pages }.

export const SPAN_HEADER_BYTES: usize = 8;
/** Spans grow with the arena up to this many pages; a longer key gets a span of its size. */
const MAX_SPAN_PAGES: u32 = 64;

let next: usize = 0;
let end: usize = 0;
/** Pages of the latest span. */
let latestPages: u32 = 0;

export function openArena(table: usize): void {
  next = load<u32>(table, TABLE_ARENA);
  end = load<u32>(table, TABLE_ARENA_END);
  const span: usize = load<u32>(table, TABLE_ARENA_SPANS);
  latestPages = span == 0 ? 0 : load<u32>(span, 4);
}

export function closeArena(table: usize): void {
  store<u32>(table, <u32>next, TABLE_ARENA);
  store<u32>(table, <u32>end, TABLE_ARENA_END);
}

/** Room for `bytes` in the open table's arena, not aligned; 0 when there are no pages. */
export function allocArena(bytes: u32): usize {
  if (<u64>next + bytes > end && !addSpan(bytes)) return 0;
  const address = next;
  next += bytes;
  return address;
}

function addSpan(bytes: u32): bool {
  const needed = pagesFor(<u64>bytes + SPAN_HEADER_BYTES);
  let pages = max(needed, min(max(latestPages << 1, 1), MAX_SPAN_PAGES));
  let span = allocTablePages(pages, false);
  if (span == 0 && pages > needed) {
    pages = needed;
    span = allocTablePages(pages, false);
  }
  if (span == 0) return false;
  store<u32>(span, load<u32>(table, TABLE_ARENA_SPANS));
  store<u32>(span, pages, 4);
  store<u32>(table, <u32>span, TABLE_ARENA_SPANS);
  latestPages = min(pages, MAX_SPAN_PAGES);
  next = span + SPAN_HEADER_BYTES;
  end = span + <usize>pages * PAGE_BYTES;
  return true;
}

/** Lets the arena go on in memory that a tier has left, if that is more than the arena has left. */
export function donate(address: usize, bytes: usize): void {
  if (bytes <= end - next) return;
  next = address;
  end = address + bytes;
}

export function freeArena(job: usize, table: usize): void {
  freeSpans(job, load<u32>(table, TABLE_ARENA_SPANS));
  store<u32>(table, 0, TABLE_ARENA_SPANS);
}

/** Frees a chain of spans; returns how many pages they had. */
export function freeSpans(job: usize, span: usize): u32 {
  let freed: u32 = 0;
  while (span != 0) {
    const following: usize = load<u32>(span);
    const pages = load<u32>(span, 4);
    freePages(job, span, pages);
    freed += pages;
    span = following;
  }
  return freed;
}
