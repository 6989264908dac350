import { APPROX_NOTES_ALL } from "../../assembly/approx_layout.ts";
import {
  FLAG_ICU,
  FLAG_SCATTER,
  JOB_APPROX,
  JOB_BYTES,
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_EPOCH,
  JOB_FLAGS,
  JOB_FREE,
  JOB_KERNEL,
  JOB_KERNEL_BYTES,
  JOB_KERNEL_HASH_BYTES,
  JOB_KERNEL_OPTIONS,
  JOB_KERNEL_OPTIONS_BYTES,
  JOB_KERNEL_OUTPUT,
  JOB_KERNEL_TAKES_TEXT,
  JOB_LOCALE,
  JOB_LOCALE_BYTES,
  JOB_MAX_CHARS,
  JOB_MAX_COUNT,
  JOB_MIN_CHARS,
  JOB_MIN_COUNT,
  JOB_NGRAM,
  JOB_OP,
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
  JOB_VALUE_TYPE,
  OP_COUNT,
  ORDER_COUNT,
  ORDER_KEY,
  PAGE_BYTES,
  SPARE_TABLES,
  TOKENIZER_DRAINED,
  TOKENIZER_KEYS,
  TOKENIZER_VALUES,
  WORKER_CAPACITY,
} from "../../assembly/layout.ts";
import { jobAddress } from "./addresses.ts";
import { type LeftKeys, readApproxPage } from "./approx_page.ts";
import { jobOwner } from "./page_map.ts";
import type { CountTerms, EncodedFilters, EncodedKernel, JobRoom, SpillSums } from "./job_terms.ts";
import type { SharedHeap } from "./shared_heap.ts";

/**
 * A job as kernels see it: the block in shared memory that carries its options to the workers, and
 * its tables and segment back.
 *
 * The host stores every option before the job's first task is pushed and none afterwards, so the
 * push publishes them. Only JOB_STATE changes while workers read it. Workers store tables, sums and
 * segment; the host reads them when it has drained the results of the tasks that wrote them.
 */
export class JobBlock {
  readonly index: number;
  /** Address of the block. */
  readonly address: number;
  readonly #heap: SharedHeap;
  readonly #first: number;
  #epoch = 0;
  #spilledBefore = 0;
  /** What the host has given the job, which is not in the sum of its pages. */
  readonly #given: { address: number; pages: number }[] = [];

  constructor(heap: SharedHeap, index: number) {
    this.#heap = heap;
    this.index = index;
    this.address = jobAddress(index);
    this.#first = this.address >> 2;
  }

  /** Which of the runs that had the block has it now; it changes with every `open`. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The tag of the job's pages. */
  get owner(): number {
    return jobOwner(this.index);
  }

  #set(offset: number, value: number): void {
    this.#heap.words[this.#first + (offset >> 2)] = value;
  }

  #get(offset: number): number {
    return this.#heap.words[this.#first + (offset >> 2)] >>> 0;
  }

  #setLong(offset: number, value: number): void {
    this.#set(offset, value % 2 ** 32);
    this.#set(offset + 4, Math.floor(value / 2 ** 32));
  }

  #getLong(offset: number): number {
    return this.#get(offset) + this.#get(offset + 4) * 2 ** 32;
  }

  // ---- before the first task ---------------------------------------------------------------------

  /**
   * Begins a run of a job. Flags and filters follow before its first task.
   *
   * @param spilledBefore Bytes that the job has written to disk already, which count as the run's
   *   where those are bounded.
   * @throws {RangeError} If the locale is longer than JOB_LOCALE_BYTES.
   */
  open(terms: CountTerms, room: JobRoom, spilledBefore = 0): void {
    this.#spilledBefore = spilledBefore;
    this.#setLong(JOB_SPILLED_BYTES, spilledBefore);
    this.#epoch = (this.#epoch + 1) | 0;
    this.#set(JOB_EPOCH, this.#epoch);
    this.#set(JOB_TOKENIZER, terms.tokenizer);
    this.#set(JOB_NGRAM, terms.n);
    this.#set(JOB_ORDER, terms.order);
    this.#set(JOB_OP, terms.op);
    this.#set(JOB_VALUE_TYPE, terms.valueType);
    this.#set(JOB_TOP, terms.top);
    this.#setLong(JOB_MIN_COUNT, terms.minCount);
    this.#setLong(JOB_MAX_COUNT, terms.maxCount);
    this.#set(JOB_MIN_CHARS, terms.minChars);
    this.#set(JOB_MAX_CHARS, terms.maxChars);
    this.#set(JOB_PAGE_LIMIT, room.pageLimit);
    this.#set(JOB_TABLE_PAGES, room.tablePages);
    this.#set(JOB_SPILL_BITS, room.spillBits);
    if (terms.locale !== "") this.#writeLocale(terms.locale);
    // The push of the first task PUBLISHES this word and all that is stored above.
    Atomics.store(this.#heap.words, this.#first + (JOB_STATE >> 2), JOB_RUNNING);
  }

  #writeLocale(locale: string): void {
    const start = this.address + JOB_LOCALE;
    const room = this.#heap.bytes.subarray(start, start + JOB_LOCALE_BYTES);
    const { read } = new TextEncoder().encodeInto(locale, room);
    if (read < locale.length) {
      throw new RangeError(
        `Cannot use option locale: ${locale.length} characters exceed ${JOB_LOCALE_BYTES}`,
      );
    }
  }

  /** Says how keys are made: FLAG_* bits. */
  setFlags(flags: number): void {
    this.#set(JOB_FLAGS, flags);
  }

  /**
   * Copies the filters to pages of the job.
   *
   * @returns false when there is no room for them.
   */
  setFilters({ prefix, stopWords }: EncodedFilters): boolean {
    const bytes = prefix.length + stopWords.length;
    if (bytes === 0) return true;
    const address = this.#give(bytes, true);
    if (address === 0) return false;
    this.#heap.bytes.set(prefix, address);
    this.#heap.bytes.set(stopWords, address + prefix.length);
    this.#set(JOB_PREFIX, prefix.length > 0 ? address : 0);
    this.#set(JOB_PREFIX_BYTES, prefix.length);
    this.#set(JOB_STOP_WORDS, stopWords.length > 0 ? address + prefix.length : 0);
    this.#set(JOB_STOP_WORDS_BYTES, stopWords.length);
    return true;
  }

  /**
   * Gives the job a page for what leaves its tables: from here on it counts approximately.
   *
   * @param notesAll Whether the sketch is to have all keys, also where none leaves. @default {false}
   * @returns false when there is no room for it.
   */
  countApproximately(notesAll = false): boolean {
    const page = this.#give(PAGE_BYTES, true);
    if (page > 0) this.#heap.words[(page + APPROX_NOTES_ALL) >> 2] = notesAll ? 1 : 0;
    this.#set(JOB_APPROX, page);
    return page > 0;
  }

  /**
   * Copies the job's user kernel to pages of the job.
   *
   * @returns false when there is no room for it.
   */
  setKernel({ hash, module, options, output, takesText }: EncodedKernel): boolean {
    const bytes = JOB_KERNEL_HASH_BYTES + module.length + options.length;
    const address = this.#give(bytes, false);
    if (address === 0) return false;
    const moduleAddress = address + JOB_KERNEL_HASH_BYTES;
    const optionsAddress = moduleAddress + module.length;
    this.#heap.bytes.set(hash, address);
    this.#heap.bytes.set(module, moduleAddress);
    this.#heap.bytes.set(options, optionsAddress);
    this.#set(JOB_KERNEL, address);
    this.#set(JOB_KERNEL_BYTES, module.length);
    this.#set(JOB_KERNEL_OPTIONS, optionsAddress);
    this.#set(JOB_KERNEL_OPTIONS_BYTES, options.length);
    this.#set(JOB_KERNEL_OUTPUT, output);
    this.#set(JOB_KERNEL_TAKES_TEXT, takesText ? 1 : 0);
    return true;
  }

  /** Pages for so many bytes, until the job's end; 0 when there is no room for them. */
  #give(bytes: number, zero: boolean): number {
    const pages = Math.ceil(bytes / PAGE_BYTES);
    const address = this.#heap.pages.allocate(pages, this.owner, zero);
    if (address > 0) this.#given.push({ address, pages });
    return address;
  }

  /**
   * While no task is out: the chunks to come are packed keys, each one token.
   *
   * @param n Tokens per key.
   */
  expectKeys(n: number): void {
    this.#set(JOB_TOKENIZER, TOKENIZER_KEYS);
    this.#set(JOB_FLAGS, this.#get(JOB_FLAGS) & ~FLAG_ICU);
    this.#set(JOB_NGRAM, n);
  }

  /**
   * While no task is out: what is counted of the chunks to come is what user code drains, keys or
   * windows.
   */
  expectDrained(): void {
    this.expectKeys(1);
    this.#set(JOB_TOKENIZER, TOKENIZER_DRAINED);
  }

  /** While no task is out: the chunks to come are value records, each one token. */
  expectValues(): void {
    this.expectKeys(1);
    this.#set(JOB_TOKENIZER, TOKENIZER_VALUES);
  }

  /**
   * The same for records that are scattered as they come.
   *
   * @param bits Into how many partitions, log 2: 1 or more.
   * @param areCounts Whether no sum of the values can be more than a count, so that they need no more
   *   than counts do.
   */
  expectScattered(bits: number, areCounts: boolean): void {
    this.expectValues();
    if (areCounts) {
      this.#set(JOB_OP, OP_COUNT);
      if (this.#get(JOB_ORDER) !== ORDER_KEY) this.#set(JOB_ORDER, ORDER_COUNT);
    }
    this.#set(JOB_FLAGS, this.#get(JOB_FLAGS) | FLAG_SCATTER);
    this.setPartitionBits(bits);
  }

  // ---- while tasks are out -----------------------------------------------------------------------

  /** Makes the workers leave this job at their next look. */
  stop(): void {
    Atomics.store(this.#heap.words, this.#first + (JOB_STATE >> 2), JOB_STOPPED);
  }

  /** Copies what a worker left in pages of the job, and gives its pages back. */
  takePages(start: number, bytes: number): Uint8Array {
    const copy = this.#heap.bytes.slice(start, start + bytes);
    const pages = Math.ceil(bytes / PAGE_BYTES);
    this.#heap.pages.free(start, pages);
    // Workers add and subtract here meanwhile.
    Atomics.sub(this.#heap.words, this.#first + (JOB_PAGES >> 2), pages);
    return copy;
  }

  /**
   * While no thread counts at a place: gives the place's table a number that belongs to no place.
   * The job reduces from disk from here on, since a thread that counts at that place again may make
   * a new table before this one is spilled.
   *
   * @param workers Places below this have tables of their own.
   * @returns Number of the table; undefined when no such number is free.
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

  /** Pages that the job holds now. */
  get pages(): number {
    return this.#get(JOB_PAGES);
  }

  /** What the run has written to disk so far. */
  get spilled(): SpillSums {
    const bytes = this.#getLong(JOB_SPILLED_BYTES) - this.#spilledBefore;
    return { runs: this.#get(JOB_SPILLED_RUNS), bytes };
  }

  // ---- once the results of a phase are drained ---------------------------------------------------

  /** Workers that have a table. */
  tables(): number[] {
    const found = [];
    for (let worker = 0; worker < WORKER_CAPACITY; worker++) {
      if (this.#get(JOB_TABLES + worker * 4) !== 0) found.push(worker);
    }
    return found;
  }

  /** Before the reduce: into how many partitions the keys are scattered, log 2. */
  setPartitionBits(bits: number): void {
    this.#set(JOB_PARTITION_BITS, bits);
  }

  /** Into how many partitions its records were scattered as they came, log 2; 0 if they were not. */
  get scatteredBits(): number {
    const isScattered = (this.#get(JOB_FLAGS) & FLAG_SCATTER) !== 0;
    return isScattered ? this.#get(JOB_PARTITION_BITS) : 0;
  }

  /** Whether the job has begun to reduce from disk. */
  get spills(): boolean {
    return this.#get(JOB_SPILLS) !== 0;
  }

  /** Before the reduce: there are no tables, and what is to be reduced is on disk. */
  reduceFromDisk(): void {
    this.#set(JOB_SPILLS, 1);
  }

  /** What has left its tables, likewise; undefined if it counts exactly. */
  get leftKeys(): LeftKeys | undefined {
    const page = this.#get(JOB_APPROX);
    return page > 0 ? readApproxPage(this.#heap, page) : undefined;
  }

  /** Distinct keys that the tables have held to the end, once the reduce is done. */
  get distinct(): number {
    return this.#get(JOB_DISTINCT);
  }

  /** Sum of the counts of all distinct keys, likewise. */
  get counted(): number {
    return this.#getLong(JOB_COUNTED);
  }

  /** Keys in the segment, in memory or on disk. */
  get segmentKeys(): number {
    return this.#get(JOB_SEGMENT_KEYS);
  }

  /** The segment in memory: a view of shared memory, which is gone after `freeSegment`. */
  get segmentBytes(): Uint8Array {
    const start = this.#get(JOB_SEGMENT);
    return this.#heap.bytes.subarray(start, start + this.#get(JOB_SEGMENT_BYTES));
  }

  /** Gives the segment's pages back. */
  freeSegment(): void {
    const pages = this.#get(JOB_SEGMENT_PAGES);
    if (pages > 0) this.#heap.pages.free(this.#get(JOB_SEGMENT), pages);
    this.#set(JOB_SEGMENT, 0);
    this.#set(JOB_PAGES, this.pages - pages);
  }

  /**
   * Frees whatever the job still holds, and wipes the block, so that the next job finds nothing of
   * it; no task of it may be out, and no thread may write to it any more. A tidy job costs no more
   * than what it holds, and a look at the pages in front of that.
   *
   * @param untidy Whether a task has failed or ended half-way: then the job may have more pages than
   *   it knows.
   */
  close(untidy = false): void {
    const { pages } = this.#heap;
    this.#spilledBefore = 0;
    for (const { address, pages: count } of this.#given.splice(0)) pages.free(address, count);
    // What tasks have taken for themselves is not in the job's sum: keys, and regions of a spill.
    pages.release(this.owner, untidy || this.spills ? Infinity : this.pages);
    // Epoch 0: no task that a kernel still has in hand is of this epoch.
    this.#heap.words.fill(0, this.#first, this.#first + (JOB_BYTES >> 2));
    Atomics.store(this.#heap.words, this.#first + (JOB_STATE >> 2), JOB_FREE);
  }
}
