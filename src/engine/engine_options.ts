import { PAGE_BYTES } from "../../assembly/layout.ts";
import type { InlineMode } from "../contract/engine_status.ts";
import type { SharedHeap } from "../shared/shared_heap.ts";
import { isGranted } from "./permissions.ts";
import type { JobObserver, Priority } from "./job_contract.ts";
import { type LanesBeside, NOBODY_BESIDE } from "./lanes_beside.ts";

/** How an engine is built. */
export interface EngineOptions {
  /** Counting threads; a second one lets others count beside user code. @default {one per core, and two at least} */
  workers?: number;
  /** Bytes of shared memory for chunks, tables and results. @default {half of the system's, at most 4 GiB} */
  memoryBytes?: number;
  /**
   * Most bytes in a chunk: small chunks fit the caches and let others overtake sooner, large ones
   * cost fewer hops. @default {262016}
   */
  chunkBytes?: number;
  /**
   * Chunks per worker that are in shared memory at once: more of them smooth out a bursty input,
   * and take memory. @default {8}
   */
  slotsPerWorker?: number;
  /**
   * Tasks per worker whose order is decided: few let a small job overtake, more keep workers busy
   * while the host is not. @default {4}
   */
  queueDepth?: number;
  /** Shares of the priorities when workers are busy; a tenant has a normal job's. @default {{ low: 1, normal: 4, high: 16 }} */
  weights?: Partial<Record<Priority, number>>;
  /**
   * Most jobs that wait while 256 others run: for their turn, or for the first of their text; beyond
   * them `submit` fails with `too_many_jobs`. @default {4096}
   */
  maxQueuedJobs?: number;
  /** Most bytes that wait with them: inputs, or the first chunk of those that stream in. @default {268435456} */
  maxQueuedBytes?: number;
  /** Most jobs of one tenant that have not ended. @default {128} */
  maxTenantJobs?: number;
  /** Longest time from a job's submission to its answer; beyond it `job_timeout`. @default {Infinity} */
  jobTimeoutMs?: number;
  /** Most bytes of shared memory of one job: less leaves more to others, and spills earlier. @default {memoryBytes} */
  jobMemoryBytes?: number;
  /**
   * Where jobs write counts that memory does not hold, in a directory that the engine makes there
   * when it first needs one; `false` for nowhere: then such a job fails with `out_of_memory`.
   * @default {the system's temporary directory, where it can be written}
   */
  spillDirectory?: string | false;
  /** Most bytes that one job writes there; beyond them `disk_full`. @default {Infinity} */
  maxSpillBytes?: number;
  /**
   * What a tenant may use, its `weight` among tenants and its `maxJobs`; the engine asks at each
   * submission.
   * @default {weight 1, and `maxTenantJobs`}
   */
  tenantTerms?: (tenant: string) => TenantTerms | undefined;
  /**
   * A thread that gets nowhere for this long, and a millisecond per KB of its chunk, is replaced:
   * less finds silent threads sooner, and takes slow ones for silent. @default {10000}
   */
  chunkTimeoutMs?: number;
  /**
   * Longest time that a user kernel may take for one chunk; beyond it `kernel_timeout`. No more than
   * four fifths of `chunkTimeoutMs` count. @default {8000}
   */
  kernelTimeoutMs?: number;
  /** Most bytes of memory of one instance of a user kernel, in each thread. @default {67108864} */
  kernelMemoryBytes?: number;
  /**
   * When a user kernel of a tenant has failed so many times in a row, within a minute, its next jobs
   * are refused with `kernel_held`: for a second, and for twice as long after each failure that
   * follows, up to 30. @default {3}
   */
  maxKernelFailures?: number;
  /**
   * Most bytes of a stream's beginning that are kept, so that its job can start over when a worker
   * is lost half-way. @default {8388608}
   */
  replayBytes?: number;
  /**
   * So many threads lost within `faultWindowMs` make the engine answer `engine_unavailable` until a
   * thread stays healthy. @default {5}
   */
  maxFaults?: number;
  /** See `maxFaults`. @default {10000} */
  faultWindowMs?: number;
  /**
   * Whether threads work one at a time, under one lock: for benchmarks, which show by it what
   * threads gain. @default {false}
   */
  serialize?: boolean;
  /**
   * Whether texts of up to 8 KiB are counted on the thread that submits them: `auto` counts those
   * there for which a hop to another thread would cost it more, and any while it has nothing else
   * to count. @default {"auto"}
   */
  inline?: InlineMode;
  /**
   * How threads tell of results: `auto` tries whether `Atomics.waitAsync` wakes this thread, which
   * takes one of them its first 20 ms; `message` saves an engine that is soon closed that time.
   * @default {"auto"}
   */
  wakeups?: "auto" | "message";
  /**
   * When threads start: `early` with the engine, or `late` with the first task for them, so that an
   * engine which counts nothing, or short texts inline, has none. @default {"early"}
   */
  threads?: "early" | "late";
  /** The engine tells each of them of every job, as it is submitted and when it has ended. @default {[]} */
  observers?: readonly JobObserver[];
  /**
   * Other threads that count short texts for this engine.
   * @default {none}
   * @internal
   */
  beside?: LanesBeside;
}

/** What one tenant may use. */
export interface TenantTerms {
  /** Share of the workers, relative to the other tenants. @default {1} */
  weight?: number;
  /** Most jobs that have not ended. @default {maxTenantJobs} */
  maxJobs?: number;
}

/** Every option, filled. */
export type FilledEngineOptions =
  & Required<Omit<EngineOptions, "weights" | "spillDirectory">>
  & Pick<EngineOptions, "spillDirectory">
  & { weights: Record<Priority, number> };

/** The defaults that do not depend on the machine. */
export const ENGINE_DEFAULTS = Object.freeze({
  chunkBytes: 256 * 1024 - 128,
  slotsPerWorker: 8,
  queueDepth: 4,
  weights: Object.freeze({ low: 1, normal: 4, high: 16 }),
  maxQueuedJobs: 4096,
  maxQueuedBytes: 256 * 1024 * 1024,
  maxTenantJobs: 128,
  jobTimeoutMs: Infinity,
  chunkTimeoutMs: 10_000,
  kernelTimeoutMs: 8000,
  kernelMemoryBytes: 64 * 1024 * 1024,
  maxKernelFailures: 3,
  replayBytes: 8 * 1024 * 1024,
  maxFaults: 5,
  faultWindowMs: 10_000,
  maxSpillBytes: Infinity,
  serialize: false,
  inline: "auto" as const,
  wakeups: "auto" as const,
  threads: "early" as const,
  observers: Object.freeze([]) as readonly JobObserver[],
});

const NO_TERMS = () => undefined;

const MAX_MEMORY_BYTES = 2 ** 32;

/** Taken for the system's memory where the program may not ask for that. */
const UNTOLD_MEMORY_BYTES = 2 ** 30;

/** Most threads that an engine has places for. */
const MOST_WORKERS = 64;

/** A thread for each core; two at least, since user code never holds the last one. */
function defaultWorkers(): number {
  return Math.min(MOST_WORKERS, Math.max(2, navigator.hardwareConcurrency));
}

/** @throws {RangeError} If a bound or a weight is out of range. */
export function fillEngineOptions(options: EngineOptions): FilledEngineOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const memoryBytes = options.memoryBytes ?? defaultMemoryBytes();
  const filled: FilledEngineOptions = {
    workers: defaultWorkers(),
    memoryBytes,
    jobMemoryBytes: memoryBytes,
    ...ENGINE_DEFAULTS,
    tenantTerms: NO_TERMS,
    beside: NOBODY_BESIDE,
    ...given,
    weights: { ...ENGINE_DEFAULTS.weights, ...options.weights },
  };
  checkBounds(filled);
  return filled;
}

/** Least value of each option that has one. */
const LEAST = {
  maxQueuedJobs: 0,
  maxQueuedBytes: 0,
  maxTenantJobs: 0,
  jobTimeoutMs: 0,
  jobMemoryBytes: 0,
  maxSpillBytes: 0,
  chunkTimeoutMs: 1,
  kernelTimeoutMs: 1,
  kernelMemoryBytes: PAGE_BYTES,
  maxKernelFailures: 1,
  replayBytes: 0,
  maxFaults: 1,
  faultWindowMs: 0,
} as const;

function checkBounds(options: FilledEngineOptions): void {
  for (const [name, least] of Object.entries(LEAST)) {
    const value = options[name as keyof typeof LEAST];
    if (value >= least) continue;
    throw new RangeError(`Cannot use option ${name}: ${value} is not ${least} or more`);
  }
  for (const [priority, weight] of Object.entries(options.weights)) {
    if (weight > 0 && weight < Infinity) continue;
    throw new RangeError(`Cannot use weight ${weight} of ${priority}: it is not above 0`);
  }
}

function defaultMemoryBytes(): number {
  if (!isGranted({ name: "sys", kind: "systemMemoryInfo" })) return UNTOLD_MEMORY_BYTES;
  return Math.min(Deno.systemMemoryInfo().total / 2, MAX_MEMORY_BYTES);
}

/** Most pages of shared memory that one job may hold. */
export function jobPageLimit(
  heap: SharedHeap,
  { jobMemoryBytes }: Pick<FilledEngineOptions, "jobMemoryBytes">,
): number {
  return Math.min(heap.pages.total, Math.max(1, Math.floor(jobMemoryBytes / PAGE_BYTES)));
}
