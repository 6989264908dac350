import {
  BATCH_HEADER_BYTES,
  JOB_DISTINCT,
  JOB_MIN_COUNT,
  JOB_ORDER,
  JOB_PAGES,
  JOB_RUNNING,
  JOB_SEGMENT_KEYS,
  JOB_SPILLED_BYTES,
  JOB_SPILLED_RUNS,
  JOB_SPILLS,
  JOB_STATE,
  JOB_TOP,
  OK,
  ORDER_COUNT,
  ORDER_KEY,
  OUT_OF_PAGES,
  OUTPUT_FULL,
  PAGE_BYTES,
  PARTITION_CAPACITY,
  SCRATCH_BATCH_KEYS,
  SCRATCH_BEAT,
  SCRATCH_MERGED_DISTINCT,
  SCRATCH_MERGED_KEYS,
  STOPPED,
  WORKER_CAPACITY,
} from "../assembly/layout.ts";
import { jobOwner } from "../src/memory/page_map.ts";
import type { SharedHeap } from "../src/memory/shared_heap.ts";
import type { SpillMessage, StartMessage } from "../src/pool/messages.ts";
import { SPILL_FAILED, SpillFailure } from "../src/queue/spill_status.ts";
import type { Task } from "../src/queue/task_records.ts";
import { jobAddress, type KernelHost } from "./kernel_host.ts";
import { RunFile, type Section } from "./run_file.ts";
import { type MergeRule, type Region, RunMerger } from "./run_merger.ts";

/** Runs go out in writes of this size. */
const WRITE_BYTES = 64 * 1024;
/** Less than this is no better than the thread's own region. */
const LEAST_REGION_PAGES = 16;
/** More than this makes no merge faster. */
const MERGE_REGION_PAGES = 512;
/** How often, and with which pause, a chunk is tried again when there was nothing to spill. */
const IDLE_ATTEMPTS = 100;
const PAUSE_MS = 10;

/** A spill that the disk has ended, or the bound on it; `reason` is one of SpillFailure. */
export class SpillError extends Error {
  override readonly name = "SpillError";

  constructor(readonly reason: number, cause?: unknown) {
    super("Cannot spill", { cause });
  }

  /** Of the task that ends with it. */
  get status(): number {
    return this.reason === SpillFailure.stopped ? STOPPED : SPILL_FAILED;
  }
}

/**
 * Takes counts to disk and merges them there, for the one thread that has it.
 *
 * A job's files lie in a directory of its own: `table-N` has runs of worker N's tables, with a
 * section per partition, ordered by key; `part-P` what came of partition P, in the job's order;
 * `segment` the answer. No file is open between two tasks.
 *
 * Why it gets on, whatever other jobs hold:
 *
 * 1. A spill and a merge need no pages but a region, and where the allocator has none, the
 *    thread's own region serves, which nobody else uses.
 * 2. A chunk goes on after a spill, since a new table finds room in the thread's reserve. A table
 *    that stands there is spilled before its task ends, so each task finds the reserve free, but
 *    for pages that the host is about to free without waiting for anybody; `map` pauses for them.
 * 3. So no thread ever waits for pages of another thread or job, and every call that is made again
 *    has counted at least one word more. Only a key that is larger than reserve or region needs
 *    pages that may not be there; that ends with OUT_OF_PAGES.
 */
export class Spiller {
  readonly #heap: SharedHeap;
  readonly #start: StartMessage;
  readonly #options: SpillMessage;
  readonly #spilledBytes: BigInt64Array<SharedArrayBuffer>;
  readonly #kernel: KernelHost;

  /** @param kernel The thread's instance; another one needs another spiller. */
  constructor(heap: SharedHeap, start: StartMessage, options: SpillMessage, kernel: KernelHost) {
    this.#heap = heap;
    this.#start = start;
    this.#options = options;
    this.#spilledBytes = new BigInt64Array(heap.words.buffer);
    this.#kernel = kernel;
    kernel.exports.setReserve(options.reserve, options.reserveBytes);
  }

  /** Whether the job reduces from disk. */
  spills({ job }: Task): boolean {
    return Atomics.load(this.#heap.words, (jobAddress(job) + JOB_SPILLS) >> 2) !== 0;
  }

  /** The job reduces from disk: OK, since what did not fit is not lost. */
  giveUp({ job }: Task): number {
    Atomics.store(this.#heap.words, (jobAddress(job) + JOB_SPILLS) >> 2, 1);
    return OK;
  }

  /**
   * Counts a chunk; the table goes to disk whenever there is no room for more.
   *
   * @param count Begins or goes on with mapChunk.
   */
  map(task: Task, count: () => number): number {
    const { worker } = this.#start;
    for (let idle = 0;;) {
      const status = count();
      if (status === OK && this.#kernel.exports.holdsReserve()) return this.spill(task, worker);
      if (status !== OUT_OF_PAGES) return status;
      const { spilled, ended } = this.#spillTable(task, worker);
      if (ended !== OK) return ended;
      if (spilled > 0) idle = 0;
      else if (++idle > IDLE_ATTEMPTS) return OUT_OF_PAGES;
      else this.#pause(task);
    }
  }

  /** Says that this thread gets on. */
  readonly #beat = () => {
    this.#heap.words[(this.#start.scratch + SCRATCH_BEAT) >>> 2]++;
  };

  /** Nobody notifies the job's state: this sleeps, unless the job has stopped. */
  #pause({ job }: Task): void {
    const state = (jobAddress(job) + JOB_STATE) >> 2;
    this.#beat();
    Atomics.wait(this.#heap.words, state, JOB_RUNNING, PAUSE_MS);
  }

  /**
   * Writes a worker's table of the job to disk, or, for WORKER_CAPACITY, what the reduce has made
   * of the tables; frees it.
   *
   * @throws {SpillError}
   */
  spill(task: Task, table: number): number {
    return this.#spillTable(task, table).ended;
  }

  #spillTable(task: Task, table: number): { spilled: number; ended: number } {
    return guarded(() => {
      const job = jobAddress(task.job);
      const { exports } = this.#kernel;
      const held = this.#word(job + JOB_PAGES);
      using region = this.#takeRegion(task, 2 * held);
      let file: RunFile | undefined;
      let spilled = 0;
      try {
        for (;;) {
          const ended = table === WORKER_CAPACITY
            ? exports.spillRuns(job, region.address, region.bytes)
            : exports.spillTable(job, table, region.address, region.bytes);
          if (ended !== OK && ended !== OUTPUT_FULL) return { spilled, ended };
          const keys = this.#word(this.#start.scratch + SCRATCH_BATCH_KEYS);
          if (keys > 0) {
            this.giveUp(task);
            file ??= this.#append(task, `table-${table}`);
            this.#writeBatch(file, region);
            Atomics.add(this.#heap.words, (job + JOB_SPILLED_RUNS) >> 2, 1);
            spilled += keys;
          }
          if (ended === OK) return { spilled, ended };
        }
      } finally {
        file?.[Symbol.dispose]();
      }
    });
  }

  /** Writes the kernel's batch, whose sections stand at the front of its region, as a run. */
  #writeBatch(file: RunFile, { address }: Region): void {
    const { bytes, words } = this.#heap;
    const out = this.#options.area + this.#options.areaBytes - WRITE_BYTES;
    file.begin();
    for (let size; (size = this.#kernel.exports.drainBatch(out, WRITE_BYTES)) > 0;) {
      file.write(bytes.subarray(out, out + size));
    }
    const sections = words.subarray(address >>> 2, (address >>> 2) + PARTITION_CAPACITY);
    file.end(Array.from(sections, (size) => size >>> 0));
  }

  /**
   * Merges one partition of all runs and leaves what the answer may need of it, in its order.
   *
   * @throws {SpillError}
   */
  mergePartition(task: Task): number {
    return guarded(() => {
      const job = jobAddress(task.job);
      const { part } = task;
      using inputs = this.#openAll(task, "table-");
      using region = this.#takeRegion(task, MERGE_REGION_PAGES);
      using scope = new DisposableStack();
      const pass = { order: ORDER_KEY, sums: true, least: 0n, top: 0 };
      const sections = inputs.files.flatMap((file) => file.sections(part));
      const status = this.#limitFanIn(task, sections, region, pass, scope);
      if (status !== OK) return status;
      const byCount = this.#word(job + JOB_ORDER) === ORDER_COUNT;
      const rule = {
        ...pass,
        least: this.#least(job),
        top: byCount ? 0 : this.#word(job + JOB_TOP),
      };
      const out = scope.use(this.#create(task, `part-${part}`));
      const merged = byCount
        ? this.#mergeByCount(task, sections, region, rule, out)
        : this.#mergeInto(task, sections, region, rule, out);
      const distinct = this.#word(this.#start.scratch + SCRATCH_MERGED_DISTINCT);
      if (merged === OK) Atomics.add(this.#heap.words, (job + JOB_DISTINCT) >> 2, distinct);
      return merged;
    });
  }

  #least(job: number): bigint {
    const low = BigInt(this.#word(job + JOB_MIN_COUNT));
    return low + (BigInt(this.#word(job + JOB_MIN_COUNT + 4)) << 32n);
  }

  /**
   * Merges the partitions into the answer.
   *
   * @throws {SpillError}
   */
  collect(task: Task): number {
    return guarded(() => {
      const job = jobAddress(task.job);
      using inputs = this.#openAll(task, "part-");
      using region = this.#takeRegion(task, MERGE_REGION_PAGES);
      using scope = new DisposableStack();
      const rule = {
        order: this.#word(job + JOB_ORDER),
        sums: false,
        least: 0n,
        top: this.#word(job + JOB_TOP),
      };
      const sections = inputs.files.flatMap((file) => file.sections(0));
      const status = this.#limitFanIn(task, sections, region, rule, scope);
      if (status !== OK) return status;
      const out = scope.use(this.#create(task, "segment"));
      const { bytes } = this.#heap;
      const merged = this.#merge(task, sections, region, rule, 0, 1, (from, size) => {
        out.write(bytes.subarray(from.address, from.address + size));
        return OK;
      });
      const keys = this.#word(this.#start.scratch + SCRATCH_MERGED_KEYS);
      this.#heap.words[(job + JOB_SEGMENT_KEYS) >> 2] = keys;
      return merged;
    });
  }

  /** While there are more inputs than windows, merges as many as can be into one. */
  #limitFanIn(
    task: Task,
    sections: Section[],
    region: Region,
    rule: MergeRule,
    scope: DisposableStack,
  ): number {
    const most = RunMerger.fanIn(region);
    for (let pass = 0; sections.length > most; pass++) {
      const out = scope.use(this.#create(task, `pass-${task.kind}-${task.part}-${pass}`));
      const status = this.#mergeInto(task, sections.splice(0, most), region, rule, out);
      if (status !== OK) return status;
      sections.push(...out.sections(0));
    }
    return OK;
  }

  /** Merges into one run of one section. */
  #mergeInto(
    task: Task,
    sections: Section[],
    region: Region,
    rule: MergeRule,
    out: RunFile,
  ): number {
    const { bytes } = this.#heap;
    let size = 0;
    out.begin();
    const status = this.#merge(task, sections, region, rule, 0, 1, (from, merged) => {
      out.write(bytes.subarray(from.address, from.address + merged));
      size += merged;
      return OK;
    });
    out.end([size]);
    return status;
  }

  /** Merges by key into runs by count: as many records in each as the region holds. */
  #mergeByCount(
    task: Task,
    sections: Section[],
    region: Region,
    rule: MergeRule,
    out: RunFile,
  ): number {
    const job = jobAddress(task.job);
    const { exports } = this.#kernel;
    return this.#merge(task, sections, region, rule, BATCH_HEADER_BYTES, 2, (from, merged) => {
      const status = exports.orderRecords(job, from.address, merged, from.bytes);
      if (status === OK) this.#writeBatch(out, from);
      return status;
    });
  }

  #merge(
    task: Task,
    sections: Section[],
    region: Region,
    rule: MergeRule,
    header: number,
    divisor: number,
    take: (from: Region, bytes: number) => number,
  ): number {
    using merger = new RunMerger(
      this.#heap,
      this.#kernel.exports,
      this.#start.scratch,
      jobOwner(task.job),
      sections,
      region,
    );
    return merger.run(jobAddress(task.job), rule, header, divisor, take);
  }

  #word(address: number): number {
    return Atomics.load(this.#heap.words, address >>> 2) >>> 0;
  }

  /** Pages of the job, about as many as asked for, or else the thread's own region. */
  #takeRegion(task: Task, pages: number): Region & Disposable {
    pages = Math.min(pages, this.#options.batchPages);
    for (; pages >= LEAST_REGION_PAGES; pages = Math.floor(pages * 3 / 4)) {
      const address = this.#heap.pages.allocate(pages, jobOwner(task.job), false);
      if (address === 0) continue;
      const count = pages;
      const free = () => this.#heap.pages.free(address, count);
      return { address, bytes: count * PAGE_BYTES, [Symbol.dispose]: free };
    }
    const { area, areaBytes } = this.#options;
    return { address: area, bytes: areaBytes - WRITE_BYTES, [Symbol.dispose]: () => {} };
  }

  // ---- files ------------------------------------------------------------------------------------

  #directory({ job, epoch }: Task): string {
    return `${this.#options.directory}/${job}-${epoch >>> 0}`;
  }

  #append(task: Task, name: string): RunFile {
    const directory = this.#directory(task);
    Deno.mkdirSync(directory, { recursive: true });
    return RunFile.append(`${directory}/${name}`, this.#meter(task));
  }

  #create(task: Task, name: string): RunFile {
    return RunFile.create(`${this.#directory(task)}/${name}`, this.#meter(task));
  }

  /** Adds to what the job has written, up to the limit; ends what a stopped job still writes. */
  #meter({ job }: Task): (bytes: number) => void {
    const word = (jobAddress(job) + JOB_SPILLED_BYTES) / 8;
    return (bytes) => {
      this.#beat();
      const state = this.#word(jobAddress(job) + JOB_STATE);
      if (state !== JOB_RUNNING) throw new SpillError(SpillFailure.stopped);
      const before = Number(Atomics.add(this.#spilledBytes, word, BigInt(bytes)));
      if (before + bytes > this.#options.maxBytes) throw new SpillError(SpillFailure.limit);
    };
  }

  #openAll(task: Task, prefix: string): { files: RunFile[] } & Disposable {
    const directory = this.#directory(task);
    using scope = new DisposableStack();
    const files = [];
    for (const { name } of Deno.readDirSync(directory)) {
      if (name.startsWith(prefix)) files.push(scope.use(RunFile.open(`${directory}/${name}`)));
    }
    const kept = scope.move();
    return { files, [Symbol.dispose]: () => kept.dispose() };
  }
}

/** What the system says of a disk that takes no more. */
const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];

/** Tells what a file refuses from what is wrong with the thread. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SpillError || error instanceof WebAssembly.RuntimeError) throw error;
    const { code = "", message } = error as { code?: string; message: string };
    if (FULL.includes(code)) throw new SpillError(SpillFailure.full, error);
    console.error(`Cannot spill: ${message}`); // a result has no room for it
    throw new SpillError(SpillFailure.refused, error);
  }
}
