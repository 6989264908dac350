import {
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_PAGES,
  JOB_PARTITION_BITS,
  JOB_SEGMENT,
  JOB_SEGMENT_BYTES,
  JOB_SEGMENT_KEYS,
  JOB_SEGMENT_PAGES,
  JOB_TABLES,
  JOBS,
  OK,
  OP_AVG,
  OP_COUNT,
  OP_MAX,
  OP_MIN,
  OP_STATS,
  OP_SUM,
  ORDER_F64,
  ORDER_I64,
  ORDER_WIDE,
  PAGE_BYTES,
  PAGE_COUNT,
  PAGE_ENGINE,
  PAGE_JOB,
  PAGE_MAP,
  PAGES,
  SCRATCH_BYTES,
  SCRATCH_FREE,
  SCRATCH_REPLACED,
  SCRATCH_TOKENS,
  SEEDS,
  TEXT_PADDING,
} from "../../assembly/layout.ts";
import type { ValueType } from "../../src/contract/kernel_manifest.ts";
import { areWide } from "../../src/contract/result_values.ts";
import type { Stats } from "../../src/contract/stats.ts";
import { encodeFlags, encodeTerms } from "../../src/engine/job/encode_terms.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { withMemoryLimits } from "../../src/kernels/memory_limits.ts";
import type { LeftKeys } from "../../src/shared/approx_page.ts";
import { JobBlock } from "../../src/shared/job_block.ts";
import type { CountTerms, EncodedFilters } from "../../src/shared/job_terms.ts";
import { encodeStats, encodeValueType } from "../../src/shared/kernel_output.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";
import {
  completeCountOptions,
  type CountOptions,
  type Tokenizer,
} from "../../src/contract/options.ts";
import { Segment } from "../../src/reduce/segment.ts";
import type { KernelExports } from "../../workers/kernel_host.ts";
import { compareCodePoints } from "./oracle/code_points.ts";
import { Random } from "./random.ts";

// A kernel on a memory of its own in the thread of the test, without engine, queue or workers.

export const KERNEL_BUILDS = ["words", "words_plain"] as const;
/** One of the builds that all tests run on, or the one with fault points. */
export type KernelBuild = typeof KERNEL_BUILDS[number] | "words_faults";

/** What a job asks for; stop words are given as they are compared. */
export interface JobOptions {
  /** @default {"ascii"} */
  tokenizer?: Exclude<Tokenizer, "icu"> | "keys" | "values" | "drained";
  /** @default {"fold"} */
  case?: "fold" | "preserve";
  nfc?: boolean;
  reject?: boolean;
  /** @default {1} */
  ngram?: number;
  lineBound?: boolean;
  partitionBits?: number;
  /** Value records are scattered as they come, into 2^bits partitions; 0 for tables. @default {0} */
  scatteredBits?: number;
  /** By value only in a job with values. @default {"count"} */
  order?: "count" | "key" | "value";
  /** What combines the values of a key. @default {"count"} */
  op?: keyof typeof OPS;
  /** @default {"i64"} */
  valueType?: ValueType;
  /** In place of both: what is told of numbers. */
  stats?: Stats;
  /** Whether chunks are records of segments of such jobs. */
  areMade?: boolean;
  top?: number;
  minCount?: number;
  maxCount?: number;
  minChars?: number;
  maxChars?: number;
  prefix?: string;
  stopWords?: string[];
  stopAll?: boolean;
  keepCR?: boolean;
  pageLimit?: number;
  /** Chunks are dealt to this many workers in turn. @default {1} */
  workers?: number;
  /** Pages of each table of a job that counts approximately; 0 if it counts exactly. @default {0} */
  approxPages?: number;
  /** Counts are carried over every so many tokens; 0 for the kernel's own. */
  flushTokens?: number;
  /** Words of short tiers of 2^bits slots and more are queued; 0 for the kernel's own, else 12 or more. */
  queueBits?: number;
}

export const OPS = { count: OP_COUNT, sum: OP_SUM, min: OP_MIN, max: OP_MAX, avg: OP_AVG } as const;

const encoder = new TextEncoder();
const modules = new Map<string, WebAssembly.Module>();

/** A built kernel for memories of `pages` pages. */
export async function loadKernel(build: KernelBuild, pages: number): Promise<WebAssembly.Module> {
  const name = `${build} ${pages}`;
  let module = modules.get(name);
  if (!module) {
    const path = new URL(`../../assembly/compiled/${build}.wasm`, import.meta.url);
    module = new WebAssembly.Module(withMemoryLimits(await Deno.readFile(path), pages));
    modules.set(name, module);
  }
  return module;
}

/** A memory with its page map and seeds, in which nothing is taken yet. */
export function createMemory(pages: number, seed: number): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const words = new Int32Array(memory.buffer);
  words[PAGE_COUNT >> 2] = pages;
  const random = new Random(seed);
  for (let i = 0; i < 16; i += 2) {
    words[(SEEDS >> 2) + i] = random.below(2 ** 32) | 1;
    words[(SEEDS >> 2) + i + 1] = random.below(2 ** 32);
  }
  return memory;
}

/** One instance of a kernel, and the block of one job, which it drives call by call. */
export class KernelHarness {
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly view: DataView;
  readonly kernel: KernelExports;
  readonly scratch: number;
  /** Address of the block of the only job. */
  readonly job = JOBS;
  /** Where texts are put: the job does not own these pages. */
  readonly text: number;
  readonly textBytes: number;
  /** Called before each retry of a call that ended with OUT_OF_PAGES. */
  onOutOfPages?: () => void;
  readonly #block: JobBlock;
  /** Pages of filters and of what leaves tables, which are the job's, but not in its sum. */
  #filterPages = 0;

  /**
   * @param pages Pages of the memory, at least 64 more than those of the text.
   * @param textBytes The largest text.
   * @param seed Decides the seeds of the hashes.
   * @param fault Called at the fault points of a build that has some.
   */
  static async create(
    build: KernelBuild,
    { pages = 1024, textBytes = 8 << 20, seed = 1, fault = () => {} } = {},
  ): Promise<KernelHarness> {
    const module = await loadKernel(build, pages);
    return new KernelHarness(module, createMemory(pages, seed), textBytes, 0, fault);
  }

  /** @param index Instances on one memory have different ones; the first is 0. */
  constructor(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    textBytes: number,
    index = 0,
    fault = () => {},
  ) {
    this.memory = memory;
    this.bytes = new Uint8Array(memory.buffer as unknown as SharedArrayBuffer);
    this.words = new Int32Array(this.bytes.buffer);
    this.view = new DataView(this.bytes.buffer);
    this.#block = new JobBlock(SharedHeap.attach(memory), 0);
    const pages = Math.ceil((SCRATCH_BYTES + textBytes + TEXT_PADDING) / PAGE_BYTES);
    this.scratch = PAGES + index * pages * PAGE_BYTES;
    this.text = this.scratch + SCRATCH_BYTES;
    this.textBytes = textBytes;
    const map = (PAGE_MAP >> 2) + this.scratch / PAGE_BYTES;
    this.words.fill(PAGE_ENGINE, map, map + pages);
    const instance = new WebAssembly.Instance(module, { env: { memory }, host: { fault } });
    this.kernel = instance.exports as unknown as KernelExports;
    this.kernel.attach(this.scratch);
  }

  get(offset: number): number {
    return this.words[(this.job + offset) >> 2] >>> 0;
  }

  set(offset: number, value: number): void {
    this.words[(this.job + offset) >> 2] = value;
  }

  /** Pages that are the job's by the page map. */
  ownedPages(): number {
    const map = PAGE_MAP >> 2;
    return this.words.subarray(map, map + this.words[PAGE_COUNT >> 2]).filter((w) => w === PAGE_JOB)
      .length;
  }

  /** Frees the job's pages and wipes its block, as the host does. */
  release(): void {
    this.#block.close(true);
  }

  /** Writes the block of a job that runs, as the host does. */
  open(options: JobOptions = {}): void {
    this.release();
    const given = countOptions(options);
    const filters = encodeFilters(options);
    const room = {
      pageLimit: options.pageLimit ?? 0,
      tablePages: options.approxPages ?? 0,
      spillBits: 0,
    };
    this.#block.open({ ...encodeTerms(given), ...valueTerms(options) }, room);
    const stopsTokens = given.n > 1 && (options.stopWords ?? []).length > 0;
    this.#block.setFlags(encodeFlags(given, stopsTokens));
    this.#block.setFilters(filters);
    if (options.approxPages) this.#block.countApproximately();
    if (options.tokenizer === "keys") this.#block.expectKeys(given.n);
    if (options.tokenizer === "values") this.#block.expectValues();
    if (options.tokenizer === "drained") this.#block.expectDrained();
    this.#block.setPartitionBits(options.partitionBits ?? 0);
    const { scatteredBits = 0, op = "count" } = options;
    if (scatteredBits > 0) this.#block.expectScattered(scatteredBits, op === "count");
    this.#filterPages = Math.ceil((filters.prefix.length + filters.stopWords.length) / PAGE_BYTES) +
      (options.approxPages ? 1 : 0);
    this.view.setUint32(this.scratch + SCRATCH_FREE, options.flushTokens ?? 0, true);
    this.view.setUint32(this.scratch + SCRATCH_FREE + 4, options.queueBits ?? 0, true);
  }

  /** Copies a text in, `offset` bytes behind the region's start, with padding. Returns where. */
  put(text: string | Uint8Array, offset = 0): { start: number; bytes: number } {
    const bytes = typeof text === "string" ? encoder.encode(text) : text;
    const start = this.text + offset;
    this.bytes.set(bytes, start);
    this.bytes.fill(0, start + bytes.length, start + bytes.length + TEXT_PADDING);
    return { start, bytes: bytes.length };
  }

  /** Counts one chunk; throws unless the status is OK in the end. */
  map(text: string | Uint8Array, worker = 0, offset = 0): { tokens: number; replaced: number } {
    const { start, bytes } = this.put(text, offset);
    this.#retry("mapChunk", () => this.kernel.mapChunk(this.job, worker, start, bytes, 0, 0));
    return {
      tokens: Number(this.view.getBigUint64(this.scratch + SCRATCH_TOKENS, true)),
      replaced: this.view.getUint32(this.scratch + SCRATCH_REPLACED, true),
    };
  }

  #retry(name: string, call: () => number): void {
    for (let tries = 0; tries < 1000; tries++) {
      const status = call();
      if (status === OK) return;
      if (status !== 1 || !this.onOutOfPages) {
        throw new Error(`${name} ended with status ${status}`);
      }
      this.onOutOfPages();
    }
    throw new Error(`${name} does not get on`);
  }

  /** Reduces the job's tables; the segment is copied out. */
  reduce(): Segment {
    for (let worker = 0; worker < 64; worker++) {
      if (this.get(JOB_TABLES + worker * 4) === 0) continue;
      this.#retry("partitionTable", () => this.kernel.partitionTable(this.job, worker));
    }
    for (let partition = 0; partition < 1 << this.get(JOB_PARTITION_BITS); partition++) {
      this.#retry("reducePartition", () => this.kernel.reducePartition(this.job, partition));
    }
    this.#retry("finishJob", () => this.kernel.finishJob(this.job));
    const start = this.get(JOB_SEGMENT);
    const bytes = this.bytes.slice(start, start + this.get(JOB_SEGMENT_BYTES));
    return new Segment(bytes, this.get(JOB_SEGMENT_KEYS));
  }

  /** Maps the chunks, reduces, and checks that the job holds nothing but the segment. */
  run(chunks: (string | Uint8Array)[], options: JobOptions = {}): KernelAnswer {
    this.open(options);
    let tokens = 0;
    chunks.forEach((chunk, i) =>
      tokens += this.map(chunk, i % (options.workers ?? 1), i % 65).tokens
    );
    const segment = this.reduce();
    const held = this.get(JOB_PAGES),
      owned = this.ownedPages(),
      pages = this.get(JOB_SEGMENT_PAGES);
    if (owned !== pages + this.#filterPages || held !== pages) {
      throw new Error(`job holds ${held} pages, owns ${owned}, its segment has ${pages}`);
    }
    const distinct = this.get(JOB_DISTINCT);
    const counted = this.get(JOB_COUNTED);
    const left = this.#block.leftKeys;
    this.release();
    if (this.ownedPages() !== 0) throw new Error("the host left pages of the job");
    return { tokens, distinct, counted, left, counts: segment.toArray() };
  }

  /** Keys and counts of a text as one chunk. */
  count(text: string | Uint8Array, options: JobOptions = {}): Map<string, number> {
    return new Map(this.run([text], options).counts.map(({ key, count }) => [key, count]));
  }
}

/** The terms of a job with values, which is not asked for by options yet. */
function valueTerms(
  { op = "count", valueType = "i64", stats, areMade, order }: JobOptions,
): Partial<CountTerms> {
  if (stats) {
    const terms = { op: OP_STATS, valueType: encodeStats(stats, areMade) };
    return order === "value" ? { ...terms, order: ORDER_WIDE } : terms;
  }
  const isDouble = valueType === "f64";
  const terms = { op: OPS[op], valueType: encodeValueType(valueType) };
  if (order !== "value") return terms;
  if (areWide({ op: op === "count" ? "sum" : op, type: valueType })) {
    return { ...terms, order: ORDER_WIDE };
  }
  return { ...terms, order: isDouble || op === "avg" ? ORDER_F64 : ORDER_I64 };
}

const OF_RECORDS: readonly string[] = ["keys", "values", "drained"];

/** What the host would ask for; chunks of `keys` are records of tokens, whatever the tokenizer. */
function countOptions(options: JobOptions): CountOptions {
  const { tokenizer = "ascii" } = options;
  return completeCountOptions({
    tokenizer: OF_RECORDS.includes(tokenizer) ? "ascii" : tokenizer as Tokenizer,
    case: options.case ?? "fold",
    normalization: options.nfc ? "nfc" : "none",
    n: options.ngram ?? 1,
    lineBound: options.lineBound ?? false,
    keepCR: options.keepCR ?? false,
    top: options.top ?? 0,
    min: options.minCount ?? 0,
    max: options.maxCount ?? 0,
    order: options.order === "key" ? "key" : "count",
    minLength: options.minChars ?? 0,
    maxLength: options.maxChars ?? 0,
    stopMode: options.stopAll ? "all" : "any",
    invalid: options.reject ? "reject" : "replace",
  });
}

function encodeFilters({ prefix = "", stopWords = [] }: JobOptions): EncodedFilters {
  return {
    prefix: encoder.encode(prefix),
    stopWords: encodePackedTexts(stopWords),
  };
}

/** What a job in the harness comes to. */
export interface KernelAnswer {
  tokens: number;
  distinct: number;
  /** Sum of the counts of all distinct keys, as far as 32 bits reach. */
  counted: number;
  /** Of a job that counts approximately. */
  left?: LeftKeys;
  counts: { key: string; count: number }[];
}

/** A key, and how often it counts. */
export type Count = { key: string; count: number };

/** Counts of tokens, ordered by count downwards and then by code points. */
export function countNaive(tokens: Iterable<string>): Count[] {
  return sumCounts(Iterator.from(tokens).map((key) => ({ key, count: 1 })));
}

/** Sums of the counts of each key, in the same order. */
export function sumCounts(counts: Iterable<Count>): Count[] {
  const sums = new Map<string, number>();
  for (const { key, count } of counts) sums.set(key, (sums.get(key) ?? 0) + count);
  return [...sums].map(([key, count]) => ({ key, count })).sort(compareCounts);
}

/** By count downwards, and then by code points. */
export function compareCounts(a: Count, b: Count): number {
  return b.count - a.count || compareCodePoints(a.key, b.key);
}
