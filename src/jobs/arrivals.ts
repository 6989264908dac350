import { own } from "../async/own.ts";
import type { KernelChoice } from "../contract/kernel_manifest.ts";
import type { CountOptions, OutputOptions } from "../contract/options.ts";
import type { JobHandle } from "../engine/job_contract.ts";
import { keyOfId } from "../store/client_id.ts";
import {
  type JobRecord,
  type MergeRequest,
  RECORD_VERSION,
  type SpooledSubmission,
} from "../store/job_record.ts";
import type { JobStore, RequestKeyHold } from "../store/job_store.ts";
import type { SealedBlobs } from "../store/sealed_blobs.ts";
import { type LiveJob, type LiveJobs, liveRecord } from "./live_jobs.ts";
import { keyInUse, keyReused, type RequestKeyJob, type RequestKeys } from "./request_keys.ts";

/** What a client has said of a job whose input begins to come in. */
export interface Arrival {
  /** The server's id of it. */
  id: string;
  tenant: string | undefined;
  options: CountOptions;
  output: OutputOptions;
  /** The kernel that makes the keys, if that is not the built-in one. */
  kernel?: KernelChoice;
  /** What is put together, if nothing is counted. */
  merge?: MergeRequest;
  /** Present when the client gave the request a key, which is held. */
  hold?: RequestKeyHold;
}

/** What is known of a job once its whole input is here. */
export interface Acceptance {
  /** Present when the input is spooled under the server's id. */
  submission?: SpooledSubmission;
  /** Present when the request has a key. */
  fingerprint?: string;
}

/** A job whose input comes in. */
export interface ArrivingJob {
  readonly live: LiveJob;
  readonly hold: RequestKeyHold | undefined;
}

/** What arrivals work with. */
export interface ArrivalOptions {
  owner: string;
  /** Where inputs are spooled; none if jobs end with the process. */
  inputs: SealedBlobs | undefined;
  now: () => number;
}

/**
 * How jobs come in: a request takes its key, the job is shown while its input comes in, and it is
 * accepted, or dropped when its input fails.
 */
export class Arrivals {
  readonly #store: JobStore;
  readonly #live: LiveJobs;
  readonly #keys: RequestKeys;
  readonly #owner: string;
  readonly #inputs: SealedBlobs | undefined;
  readonly #now: () => number;

  constructor(
    store: JobStore,
    live: LiveJobs,
    keys: RequestKeys,
    { owner, inputs, now }: ArrivalOptions,
  ) {
    this.#store = store;
    this.#live = live;
    this.#keys = keys;
    this.#owner = owner;
    this.#inputs = inputs;
    this.#now = now;
  }

  /**
   * Takes a key for a request, or gives the job that it stands for.
   *
   * @throws {JobError} `key_in_use` or `id_in_use`.
   */
  takeKey(
    tenant: string | undefined,
    name: string,
  ): Promise<RequestKeyHold | RequestKeyJob> {
    return this.#keys.take(tenant, name);
  }

  /**
   * Takes an id that a client has made, likewise.
   *
   * @throws {JobError} `id_in_use`, or `id_reused` if the server gave it to a job of the tenant.
   */
  async takeId(tenant: string | undefined, id: string): Promise<RequestKeyHold | RequestKeyJob> {
    const named = await this.#store.get(id);
    if (named && named.record.tenant === tenant) throw keyReused(keyOfId(id));
    return await this.#keys.take(tenant, keyOfId(id));
  }

  /** Frees a key whose request made no job. */
  releaseKey(hold: RequestKeyHold): Promise<void> {
    return this.#keys.release(hold);
  }

  /**
   * Shows a job whose input begins to come in. It is kept when it is accepted, and is as if it had
   * never been when it is dropped.
   */
  begin(job: JobHandle, { hold, ...rest }: Arrival): ArrivingJob {
    const now = this.#now();
    const live = this.#live.enter(job, {
      version: RECORD_VERSION,
      state: "running",
      createdAt: now,
      startedAt: now,
      attempt: 1,
      owner: this.#owner,
      ...rest,
      requestKey: hold && { name: hold.name, fingerprint: "" }, // which is known at the end
      progress: { ...job.counters },
    });
    return { live, hold };
  }

  /**
   * Keeps a job, whose whole input is here, and follows it to its end.
   *
   * @throws {JobError} `key_in_use` or `id_in_use` if the key is not held any more, `job_too_large`.
   */
  async accept(
    { live, hold }: ArrivingJob,
    { submission, fingerprint }: Acceptance,
  ): Promise<JobRecord> {
    const requestKey = hold && { name: hold.name, fingerprint: fingerprint! };
    const { job: { options: settled, counters }, record: { options } } = live;
    const isOpen = options.case === "auto"; // then the input decides it
    const record = live.record = {
      ...live.record,
      options: isOpen ? { ...options, case: settled.case } : options,
      submission,
      requestKey,
      progress: { ...counters },
    };
    try {
      live.version = await this.#store.create(record, hold);
      if (live.version === undefined) throw keyInUse(hold!.name);
    } catch (error) {
      await this.#store.remove(record.id).catch(() => {}); // it may be written and not synced
      throw error;
    }
    if (hold) this.#keys.settle(hold);
    own(this.#live.follow(live));
    return liveRecord(live);
  }

  /** Forgets a job that was not accepted. Its key must be free by then. */
  async drop({ live }: ArrivingJob): Promise<void> {
    live.job.cancel();
    await this.#inputs?.remove(live.record.id);
    this.#live.leave(live);
  }
}
