import { JOB_TABLE_PAGES } from "../layout";
import { allocPages, freePages } from "../memory/pages";
import { table, TABLE_PAGES, tableJob } from "./table_header";

// Pages of the open table. In a job that may spill, JOB_TABLE_PAGES bounds the pages of each table,
// so that the tables leave room for a spill, and no table starves the others.

/**
 * Contiguous pages; 0 when there are none, or when they would pass the table's bound, unless they
 * are its first.
 */
export function allocTablePages(count: u32, zero: bool): usize {
  const held = load<u32>(table, TABLE_PAGES);
  const limit = load<u32>(tableJob, JOB_TABLE_PAGES);
  if (limit != 0 && held != 0 && held + count > limit) return 0;
  const address = allocPages(tableJob, count, zero);
  if (address != 0) store<u32>(table, held + count, TABLE_PAGES);
  return address;
}

export function freeTablePages(address: usize, count: u32): void {
  freePages(tableJob, address, count);
  store<u32>(table, load<u32>(table, TABLE_PAGES) - count, TABLE_PAGES);
}
