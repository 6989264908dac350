import { within } from "../async/within.ts";
import { type CountOptions, createCountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { checkTexts } from "../input/accepted.ts";
import type { KernelDescription } from "../kernels/registry.ts";
import { LoadedKernel } from "../kernels/loaded_kernel.ts";
import { SharedHeap } from "../shared/shared_heap.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import type { CountEngine, JobPlace } from "./count_engine.ts";
import { createContext, type EngineContext } from "./engine_context.ts";
import { EngineMeter } from "./engine_meter.ts";
import {
  type EngineOptions,
  type FilledEngineOptions,
  fillEngineOptions,
} from "./engine_options.ts";
import { toKey } from "./filters.ts";
import type { Job, JobInput, JobResult, SubmitOptions } from "./job_contract.ts";
import { mapInputs, type MapOptions } from "./map_inputs.ts";
import { OpenJobs } from "./open_jobs.ts";
import { planSpill } from "./spill_plan.ts";
import { withQuestion } from "./with_question.ts";
import type { EngineStatus } from "../contract/engine_status.ts";
import { RunningJobs } from "./workforce/running_jobs.ts";
import { WorkerPool } from "./workforce/worker_pool.ts";
import { Workforce } from "./workforce/workforce.ts";

/** How long tasks may take to notice that their jobs have failed. */
const STOP_MS = 1000;

/** The package can be loaded by other runtimes: its client and its types run there. */
const NO_DENO = "Cannot start an engine: it needs Deno; elsewhere, call a server by the client";

/** How an engine ends. */
export interface CloseOptions {
  /** How long running jobs may go on. @default {5000} */
  deadlineMs?: number;
  /** Ends them at once when aborted. */
  signal?: AbortSignal;
}

/** What an engine is made of. */
export interface EngineParts {
  /** Name of the built kernel. */
  kernel: string;
  /** Module of the worker threads. */
  entry: URL;
  /** The memory. @default {a new one} */
  heap?: SharedHeap;
  /** The engine watches its threads, and waits for room, by this clock. @default {SYSTEM_CLOCK} */
  clock?: Clock;
}

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
export class Engine implements CountEngine {
  readonly #options: FilledEngineOptions;
  readonly #kernel: LoadedKernel;
  readonly #workforce: Workforce;
  readonly #context: EngineContext;
  readonly #meter = new EngineMeter();
  readonly #jobs: OpenJobs;
  #closing: Promise<void> | undefined;

  private constructor(
    heap: SharedHeap,
    kernel: LoadedKernel,
    options: FilledEngineOptions,
    { entry, clock = SYSTEM_CLOCK }: EngineParts,
  ) {
    const { module } = kernel;
    const running = new RunningJobs();
    const spill = planSpill(heap, options);
    this.#options = options;
    this.#kernel = kernel;
    this.#workforce = new Workforce(
      heap,
      { ...options, kernel: module, entry, spill },
      running,
      (nobody) => this.#jobs.failUnavailable(nobody),
      clock,
    );
    const { supervisor } = this.#workforce;
    const { kernels } = supervisor;
    const parts = { heap, kernel, running, spill, clock, sink: supervisor, kernels };
    this.#context = createContext(options, parts);
    this.#jobs = new OpenJobs(this.#context, options, supervisor.breaker, this.#meter);
    running.observe(this.#meter);
    running.observe(this.#jobs);
    running.observe(this.#context.scheduler);
  }

  /**
   * Starts the threads, unless they start late; jobs may be submitted before all of them are ready.
   *
   * @throws {RangeError} If an option is out of range or memory is too small for it.
   * @throws {Error} If the kernels were not built, or the runtime is not Deno.
   */
  static start(options: EngineOptions = {}): Promise<Engine> {
    return Engine.startWith(options, { kernel: "words", entry: WorkerPool.entry });
  }

  /**
   * Starts an engine of other parts than `start` takes: for tests of what may go wrong in them.
   *
   * @internal
   */
  static async startWith(options: EngineOptions, parts: EngineParts): Promise<Engine> {
    if (!("Deno" in globalThis)) throw new Error(NO_DENO);
    const filled = fillEngineOptions(options);
    const heap = parts.heap ?? SharedHeap.create(filled.memoryBytes);
    const kernel = await LoadedKernel.load(parts.kernel, heap.pages.total);
    return new Engine(heap, kernel, filled, parts);
  }

  /** Threads that count. */
  get workers(): number {
    return this.#workforce.pool.size;
  }

  /** Resolves when every thread takes tasks; at once while threads that start late have not. */
  ready(): Promise<void> {
    return this.#workforce.pool.ready();
  }

  /** Whether no thread can take a task: each has one, and shows no sign of life. */
  get threadsHang(): boolean {
    return this.#workforce.supervisor.threadsHang;
  }

  /** Descriptions of the kernels, by themselves. */
  async kernels(): Promise<KernelDescription[]> {
    return [await this.#kernel.describe()];
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
   * object with `texts` or `files`, each counted as if it stood alone; the `path` of a file; or a
   * promise of one of these. A stream
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
    const count = createCountOptions(options);
    return this.#jobs.open(input, count, withQuestion(count, submitOptions));
  }

  /**
   * Lets in a job that is counted elsewhere: it counts among those that wait, and among its tenant's.
   *
   * @throws {JobError} As `submit`.
   * @internal
   */
  reserve(limits: Pick<SubmitOptions, "tenant" | "priority">): JobPlace {
    if (this.#closing) throw new JobError("engine_closed", "Cannot submit: the engine is closing");
    return this.#jobs.reserve(limits);
  }

  /**
   * Counts many inputs and gives their answers in the order of the inputs, with some of them
   * counted ahead. An input that cannot be counted makes the iteration throw when its turn comes;
   * ending the iteration cancels the jobs that were begun.
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
   * @param inputs Any iterable of what `submit` takes, except a string, whose items are its letters.
   * The engine asks it for an input when there is room for one.
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
    return new TextEncoder().encode(toKey(text, options, this.#kernel.keys));
  }

  /** A snapshot for people and monitors; costs a look at each job and each thread. */
  status(): EngineStatus {
    return this.#meter.read({
      workforce: this.#workforce,
      context: this.#context,
      options: this.#options,
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

  /** Leaves nothing on disk, whatever runs: the process is about to end and does not wait for jobs. */
  abandon(): void {
    this.#context.spill?.directory.abandon();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(deadlineMs: number): Promise<void> {
    const settled = this.#jobs.settled();
    await within(settled, deadlineMs);
    this.#failAll();
    await within(settled, STOP_MS);
    await this.#workforce.close();
    await this.#context.spill?.directory.close();
    this.#workforce.doorbell.close();
    this.#jobs.close();
  }

  #failAll(): void {
    this.#jobs.failAll(({ id }) =>
      new JobError("engine_closed", `Job ${id} ended with the engine`)
    );
  }
}
