import type { CountOptions } from "../../contract/options.ts";
import { NOTHING_LEFT } from "../job/approx_report.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { JobResult } from "../job_contract.ts";
import type { InlineOutcome } from "./inline_counter.ts";

/** What is known of a text beside its counts. */
export interface InlineText {
  /** Bytes of it that were counted. */
  length: number;
  /** Bytes of all that came in, a byte order mark included. */
  bytes: number;
  input: JobResult["input"];
  /** What was asked of its counts, which are exact. */
  mode: CountOptions["mode"];
  /** When its reading and its counting began, and when they had ended, in ms. */
  began: number;
  read: number;
  counted: number;
}

/** The answer to a text that one thread has counted in one piece. */
export function inlineResult(
  segment: Segment,
  { tokens, replaced, distinct, counted }: InlineOutcome,
  text: InlineText,
): JobResult {
  const { length, bytes, input, mode, began, read } = text;
  return {
    totals: { bytes, tokens, keys: distinct, counted, replacements: replaced },
    input,
    ...(mode === "approx" && { approx: NOTHING_LEFT }),
    chunks: 1,
    attempts: 1,
    accounting: { bytesIn: length, bytesCounted: length, runs: 1 },
    workers: 1,
    ms: { read: read - began, map: text.counted - read, reduce: 0, total: text.counted - began },
    segment,
  };
}
