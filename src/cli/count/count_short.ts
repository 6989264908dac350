import type { CountOptions } from "../../contract/options.ts";
import { AUTO, canonicalCharset } from "../../contract/parameter_texts.ts";
import { JobError } from "../../contract/problems.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { JobFilters } from "../../engine/filters.ts";
import {
  INLINE_PAGES,
  InlineCounter,
  MOST_INLINE_BYTES,
} from "../../engine/inline/inline_counter.ts";
import { encodeInlineJob } from "../../engine/inline/inline_job.ts";
import { inlineResult } from "../../engine/inline/inline_result.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import { hasFilters, NO_FILTERS } from "../../engine/no_filters.ts";
import { HEAD_BYTES, nameFormat } from "../../input/beginnings.ts";
import { findMark } from "../../input/byte_order_mark.ts";
import { refuseWideEncoding, TELLING_BYTES } from "../../input/wide_encoding.ts";
import type { KeyKernel } from "../../kernels/key_kernel.ts";
import { withMemoryLimits } from "../../kernels/memory_limits.ts";
import { readKernel } from "../../kernels/registry.ts";
import { CommandError } from "../terminal/explain.ts";
import type { Source } from "./list_files.ts";
import { readBeginning } from "./read_beginning.ts";

/** A text as the kernel counts it, behind its byte order mark. */
interface ShortText {
  text: Uint8Array;
  markBytes: number;
}

/** What an engine says better, or does not fail with. */
const FAILURES = [JobError, CommandError, WebAssembly.RuntimeError];

/**
 * Counts a short file on this thread, as an engine would.
 *
 * @param options Of a count that `ShortCounter` takes.
 * @returns Undefined for a file that is not short, no plain UTF-8, or wrong in any way: an engine
 *   counts it, or says what is wrong.
 */
export async function countShort(
  source: Source,
  options: CountOptions,
): Promise<JobResult | undefined> {
  const began = performance.now();
  try {
    const short = readShort(source, options);
    return short && await count(short, settleOptions(options, false), began);
  } catch (error) {
    if (FAILURES.some((each) => error instanceof each)) return undefined;
    throw error;
  }
}

function readShort(
  { name, isFound }: Source & { isFound?: boolean },
  { bom, charset }: CountOptions,
): ShortText | undefined {
  const { bytes, isWhole = false } = readBeginning(name, isFound === true) ?? {};
  if (!isWhole || bytes === undefined || bytes.length === 0) return undefined;
  const head = bytes.subarray(0, HEAD_BYTES);
  const mark = findMark(head);
  const encoding = mark?.charset ?? canonicalCharset(charset);
  if (encoding !== "utf-8" && encoding !== AUTO) return undefined;
  const isBinary = nameFormat(head) ?? nameFormat(bytes) ?? (isFound && head.includes(0));
  if (isBinary || /\.br$/i.test(name)) return undefined;
  const markBytes = bom === "keep" ? 0 : mark?.bytes ?? 0;
  const text = bytes.subarray(markBytes);
  if (encoding === AUTO) refuseWideEncoding(text.subarray(0, TELLING_BYTES));
  return text.length > 0 && text.length <= MOST_INLINE_BYTES ? { text, markBytes } : undefined;
}

async function count(
  { text, markBytes }: ShortText,
  options: CountOptions,
  began: number,
): Promise<JobResult | undefined> {
  const binary = readKernel("words");
  const filters = hasFilters(options) ? await encodeFilters(options, binary) : NO_FILTERS;
  const module = new WebAssembly.Module(withMemoryLimits(binary, INLINE_PAGES));
  const counter = new InlineCounter(module);
  const read = performance.now();
  const segment = counter.count(text, encodeInlineJob(options, filters));
  if (segment === undefined) return undefined;
  return inlineResult(segment, counter.outcome, {
    length: text.length,
    bytes: markBytes + text.length,
    input: { charset: "utf-8", bomSkipped: markBytes > 0 },
    mode: options.mode,
    began,
    read,
    counted: performance.now(),
  });
}

async function encodeFilters(
  options: CountOptions,
  binary: Uint8Array<ArrayBuffer>,
): Promise<JobFilters> {
  const { encodeFilters } = await import("../../engine/filters.ts");
  const { KeyKernel } = await import("../../kernels/key_kernel.ts");
  let keys: KeyKernel | undefined;
  return await encodeFilters(options, false, () => keys ??= new KeyKernel(binary));
}
