import { PAGE_BYTES, PAGES, TEXT_PADDING } from "../../assembly/layout.ts";
import type { CountOptions } from "../contract/options.ts";
import type { CounterRoom } from "../engine/inline/inline_counter.ts";
import type { InlineJob } from "../engine/inline/inline_job.ts";

/** Where a text stands in a thread's memory. */
const TEXT_PAGES = 17;

/** Longest text of one document, in UTF-8; a longer one is for a request of its own. */
export const MOST_TEXT_BYTES: number = 1024 * 1024;

/**
 * A thread's memory, with the tables that a text of MOST_TEXT_BYTES needs at most. What is never
 * touched takes address space alone.
 */
export const EACH_ROOM: CounterRoom = { pages: PAGES / PAGE_BYTES + 2048, textPages: TEXT_PAGES };

if (MOST_TEXT_BYTES + TEXT_PADDING > TEXT_PAGES * PAGE_BYTES) throw new RangeError("No room");

/** What is asked of every document of a request. */
export interface EachTerms {
  readonly job: InlineJob;
  readonly order: CountOptions["order"];
  readonly invalid: CountOptions["invalid"];
  /** Whether the answers leave out the rows. */
  readonly onlyTotals: boolean;
}

/** Whole lines of a body. */
export interface LinePack {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of the first line, from 1. */
  readonly line: number;
}

/** What a thread is sent: the kernel before all else. */
export type ToThread = { module: WebAssembly.Module } | { pack: LinePack; terms: EachTerms };

/** What it sends back for each pack, in their order: the answers' lines. */
export type FromThread = Uint8Array<ArrayBuffer>[];
