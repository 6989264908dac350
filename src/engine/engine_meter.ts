import {
  JOB_BYTES,
  JOB_CAPACITY,
  PAGE_BYTES,
  PAGE_MAP,
  PAGES,
  SCRATCH_BYTES,
  TASK_BYTES,
  TASK_RECORD_CAPACITY,
  TASK_SLOTS,
  TEXT_PADDING,
  WORKER_BYTES,
  WORKER_CAPACITY,
  WORKERS,
} from "../../assembly/layout.ts";
import type { JobError } from "../contract/problems.ts";
import type { InputSlots } from "../shared/input_slots.ts";
import type { SpillSums } from "../shared/job_terms.ts";
import type { PageUsage } from "../shared/page_map.ts";
import { type Result, TaskKind } from "../shared/task.ts";
import type { EngineContext } from "./engine_context.ts";
import type { FilledEngineOptions } from "./engine_options.ts";
import type { JobCounters, JobHandle } from "./job_contract.ts";
import type { LaneSums } from "./lanes_beside.ts";
import type {
  ContentionStatus,
  EngineBounds,
  EngineStatus,
  InlineStatus,
  MemoryRegions,
  StageSums,
  ThreadStatus,
} from "../contract/engine_status.ts";
import type { TaskObserver } from "./workforce/running_jobs.ts";
import type { Supervisor } from "./workforce/supervisor.ts";
import type { WorkerPool } from "./workforce/worker_pool.ts";
import type { Workforce } from "./workforce/workforce.ts";

/** What a status tells of a job. */
type SeenJob = Pick<JobHandle, "state" | "counters"> & { readonly spilled: SpillSums };

/** What an engine is made of, as far as its status tells it. */
export interface StatusParts {
  workforce: Workforce;
  context: EngineContext;
  options: FilledEngineOptions;
  /** Jobs that are in the engine. */
  jobs: Iterable<SeenJob>;
}

/** Stages by task kind. */
const STAGES: Record<TaskKind, keyof StageSums> = {
  [TaskKind.map]: "map",
  [TaskKind.count]: "map",
  [TaskKind.partition]: "partition",
  [TaskKind.reduce]: "reduce",
  [TaskKind.finish]: "finish",
  [TaskKind.reduceAll]: "reduceAll",
  [TaskKind.spill]: "spill",
  [TaskKind.merge]: "merge",
  [TaskKind.collect]: "merge",
  [TaskKind.mapFile]: "map",
  [TaskKind.countFile]: "map",
  [TaskKind.mapUser]: "map",
  [TaskKind.countUser]: "map",
};

/** Counts what an engine has done since its start, and tells it with what it is doing now. */
export class EngineMeter implements TaskObserver {
  readonly ended = { done: 0, failed: 0, invalid: 0, cancelled: 0, refused: 0 };
  /** What was counted in jobs that have ended. */
  readonly #counted: JobCounters = { bytes: 0, chunks: 0, tokens: 0 };
  /** The most that was ever told of what was counted. */
  readonly #told: JobCounters = { bytes: 0, chunks: 0, tokens: 0 };
  readonly stages: StageSums = {
    read: 0,
    map: 0,
    partition: 0,
    reduce: 0,
    finish: 0,
    reduceAll: 0,
    spill: 0,
    merge: 0,
  };
  /** By place: milliseconds that its threads have worked. */
  readonly #busyMs: number[] = Array(WORKER_CAPACITY).fill(0);
  readonly #spilled: SpillSums = { runs: 0, bytes: 0 };
  readonly #started = performance.now();

  /** A task has come back. */
  completed({ kind, place, micros }: Result): void {
    const ms = micros / 1000;
    this.#busyMs[place] += ms;
    this.stages[STAGES[kind]] += ms;
  }

  /** A job has left. */
  noteEnd({ state, counters, spilled }: SeenJob, failure?: JobError): void {
    if (state === "failed" && failure && failure.status < 500) this.ended.invalid++;
    else this.ended[state as keyof EngineStatus["ended"]]++;
    addCounters(this.#counted, counters);
    addSpilled(this.#spilled, spilled);
  }

  /** Costs a look at each job and each thread. */
  read(parts: StatusParts): EngineStatus {
    const { workforce, context, options, jobs } = parts;
    const beside = options.beside.sums();
    const { queue, doorbell, pool, supervisor } = workforce;
    const { heap, scheduler, slots, admission } = context;
    const usage = heap.pages.usage();
    const uptimeMs = performance.now() - this.#started;
    const threads = this.#threads(pool, supervisor, uptimeMs);
    const busyMs = threads.reduce((sum, thread) => sum + thread.busyMs, 0);
    return {
      workers: pool.size,
      uptimeMs: Math.round(uptimeMs),
      serialized: options.serialize,
      doorbell: doorbell.mode,
      threads,
      inline: describeInline(context, beside),
      utilization: ratio(busyMs, uptimeMs * threads.length),
      jobs: countByState(jobs),
      ended: { ...this.ended, done: this.ended.done + beside.jobs },
      counted: this.#countedNow(jobs, beside),
      queue: { jobs: admission.queuedJobs, bytes: admission.queuedBytes },
      bounds: describeBounds(options),
      tasks: { queued: queue.length, out: scheduler.out, pending: scheduler.pending },
      slots: { free: slots.available, bytes: slots.chunkBytes },
      ...(context.spill && { spill: this.#spilledNow(jobs) }),
      memory: {
        bytes: usage.total * PAGE_BYTES,
        touched: (usage.total - usage.fresh) * PAGE_BYTES,
        jobs: usage.jobs * PAGE_BYTES,
        regions: measureRegions(usage, pool, slots, context.spill?.reservedBytes ?? 0),
      },
      contention: sumContention(pool),
      stages: roundAll({ ...this.stages, read: this.stages.read + beside.readMs }),
      faults: { ...supervisor.faults, breaker: supervisor.breaker.state, retired: pool.retired },
    };
  }

  #countedNow(jobs: StatusParts["jobs"], beside: LaneSums): JobCounters {
    const sum = { ...this.#counted };
    addCounters(sum, { bytes: beside.bytes, tokens: beside.tokens, chunks: beside.jobs });
    for (const { counters } of jobs) addCounters(sum, counters);
    // A job that starts over counts from 0, but the sums that were told must not shrink.
    for (const name of ["bytes", "chunks", "tokens"] as const) {
      this.#told[name] = sum[name] = Math.max(sum[name], this.#told[name]);
    }
    return sum;
  }

  #spilledNow(jobs: StatusParts["jobs"]): SpillSums {
    const sum = { ...this.#spilled };
    for (const { spilled } of jobs) addSpilled(sum, spilled);
    return sum;
  }

  #threads(pool: WorkerPool, supervisor: Supervisor, uptimeMs: number): ThreadStatus[] {
    return Array.from({ length: pool.size }, (_, seat) => {
      const place = pool.placeOf(seat);
      if (place < 0) {
        const state = pool.hasStarted ? "lost" : "idle"; // one that was not needed yet
        return { state, tasks: 0, busyMs: 0, utilization: 0 };
      }
      const { busy, tasks } = pool.report(place);
      const busyMs = Math.round(this.#busyMs[place]);
      return {
        state: supervisor.isSilent(seat) ? "silent" : busy ? "busy" : "idle",
        tasks,
        busyMs,
        utilization: ratio(busyMs, uptimeMs),
      };
    });
  }
}

function describeInline({ inline }: EngineContext, beside: LaneSums): InlineStatus {
  if (inline === undefined) return { mode: false, jobs: 0, busyMs: 0 };
  const { mode, jobs, ms } = inline;
  return { mode, jobs: jobs + beside.jobs, busyMs: Math.round(ms + beside.ms) };
}

function addCounters(sum: JobCounters, { bytes, chunks, tokens }: Readonly<JobCounters>): void {
  sum.bytes += bytes;
  sum.chunks += chunks;
  sum.tokens += tokens;
}

function sumContention(pool: WorkerPool): ContentionStatus {
  const sums = { misses: 0, stale: 0, sleeps: 0, rings: 0 };
  for (let place = 0; place < pool.places; place++) {
    const report = pool.report(place);
    for (const name of Object.keys(sums) as (keyof ContentionStatus)[]) sums[name] += report[name];
  }
  return sums;
}

function measureRegions(
  usage: PageUsage,
  pool: WorkerPool,
  slots: InputSlots,
  reserves: number,
): MemoryRegions {
  const scratch = pool.places * SCRATCH_BYTES;
  const inputSlots = slots.count * (slots.chunkBytes + TEXT_PADDING);
  return {
    control: TASK_SLOTS,
    queue: WORKERS - TASK_SLOTS,
    workers: WORKER_CAPACITY * WORKER_BYTES,
    tasks: TASK_RECORD_CAPACITY * TASK_BYTES,
    jobRecords: JOB_CAPACITY * JOB_BYTES,
    pageMap: PAGES - PAGE_MAP,
    inputSlots,
    scratch,
    reserves,
    jobs: usage.jobs * PAGE_BYTES,
    free: (usage.fresh + usage.free) * PAGE_BYTES,
  };
}

function roundAll(stages: StageSums): StageSums {
  const rounded = { ...stages };
  for (const name of Object.keys(rounded) as (keyof StageSums)[]) {
    rounded[name] = Math.round(rounded[name]);
  }
  return rounded;
}

function addSpilled(sum: SpillSums, { runs, bytes }: SpillSums): void {
  sum.runs += runs;
  sum.bytes += bytes;
}

function countByState(jobs: StatusParts["jobs"]): EngineStatus["jobs"] {
  const counts = { pending: 0, running: 0, leaving: 0 };
  for (const { state } of jobs) {
    counts[state === "pending" || state === "running" ? state : "leaving"]++;
  }
  return counts;
}

function describeBounds(options: EngineBounds): EngineStatus["bounds"] {
  const { maxQueuedJobs, maxQueuedBytes, maxTenantJobs, jobTimeoutMs } = options;
  const described = { runningJobs: JOB_CAPACITY, maxQueuedJobs, maxQueuedBytes, maxTenantJobs };
  return jobTimeoutMs === Infinity ? described : { ...described, jobTimeoutMs };
}

/** To three digits after the point. */
function ratio(some: number, all: number): number {
  return Math.round(some / all * 1000) / 1000;
}
