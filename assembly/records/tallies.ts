import { broken } from "./host";
import { skips } from "./plan";
import {
  MOST_SKIPPED_AT, TALLY_BYTES, TALLY_LINE_FEEDS, TALLY_MISSING, TALLY_NOT_NUMBERS, TALLY_RECORDS, TALLY_SKIPPED,
  TALLY_SKIPPED_AT,
} from "./plan_layout";
import { text } from "./regions";

/** What the records of the chunk were; plan_layout.ts has its form. */
export const TALLIES = memory.data(TALLY_BYTES, 16);

export function clearTallies(): void {
  memory.fill(TALLIES, 0, TALLY_BYTES);
}

// @ts-ignore: decorator
@inline
function add(tally: usize, count: u32): void {
  store<u32>(TALLIES + tally, load<u32>(TALLIES + tally) + count);
}

// @ts-ignore: decorator
@inline
export function tallyRecords(count: u32 = 1): void {
  add(TALLY_RECORDS, count);
}

// @ts-ignore: decorator
@inline
export function tallyMissing(count: u32 = 1): void {
  add(TALLY_MISSING, count);
}

// @ts-ignore: decorator
@inline
export function tallyNoNumber(): void {
  add(TALLY_NOT_NUMBERS, 1);
}

export function talliedRecords(): u32 {
  return load<u32>(TALLIES, TALLY_RECORDS);
}

export function tallyLineFeeds(count: u32): void {
  store<u32>(TALLIES, count, TALLY_LINE_FEEDS);
}

/** A record is broken, as BROKEN_* say: it is left out, or ends the chunk. */
export function tallyBroken(from: usize, to: usize, reason: u32): void {
  const offset = <u32>(from - text);
  if (!skips) broken(offset, <u32>(to - text), reason);
  const skipped = load<u32>(TALLIES, TALLY_SKIPPED);
  if (skipped < <u32>MOST_SKIPPED_AT) store<u32>(TALLIES + (skipped << 2), offset, TALLY_SKIPPED_AT);
  add(TALLY_SKIPPED, 1);
}
