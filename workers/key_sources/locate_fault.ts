import { BROKEN_JSON, BROKEN_QUOTE } from "../../assembly/records/plan_layout.ts";
import { countLineFeeds, endOfLineFeeds, startOfLine } from "../../src/shared/line_feeds.ts";
import type { RecordFault } from "../../src/shared/record_fault.ts";
import { findJsonBreak } from "./json_break.ts";
import type { BrokenRecord } from "./record_guest.ts";

/** A fault, and where in the chunk it is told to be. */
export interface LocatedFault {
  offset: number;
  fault: RecordFault;
}

/** Where a chunk is no UTF-8. */
export function locateByte(chunk: Uint8Array, offset: number): LocatedFault {
  return { offset, fault: faultAt(chunk, offset, 0) };
}

/**
 * Where a record of a chunk breaks: a quote that is left open, the byte at which JSON breaks, or else
 * where the record begins.
 *
 * @param read What the kernel has read, where that is not the chunk: bytes that are no UTF-8 were
 * replaced in it. Both have the same line feeds, behind which records begin.
 */
export function locateRecord(
  chunk: Uint8Array,
  { start, end, reason }: BrokenRecord,
  read?: Uint8Array,
): LocatedFault {
  if (read === undefined) return locate(chunk, start, end, reason);
  const placeOf = (at: number) => endOfLineFeeds(chunk, countLineFeeds(read.subarray(0, at)));
  const next = chunk.indexOf(0x0a, placeOf(end));
  return locate(chunk, placeOf(start), next < 0 ? chunk.length : next, reason);
}

function locate(chunk: Uint8Array, start: number, end: number, reason: number): LocatedFault {
  const record = chunk.subarray(start, end);
  const at = reason === BROKEN_QUOTE
    ? findOpenQuote(record)
    : reason === BROKEN_JSON
    ? findJsonBreak(record)
    : undefined;
  if (at !== undefined) return { offset: start, fault: faultAt(chunk, start + at, reason) };
  return { offset: start, fault: { ...faultAt(chunk, start, reason), column: 0 } };
}

function faultAt(chunk: Uint8Array, at: number, reason: number): RecordFault {
  const lineFeeds = countLineFeeds(chunk.subarray(0, at));
  return { lineFeeds, column: at - startOfLine(chunk, at) + 1, reason };
}

const QUOTE = 0x22;

/** The quote that opens what is left open; one behind a quote that closes goes on with what that ends. */
function findOpenQuote(record: Uint8Array): number | undefined {
  let opened: number | undefined;
  let isOpen = false;
  let closed = -2;
  for (let at = record.indexOf(QUOTE); at >= 0; at = record.indexOf(QUOTE, at + 1)) {
    isOpen = !isOpen;
    if (!isOpen) closed = at;
    else if (at !== closed + 1) opened = at;
  }
  return isOpen ? opened : undefined;
}
