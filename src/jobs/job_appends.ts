import type { JobResult } from "../engine/job_contract.ts";
import { JobError } from "../contract/problems.ts";
import {
  type AppendedPart,
  finish,
  hasEnded,
  type JobRecord,
  type KeptResult,
} from "../store/job_record.ts";
import type { JobStore, Stored } from "../store/job_store.ts";
import { keyReused } from "./request_keys.ts";

/** Most parts of a job: its record names each, so that none counts twice. */
export const MOST_PARTS = 256;

/** What is appended. */
export interface Part extends AppendedPart {
  /** The client's key, for messages. */
  name: string;
}

/** Makes the result of a job and a part of it. The function closes the job's segment. */
export type Join = (job: KeptResult) => Promise<JobResult>;

/**
 * Appends parts to jobs that are done. Each part makes a new result, which takes the place of the old
 * one by one compare-and-set on the job's record:
 *
 * 1. An append reserves an attempt, so that no other one writes its result to the same place.
 * 2. It joins the part with the result that the record names, and writes that.
 * 3. It moves the record on, to the new result and the part's key, unless another append has moved it
 *    to another result meanwhile: then it joins the part with that one.
 *
 * Of appends to one job some always gets through. One that dies before 3 has appended nothing, and
 * one that dies behind it has appended its part: a second try with the same key finds out.
 */
export class JobAppends {
  readonly #store: JobStore;
  readonly #ttlMs: number;
  readonly #now: () => number;

  constructor(store: JobStore, { ttlMs, now }: { ttlMs: number; now: () => number }) {
    this.#store = store;
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  /**
   * Appends a part, once.
   *
   * @param id The server's.
   * @returns The job; nothing if there is none any more.
   * @throws {JobError} `not_mergeable`, `job_not_finished`, `key_reused`, and what `join` throws.
   */
  async append(id: string, part: Part, join: Join): Promise<JobRecord | undefined> {
    for (;;) {
      const stored = await this.#store.get(id);
      if (stored === undefined) return undefined;
      const { record, version } = stored;
      if (isAppended(record, part)) return record;
      requireAppendable(record);
      const reserved = { ...record, attempt: record.attempt + 1 };
      const held = await this.#store.replace(reserved, version);
      if (held === undefined) continue;
      const moved = await this.#join({ record: reserved, version: held }, part, join);
      if (moved) return moved;
    }
  }

  /** @returns Nothing where the job has another result meanwhile, or is gone. */
  async #join({ record, version }: Stored, part: Part, join: Join): Promise<JobRecord | undefined> {
    const { id, attempt } = record;
    const segment = await this.#store.loadResult(record);
    if (segment === undefined) return undefined;
    const result = await join({ record, result: { ...record.result!, segment } });
    const seal = await this.#store.saveResult(id, attempt, result.segment.detached());
    for (let now: Stored | undefined = { record, version };;) {
      if (now === undefined || now.record.result?.attempt !== record.result!.attempt) {
        await this.#store.dropResult(id, attempt);
        return undefined;
      }
      const moved = this.#moved(now.record, { ...result, attempt }, part, seal);
      if (await this.#store.replace(moved, now.version) !== undefined) {
        await this.#store.dropResult(id, record.result!.attempt);
        return moved;
      }
      now = await this.#store.get(id);
    }
  }

  #moved(
    record: JobRecord,
    { attempt, ...result }: JobResult & { attempt: number },
    { key, fingerprint }: Part,
    seal: Awaited<ReturnType<JobStore["saveResult"]>>,
  ): JobRecord {
    const { bytes, tokens } = result.totals;
    const progress = { ...record.progress, bytes, tokens };
    // Entity tags hold the time: no two results of a job have the same.
    const now = Math.max(this.#now(), record.finishedAt! + 1);
    const moved = finish(record, result, { now, ttlMs: this.#ttlMs, progress, seal });
    return {
      ...moved,
      result: { ...moved.result!, attempt },
      parts: [...record.parts ?? [], { key, fingerprint }],
    };
  }
}

/**
 * Whether a job has the part already.
 *
 * @throws {JobError} `key_reused` if its key stands for another part.
 */
export function isAppended({ parts = [] }: JobRecord, { name, key, fingerprint }: Part): boolean {
  const known = parts.find((part) => part.key === key);
  if (known === undefined) return false;
  if (known.fingerprint === fingerprint) return true;
  throw keyReused(name);
}

/** @throws {JobError} `not_mergeable` or `job_not_finished` for a job that takes no parts. */
export function requireAppendable({ id, state, progress, parts = [] }: JobRecord): void {
  if (!hasEnded({ state })) {
    throw new JobError("job_not_finished", `Cannot append to job ${id}: it is ${state}`, {
      details: { state, progress },
    });
  }
  if (state !== "done") throw refusal("state", `the job has ${state}`, { value: state });
  if (parts.length < MOST_PARTS) return;
  throw refusal("parts", `the job has ${MOST_PARTS} parts; merge it with another`, {
    limit: MOST_PARTS,
  });
}

function refusal(option: string, reason: string, details: Record<string, unknown>): JobError {
  return new JobError("not_mergeable", `Cannot append: ${reason}`, {
    details: { option, ...details },
  });
}
