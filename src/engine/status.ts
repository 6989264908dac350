import { JOB_CAPACITY, PAGE_BYTES } from "../../assembly/layout.ts";
import type { JobError } from "../errors.ts";
import type { SharedHeap } from "../memory/shared_heap.ts";
import type { WorkerPool } from "../pool/worker_pool.ts";
import type { HostDoorbell } from "../queue/doorbell.ts";
import type { TaskQueue } from "../queue/task_queue.ts";
import type { EngineContext } from "./context.ts";
import type { EngineBounds } from "./engine_options.ts";
import type { JobCounters, JobHandle } from "./types.ts";

/** What one thread is doing. */
export interface ThreadStatus {
  state: "idle" | "busy";
  /** Tasks finished; wraps at 2^32. */
  tasks: number;
  /** Milliseconds spent on them since the engine started. */
  busyMs: number;
  /** The part of the engine's time that this is, 0 to 1. */
  utilization: number;
}

/** A snapshot of an engine, for people and monitors: what `GET /v1/engine` answers. */
export interface EngineStatus {
  /** Threads that count. */
  workers: number;
  /** Milliseconds since the engine started. */
  uptimeMs: number;
  /** How results wake the host. */
  doorbell: string;
  threads: ThreadStatus[];
  /** Mean over the threads. */
  utilization: number;
  /** Jobs in the engine; `leaving` ones have ended and wait for tasks that are still out. */
  jobs: { pending: number; running: number; leaving: number };
  /**
   * Jobs that came to an end since the start: `invalid` ones by the fault of their input, `failed`
   * ones by the engine's. And submissions that were refused.
   */
  ended: { done: number; failed: number; invalid: number; cancelled: number; refused: number };
  /** What was counted since the start, in jobs that ended and in those that run. */
  counted: JobCounters;
  /** Jobs that wait for their turn, and the bytes of their inputs that are known. */
  queue: { jobs: number; bytes: number };
  /** Most of each; a bound that does not exist is left out. */
  bounds: { runningJobs: number } & Partial<EngineBounds>;
  /** Tasks in shared memory that no worker has taken, those with a worker, those on the host. */
  tasks: { queued: number; out: number; pending: number };
  /** Places for chunks. */
  slots: { free: number; bytes: number };
  /** Shared memory: all of it, what was ever used, what jobs hold. In bytes. */
  memory: { bytes: number; touched: number; jobs: number };
}

/** What an engine is made of, as far as its status tells it. */
export interface StatusParts {
  heap: SharedHeap;
  queue: TaskQueue;
  doorbell: HostDoorbell;
  pool: WorkerPool;
  context: EngineContext;
  bounds: EngineBounds;
  /** Jobs that are in the engine. */
  jobs: Iterable<Pick<JobHandle, "state" | "counters">>;
}

/** Counts what an engine has done since its start, and tells it with what it is doing now. */
export class EngineMeter {
  readonly ended = { done: 0, failed: 0, invalid: 0, cancelled: 0, refused: 0 };
  /** What was counted in jobs that have ended. */
  readonly #counted: JobCounters = { bytes: 0, chunks: 0, tokens: 0 };
  /** Microseconds that each worker has worked. */
  readonly busyMicros: number[];
  readonly #started = performance.now();

  constructor(workers: number) {
    this.busyMicros = Array(workers).fill(0);
  }

  /** A job has left. */
  noteEnd({ state, counters }: Pick<JobHandle, "state" | "counters">, failure?: JobError): void {
    if (state === "failed" && failure && failure.status < 500) this.ended.invalid++;
    else this.ended[state as keyof EngineStatus["ended"]]++;
    addCounters(this.#counted, counters);
  }

  /** Costs a look at each job and each thread. */
  read(parts: StatusParts): EngineStatus {
    const { heap, queue, doorbell, pool, context, bounds, jobs } = parts;
    const { scheduler, slots, admission } = context;
    const usage = heap.pages.usage();
    const uptimeMs = performance.now() - this.#started;
    const threads = this.#threads(pool, uptimeMs);
    const busyMs = threads.reduce((sum, thread) => sum + thread.busyMs, 0);
    return {
      workers: pool.size,
      uptimeMs: Math.round(uptimeMs),
      doorbell: doorbell.mode,
      threads,
      utilization: ratio(busyMs, uptimeMs * threads.length),
      jobs: countByState(jobs),
      ended: { ...this.ended },
      counted: this.#countedNow(jobs),
      queue: { jobs: admission.queuedJobs, bytes: admission.queuedBytes },
      bounds: describeBounds(bounds),
      tasks: { queued: queue.length, out: scheduler.out, pending: scheduler.pending },
      slots: { free: slots.available, bytes: slots.chunkBytes },
      memory: {
        bytes: usage.total * PAGE_BYTES,
        touched: (usage.total - usage.fresh) * PAGE_BYTES,
        jobs: usage.jobs * PAGE_BYTES,
      },
    };
  }

  #countedNow(jobs: StatusParts["jobs"]): JobCounters {
    const sum = { ...this.#counted };
    for (const { counters } of jobs) addCounters(sum, counters);
    return sum;
  }

  #threads(pool: WorkerPool, uptimeMs: number): ThreadStatus[] {
    return this.busyMicros.map((micros, worker) => {
      const { job, tasks } = pool.report(worker);
      const busyMs = Math.round(micros / 1000);
      return {
        state: job < 0 ? "idle" : "busy",
        tasks,
        busyMs,
        utilization: ratio(busyMs, uptimeMs),
      };
    });
  }
}

function addCounters(sum: JobCounters, { bytes, chunks, tokens }: Readonly<JobCounters>): void {
  sum.bytes += bytes;
  sum.chunks += chunks;
  sum.tokens += tokens;
}

function countByState(jobs: StatusParts["jobs"]): EngineStatus["jobs"] {
  const counts = { pending: 0, running: 0, leaving: 0 };
  for (const { state } of jobs) {
    counts[state === "pending" || state === "running" ? state : "leaving"]++;
  }
  return counts;
}

function describeBounds({ jobTimeoutMs, ...bounds }: EngineBounds): EngineStatus["bounds"] {
  const described = { runningJobs: JOB_CAPACITY, ...bounds };
  return jobTimeoutMs === Infinity ? described : { ...described, jobTimeoutMs };
}

/** To three digits after the point. */
function ratio(some: number, all: number): number {
  return Math.round(some / all * 1000) / 1000;
}
