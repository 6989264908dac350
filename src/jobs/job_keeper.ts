import { getLogger } from "@logtape/logtape";
import { own } from "../async/own.ts";
import type { JobHandle } from "../engine/job_contract.ts";
import { JobError } from "../contract/problems.ts";
import { inputBlob, jobOfInput } from "../store/job_blobs.ts";
import {
  claim,
  handBack,
  type JobRecord,
  type MergeRequest,
  type SpooledSubmission,
} from "../store/job_record.ts";
import type { JobStore, Stored } from "../store/job_store.ts";
import { NewerRecordError } from "../store/read_job_record.ts";
import type { LiveJobs } from "./live_jobs.ts";
import type { SealedBlobs } from "../store/sealed_blobs.ts";

const logger = getLogger(["millrace", "store"]);

/** How long a lease lasts: an instance that has not renewed its lease for so long is dead. */
export const LEASE_MS = 15_000;

/** How often an instance renews its lease, and looks for jobs that nobody owns. */
const TICK_MS = 5_000;

/** How many jobs an instance takes over at a time; their inputs are read side by side. */
const MOST_TAKEN_OVER = 32;

/**
 * How often a job may be begun. Without a bound, a job that kills its process would kill every
 * process that takes it over.
 */
const MOST_ATTEMPTS = 100;

/** Failures of an engine that may take the job later. */
const BUSY_CODES = new Set(["too_many_jobs", "kernel_held", "engine_closed", "engine_unavailable"]);

/** Where inputs are, and how the count of one is begun again. */
export interface Replay {
  inputs: SealedBlobs;
  /** @throws {JobError} If the engine refuses the job. */
  begin(
    record: JobRecord,
    submission: SpooledSubmission,
    input: ReadableStream<Uint8Array>,
  ): Promise<JobHandle>;
  /**
   * Begins anew to put results together.
   *
   * @throws {JobError} `unknown_job` if one is not kept any more, and likewise.
   */
  merge(record: JobRecord, request: MergeRequest): Promise<JobHandle>;
}

/** What a keeper works with. */
export interface KeeperOptions {
  owner: string;
  /** None where a job cannot be begun again. */
  replay?: Replay;
  now: () => number;
}

/**
 * Looks after the store on behalf of one instance: it renews the lease, begins jobs again that
 * nobody owns any more, cancels jobs that other instances have taken over, and frees expired ones.
 */
export class JobKeeper {
  readonly #store: JobStore;
  readonly #live: LiveJobs;
  readonly #owner: string;
  readonly #replay: Replay | undefined;
  readonly #now: () => number;
  #takenOver = 0;
  #asked = false;
  #tending: Promise<void> | undefined;
  /** Aborted when no more jobs may be begun. */
  readonly #stop = new AbortController();
  #cleaning: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setInterval> | undefined;
  #failing = false;

  constructor(store: JobStore, live: LiveJobs, options: KeeperOptions) {
    this.#store = store;
    this.#live = live;
    this.#owner = options.owner;
    this.#replay = options.replay;
    this.#now = options.now;
  }

  /** Whether the store failed when it was last looked after. */
  get failing(): boolean {
    return this.#failing;
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Tends the store from now on, until close(). Resolves when it has done so once. */
  async start(): Promise<void> {
    // A shared store frees left-over blobs by itself, and another instance may be writing one.
    const isOwn = !this.#store.shared;
    if (isOwn) await this.#removeRubbish();
    await this.tend();
    if (isOwn) this.#cleaning = this.#store.dropOrphans(this.#stop.signal).catch(logFailure);
    this.#timer = setInterval(() => this.#tendAlone(), TICK_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Begins no more jobs; those that run are owned as before. */
  stop(): void {
    this.#stop.abort();
  }

  /** Gives up the lease, so that others need not wait for its end to take over. */
  async close(): Promise<void> {
    this.stop();
    clearInterval(this.#timer);
    await Promise.allSettled([this.#tending, this.#cleaning]);
    await this.#store.lease(this.#owner);
  }

  /** Tends the store; once more if it is being tended already. */
  tend(): Promise<void> {
    this.#asked = true;
    return this.#tending ??= this.#tendWhileAsked()
      .then(() => void (this.#failing = false), (error) => {
        this.#failing = true;
        throw error;
      })
      .finally(() => this.#tending = undefined);
  }

  async #tendWhileAsked(): Promise<void> {
    while (this.#asked) {
      this.#asked = false;
      await this.#store.lease(this.#owner, this.#now() + LEASE_MS);
      if (this.stopped) continue;
      await this.#letGo();
      await this.#takeOver();
      await this.#store.sweep();
    }
  }

  #tendAlone(): void {
    own(this.tend(), logFailure);
  }

  /** Cancels jobs that run here and that the store calls another's, or does not know. */
  async #letGo(): Promise<void> {
    if (!this.#store.shared) return;
    for (const live of this.#live) {
      if (live.version === undefined) continue;
      if (!await this.#owns(live.record.id)) live.job.cancel();
    }
  }

  /** Whether the store says that the job is this instance's. */
  async #owns(id: string): Promise<boolean> {
    try {
      const stored = await this.#store.get(id);
      return stored?.record.owner === this.#owner;
    } catch (error) {
      if (error instanceof NewerRecordError) return false; // an instance of that release moved it
      throw error;
    }
  }

  async #takeOver(): Promise<void> {
    if (!this.#replay) return;
    const leases = await this.#store.leases();
    const fullTenants = new Set<string | undefined>();
    for await (const { record, version } of this.#store.unfinished()) {
      if (this.stopped || this.#takenOver >= MOST_TAKEN_OVER) return;
      const { id, owner, tenant, resumeAt = 0 } = record;
      if (this.#live.has(id) || fullTenants.has(tenant) || resumeAt > this.#now()) continue;
      if (owner && owner !== this.#owner && leases.get(owner)! > this.#now()) continue;
      if (!await this.#beginAgain({ record, version }, this.#replay)) fullTenants.add(tenant);
    }
  }

  /** Begins another attempt here. @returns Whether the engine may take more of this tenant. */
  async #beginAgain(stored: Stored, replay: Replay): Promise<boolean> {
    const record = claim(stored.record, this.#owner, this.#now());
    const version = await this.#store.replace(record, stored.version);
    if (version === undefined) return true; // another instance has moved it
    await this.#store.dropResult(record.id, stored.record.attempt); // no record names it
    try {
      if (record.attempt > MOST_ATTEMPTS) throw new Error(`It was begun ${MOST_ATTEMPTS} times`);
      const job = await begin(record, replay);
      this.#takenOver++;
      const followed = this.#live.follow(this.#live.enter(job, record, version));
      own(followed.then(() => {
        this.#takenOver--;
        if (!this.stopped) this.#tendAlone(); // more may wait
      }));
      return true;
    } catch (error) {
      if (error instanceof JobError && BUSY_CODES.has(error.code)) {
        await this.#store.replace(handBack(stored.record), version); // it was not begun
        return false;
      }
      await this.#live.fail(record, version, error);
      return true;
    }
  }

  /** Removes inputs that no job waits for: their uploads got no answer. */
  async #removeRubbish(): Promise<void> {
    if (!this.#replay) return;
    const { inputs } = this.#replay;
    const needed = new Set<string>();
    for await (const { record } of this.#store.unfinished()) needed.add(record.id);
    for await (const name of inputs.names()) {
      if (jobOfInput(name) && !needed.has(name)) await inputs.remove(name);
    }
  }
}

/** Begins what a record says, again. */
async function begin(record: JobRecord, replay: Replay): Promise<JobHandle> {
  const { id, submission, merge } = record;
  if (merge) return await replay.merge(record, merge);
  if (!submission) throw new Error("It has no input");
  return await replay.begin(record, submission, await openInput(replay.inputs, id, submission));
}

/** @throws {JobError} `damaged`, or `body_aborted` if the store fails. */
async function openInput(
  inputs: SealedBlobs,
  id: string,
  submission: SpooledSubmission,
): Promise<ReadableStream<Uint8Array>> {
  const blob = inputBlob(id, submission);
  try {
    const input = await inputs.open(blob);
    if (input === undefined) throw inputs.damaged(blob);
    return input;
  } catch (cause) {
    if (cause instanceof JobError) throw cause;
    logger.warn("Cannot open input", { jobId: id, error: cause });
    throw new JobError("body_aborted", `Cannot read the input of job ${id}`, { cause });
  }
}

function logFailure(error: unknown): void {
  logger.error("Cannot look after jobs", { error });
}
