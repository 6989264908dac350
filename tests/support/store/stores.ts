import type { JobHandle, JobResult } from "../../../src/engine/job_contract.ts";
import { JobError } from "../../../src/contract/problems.ts";
import {
  DEFAULT_BODY_OPTIONS,
  DEFAULT_COUNT_OPTIONS,
  DEFAULT_OUTPUT_OPTIONS,
} from "../../../src/contract/options.ts";
import type { SealedBlobs } from "../../../src/store/sealed_blobs.ts";
import type { Replay } from "../../../src/jobs/job_keeper.ts";
import { createJobId } from "../../../src/store/job_record.ts";
import type { ArrivingJob } from "../../../src/jobs/arrivals.ts";
import { SMALL_BYTES } from "../../../src/store/small_blobs.ts";
import { JobRegistry } from "../../../src/jobs/job_registry.ts";
import type { JobStore, RequestKeyHold } from "../../../src/store/job_store.ts";

/** A Deno KV store of its own, in memory. */
export function openKv(): Promise<Deno.Kv> {
  return Deno.openKv(":memory:");
}

/** Makes a store forget when its instances were last heard of, as it does after a while. */
export async function loseLeases(path: string): Promise<void> {
  const kv = await Deno.openKv(path);
  for await (const { key } of kv.list({ prefix: ["instance"] })) await kv.delete(key);
  kv.close();
}

/** An input that is not small, so that a data directory keeps it in a file. */
export const LONG_TEXT = "to be ".repeat(SMALL_BYTES);

/** A job whose end is the test's to decide. */
export class ManualJob implements JobHandle {
  readonly options = DEFAULT_COUNT_OPTIONS;
  readonly shape = {};
  readonly received = Promise.resolve();
  readonly counters = { bytes: 0, chunks: 0, tokens: 0 };
  state: JobHandle["state"] = "running";
  readonly #done = Promise.withResolvers<JobResult>();
  readonly done = this.#done.promise;

  constructor(readonly id: string) {
    this.done.catch(() => {});
  }

  finish(result: JobResult): void {
    this.state = "done";
    this.#done.resolve(result);
  }

  fail(error: JobError): void {
    if (this.state !== "running") return;
    this.state = error.code === "job_cancelled" ? "cancelled" : "failed";
    this.#done.reject(error);
  }

  peek(): [] {
    return [];
  }

  cancel(): void {
    this.fail(new JobError("job_cancelled", `Job ${this.id} was cancelled`));
  }
}

/** One instance over a store that others may use as well. */
export class Instance {
  readonly jobs: JobRegistry;
  /** What it has begun again, by id. */
  readonly begun = new Map<string, ManualJob>();
  /** When set, it cannot begin anything. */
  refusal?: JobError;
  readonly #inputs: SealedBlobs;

  constructor(store: JobStore, inputs: SealedBlobs, clock: { now: number }) {
    this.#inputs = inputs;
    const begin: Replay["begin"] = async ({ id }, _submission, input) => {
      await new Response(input).bytes();
      if (this.refusal) throw this.refusal;
      const job = new ManualJob(id);
      this.begun.set(id, job);
      return job;
    };
    const merge: Replay["merge"] = ({ id }) => {
      const job = new ManualJob(id);
      this.begun.set(id, job);
      return Promise.resolve(job);
    };
    this.jobs = new JobRegistry(store, {
      ttlMs: 1000,
      replay: { inputs, begin, merge },
      now: () => clock.now,
    });
  }

  /** Accepts a job whose input is spooled. */
  async accept(tenant?: string, hold?: RequestKeyHold, text = "to be"): Promise<ManualJob> {
    const job = new ManualJob(createJobId());
    const spool = await this.#inputs.create(job.id);
    await spool.write(new TextEncoder().encode(text));
    const seal = await spool.commit();
    await this.jobs.arrivals.accept(this.begin(job, tenant, hold), {
      submission: { body: DEFAULT_BODY_OPTIONS, bytes: seal.bytes, seal },
      fingerprint: "f",
    });
    return job;
  }

  /** Shows a job whose input comes in. */
  begin(job: ManualJob, tenant?: string, hold?: RequestKeyHold): ArrivingJob {
    return this.jobs.arrivals.begin(job, {
      id: job.id,
      tenant,
      options: DEFAULT_COUNT_OPTIONS,
      output: DEFAULT_OUTPUT_OPTIONS,
      hold,
    });
  }
}
