import { getLogger } from "@logtape/logtape";
import type { JobHandle, JobResult, JobState } from "../engine/job_contract.ts";
import { settledWithin } from "../async/settled_within.ts";
import { JobError } from "../contract/problems.ts";
import { keyOfId } from "../store/client_id.ts";
import {
  finish,
  handBack,
  hasEnded,
  type JobFailure,
  type JobRecord,
} from "../store/job_record.ts";
import type { JobStore, Version } from "../store/job_store.ts";
import type { Seal } from "../store/seal.ts";
import type { SealedBlobs } from "../store/sealed_blobs.ts";
import { storageFailed } from "../store/storage_error.ts";
import { labelOf } from "./request_keys.ts";

/**
 * Failures of the server, not of the job, and after how many attempts they fail the job all the
 * same: a text that kills each worker that reads it, or a result that fits no disk, must not be
 * tried for ever.
 */
const FAULTS: ReadonlyMap<string, number> = new Map([
  ["engine_closed", Infinity],
  ["engine_unavailable", Infinity],
  ["worker_lost", 3],
  ["out_of_storage", 100],
  ["body_aborted", 10], // the whole input is here, so the store could not be read
  ["read_timeout", 10],
]);

/** Failures that pass with time: an attempt that begins at once would meet them again. */
const PASSING = new Set(["out_of_storage", "body_aborted", "read_timeout"]);

/** The pause after the first attempt that met such a failure; each later pause is twice as long. */
const FIRST_PAUSE_MS = 5_000;
const MOST_PAUSE_MS = 5 * 60_000;

const logger = getLogger(["millrace", "store"]);

/** A job that runs here and what its record says. */
export interface LiveJob {
  readonly job: JobHandle;
  /** Complete once the whole input is here. */
  record: JobRecord;
  /** What its next move needs; none before the record is made. */
  version: Version | undefined;
  /** Resolves when the store has what the job left, or when it will have nothing of it. */
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/**
 * The jobs that this instance runs, and the moves that are their owner's: finish and hand back.
 *
 * A job is here from when its input begins to come in, which is before its record is made, until
 * after its last move. So a job that runs here by its record, and is not here, was left behind by an
 * error.
 */
export class LiveJobs implements Iterable<LiveJob> {
  readonly #store: JobStore;
  readonly #inputs: SealedBlobs | undefined;
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #jobs = new Map<string, LiveJob>();
  /** By the key of the request, for those that have one. */
  readonly #keyed = new Map<string, LiveJob>();
  /** Who waits for a job to enter, by the key of its request. */
  readonly #awaited = new Map<string, Set<() => void>>();
  readonly #ended: Record<string, number> = { done: 0, failed: 0, cancelled: 0 };

  constructor(
    store: JobStore,
    inputs: SealedBlobs | undefined,
    { ttlMs, now }: { ttlMs: number; now: () => number },
  ) {
    this.#store = store;
    this.#inputs = inputs;
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  get size(): number {
    return this.#jobs.size;
  }

  get(id: string): LiveJob | undefined {
    return this.#jobs.get(id);
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  /** The job that a tenant knows by this id, its own or the server's. */
  find(id: string, tenant: string | undefined): LiveJob | undefined {
    const live = this.#jobs.get(id);
    if (live && live.record.tenant === tenant) return live;
    return this.#keyed.get(labelOf({ tenant, name: keyOfId(id) }));
  }

  /** Waits until a job enters to which the tenant gave this id, or the wait is over. */
  async awaitEntry(
    id: string,
    tenant: string | undefined,
    wait: { timeoutMs: number; until: Promise<void> },
  ): Promise<void> {
    const label = labelOf({ tenant, name: keyOfId(id) });
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#awaited.get(label) ?? new Set();
    this.#awaited.set(label, waiting.add(resolve));
    await settledWithin([promise, wait.until], wait);
    waiting.delete(resolve);
    if (waiting.size === 0 && this.#awaited.get(label) === waiting) this.#awaited.delete(label);
  }

  [Symbol.iterator](): Iterator<LiveJob> {
    return this.#jobs.values();
  }

  /** By state: jobs that are here, and those that ended here since the start. */
  counts(): Record<JobState, number> {
    const { done, failed, cancelled } = this.#ended;
    const counts = { pending: 0, running: 0, done, failed, cancelled };
    for (const { job } of this.#jobs.values()) if (!hasEnded(job)) counts[job.state]++;
    return counts;
  }

  /** @param version None when the record is yet to be made. */
  enter(job: JobHandle, record: JobRecord, version?: Version): LiveJob {
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    const live = { job, record, version, settled, settle };
    this.#jobs.set(record.id, live);
    const label = labelOfKey(record);
    if (label !== undefined) {
      this.#keyed.set(label, live);
      this.#awaited.get(label)?.forEach((resume) => resume());
    }
    return live;
  }

  /** Forgets a job that has made its last move, or whose record was not made. */
  leave(live: LiveJob): void {
    this.#jobs.delete(live.record.id);
    const label = labelOfKey(live.record);
    // Another job has the key if this one was removed.
    if (label !== undefined && this.#keyed.get(label) === live) this.#keyed.delete(label);
    live.settle();
  }

  /** Makes the job's last move when it has ended. Settles as `settled` does. */
  follow(live: LiveJob): Promise<void> {
    const { job, record: { id } } = live;
    return job.done
      .then((result) => this.#finish(live, result), (error) => this.#fail(live, error))
      .catch((error) => logger.error("Cannot store job", { jobId: id, error }))
      .finally(() => this.leave(live));
  }

  /** Settles when every job that is here now has made its last move. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#jobs.values(), (live) => live.settled));
  }

  /**
   * Hands a job back whose attempt failed for a reason of the server, or else ends it.
   *
   * @param version Of the record, which this instance owns.
   * @param progress As far as the attempt has come.
   */
  async fail(
    record: JobRecord,
    version: Version,
    error: unknown,
    progress = record.progress,
  ): Promise<void> {
    const code = error instanceof JobError ? error.code : "internal";
    await this.#move(
      this.#canRepeat(record) && record.attempt < (FAULTS.get(code) ?? 0)
        ? handBack(record, PASSING.has(code) ? this.#now() + pauseAfter(record) : undefined)
        : finish(record, describeFailure(record.id, error), this.#end(progress)),
      version,
    );
  }

  /** Whether another attempt has what this one had; where jobs end with the process, none begins. */
  #canRepeat({ submission, merge }: JobRecord): boolean {
    return this.#inputs !== undefined && (submission !== undefined || merge !== undefined);
  }

  /** Keeps the result, and only then says that the job is done. */
  async #finish(live: LiveJob, result: JobResult): Promise<void> {
    const { job, record, version } = live;
    const { id, attempt } = record;
    let seal: Seal | undefined;
    try {
      seal = await this.#store.saveResult(id, attempt, result.segment.detached());
    } catch (error) {
      logger.warn("Cannot keep result", { jobId: id, attempt, error });
      return await this.#fail(live, error instanceof JobError ? error : storageFailed(error));
    }
    await this.#move(finish(record, result, { ...this.#end(job.counters), seal }), version!);
  }

  async #fail({ job, record, version }: LiveJob, error: unknown): Promise<void> {
    await this.fail(record, version!, error, job.counters);
  }

  async #move(record: JobRecord, version: Version): Promise<void> {
    if (await this.#store.replace(record, version) === undefined) {
      // The job was taken over or removed, so nobody needs what this attempt wrote.
      if (record.state === "cancelled") this.#ended.cancelled++;
      await this.#store.dropResult(record.id, record.attempt);
    } else if (hasEnded(record)) {
      this.#ended[record.state]++;
      await this.#inputs?.remove(record.id);
    }
  }

  #end(progress: JobRecord["progress"]) {
    return { now: this.#now(), ttlMs: this.#ttlMs, progress: { ...progress } };
  }
}

/** The record of a job that runs here, with what is known of it now. */
export function liveRecord({ job, record }: LiveJob): JobRecord {
  const state = hasEnded(job) ? "running" : job.state; // it has not ended before the store says so
  return { ...record, state, progress: { ...job.counters } };
}

function labelOfKey({ tenant, requestKey }: JobRecord): string | undefined {
  return requestKey && labelOf({ tenant, name: requestKey.name });
}

function pauseAfter({ attempt }: JobRecord): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), MOST_PAUSE_MS);
}

function describeFailure(id: string, error: unknown): JobFailure {
  if (error instanceof JobError && error.code !== "internal") {
    return { code: error.code, message: error.message, details: error.details };
  }
  // The engine has logged its own failures.
  if (!(error instanceof JobError)) logger.error("Job failed", { jobId: id, error });
  return { code: "internal", message: "The job failed for a reason of the server", details: {} };
}
