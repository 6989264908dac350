import { generate } from "@std/uuid/v7";
import type { JobCounters, JobState, ResultReport, Totals } from "../contract/documents.ts";
import type { JobResult } from "../engine/job_contract.ts";
import type { ErrorCode } from "../contract/problems.ts";
import type { KernelChoice } from "../contract/kernel_manifest.ts";
import type { BodyOptions, CountOptions, OutputOptions } from "../contract/options.ts";
import type { Seal } from "./seal.ts";

/**
 * The form of records that this release writes. The members `kernel` and `result.values` made no new
 * one: no release has written records of version 2 without knowing them. Nor did `merge`: a release
 * that does not know it, as 0.3, fails such a job where it would begin it again, and shows one that is
 * done. Version 3 is taken: records in Deno KV have it whose lists stand apart, see kv_lists.ts.
 */
export const RECORD_VERSION = 2;

/**
 * What is known of a job, apart from its input and its result: plain data that any store can keep.
 *
 * A job is moved like this, and each move is one compare-and-set on its record's version:
 *
 * ```text
 *            accept                     finish
 * (nothing) --------> running, owned ------------> done | failed | cancelled
 *                      |    ^    ^  |                          |
 *            hand back |    |    '--' take over                | expire
 *                      v    | claim                            v
 *                     pending                              (nothing) <---- remove, from anywhere
 * ```
 *
 * | move      | by whom                                                                        |
 * | --------- | ------------------------------------------------------------------------------ |
 * | accept    | the instance that has the whole input; it counts already, so it owns the job   |
 * | hand back | the owner, when it shuts down, its engine fails or there is no room for results |
 * | claim     | any instance                                                                   |
 * | take over | any instance, once the owner's lease has run out                               |
 * | finish    | the owner, once the result can be read                                         |
 * | append    | any instance; the job stays done, with another result                          |
 * | remove    | a client of the tenant, through any instance                                   |
 * | expire    | any instance, once `expiresAt` has come                                        |
 *
 * The version of the stored record fences: an instance that moves a job holds the version that it
 * read or wrote, and every move makes a new one. An owner that was thought dead and comes back has
 * an old version, so its finish is refused and its result is dropped. Of two instances that claim a
 * job, one is refused.
 */
export interface JobRecord {
  /** Of this form. Drivers refuse newer ones, and bring older ones to this; see readJobRecord. */
  version: typeof RECORD_VERSION;
  /** The server's own, which is made anew for each job. Clients see what `shownId` gives. */
  id: string;
  /** The tenant that the job belongs to; no other one sees it. */
  tenant?: string;
  state: JobState;
  /** Milliseconds since 1970, like every time here. */
  createdAt: number;
  /** When the last attempt began. */
  startedAt: number;
  /** These two are there once the job has ended. From `expiresAt` on no client sees it. */
  finishedAt?: number;
  expiresAt?: number;
  /** How often the job was begun. */
  attempt: number;
  /** The instance that runs it: present while it runs. */
  owner?: string;
  /** Before this time it is not begun again: there was no room for its result. */
  resumeAt?: number;
  /** As the client gave them: `top`, `min` and the output are what its result shows by default. */
  options: CountOptions;
  output: OutputOptions;
  /** The kernel that makes its keys, if that is not the built-in one. None in older records. */
  kernel?: KernelChoice;
  /** How its spooled input is counted again; absent where inputs are not kept. */
  submission?: SpooledSubmission;
  /** What it is made of, if it is no count: it can be begun again as long as these results are kept. */
  merge?: MergeRequest;
  /** What was appended to its result, the first part first. None in records of releases up to 0.3. */
  parts?: readonly AppendedPart[];
  /** What the client calls the request, a key or an id of its own, and what the request was. */
  requestKey?: { name: string; fingerprint: string };
  /** As far as it was known at the last move. */
  progress: JobCounters;
  /** Present when the job is done. */
  totals?: Totals;
  result?: ResultRecord;
  /** Present when the job failed or was cancelled. */
  error?: JobFailure;
}

/** A job that is done, with its keys. */
export interface KeptResult {
  record: JobRecord;
  result: JobResult;
}

/** A part of a result that was appended once. */
export interface AppendedPart {
  /** A digest of the request's key. */
  key: string;
  /** A digest of what the request was. */
  fingerprint: string;
}

/** Which results are put together, by the ids of their jobs. */
export interface MergeRequest {
  jobs: readonly string[];
  /** How often each counts. @default {once} */
  weights?: readonly number[];
}

/** How a spooled input becomes text, and what is known of its bytes. */
export interface SpooledSubmission {
  body: BodyOptions;
  /** Media type with its parameters, as its sender wrote it. */
  mediaType?: string;
  /** Content codings, as `Content-Encoding` lists them. */
  codings?: string;
  /** Length as it came. */
  bytes: number;
  /** None in records of releases before 0.2. */
  seal?: Seal;
}

/** A result without its keys and counts, and where these are. */
export type ResultRecord = ResultReport & {
  keys: number;
  bytes: number;
  /** The attempt that wrote it: attempts never write to the same place. */
  attempt: number;
  /** As in JobResult. */
  partStarts?: readonly number[];
  /** None in records of releases before 0.2, and where results stay in memory. */
  seal?: Seal;
};

/** Why a job failed or was cancelled. */
export interface JobFailure {
  code: ErrorCode;
  message: string;
  details: Record<string, unknown>;
}

/** Ids sort by the time of their making (UUIDv7, RFC 9562), so that stores can list by id. */
export function createJobId(now = Date.now()): string {
  return generate(now);
}

/** Whether a job has ended, by its state. */
export function hasEnded({ state }: { readonly state: JobState }): boolean {
  return state !== "pending" && state !== "running";
}

/** The owner gives a job back unfinished, to be begun again at once or at some time. */
export function handBack({ owner: _, ...record }: JobRecord, resumeAt?: number): JobRecord {
  return { ...record, state: "pending", ...(resumeAt === undefined ? {} : { resumeAt }) };
}

/** Another attempt, by `owner`. */
export function claim(
  { resumeAt: _, ...record }: JobRecord,
  owner: string,
  now: number,
): JobRecord {
  return { ...record, state: "running", owner, startedAt: now, attempt: record.attempt + 1 };
}

/** How a job ended. */
export interface End {
  now: number;
  /** How long the job is kept. */
  ttlMs: number;
  progress: JobCounters;
  /** What the store said of the result. */
  seal?: Seal;
}

/** What the owner leaves of a job: a result or a failure. */
export function finish(
  { owner: _, submission: __, ...record }: JobRecord,
  outcome: JobResult | JobFailure,
  { now, ttlMs, progress, seal }: End,
): JobRecord {
  const ended = { ...record, progress, finishedAt: now, expiresAt: now + ttlMs };
  if (!("segment" in outcome)) {
    const state = outcome.code === "job_cancelled" ? "cancelled" : "failed";
    return { ...ended, state, error: outcome };
  }
  const { segment, ...rest } = outcome;
  const { keys, byteLength: bytes } = segment;
  const result = { ...rest, keys, bytes, attempt: record.attempt, ...(seal && { seal }) };
  return { ...ended, state: "done", totals: rest.totals, result };
}
