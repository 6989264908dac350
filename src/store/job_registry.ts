import type { JobHandle, JobResult } from "../engine/types.ts";
import { JobError } from "../errors.ts";
import type { CountOptions, OutputOptions } from "../options.ts";
import type { JobRecord, JobStore } from "./job_store.ts";

/** A running job and what its record will say. */
interface LiveJob {
  job: JobHandle;
  createdAt: number;
  options: CountOptions;
  output: OutputOptions;
  /** Settles, never rejects, when the store has what the job left. */
  settled: Promise<void>;
}

/** What is known of a job now; a running one has no end yet. */
export type JobStatus =
  & Omit<JobRecord, "finishedAt" | "expiresAt">
  & Partial<Pick<JobRecord, "finishedAt" | "expiresAt">>;

/**
 * Jobs by id, from their submission to the expiry of their result.
 *
 * A job is either live (here, running) or kept (in the store, finished), and between the two
 * it is live until the store has it: no reader misses it.
 */
export class JobRegistry {
  readonly #store: JobStore;
  readonly #ttlMs: number;
  readonly #live = new Map<string, LiveJob>();

  constructor(store: JobStore, options: { ttlMs: number }) {
    this.#store = store;
    this.#ttlMs = options.ttlMs;
  }

  /** How many jobs are running or waiting. */
  get running(): number {
    return this.#live.size;
  }

  /** Follows a job until it has ended and the store has what it left. */
  add(job: JobHandle, options: CountOptions, output: OutputOptions): void {
    const createdAt = Date.now();
    const live: LiveJob = { job, createdAt, options, output, settled: Promise.resolve() };
    this.#live.set(job.id, live);
    live.settled = job.done
      .then((result) => this.#save(live, result), (error) => this.#save(live, undefined, error))
      .catch((error) => console.error(`Cannot store job ${job.id}:`, error))
      .finally(() => this.#live.delete(job.id));
  }

  /** @throws {JobError} `unknown_job`. */
  async status(id: string): Promise<JobStatus> {
    const live = this.#live.get(id);
    if (live !== undefined) {
      const { job, createdAt, options, output } = live;
      return { id, state: job.state, createdAt, options, output, progress: { ...job.counters } };
    }
    return await this.#record(id);
  }

  /**
   * The record and the result of a job that is done.
   *
   * @throws {JobError} `unknown_job`, `job_not_finished`, or what the job failed with.
   */
  async result(id: string): Promise<{ record: JobRecord; result: JobResult }> {
    const live = this.#live.get(id);
    if (live !== undefined && hasEnded(live.job)) {
      await live.settled;
    } else if (live !== undefined) {
      const { state, counters } = live.job;
      throw new JobError("job_not_finished", `Cannot answer job ${id}: it is ${state}`, {
        details: { state, progress: { ...counters } },
      });
    }
    const record = await this.#record(id);
    if (record.error) {
      const { code, message, details } = record.error;
      throw new JobError(code, message, { details });
    }
    const result = await this.#store.result(id);
    if (result === undefined) throw unknownJob(id);
    return { record, result };
  }

  /**
   * Cancels a job that runs, and forgets it and its result.
   *
   * @throws {JobError} `unknown_job`.
   */
  async remove(id: string): Promise<void> {
    const live = this.#live.get(id);
    if (live !== undefined) {
      live.job.cancel();
      await live.settled;
    }
    if (!await this.#store.remove(id)) throw unknownJob(id);
  }

  /** Settles when every job that runs now has ended and is stored. */
  async drained(): Promise<void> {
    await Promise.all(Array.from(this.#live.values(), (live) => live.settled));
  }

  async #record(id: string): Promise<JobRecord> {
    const record = await this.#store.record(id);
    if (record === undefined) throw unknownJob(id);
    return record;
  }

  async #save(live: LiveJob, result?: JobResult, error?: unknown): Promise<void> {
    const { job, createdAt, options, output } = live;
    const finishedAt = Date.now();
    const failure = error === undefined ? undefined : describeFailure(job.id, error);
    await this.#store.save({
      id: job.id,
      state: failure === undefined
        ? "done"
        : failure.code === "job_cancelled"
        ? "cancelled"
        : "failed",
      createdAt,
      finishedAt,
      expiresAt: finishedAt + this.#ttlMs,
      options,
      output,
      progress: { ...job.counters },
      totals: result?.totals,
      error: failure,
    }, result);
  }
}

function hasEnded({ state }: JobHandle): boolean {
  return state !== "pending" && state !== "running";
}

function describeFailure(id: string, error: unknown): JobRecord["error"] {
  if (error instanceof JobError && error.code !== "internal") {
    return { code: error.code, message: error.message, details: error.details };
  }
  console.error(`Job ${id} failed:`, error);
  return { code: "internal", message: "The job failed for a reason of the server", details: {} };
}

function unknownJob(id: string): JobError {
  return new JobError("unknown_job", `Cannot find job '${id.slice(0, 80)}'`, {
    details: { job: id.slice(0, 80) },
  });
}
