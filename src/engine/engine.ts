import { PAGE_BYTES, RING_CAPACITY } from "../../assembly/layout.ts";
import { within } from "../deadline.ts";
import { JobError } from "../errors.ts";
import type { SourceLimits } from "../input/source.ts";
import { KeyFolder } from "../kernels/key_folder.ts";
import {
  compileKernel,
  describeKernel,
  type KernelDescription,
  readKernel,
} from "../kernels/registry.ts";
import { InputSlots } from "../memory/input_slots.ts";
import { SharedHeap } from "../memory/shared_heap.ts";
import type { SplitRule } from "../input/splitter.ts";
import { lastSafeSplit } from "../input/splitter_rules.ts";
import { type CountOptions, createCountOptions } from "../options.ts";
import { WorkerPool } from "../pool/worker_pool.ts";
import { HostDoorbell } from "../queue/doorbell.ts";
import { createResult, WORKER_FAULT } from "../queue/result_queue.ts";
import { TaskQueue } from "../queue/task_queue.ts";
import type { EngineContext } from "./context.ts";
import { CountJob } from "./job.ts";
import { encodeFilters } from "./filters.ts";
import { JobRecords } from "./job_records.ts";
import { Scheduler } from "./scheduler.ts";
import type { Job, JobInput } from "./types.ts";

/** How an engine is built. */
export interface EngineOptions {
  /** Threads that count. @default {navigator.hardwareConcurrency} */
  workers?: number;
  /** Shared memory for chunks, tables and results, in bytes; at most 4 GiB. @default {half of the system's memory} */
  memoryBytes?: number;
  /** Most bytes in a chunk: small ones fit the caches, large ones cost fewer hops. @default {262016} */
  chunkBytes?: number;
  /** Chunks per worker that are in shared memory at once. @default {8} */
  slotsPerWorker?: number;
  /** Tasks per worker that are in the queue at once: few decide order late. @default {4} */
  queueDepth?: number;
}

/** How one job may behave, beside what it counts. */
export interface SubmitOptions extends SourceLimits {
  /** Cancels the job when aborted. */
  signal?: AbortSignal;
}

/** How long tasks, and then threads, may take to notice that they shall stop. */
const STOP_MS = 1000;

const MAX_MEMORY_BYTES = 2 ** 32;

/**
 * MapReduce over one shared memory: counts many texts at once on warm worker threads.
 *
 * @example
 * ```ts
 * await using engine = await Engine.start({ workers: 2 });
 * const job = engine.submit(new TextEncoder().encode("to be or not to be"), { top: 2 });
 * const { segment } = await job.done;
 * console.log(segment.toArray()); // [{ key: "be", count: 2 }, { key: "to", count: 2 }]
 * ```
 */
export class Engine {
  readonly #heap: SharedHeap;
  readonly #queue: TaskQueue;
  readonly #doorbell: HostDoorbell;
  readonly #result = createResult();
  readonly #pool: WorkerPool;
  readonly #context: EngineContext;
  readonly #description: () => Promise<KernelDescription>;
  readonly #jobs = new Set<CountJob>();
  #closing: Promise<void> | undefined;

  private constructor(
    heap: SharedHeap,
    kernel: WebAssembly.Module,
    describe: () => Promise<KernelDescription>,
    keyFolder: () => KeyFolder,
    options: Required<EngineOptions>,
  ) {
    const { workers } = options;
    this.#heap = heap;
    this.#description = describe;
    this.#queue = new TaskQueue(heap.words);
    this.#queue.initialize();
    this.#doorbell = new HostDoorbell(heap.words, () => this.#drainResults());
    this.#pool = new WorkerPool(
      heap,
      this.#queue,
      this.#doorbell,
      kernel,
      workers,
      (worker, message) => this.#onWorkerFault(worker, message),
    );
    this.#context = {
      slots: new InputSlots(heap, workers * options.slotsPerWorker, options.chunkBytes),
      records: new JobRecords(heap),
      scheduler: new Scheduler(
        this.#queue,
        Math.min(workers * options.queueDepth, RING_CAPACITY),
      ),
      workers,
      pageLimit: heap.pages.usage().total,
      running: [],
      splitRule,
      encodeFilters: (options) => encodeFilters(options, keyFolder),
    };
  }

  /**
   * Starts the threads; jobs may be submitted before all of them are ready.
   *
   * @throws {RangeError} If an option is out of range or memory is too small for it.
   * @throws {Error} If the kernels were not built.
   */
  static async start(options: EngineOptions = {}): Promise<Engine> {
    const filled = {
      workers: options.workers ?? navigator.hardwareConcurrency,
      memoryBytes: options.memoryBytes ?? defaultMemoryBytes(),
      chunkBytes: options.chunkBytes ?? 256 * 1024 - 128,
      slotsPerWorker: options.slotsPerWorker ?? 8,
      queueDepth: options.queueDepth ?? 4,
    };
    const heap = SharedHeap.create(filled.memoryBytes);
    const binary = await readKernel("words");
    const kernel = await compileKernel(binary, heap.pages.usage().total);
    let description: Promise<KernelDescription> | undefined;
    let folder: KeyFolder | undefined;
    return new Engine(
      heap,
      kernel,
      () => description ??= describeKernel(binary),
      () => folder ??= new KeyFolder(binary),
      filled,
    );
  }

  /** Threads that count. */
  get workers(): number {
    return this.#pool.size;
  }

  /** Resolves when every thread takes tasks. */
  ready(): Promise<void> {
    return this.#pool.ready();
  }

  /** What the kernels say of themselves. */
  async kernels(): Promise<KernelDescription[]> {
    return [await this.#description()];
  }

  /**
   * Begins to count.
   *
   * @param input Text, as it streams in or whole.
   * @throws {JobError} `engine_closed` if the engine is closing.
   * @throws {TypeError} If an option does not exist.
   * @throws {RangeError} If an option's value is not allowed.
   */
  submit(
    input: JobInput,
    options: Partial<CountOptions> = {},
    { signal, ...limits }: SubmitOptions = {},
  ): Job {
    if (this.#closing) throw new JobError("engine_closed", "Cannot submit: the engine is closing");
    const job = new CountJob(
      crypto.randomUUID(),
      input,
      createCountOptions(options),
      limits,
      this.#context,
    );
    this.#jobs.add(job);
    const cancel = () => job.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    job.settled.then(() => {
      this.#jobs.delete(job);
      signal?.removeEventListener("abort", cancel);
    });
    return job;
  }

  /** A snapshot for people and monitors. */
  status(): Record<string, unknown> {
    const { scheduler, slots } = this.#context;
    const usage = this.#heap.pages.usage();
    return {
      workers: this.workers,
      jobs: this.#jobs.size,
      doorbell: this.#doorbell.mode,
      threads: this.#pool.rings.map((_, worker) => this.#pool.report(worker)),
      tasks: { queued: this.#queue.length, out: scheduler.out, pending: scheduler.pending },
      slots: { free: slots.available, bytes: slots.chunkBytes },
      memory: {
        bytes: usage.total * PAGE_BYTES,
        touched: (usage.total - usage.fresh) * PAGE_BYTES,
        jobs: usage.jobs * PAGE_BYTES,
      },
    };
  }

  /**
   * Lets running jobs finish, then stops the threads.
   *
   * @param deadlineMs After this long, jobs that still run are cancelled.
   */
  close({ deadlineMs = 5000 }: { deadlineMs?: number } = {}): Promise<void> {
    return this.#closing ??= this.#close(deadlineMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(deadlineMs: number): Promise<void> {
    const jobs = Promise.all([...this.#jobs].map((job) => job.settled));
    await within(jobs, deadlineMs);
    for (const job of this.#jobs) {
      job.fail(new JobError("engine_closed", `Job ${job.id} ended with the engine`));
    }
    await within(jobs, STOP_MS);
    await this.#pool.close(STOP_MS);
    this.#doorbell.close();
  }

  /** Hands the results that are there to their jobs. */
  #drainResults(): void {
    const { running, scheduler } = this.#context;
    for (const ring of this.#pool.rings) {
      ring.drain(this.#result, (result) => {
        running[result.job]?.complete(result);
        scheduler.completed();
      });
    }
  }

  /** A thread died: what it published counts, and the task it had in hand has failed. */
  #onWorkerFault(worker: number, message: string): void {
    console.error(`Worker ${worker} died and is replaced: ${message}`);
    this.#drainResults();
    const lost = this.#pool.report(worker);
    if (lost.job < 0) return;
    this.#context.running[lost.job]?.complete({
      ...createResult(),
      ...{ kind: lost.kind, job: lost.job, part: lost.part, epoch: lost.epoch },
      status: WORKER_FAULT,
    });
    this.#context.scheduler.completed();
  }
}

/** Keys of several tokens that end with a line need whole lines. */
function splitRule({ tokenizer, n, lineBound }: CountOptions): SplitRule {
  return (text, length) => lastSafeSplit(text, length, tokenizer, n > 1 && lineBound);
}

function defaultMemoryBytes(): number {
  return Math.min(Deno.systemMemoryInfo().total / 2, MAX_MEMORY_BYTES);
}
