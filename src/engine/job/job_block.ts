import {
  FLAG_FOLD,
  FLAG_ICU,
  FLAG_KEEP_CR,
  FLAG_LINE_BOUND,
  FLAG_NFC,
  FLAG_REJECT_INVALID,
  FLAG_STOP_ALL,
  FLAG_STOP_TOKENS,
  JOB_BYTES,
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_EPOCH,
  JOB_FLAGS,
  JOB_FREE,
  JOB_LOCALE,
  JOB_LOCALE_BYTES,
  JOB_MAX_CHARS,
  JOB_MIN_CHARS,
  JOB_MIN_COUNT,
  JOB_NGRAM,
  JOB_ORDER,
  JOB_PAGE_LIMIT,
  JOB_PAGES,
  JOB_PARTITION_BITS,
  JOB_PREFIX,
  JOB_PREFIX_BYTES,
  JOB_RUNNING,
  JOB_SEGMENT,
  JOB_SEGMENT_BYTES,
  JOB_SEGMENT_KEYS,
  JOB_SEGMENT_PAGES,
  JOB_SPILL_BITS,
  JOB_SPILLED_BYTES,
  JOB_SPILLED_RUNS,
  JOB_SPILLS,
  JOB_STATE,
  JOB_STOP_WORDS,
  JOB_STOP_WORDS_BYTES,
  JOB_STOPPED,
  JOB_TABLE_PAGES,
  JOB_TABLES,
  JOB_TOKENIZER,
  JOB_TOP,
  JOBS,
  ORDER_COUNT,
  ORDER_KEY,
  PAGE_BYTES,
  SPARE_TABLES,
  TOKEN_SEPARATOR,
  TOKENIZER_ASCII,
  TOKENIZER_KEYS,
  TOKENIZER_LINES,
  TOKENIZER_UNICODE,
  TOKENIZER_WHITESPACE,
  WORKER_CAPACITY,
} from "../../../assembly/layout.ts";
import { JobError } from "../../contract/problems.ts";
import { jobOwner } from "../../shared/page_map.ts";
import type { SharedHeap } from "../../shared/shared_heap.ts";
import { Slab } from "../../shared/slab.ts";
import type { CountOptions, Tokenizer } from "../../contract/options.ts";
import { MovingSegment } from "../../reduce/moving_segment.ts";
import { Segment } from "../../reduce/segment.ts";
import type { EncodedFilters } from "../filters.ts";
import { LiveTop } from "./live_top.ts";
import type { SpillPlan } from "../spill_plan.ts";
import type { Spilled } from "../job_contract.ts";

const SPACE = 0x20;

/** Where small segments are copied to. */
const slab = new Slab();

/** A segment that is larger is worth a buffer with pages of its own, if it is read once. */
const LARGE_SEGMENT_BYTES = 1024 * 1024;

const TOKENIZERS: Record<Tokenizer, number> = {
  unicode: TOKENIZER_UNICODE,
  whitespace: TOKENIZER_WHITESPACE,
  ascii: TOKENIZER_ASCII,
  lines: TOKENIZER_LINES,
  icu: TOKENIZER_KEYS, // the worker segments, the kernel counts keys
};

/**
 * A job as kernels see it: the record in shared memory that carries its options to the workers
 * and its tables and segment back.
 *
 * The host stores every option before the job's first task is pushed and none afterwards, so the
 * push publishes them. Only JOB_STATE changes while workers read it.
 */
export class JobBlock {
  readonly index: number;
  readonly #heap: SharedHeap;
  readonly #word: number;
  #epoch = 0;

  constructor(heap: SharedHeap, index: number) {
    this.#heap = heap;
    this.index = index;
    this.#word = (JOBS + index * JOB_BYTES) >> 2;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get owner(): number {
    return jobOwner(this.index);
  }

  /** Writes the options of a job that starts; setKeys comes before its first task. */
  open(
    options: CountOptions,
    pageLimit: number,
    spill?: SpillPlan,
  ): void {
    this.#epoch = (this.#epoch + 1) | 0;
    this.#set(JOB_EPOCH, this.#epoch);
    this.#set(JOB_TOKENIZER, TOKENIZERS[options.tokenizer]);
    this.#set(JOB_NGRAM, options.n);
    this.#set(JOB_ORDER, options.order === "key" ? ORDER_KEY : ORDER_COUNT);
    this.#set(JOB_TOP, options.top);
    this.#set(JOB_MIN_COUNT, options.min % 2 ** 32);
    this.#set(JOB_MIN_COUNT + 4, Math.floor(options.min / 2 ** 32));
    this.#set(JOB_MIN_CHARS, options.minLength);
    this.#set(JOB_MAX_CHARS, options.maxLength);
    this.#set(JOB_PAGE_LIMIT, pageLimit);
    if (spill) {
      this.#set(JOB_TABLE_PAGES, spill.tablePages);
      this.#set(JOB_SPILL_BITS, spill.partitionBits);
    }
    this.#writeLocale(options);
    Atomics.store(this.#heap.words, this.#word + (JOB_STATE >> 2), JOB_RUNNING);
  }

  /**
   * Writes what keys are made of, once it is known what the input is.
   *
   * @param options With nothing left open.
   * @param ofWords Whether chunks are key records, each one token.
   * @returns The byte that stands between the tokens of a key in the tables.
   * @throws {JobError} `out_of_memory` if the filters do not fit.
   */
  setKeys(options: CountOptions, filters: EncodedFilters, ofWords: boolean): number {
    const stopsTokens = options.n > 1 && filters.words.length > 0;
    this.#set(JOB_FLAGS, flagsOf(options) | (stopsTokens ? FLAG_STOP_TOKENS : 0));
    this.#writeFilters(filters);
    if (ofWords) this.expectKeys(options.n);
    return stopsTokens ? TOKEN_SEPARATOR : SPACE;
  }

  #writeLocale({ tokenizer, locale }: CountOptions): void {
    if (tokenizer !== "icu") return;
    const start = JOBS + this.index * JOB_BYTES + JOB_LOCALE;
    const room = this.#heap.bytes.subarray(start, start + JOB_LOCALE_BYTES);
    const { read } = new TextEncoder().encodeInto(locale, room);
    if (read < locale.length) {
      throw new RangeError(
        `Cannot use option locale: ${locale.length} characters exceed ${JOB_LOCALE_BYTES}`,
      );
    }
  }

  #writeFilters({ prefix, stopWords }: EncodedFilters): void {
    const bytes = prefix.length + stopWords.length;
    if (bytes === 0) return;
    const pages = Math.ceil(bytes / PAGE_BYTES);
    const address = this.#heap.pages.allocate(pages, this.owner);
    if (address === 0) {
      throw new JobError(
        "out_of_memory",
        `Cannot start job: no room for ${bytes} bytes of filters`,
      );
    }
    this.#heap.bytes.set(prefix, address);
    this.#heap.bytes.set(stopWords, address + prefix.length);
    this.#set(JOB_PREFIX, prefix.length > 0 ? address : 0);
    this.#set(JOB_PREFIX_BYTES, prefix.length);
    this.#set(JOB_STOP_WORDS, stopWords.length > 0 ? address + prefix.length : 0);
    this.#set(JOB_STOP_WORDS_BYTES, stopWords.length);
  }

  #set(offset: number, value: number): void {
    this.#heap.words[this.#word + (offset >> 2)] = value;
  }

  #get(offset: number): number {
    return this.#heap.words[this.#word + (offset >> 2)] >>> 0;
  }

  /** Host, between map and reduce: into how many partitions the keys are scattered. */
  setPartitionBits(bits: number): void {
    this.#set(JOB_PARTITION_BITS, bits);
  }

  /** Makes the workers leave this job at their next look. */
  stop(): void {
    Atomics.store(this.#heap.words, this.#word + (JOB_STATE >> 2), JOB_STOPPED);
  }

  /** Copies a block that a worker left in pages of the job, and gives its pages back. */
  takeBlock(start: number, bytes: number): Uint8Array {
    const block = this.#heap.bytes.slice(start, start + bytes);
    const pages = Math.ceil(bytes / PAGE_BYTES);
    this.#heap.pages.free(start, pages);
    // Workers add and subtract here meanwhile.
    Atomics.sub(this.#heap.words, this.#word + (JOB_PAGES >> 2), pages);
    return block;
  }

  /**
   * Host, when no task is out: the chunks to come are key records, each one token.
   *
   * @param n Tokens per key.
   */
  expectKeys(n: number): void {
    this.#set(JOB_TOKENIZER, TOKENIZER_KEYS);
    this.#set(JOB_FLAGS, this.#get(JOB_FLAGS) & ~FLAG_ICU);
    this.#set(JOB_NGRAM, n);
  }

  /** Workers that have a table, once all results of the map phase are drained. */
  tables(): number[] {
    const found = [];
    for (let worker = 0; worker < WORKER_CAPACITY; worker++) {
      if (this.#get(JOB_TABLES + worker * 4) !== 0) found.push(worker);
    }
    return found;
  }

  /**
   * Host, while nobody counts at a place: makes its table one that belongs to no place, and the job
   * one that reduces from disk, since a thread that counts at that place again may have a new table
   * before this one is spilled.
   *
   * @param workers Places below this have tables of their own.
   * @returns Number of the table; nothing when no such number is free.
   */
  moveTable(place: number, workers: number): number | undefined {
    for (let table = WORKER_CAPACITY; --table >= Math.max(workers, SPARE_TABLES);) {
      if (this.#get(JOB_TABLES + table * 4) !== 0) continue;
      this.#set(JOB_TABLES + table * 4, this.#get(JOB_TABLES + place * 4));
      this.#set(JOB_TABLES + place * 4, 0);
      this.#set(JOB_SPILLS, 1);
      return table;
    }
  }

  /** A way to look at the tables while workers count. */
  openLiveTop(
    options: CountOptions,
    { words }: EncodedFilters,
    normalize: (key: string) => string,
  ): LiveTop {
    return new LiveTop(this.#heap, this.index, options, normalize, words);
  }

  /** Distinct keys, once the reduce is done. */
  get distinct(): number {
    return this.#get(JOB_DISTINCT);
  }

  /** Sum of the counts of all distinct keys, likewise. */
  get counted(): number {
    return this.#get(JOB_COUNTED) + this.#get(JOB_COUNTED + 4) * 2 ** 32;
  }

  /** Pages that the job holds now. */
  get pages(): number {
    return this.#get(JOB_PAGES);
  }

  /** Whether the job has begun to reduce from disk; it holds once all results are drained. */
  get spills(): boolean {
    return this.#get(JOB_SPILLS) !== 0;
  }

  /** What the job has written to disk. */
  get spilled(): Spilled {
    const bytes = this.#get(JOB_SPILLED_BYTES) + this.#get(JOB_SPILLED_BYTES + 4) * 2 ** 32;
    return { runs: this.#get(JOB_SPILLED_RUNS), bytes };
  }

  /** Keys in the segment. */
  get segmentKeys(): number {
    return this.#get(JOB_SEGMENT_KEYS);
  }

  /**
   * Copies the segment out of shared memory and gives its pages back.
   *
   * @param readOnce Whether a large one should be a MovingSegment.
   */
  takeSegment(readOnce = false): Segment {
    const start = this.#get(JOB_SEGMENT);
    const end = start + this.#get(JOB_SEGMENT_BYTES);
    const segment = readOnce && end - start > LARGE_SEGMENT_BYTES
      ? new MovingSegment(this.#heap.bytes.subarray(start, end), this.segmentKeys)
      : new Segment(slab.copy(this.#heap.bytes, start, end), this.segmentKeys);
    const pages = this.#get(JOB_SEGMENT_PAGES);
    if (pages > 0) this.#heap.pages.free(start, pages);
    this.#set(JOB_SEGMENT, 0);
    this.#set(JOB_PAGES, this.pages - pages);
    return segment;
  }

  /**
   * Frees whatever the job still holds, and wipes the record, so that the next job finds nothing of
   * it; no task of it may be out, and no thread may write to it any more.
   *
   * @param untidy Whether a task has ended half-way: then the sum of its pages may be wrong.
   */
  close(untidy = false): void {
    const filters = this.#get(JOB_PREFIX) || this.#get(JOB_STOP_WORDS);
    // Regions that a spill has taken are not in the job's sum, if its thread has died.
    if (untidy || this.pages > 0 || filters !== 0) this.#heap.pages.release(this.owner);
    // Epoch 0: what a kernel still has in hand of this job is nobody's any more.
    this.#heap.words.fill(0, this.#word, this.#word + (JOB_BYTES >> 2));
    Atomics.store(this.#heap.words, this.#word + (JOB_STATE >> 2), JOB_FREE);
  }
}

function flagsOf(options: CountOptions): number {
  return (options.case === "fold" ? FLAG_FOLD : 0) |
    (options.normalization === "nfc" ? FLAG_NFC : 0) |
    (options.invalid === "reject" ? FLAG_REJECT_INVALID : 0) |
    (options.lineBound ? FLAG_LINE_BOUND : 0) |
    (options.keepCR ? FLAG_KEEP_CR : 0) |
    (options.stopMode === "all" ? FLAG_STOP_ALL : 0) |
    (options.tokenizer === "icu" ? FLAG_ICU : 0);
}
