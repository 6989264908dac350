import type { Segment } from "../reduce/segment.ts";
import type { JobRecord } from "./job_record.ts";
import type { KernelStore } from "./kernel_store.ts";
import type { Seal } from "./seal.ts";
import type { SealedBlobs } from "./sealed_blobs.ts";

/** Names one state of a record; every move makes a new one. */
export type Version = string;

/** A record, and the version of it that the store has. */
export interface Stored {
  record: JobRecord;
  version: Version;
}

/** What a request key stands for: a request under way, or the job that it made. */
export interface RequestKeyEntry {
  /** The instance that takes in the request. */
  owner: string;
  /** The job, once it is accepted, and what its request was. */
  job?: { id: string; fingerprint: string };
}

/** A key that is held by the request under way. */
export interface RequestKeyHold {
  tenant: string | undefined;
  name: string;
  version: Version;
}

/**
 * Keeps jobs. Drivers differ in what outlives the process, in nothing else: one conformance suite
 * runs against each.
 */
export interface JobStore {
  /** Whether other instances work on it at the same time. */
  readonly shared: boolean;
  /** The kernels that clients have sent. */
  readonly kernels: KernelStore;

  /**
   * Keeps a new job; with `hold`, its key stands for the job from the same moment on. When it
   * resolves, the job outlives what the driver says it outlives.
   *
   * @returns Nothing when the key is not held any more.
   * @throws {JobError} `job_too_large` if the record cannot be kept.
   */
  create(record: JobRecord, hold?: RequestKeyHold): Promise<Version | undefined>;
  /** The job, or undefined when there is none or it has expired. */
  get(id: string): Promise<Stored | undefined>;
  /** Moves a job on. Nothing when it is not at `version` any more. */
  replace(record: JobRecord, version: Version): Promise<Version | undefined>;
  /** Forgets a job with its result and its key. Whether there was one. */
  remove(id: string): Promise<boolean>;

  /** Jobs of a tenant, the newest first. @param before Only those that are older than this one. */
  list(tenant: string | undefined, before?: string): AsyncIterable<JobRecord>;
  /** Jobs that have not ended, the oldest first. */
  unfinished(): AsyncIterable<Stored>;
  /** Frees what has expired. */
  sweep(): Promise<void>;

  /**
   * Keeps an attempt's result. No client sees it before the job's record names it. The segment
   * belongs to the store from here on. Gives the seal for the record, where results leave memory.
   */
  saveResult(id: string, attempt: number, segment: Segment): Promise<Seal | undefined>;
  /**
   * The keys and counts of a job that is done; the caller closes the segment. Nothing when the job
   * is gone.
   *
   * @throws {JobError} `damaged` if they are not as they were saved; a large result throws it from
   * whatever reads the part that is not.
   */
  loadResult(record: JobRecord): Promise<Segment | undefined>;
  dropResult(id: string, attempt: number): Promise<void>;
  /**
   * Frees results that no record names, or ever will: a process that dies while it removes a job, or
   * puts another result in its place, leaves one.
   */
  dropOrphans(signal: AbortSignal): Promise<void>;

  /** When the lease of each instance ends. */
  leases(): Promise<Map<string, number>>;
  /** Renews the lease of an instance; without a time, ends it. */
  lease(owner: string, until?: number): Promise<void>;

  /** What a request key stands for; nothing for a free one. */
  requestKey(
    tenant: string | undefined,
    name: string,
  ): Promise<RequestKeyEntry & { version: Version } | undefined>;
  /** Holds a key for a request. Nothing when it is not at `version`, none meaning a free key. */
  holdRequestKey(
    tenant: string | undefined,
    name: string,
    owner: string,
    version?: Version,
  ): Promise<RequestKeyHold | undefined>;
  /** Frees a key whose request made no job. */
  releaseRequestKey(hold: RequestKeyHold): Promise<void>;

  /** Frees what the store holds. */
  close(): Promise<void>;
}

/** Where jobs outlive the process. */
export interface DurableStore {
  store: JobStore;
  inputs: SealedBlobs;
  /** Closes the store; another process may open it then. */
  close(): Promise<void>;
}
