import { shorten } from "../contract/parameters.ts";
import { own } from "../async/own.ts";
import { settledWithin } from "../async/settled_within.ts";
import type { JobHandle, JobResult, JobState } from "../engine/job_contract.ts";
import { JobError } from "../contract/problems.ts";
import type { KernelChoice } from "../contract/kernel_manifest.ts";
import type { CountOptions, OutputOptions } from "../contract/options.ts";
import { JobKeeper, type Replay } from "./job_keeper.ts";
import {
  hasEnded,
  type JobRecord,
  RECORD_VERSION,
  type SpooledSubmission,
} from "../store/job_record.ts";
import type { JobStore, RequestKeyHold } from "../store/job_store.ts";
import { type LiveJob, LiveJobs } from "./live_jobs.ts";
import { keyInUse, type RequestKeyJob, RequestKeys } from "./request_keys.ts";
import type { SealedBlobs } from "../store/sealed_blobs.ts";

/** How often the store is asked for a job that another instance runs, while somebody waits. */
const POLL_MS = 250;

/** How many records a listing looks at: a rare state is not searched for without an end. */
const MOST_LISTED = 1000;

/** How a registry keeps jobs. */
export interface RegistryOptions {
  /** How long a job is kept once it has ended. */
  ttlMs: number;
  /** Where inputs are spooled and how they are counted again; none if jobs end with the process. */
  replay?: Replay;
  /** The clock, for tests. */
  now?: () => number;
}

/** What the client said of a job that is accepted. */
export interface Acceptance {
  tenant: string | undefined;
  options: CountOptions;
  output: OutputOptions;
  /** The kernel that makes the keys, if that is not the built-in one. */
  kernel?: KernelChoice;
  /** Present when the input is spooled under the job's id. */
  submission?: SpooledSubmission;
  /** Present when the client gave the request a key, which is held. */
  requestKey?: { hold: RequestKeyHold; fingerprint: string };
}

/** Which jobs of a tenant to list. */
export interface ListQuery {
  state?: JobState;
  limit: number;
  /** Only jobs that are older than this one. */
  before?: string;
}

/**
 * The jobs as clients see them: those that run here and those that the store knows.
 *
 * A job belongs to its `tenant`, and other tenants do not learn of it. How records move stands in
 * `job_record.ts`.
 */
export class JobRegistry {
  /** Names this instance in the store. */
  readonly owner = crypto.randomUUID();
  readonly #store: JobStore;
  readonly #inputs: SealedBlobs | undefined;
  readonly #now: () => number;
  readonly #live: LiveJobs;
  readonly #keeper: JobKeeper;
  readonly #keys: RequestKeys;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(store: JobStore, { ttlMs, replay, now = Date.now }: RegistryOptions) {
    this.#store = store;
    this.#inputs = replay?.inputs;
    this.#now = now;
    this.#live = new LiveJobs(store, replay?.inputs, { ttlMs, now });
    this.#keeper = new JobKeeper(store, this.#live, { owner: this.owner, replay, now });
    this.#keys = new RequestKeys(store, this.owner, now);
  }

  /** How many jobs run or wait here. */
  get running(): number {
    return this.#live.size;
  }

  /** Whether the store failed when it was last looked after. */
  get failing(): boolean {
    return this.#keeper.failing;
  }

  /** By state: jobs that are here, and those that ended here since the start. */
  counts(): Record<JobState, number> {
    return this.#live.counts();
  }

  /** Where inputs are spooled; none if jobs end with the process. */
  get inputs(): SealedBlobs | undefined {
    return this.#inputs;
  }

  /** Takes over the jobs of dead instances, and looks after the store from now on. */
  start(): Promise<void> {
    return this.#keeper.start();
  }

  /** The same once more, now. */
  tend(): Promise<void> {
    return this.#keeper.tend();
  }

  /** Begins no more jobs by itself, and ends all waits for jobs. */
  stop(): void {
    this.#keeper.stop();
    this.#stopped.resolve();
  }

  /** Stops, and gives up the lease of this instance. */
  close(): Promise<void> {
    this.stop();
    return this.#keeper.close();
  }

  /** Settles when every job that runs now has ended and is stored. */
  drained(): Promise<void> {
    return this.#live.settled();
  }

  /**
   * Keeps a job, whose whole input is here, and follows it to its end.
   *
   * @throws {JobError} `key_in_use` if the key is not held any more, `job_too_large`.
   */
  async accept(job: JobHandle, acceptance: Acceptance): Promise<JobRecord> {
    const { requestKey, ...rest } = acceptance;
    const now = this.#now();
    const hold = requestKey?.hold;
    const record: JobRecord = {
      version: RECORD_VERSION,
      id: job.id,
      state: "running",
      createdAt: now,
      startedAt: now,
      attempt: 1,
      owner: this.owner,
      ...rest,
      requestKey: requestKey && { name: requestKey.hold.name, fingerprint: requestKey.fingerprint },
      progress: { ...job.counters },
    };
    const live = this.#live.enter(job, record);
    try {
      live.version = await this.#store.create(record, hold);
      if (live.version === undefined) throw keyInUse(record.requestKey!.name);
    } catch (error) {
      this.#live.leave(live);
      await this.#store.remove(record.id).catch(() => {}); // it may be written and not synced
      throw error;
    }
    if (hold) this.#keys.settle(hold);
    own(this.#live.follow(live));
    return liveRecord(live);
  }

  /** A job that runs here, as the engine shows it. @throws {JobError} `unknown_job`. */
  live(id: string, tenant: string | undefined): JobHandle | undefined {
    const live = this.#live.get(id);
    if (live && live.record.tenant !== tenant) throw unknownJob(id);
    return live?.job;
  }

  /** @throws {JobError} `unknown_job`. */
  status(id: string, tenant: string | undefined): Promise<JobRecord> {
    return this.ended(id, tenant);
  }

  /**
   * Waits for a job's end, wherever it runs. Clients that go away are not noticed, so callers bound
   * the wait.
   *
   * @returns The job as it is when the wait is over.
   * @throws {JobError} `unknown_job`.
   */
  async ended(id: string, tenant: string | undefined, waitMs = 0): Promise<JobRecord> {
    const deadline = performance.now() + waitMs;
    while (true) {
      const record = await this.#current(id, tenant);
      const left = deadline - performance.now();
      if (hasEnded(record) || left <= 0 || this.#keeper.stopped) return record;
      const live = this.#live.get(id);
      const ends = [this.#stopped.promise, ...(live ? [live.settled] : [])];
      await settledWithin(ends, { timeoutMs: live ? left : Math.min(left, POLL_MS) });
    }
  }

  /**
   * The record and the result of a job that is done.
   *
   * @throws {JobError} `unknown_job`, `job_not_finished`, or what the job failed with.
   */
  async result(
    id: string,
    tenant: string | undefined,
  ): Promise<{ record: JobRecord; result: JobResult }> {
    const record = await this.ended(id, tenant);
    if (!hasEnded(record)) {
      const { state, progress } = record;
      throw new JobError("job_not_finished", `Cannot answer job ${id}: it is ${state}`, {
        details: { state, progress },
      });
    }
    if (record.error) {
      const { code, message, details } = record.error;
      throw new JobError(code, message, { details });
    }
    const segment = await this.#store.loadResult(record);
    if (segment === undefined) throw unknownJob(id);
    return { record, result: { ...record.result!, segment } };
  }

  /** Jobs of a tenant, the newest first; `next` when the list may go on before that job. */
  async list(
    tenant: string | undefined,
    { state, limit, before }: ListQuery,
  ): Promise<{ jobs: JobRecord[]; next?: string }> {
    const jobs: JobRecord[] = [];
    let seen = 0;
    let last: string | undefined;
    for await (const stored of this.#store.list(tenant, before)) {
      if (jobs.length === limit || seen === MOST_LISTED) return { jobs, next: last };
      seen++;
      last = stored.id;
      const live = hasEnded(stored) ? undefined : this.#live.get(stored.id);
      const record = live ? liveRecord(live) : stored;
      if (state === undefined || record.state === state) jobs.push(record);
    }
    return { jobs };
  }

  /**
   * Forgets a job, its input and its result; if it runs, it ends.
   *
   * @throws {JobError} `unknown_job`.
   */
  async remove(id: string, tenant: string | undefined): Promise<void> {
    await this.#current(id, tenant);
    const live = this.#live.get(id);
    const removed = await this.#store.remove(id);
    live?.job.cancel(); // without its record, it leaves nothing behind
    await live?.settled;
    await this.#inputs?.remove(id);
    if (!removed) throw unknownJob(id);
  }

  /**
   * Takes a key for a request, or gives the job that it stands for.
   *
   * @throws {JobError} `key_in_use`.
   */
  takeRequestKey(
    tenant: string | undefined,
    name: string,
  ): Promise<RequestKeyHold | RequestKeyJob> {
    return this.#keys.take(tenant, name);
  }

  /** Frees a key whose request made no job. */
  releaseRequestKey(hold: RequestKeyHold): Promise<void> {
    return this.#keys.release(hold);
  }

  /** What is known of the job now; once it has ended, what the store says. */
  async #current(id: string, tenant: string | undefined): Promise<JobRecord> {
    const live = this.#live.get(id);
    if (live && live.record.tenant === tenant) {
      if (!hasEnded(live.job)) return liveRecord(live);
      await live.settled;
    }
    const stored = await this.#store.get(id);
    if (stored === undefined || stored.record.tenant !== tenant) throw unknownJob(id);
    return stored.record;
  }
}

function liveRecord({ job, record }: LiveJob): JobRecord {
  const state = hasEnded(job) ? "running" : job.state; // it has not ended before the store says so
  return { ...record, state, progress: { ...job.counters } };
}

function unknownJob(id: string): JobError {
  return new JobError("unknown_job", `Cannot find job '${shorten(id)}'`, {
    details: { job: shorten(id) },
  });
}
