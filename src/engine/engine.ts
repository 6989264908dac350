import { PAGE_BYTES, SCRATCH_BYTES, TASK_RECORD_CAPACITY } from "../../assembly/layout.ts";
import { own } from "../async/own.ts";
import { within } from "../async/within.ts";
import { JobError } from "../contract/problems.ts";
import { KeyKernel } from "../kernels/key_kernel.ts";
import {
  compileKernel,
  describeKernel,
  type KernelDescription,
  readKernel,
} from "../kernels/registry.ts";
import { InputSlots, slotPages } from "../shared/input_slots.ts";
import { SharedHeap } from "../shared/shared_heap.ts";
import type { SplitRule } from "../input/splitter.ts";
import { checkTexts } from "../input/accepted.ts";
import { isPresent, knownBytes } from "../input/text_input.ts";
import { lastSafeSplit } from "../input/splitter_rules.ts";
import { type CountOptions, createCountOptions } from "../contract/options.ts";
import { WorkerPool } from "./workforce/worker_pool.ts";
import { HostDoorbell } from "../shared/doorbell.ts";
import { TaskQueue } from "../shared/task_queue.ts";
import { type Result, TaskRecords } from "../shared/task_records.ts";
import { Admission } from "./admission.ts";
import type { EngineContext } from "./engine_context.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { Deadlines } from "./deadlines.ts";
import { CountJob, type JobTerms } from "./job/job.ts";
import { engineUnavailable } from "./job/job_errors.ts";
import { encodeFilters, toKey } from "./filters.ts";
import {
  type EngineBounds,
  type EngineOptions,
  type FilledEngineOptions,
  fillEngineOptions,
} from "./engine_options.ts";
import { mapInputs, type MapOptions } from "./map_inputs.ts";
import { type Flow, Scheduler } from "./scheduler.ts";
import { Roster } from "./roster.ts";
import { RunTable } from "./workforce/run_table.ts";
import { planSpill } from "./spill_plan.ts";
import { EngineMeter, type EngineStatus } from "./status.ts";
import { Supervisor } from "./workforce/supervisor.ts";
import { Tenants } from "./tenants.ts";
import type {
  Job,
  JobInput,
  JobObserver,
  JobResult,
  Priority,
  SubmitOptions,
} from "./job_contract.ts";

/** How long tasks, and then threads, may take to notice that they shall stop. */
const STOP_MS = 1000;

/** How an engine ends. */
export interface CloseOptions {
  /** How long running jobs may go on. @default {5000} */
  deadlineMs?: number;
  /** Ends them at once when aborted. */
  signal?: AbortSignal;
}

/** What an engine's threads run. */
export interface EngineParts {
  /** Name of the built kernel. */
  kernel: string;
  /** Module of the worker threads. */
  entry: URL;
  /** The memory, if not one of the engine's own. */
  heap?: SharedHeap;
  /** By which it watches its threads, and waits for room. @default {SYSTEM_CLOCK} */
  clock?: Clock;
}

/** Starts an engine with other parts than `Engine.start`: for tests of what may go wrong in them. */
export let startEngine: (options: EngineOptions, parts: EngineParts) => Promise<Engine>;

/**
 * MapReduce over one shared memory: counts many texts at once on warm worker threads.
 *
 * @example
 * ```ts
 * import { Engine } from "@millrace/millrace";
 *
 * await using engine = await Engine.start({ workers: 2 });
 * const job = engine.submit("to be or not to be", { top: 2 });
 * const { segment } = await job.done;
 * console.log(segment.toArray()); // [{ key: "be", count: 2 }, { key: "to", count: 2 }]
 * ```
 */
export class Engine {
  readonly #heap: SharedHeap;
  readonly #queue: TaskQueue;
  readonly #doorbell: HostDoorbell;
  readonly #bounds: EngineBounds;
  readonly #weights: Record<Priority, number>;
  readonly #tenants: Tenants;
  readonly #deadlines = new Deadlines();
  readonly #meter: EngineMeter;
  readonly #observers: readonly JobObserver[];
  readonly #pool: WorkerPool;
  readonly #supervisor: Supervisor;
  readonly #context: EngineContext;
  readonly #keyKernel: () => KeyKernel;
  readonly #description: () => Promise<KernelDescription>;
  readonly #jobs = new Roster<CountJob>();
  #closing: Promise<void> | undefined;

  private constructor(
    heap: SharedHeap,
    kernel: WebAssembly.Module,
    describe: () => Promise<KernelDescription>,
    keyKernel: () => KeyKernel,
    options: FilledEngineOptions,
    parts: EngineParts,
  ) {
    const pageLimit = Math.min(
      heap.pages.total,
      Math.max(1, Math.floor(options.jobMemoryBytes / PAGE_BYTES)),
    );
    const { workers, maxQueuedJobs, maxQueuedBytes, maxTenantJobs, jobTimeoutMs } = options;
    const { clock = SYSTEM_CLOCK } = parts;
    this.#bounds = { maxQueuedJobs, maxQueuedBytes, maxTenantJobs, jobTimeoutMs };
    this.#weights = options.weights;
    this.#meter = new EngineMeter();
    this.#observers = options.observers;
    this.#heap = heap;
    this.#description = describe;
    this.#keyKernel = keyKernel;
    this.#queue = new TaskQueue(heap.words);
    this.#queue.initialize();
    this.#doorbell = new HostDoorbell(heap.words, () => this.#drainResults());
    const records = new TaskRecords(heap.words);
    records.initialize();
    const taken = workers * SCRATCH_BYTES / PAGE_BYTES +
      workers * options.slotsPerWorker * slotPages(options.chunkBytes);
    const spill = planSpill(heap, options, taken, pageLimit);
    this.#pool = new WorkerPool(
      heap,
      this.#queue,
      this.#doorbell,
      { kernel, workers, silenceMs: options.chunkTimeoutMs, entry: parts.entry, spill },
      {
        onDied: (ended, message) => this.#supervisor.onDied(ended, message),
        onLeft: (ended) => this.#supervisor.onLeft(ended),
        onReady: (place) => this.#supervisor.onReady(place),
      },
    );
    this.#supervisor = new Supervisor(this.#pool, this.#queue, records, options, {
      drain: () => this.#drainResults(),
      expect: () => this.#doorbell.expect(),
      complete: (result, gone) => this.#complete(result, gone),
      retry: (task, from) => this.#context.runs.of(task)?.retry(task, from) ?? false,
      postpone: (task) => this.#context.runs.of(task)?.postpone(task) ?? false,
      onUnavailable: (nobody) => this.#failWaiting(nobody),
    }, clock);
    const scheduler = new Scheduler(
      this.#supervisor,
      Math.min(workers * options.queueDepth, TASK_RECORD_CAPACITY),
    );
    this.#tenants = new Tenants({
      maxJobs: maxTenantJobs,
      weight: options.weights.normal,
      terms: options.tenantTerms,
      now: () => scheduler.now,
    });
    this.#context = {
      slots: new InputSlots(heap, workers * options.slotsPerWorker, options.chunkBytes),
      admission: new Admission(heap, this.#bounds),
      scheduler,
      workers,
      pageLimit,
      spill,
      replayBytes: options.replayBytes,
      runs: new RunTable(),
      now: () => clock.now(),
      splitRule,
      encodeFilters: (options, ofWords) => encodeFilters(options, ofWords, keyKernel),
      normalize: (key) => keyKernel().normalize(key),
    };
  }

  /**
   * Starts the threads; jobs may be submitted before all of them are ready.
   *
   * @throws {RangeError} If an option is out of range or memory is too small for it.
   * @throws {Error} If the kernels were not built.
   */
  static start(options: EngineOptions = {}): Promise<Engine> {
    return startEngine(options, { kernel: "words", entry: WorkerPool.entry });
  }

  static {
    startEngine = async (options, parts) => {
      const filled = fillEngineOptions(options);
      const heap = parts.heap ?? SharedHeap.create(filled.memoryBytes);
      const binary = await readKernel(parts.kernel);
      const kernel = await compileKernel(binary, heap.pages.total);
      let description: Promise<KernelDescription> | undefined;
      let keyKernel: KeyKernel | undefined;
      return new Engine(
        heap,
        kernel,
        () => description ??= describeKernel(binary),
        () => keyKernel ??= new KeyKernel(binary),
        filled,
        parts,
      );
    };
  }

  /** Threads that count. */
  get workers(): number {
    return this.#pool.size;
  }

  /** Resolves when every thread takes tasks. */
  ready(): Promise<void> {
    return this.#pool.ready();
  }

  /** Whether all threads that could take a task hang: each has one, and shows no sign of life. */
  get threadsHang(): boolean {
    return this.#supervisor.threadsHang;
  }

  /** What the kernels say of themselves. */
  async kernels(): Promise<KernelDescription[]> {
    return [await this.#description()];
  }

  /**
   * Begins to count.
   *
   * Timers and listeners exist only where an option asks for them: submitting many small jobs is
   * cheap.
   *
   * @example
   * ```ts
   * import { Engine } from "@millrace/millrace";
   *
   * await using engine = await Engine.start({ workers: 1 });
   * const limits = { priority: "high", timeoutMs: 10_000 } as const;
   * await using job = engine.submit("to be or not to be", { top: 1 }, limits);
   * for await (const { state, tokens } of job.progress()) console.log(state, tokens);
   * const { segment } = await job.result({ timeoutMs: 5000 });
   * const [{ key, count }] = segment.toArray();
   * if (key !== "be" || count !== 2) throw new Error(`${key}: ${count}`);
   * ```
   *
   * @param input A string; a `Uint8Array`; a `ReadableStream` of those; a `Blob`, or another object
   * whose `stream()` gives such a stream, each time anew; an array of strings, which are words; an
   * object with `texts`, each counted as if it stood alone; or a promise of one of these. A stream
   * is the engine's from here on, unless this throws.
   * @throws {JobError} `engine_closed` if the engine is closing, `too_many_jobs` if too many wait
   * or are the tenant's, `engine_unavailable` after too many lost threads, `unknown_charset`.
   * @throws {TypeError} If the input is none of these, or an option does not exist. What a promise
   * or a stream gives is known later: then `done` rejects with `unsupported_media`.
   * @throws {RangeError} If an option's value is not allowed.
   */
  submit(
    input: JobInput,
    options: Partial<CountOptions> = {},
    submitOptions: SubmitOptions = {},
  ): Job {
    if (this.#closing) throw new JobError("engine_closed", "Cannot submit: the engine is closing");
    const { id = crypto.randomUUID(), signal, tenant, priority = "normal" } = submitOptions;
    const { timeoutMs = this.#bounds.jobTimeoutMs } = submitOptions;
    const count = createCountOptions(options);
    const weight = this.#weights[priority];
    if (typeof weight !== "number") throw new RangeError(`Cannot use priority ${priority}`);
    if (!(timeoutMs >= 0)) throw new RangeError(`Cannot use timeoutMs ${timeoutMs}: it is below 0`);
    const parent = this.#admit(input, tenant);
    const onEnded = this.#onEnded;
    const terms = { id, weight, parent, timeoutMs, onEnded };
    const job = this.#create(terms, input, count, submitOptions);
    this.#jobs.add(job);
    for (const observer of this.#observers) observer.submitted?.(job);
    if (timeoutMs !== Infinity) this.#deadlines.add(job);
    if (signal) this.#watch(job, signal);
    return job;
  }

  /** Lets a job in: gives the flow of its tenant, if it has one. */
  #admit(input: JobInput, tenant: string | undefined): Flow | undefined {
    try {
      if (this.#supervisor.breaker.state !== "closed") throw this.#unavailable();
      this.#context.admission.check(knownBytes(input), isPresent(input));
      return tenant === undefined ? undefined : this.#tenants.join(tenant);
    } catch (error) {
      this.#meter.ended.refused++;
      throw error;
    }
  }

  #create(
    terms: JobTerms,
    input: JobInput,
    options: CountOptions,
    submitOptions: SubmitOptions,
  ): CountJob {
    try {
      return new CountJob(terms, input, options, submitOptions, this.#context);
    } catch (error) {
      if (submitOptions.tenant !== undefined) this.#tenants.leave(submitOptions.tenant);
      throw error;
    }
  }

  #watch(job: CountJob, signal: AbortSignal): void {
    const cancel = () => job.cancel(signal.reason);
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    own(job.settled.then(() => signal.removeEventListener("abort", cancel)));
  }

  readonly #onEnded = (job: CountJob): void => {
    this.#jobs.delete(job);
    this.#meter.noteEnd(job, job.failure);
    this.#meter.stages.read += job.readMs;
    for (const observer of this.#observers) observer.ended?.(job);
    if (job.deadline !== Infinity) this.#deadlines.delete(job);
    if (job.limits.tenant !== undefined) this.#tenants.leave(job.limits.tenant);
  };

  /**
   * Counts many inputs and gives their answers in the order of the inputs, with some of them
   * counted ahead. What is wrong with an input is thrown when its turn comes; ending the
   * iteration cancels what was begun.
   *
   * @example
   * ```ts
   * import { Engine } from "@millrace/millrace";
   *
   * await using engine = await Engine.start({ workers: 1 });
   * const tokens: number[] = [];
   * for await (const { totals } of engine.map(["a b", "b", "c c c"])) tokens.push(totals.tokens);
   * if (tokens.join() !== "2,1,3") throw new Error(tokens.join());
   * ```
   *
   * @param inputs Any iterable of what `submit` takes, but a string, whose items are its letters; it
   * is asked for an input when there is room for it.
   * @throws {TypeError} If it is a string, or nothing that can be iterated.
   * @throws {RangeError} If an option's value is not allowed.
   */
  map(
    inputs: Iterable<JobInput> | AsyncIterable<JobInput>,
    options: Partial<CountOptions> = {},
    mapOptions: MapOptions = {},
  ): AsyncIterableIterator<JobResult> {
    const { lookAhead = 4 * this.workers, signal } = mapOptions;
    checkTexts(inputs);
    if (!(lookAhead >= 1)) throw new RangeError(`Cannot look ahead by ${lookAhead} inputs`);
    const count = createCountOptions(options);
    return mapInputs(
      inputs,
      { lookAhead, signal },
      (input) => this.submit(input, count, mapOptions),
    );
  }

  /** A text as the keys of such a job are: normalized and folded, in UTF-8. */
  toKey(text: string, options: CountOptions): Uint8Array {
    return new TextEncoder().encode(toKey(text, options, this.#keyKernel));
  }

  /** A snapshot for people and monitors; costs a look at each job and each thread. */
  status(): EngineStatus {
    return this.#meter.read({
      heap: this.#heap,
      queue: this.#queue,
      doorbell: this.#doorbell,
      pool: this.#pool,
      supervisor: this.#supervisor,
      context: this.#context,
      bounds: this.#bounds,
      jobs: this.#jobs,
    });
  }

  /** A new path for a file that its user removes; undefined where the engine has no disk. */
  scratchPath(): string | undefined {
    return this.#context.spill?.directory.scratchPath();
  }

  /**
   * Lets running jobs finish, then stops the threads.
   *
   * @param options.deadlineMs After this long, jobs that still run fail with `engine_closed`.
   * @param options.signal When aborted, they do so at once.
   */
  close({ deadlineMs = 5000, signal }: CloseOptions = {}): Promise<void> {
    const closing = this.#closing ??= this.#close(deadlineMs);
    if (!signal) return closing;
    const end = () => this.#failAll();
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    return closing.finally(() => signal.removeEventListener("abort", end));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(deadlineMs: number): Promise<void> {
    const jobs = Promise.all([...this.#jobs].map((job) => job.settled));
    await within(jobs, deadlineMs);
    this.#failAll();
    await within(jobs, STOP_MS);
    this.#supervisor.close();
    await this.#pool.close(STOP_MS);
    await this.#context.spill?.directory.close();
    this.#doorbell.close();
    this.#deadlines.clear();
  }

  #failAll(): void {
    for (const job of this.#jobs) {
      job.fail(new JobError("engine_closed", `Job ${job.id} ended with the engine`));
    }
  }

  /** Hands the results that are there to their jobs. */
  #drainResults(): void {
    for (const ring of this.#pool.rings) ring.drain(this.#supervisor.finish);
  }

  #complete(result: Result, gone?: Promise<void>): void {
    const { runs, scheduler } = this.#context;
    this.#meter.add(result);
    try {
      runs.of(result)?.complete(result, gone);
    } finally {
      scheduler.completed(); // whatever went wrong, the task is not out any more
    }
  }

  #unavailable(): JobError {
    const { maxFaults, windowMs } = this.#supervisor.breaker;
    return engineUnavailable(maxFaults, windowMs);
  }

  /** After too many lost threads: who waits shall not wait in vain, and who runs if nobody counts. */
  #failWaiting(nobody: boolean): void {
    for (const job of this.#jobs) {
      if (nobody || job.state === "pending") job.fail(this.#unavailable());
    }
  }
}

/** Keys of several tokens that end with a line need whole lines. */
function splitRule({ tokenizer, n, lineBound }: CountOptions): SplitRule {
  return (text, length) => lastSafeSplit(text, length, tokenizer, n > 1 && lineBound);
}
