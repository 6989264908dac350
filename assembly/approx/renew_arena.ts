import { freeSpans, SPAN_HEADER_BYTES } from "../memory/arena";
import { CARRY_KEY, CARRY_KEY_BYTES } from "../table/carry";
import { PAGE_BYTES } from "../layout";
import { allocPages, pagesFor } from "../memory/pages";
import { copyBytes, goesOnAt } from "../memory/runtime";
import {
  TABLE_ARENA, TABLE_ARENA_END, TABLE_ARENA_SPANS, TABLE_CARRIES, TABLE_PAGES,
} from "../table/table_header";
import { LONG_KEY } from "../table/tier_long";
import { countOf, endOfEntries, entryBytes, entryKey, entryKeyBytes, firstEntry, openKey } from "./tier_entries";

/**
 * Moves what the long tier, which is open, still needs of a closed table's arena to a new span, and
 * frees the others. The span may pass the table's bound: for as long as the others are there, and by
 * one page from then on, so that there is room for some key. Without pages for it, the arena stays.
 *
 * @param keyBytes Bytes of all keys of the tier.
 */
export function renewArena(job: usize, table: usize, keyBytes: u64): void {
  const pages = pagesFor(keyBytes + carriedBytes(table) + SPAN_HEADER_BYTES);
  const span = allocPages(job, pages, false);
  if (span == 0) return;
  const next = moveCarries(table, moveKeys(span + SPAN_HEADER_BYTES));
  const freed = freeSpans(job, load<u32>(table, TABLE_ARENA_SPANS));
  store<u32>(span, 0);
  store<u32>(span, pages, 4);
  store<u32>(table, <u32>span, TABLE_ARENA_SPANS);
  store<u32>(table, <u32>next, TABLE_ARENA);
  store<u32>(table, <u32>(span + <usize>pages * PAGE_BYTES), TABLE_ARENA_END);
  store<u32>(table, load<u32>(table, TABLE_PAGES) + pages - freed, TABLE_PAGES);
}

function carriedBytes(table: usize): u64 {
  let bytes: u64 = 0;
  for (let record: usize = load<u32>(table, TABLE_CARRIES); record != 0; record = load<u32>(record)) {
    bytes += CARRY_KEY + load<u32>(record, CARRY_KEY_BYTES);
  }
  return bytes;
}

function moveKeys(to: usize): usize {
  for (let entry = firstEntry; entry < endOfEntries; entry += entryBytes) {
    if (load<u32>(countOf(entry)) == 0) continue;
    openKey(entry);
    copyBytes(to, entryKey, entryKeyBytes);
    store<u32>(entry, <u32>to, LONG_KEY);
    to += entryKeyBytes;
    if (!goesOnAt(entry)) break;
  }
  return to;
}

function moveCarries(table: usize, to: usize): usize {
  let link = table + TABLE_CARRIES;
  for (let record: usize = load<u32>(link); record != 0; record = load<u32>(record)) {
    const bytes = CARRY_KEY + load<u32>(record, CARRY_KEY_BYTES);
    copyBytes(to, record, bytes);
    store<u32>(link, <u32>to);
    link = to;
    to += bytes;
  }
  return to;
}
