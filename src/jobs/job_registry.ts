import { charsOfLists } from "../contract/body_lists.ts";
import { shorten } from "../contract/parameters.ts";
import { settledWithin } from "../async/settled_within.ts";
import type { JobHandle, JobState } from "../engine/job_contract.ts";
import { JobError } from "../contract/problems.ts";
import { keyOfId } from "../store/client_id.ts";
import { Arrivals } from "./arrivals.ts";
import { JobAppends, type Join, type Part, requireAppendable } from "./job_appends.ts";
import { JobKeeper, type Replay } from "./job_keeper.ts";
import { hasEnded, type JobRecord, type KeptResult } from "../store/job_record.ts";
import type { JobStore } from "../store/job_store.ts";
import { type LiveJob, LiveJobs, liveRecord } from "./live_jobs.ts";
import { RequestKeys } from "./request_keys.ts";
import type { SealedBlobs } from "../store/sealed_blobs.ts";

/** How often the store is asked for a job that is not here, while somebody waits. */
const POLL_MS = 250;

/** How many records a listing looks at: a rare state is not searched for without an end. */
const MOST_LISTED = 1000;
/** Jobs show their options: a page ends where their lists have more characters than this. */
const MOST_LIST_CHARS = 4 * 2 ** 20;

/** How a registry keeps jobs. */
export interface RegistryOptions {
  /** How long a job is kept once it has ended. */
  ttlMs: number;
  /** Where inputs are spooled and how they are counted again; none if jobs end with the process. */
  replay?: Replay;
  /** The clock, for tests. */
  now?: () => number;
}

/** Which jobs of a tenant to list. */
export interface ListQuery {
  state?: JobState;
  limit: number;
  /** Only jobs that are older than this one. */
  before?: string;
}

/**
 * The jobs as clients see them: those that run here, from when their input begins to come in, and
 * those that the store knows. Clients name a job by its shown id; see `shownId`.
 *
 * A job belongs to its `tenant`, and other tenants do not learn of it. How records move stands in
 * `job_record.ts`.
 */
export class JobRegistry {
  /** Names this instance in the store. */
  readonly owner = crypto.randomUUID();
  /** How jobs come in. */
  readonly arrivals: Arrivals;
  readonly #store: JobStore;
  readonly #inputs: SealedBlobs | undefined;
  readonly #live: LiveJobs;
  readonly #keeper: JobKeeper;
  readonly #appends: JobAppends;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(store: JobStore, { ttlMs, replay, now = Date.now }: RegistryOptions) {
    this.#store = store;
    const inputs = replay?.inputs;
    this.#inputs = inputs;
    this.#appends = new JobAppends(store, { ttlMs, now });
    this.#live = new LiveJobs(store, inputs, { ttlMs, now });
    this.#keeper = new JobKeeper(store, this.#live, { owner: this.owner, replay, now });
    const keys = new RequestKeys(store, this.owner, now);
    this.arrivals = new Arrivals(store, this.#live, keys, { owner: this.owner, inputs, now });
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

  /** A job that runs here, as the engine shows it. */
  live(id: string, tenant: string | undefined): JobHandle | undefined {
    return this.#live.find(id, tenant)?.job;
  }

  /** @throws {JobError} `unknown_job`. */
  status(id: string, tenant: string | undefined): Promise<JobRecord> {
    return this.ended(id, tenant);
  }

  /**
   * Waits for a job that its client has named and may not have begun yet, which another instance
   * shows when its input is here.
   *
   * @throws {JobError} `unknown_job` if it has not come in time, `shutting_down`.
   */
  async begun(id: string, tenant: string | undefined, waitMs: number): Promise<JobRecord> {
    const deadline = performance.now() + waitMs;
    while (true) {
      const record = await this.#find(id, tenant);
      if (record) return record;
      const left = deadline - performance.now();
      if (left <= 0) throw unknownJob(id);
      if (this.#keeper.stopped) throw stopping(id);
      const timeoutMs = Math.min(left, POLL_MS);
      await this.#live.awaitEntry(id, tenant, { timeoutMs, until: this.#stopped.promise });
    }
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
      const live = this.#live.get(record.id);
      const ends = [this.#stopped.promise, ...(live ? [live.settled] : [])];
      await settledWithin(ends, { timeoutMs: live ? left : Math.min(left, POLL_MS) });
    }
  }

  /**
   * The record and the result of a job that is done.
   *
   * @throws {JobError} `unknown_job`, `job_not_finished`, or what the job failed with.
   */
  async result(id: string, tenant: string | undefined): Promise<KeptResult> {
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

  /**
   * Appends a part to a job that is done, once.
   *
   * @throws {JobError} `unknown_job`, `not_mergeable`, `job_not_finished`, `key_reused`, and what
   * `join` throws.
   */
  async append(
    id: string,
    tenant: string | undefined,
    part: Part,
    join: Join,
  ): Promise<JobRecord> {
    const record = await this.#current(id, tenant);
    if (!hasEnded(record)) requireAppendable(record);
    const appended = await this.#appends.append(record.id, part, join);
    if (appended === undefined) throw unknownJob(id);
    return appended;
  }

  /** Jobs of a tenant, the newest first; `next` when the list may go on before that job. */
  async list(
    tenant: string | undefined,
    { state, limit, before }: ListQuery,
  ): Promise<{ jobs: JobRecord[]; next?: string }> {
    const jobs: JobRecord[] = [];
    let seen = 0;
    let chars = 0;
    let last: string | undefined;
    for await (const stored of this.#store.list(tenant, before)) {
      const isFull = jobs.length === limit || chars > MOST_LIST_CHARS;
      if (isFull || seen === MOST_LISTED) return { jobs, next: last };
      seen++;
      last = stored.id;
      const live = hasEnded(stored) ? undefined : this.#live.get(stored.id);
      const record = live ? liveRecord(live) : stored;
      if (state !== undefined && record.state !== state) continue;
      jobs.push(record);
      chars += charsOfLists(record.options);
    }
    return { jobs };
  }

  /**
   * Forgets a job, its input and its result; if it runs, it ends.
   *
   * @throws {JobError} `unknown_job`.
   */
  async remove(id: string, tenant: string | undefined): Promise<void> {
    const { id: serverId } = await this.#current(id, tenant);
    const live = this.#live.get(serverId);
    if (live && live.version === undefined) return await this.#refuse(live);
    const removed = await this.#store.remove(serverId);
    live?.job.cancel(); // without its record, it leaves nothing behind
    await live?.settled;
    await this.#inputs?.remove(serverId);
    if (!removed) throw unknownJob(id);
  }

  /** Ends a job whose input comes in; it may have been accepted in the same moment. */
  async #refuse({ job, record: { id }, settled }: LiveJob): Promise<void> {
    job.cancel();
    await settled;
    await this.#store.remove(id);
  }

  /** @throws {JobError} `unknown_job`. */
  async #current(id: string, tenant: string | undefined): Promise<JobRecord> {
    const record = await this.#find(id, tenant);
    if (record === undefined) throw unknownJob(id);
    return record;
  }

  /** What is known of the job now; once it has ended, what the store says. */
  async #find(id: string, tenant: string | undefined): Promise<JobRecord | undefined> {
    const live = this.#live.find(id, tenant);
    if (live) {
      if (!hasEnded(live.job)) return liveRecord(live);
      await live.settled;
      return (await this.#store.get(live.record.id))?.record;
    }
    const stored = await this.#store.get(id);
    if (stored && stored.record.tenant === tenant) return stored.record;
    const named = (await this.#store.requestKey(tenant, keyOfId(id)))?.job;
    return named && (await this.#store.get(named.id))?.record;
  }
}

function stopping(id: string): JobError {
  return new JobError("shutting_down", `Cannot wait for job '${id}': the server is stopping`);
}

function unknownJob(id: string): JobError {
  return new JobError("unknown_job", `Cannot find job '${shorten(id)}'`, {
    details: { job: shorten(id) },
  });
}
