import { JOB_PAGES, PAGE_BYTES } from "../../../assembly/layout.ts";
import type { SplitRule } from "../../../src/input/splitter.ts";
import { lastSafeSplit } from "../../../src/input/splitter_rules.ts";
import type { Segment } from "../../../src/reduce/segment.ts";
import { createMemory, KernelHarness } from "../../../tests/support/kernel_harness.ts";

/** The tokenizers that a kernel has in every revision. */
export const TOKENIZERS = ["ascii", "unicode", "whitespace"] as const;
/** One of them. */
export type MappedTokenizer = typeof TOKENIZERS[number];

const CHUNK_BYTES = 256 * 1024;
const SLOT_BYTES = 4 << 20;

/** Counts texts by one instance of a kernel, in the thread of the benchmark. */
export class TextMapper {
  readonly #harness: KernelHarness;

  /** @param pages Pages of its memory, for which the module must be compiled. */
  constructor(module: WebAssembly.Module, pages: number) {
    this.#harness = new KernelHarness(module, createMemory(pages, 1), SLOT_BYTES);
  }

  /** MB/s of the map phase; the copies into the slot are not timed. */
  rateOf(text: Uint8Array<ArrayBuffer>, tokenizer: MappedTokenizer, fold = true): number {
    const harness = this.#harness;
    harness.open({ tokenizer, case: fold ? "fold" : "preserve" });
    let milliseconds = 0;
    let from = 0;
    for (const end of cutText(text, tokenizer)) {
      const { start, bytes } = harness.put(text.subarray(from, end));
      const started = performance.now();
      const status = harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0);
      milliseconds += performance.now() - started;
      if (status !== 0) throw new Error(`mapChunk ended with status ${status}`);
      from = end;
    }
    return text.length / milliseconds / 1000;
  }

  /** Bytes of the table that the last text left, and its keys. */
  reduce(): { tableBytes: number; segment: Segment } {
    return {
      tableBytes: this.#harness.get(JOB_PAGES) * PAGE_BYTES,
      segment: this.#harness.reduce(),
    };
  }

  /** Keys and counts of a text. */
  count(
    text: Uint8Array<ArrayBuffer>,
    tokenizer: MappedTokenizer,
    fold: boolean,
  ): Map<string, number> {
    this.#harness.open({ tokenizer, case: fold ? "fold" : "preserve" });
    let from = 0;
    for (const end of cutText(text, tokenizer)) {
      this.#harness.map(text.subarray(from, end));
      from = end;
    }
    return new Map(this.#harness.reduce().toArray().map(({ key, count }) => [key, count]));
  }
}

/** Ends of the chunks of a text, where the tokenizer may be cut. */
export function cutText(
  text: Uint8Array<ArrayBuffer>,
  tokenizer: MappedTokenizer | "lines",
): number[] {
  return cutChunks(text, (bytes, length) => lastSafeSplit(bytes, length, tokenizer));
}

/** Ends of the chunks of a text, where a rule lets it be cut. */
export function cutChunks(text: Uint8Array, rule: SplitRule): number[] {
  const ends: number[] = [];
  for (let from = 0; from < text.length; from = ends.at(-1)!) {
    const rest = text.subarray(from, from + CHUNK_BYTES);
    const last = from + rest.length === text.length;
    ends.push(from + (last ? rest.length : rule(rest, rest.length)));
  }
  return ends;
}

/** The first `bytes` of a text, to the end of a line. */
export function headOf(text: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  const part = text.subarray(0, bytes);
  return part.length === text.length ? part : part.subarray(0, part.lastIndexOf(0x0a) + 1);
}

/** Whether two tables hold the same counts of the same keys. */
export function sameCounts(a: Map<string, number>, b: Map<string, number>): boolean {
  return a.size === b.size && b.entries().every(([key, count]) => a.get(key) === count);
}
