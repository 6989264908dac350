import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { within } from "../async/within.ts";
import type { EngineStatus, UploadMode } from "../contract/engine_status.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import type { JobPlace } from "../engine/count_engine.ts";
import type { JobHandle, JobInput, JobResult, SubmitOptions } from "../engine/job_contract.ts";
import { isEdges } from "../input/edge_words.ts";
import { isRecordInput } from "../engine/record_input.ts";
import type { RemoteTexts, Texts } from "../input/text_series.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import type { TextInput } from "../input/text_input.ts";
import type { KernelDescription } from "../kernels/registry.ts";
import { unlessAloneWorks } from "./alone_works.ts";
import { ClusterJob, type JobWays, type Spreading, type SpreadTerms } from "./cluster_job.ts";
import { canSpread, findTexts, type FoundText } from "./find_texts.ts";
import { isWorthSpreading } from "./plan_splits.ts";
import type { Roster } from "./roster.ts";
import { planTexts } from "./split_plan.ts";
import { type SpreadContext, spreadJob } from "./spread_job.ts";
import { spreadUpload, type UploadContext } from "./spread_upload.ts";
import { hasBacklog, maySpreadUpload } from "./upload_mode.ts";

/** The engine of this node, which does the work that stays here. */
export interface LocalEngine extends SpreadEngine {
  readonly threadsHang: boolean;
  ready(): Promise<void>;
  close(options: { deadlineMs: number }): Promise<void>;
}

type SpreadEngine = SpreadContext["engine"];

/** Of a job of an engine that bounds none. */
const NO_PLACE: JobPlace = { weight: 1, leave() {} };

/** How a cluster counts. */
export interface ClusterTerms {
  /** Least bytes of a split: texts of less than two are counted where they arrive. */
  splitBytes: number;
  /** Which texts that are sent nodes count together. */
  uploads: UploadMode;
  /** Longest time of a job. @default {no bound} */
  jobTimeoutMs?: number;
}

/**
 * An engine of many nodes behind one door. Texts behind URLs, and texts that are sent, are divided
 * among the nodes where they are large enough and that pays; all others are counted by the engine of
 * this node, and cost what they cost without a cluster.
 */
export class ClusterEngine implements SpreadEngine {
  readonly #local: LocalEngine;
  readonly #context: UploadContext;
  readonly #reader: RangedReader;
  readonly #roster: Roster;
  readonly #terms: ClusterTerms;
  readonly #jobs = new Set<ClusterJob>();
  readonly #leave: () => Promise<void>;
  #closing: Promise<void> | undefined;

  /** @param leave Ends what the node has to do with the cluster, once its jobs have ended. */
  constructor(
    local: LocalEngine,
    context: UploadContext,
    reader: RangedReader,
    roster: Roster,
    terms: ClusterTerms,
    leave: () => Promise<void>,
  ) {
    this.#local = local;
    this.#context = context;
    this.#reader = reader;
    this.#roster = roster;
    this.#terms = terms;
    this.#leave = leave;
  }

  get workers(): number {
    return this.#local.workers;
  }

  get threadsHang(): boolean {
    return this.#local.threadsHang;
  }

  ready(): Promise<void> {
    return this.#local.ready();
  }

  submit(input: JobInput, options: CountOptions, limits: SubmitOptions = {}): JobHandle {
    if (!canSpread(limits.kernel) || !this.#mayBeSpread(input, limits)) {
      return this.#local.submit(input, options, limits);
    }
    if (this.#closing) throw closed();
    const { timeoutMs = this.#terms.jobTimeoutMs ?? Infinity } = limits;
    const place = this.#local.reserve?.(limits) ?? NO_PLACE;
    const ways: JobWays = {
      countHere: (present) => this.#local.submit(present, options, { ...limits, id: job.id }),
      spread: async (spreadable, terms) => {
        const spreading = spreadable instanceof ReadableStream
          ? await this.#spreadUpload(spreadable, terms)
          : await this.#spreadTexts(spreadable, terms);
        this.#context.meter.jobs[spreading.result ? "spread" : "kept"]++;
        return spreading;
      },
    };
    const job: ClusterJob = new ClusterJob(input, options, limits, ways, { place, timeoutMs });
    this.#jobs.add(job);
    const forget = () => this.#jobs.delete(job);
    own(job.done.then(forget, forget), ignoreError);
    return job;
  }

  toKey(text: string, options: CountOptions): Uint8Array {
    return this.#local.toKey(text, options);
  }

  kernels(): Promise<readonly KernelDescription[]> {
    return this.#local.kernels();
  }

  status(): EngineStatus {
    const { nodes, queue, reached } = this.#roster;
    const { splits, jobs, moved } = this.#context.meter;
    const cluster = { reached, queue, splits, jobs, moved };
    return { ...this.#local.status(), nodes, cluster: structuredClone(cluster) }; // of this moment
  }

  scratchPath(): string | undefined {
    return this.#local.scratchPath?.();
  }

  close(options: { deadlineMs: number }): Promise<void> {
    return this.#closing ??= this.#close(options);
  }

  /** Lets nodes count texts, where that is worth it and Redis is there. */
  async #spreadTexts(
    texts: Texts & { readonly remote: RemoteTexts },
    job: SpreadTerms,
  ): Promise<Spreading> {
    const nodes = this.#roster.mappersOf(texts.remote.urls);
    const { splitBytes } = this.#terms;
    const spread = async (): Promise<JobResult | undefined> => {
      const found = nodes > 0 ? await this.#find(texts.remote, job) : undefined;
      if (!found) return undefined;
      return await spreadJob(this.#context, job, planTexts(found, { nodes, splitBytes }), nodes);
    };
    const result = await unlessAloneWorks(spread());
    return result ? { result } : { here: texts };
  }

  /** What texts there are, if they are worth spreading. */
  async #find(texts: RemoteTexts, job: SpreadTerms): Promise<FoundText[] | undefined> {
    if (!texts.urls.every(this.#reader.reads)) return undefined;
    const looking = findTexts(texts, job, this.#reader);
    const found = await unlessAborted(looking, job.signal);
    if (!found || !isWorthSpreading(found, this.#terms.splitBytes)) return undefined;
    return await this.#roster.isReached() ? found : undefined;
  }

  /** Lets nodes count a text that is sent, if they and Redis are there. */
  async #spreadUpload(sending: ReadableStream<Uint8Array>, job: SpreadTerms): Promise<Spreading> {
    const isReached = await this.#roster.isReached();
    const nodes = this.#roster.mappersOf([]);
    if (!isReached || nodes === 0) return { here: sending };
    return await spreadUpload(this.#context, job, sending, {
      nodes,
      splitBytes: this.#terms.splitBytes,
    });
  }

  /** Whether an input may turn out to be what other nodes count as well. */
  #mayBeSpread(input: JobInput, limits: SubmitOptions): input is TextInput {
    if (isRecordInput(input) || isEdges(input)) return false;
    if (!(input instanceof ReadableStream)) {
      return input instanceof Promise || typeof input === "object" && "remote" in input;
    }
    const { splitBytes, uploads } = this.#terms;
    return maySpreadUpload(uploads, limits.inputBytes, splitBytes, () => ({
      isBusy: hasBacklog(this.#local.status()),
      others: this.#roster.otherMappers(),
    }));
  }

  async #close(options: { deadlineMs: number }): Promise<void> {
    const jobs = [...this.#jobs];
    await within(Promise.allSettled(jobs.map(({ done }) => done)), options.deadlineMs);
    for (const job of jobs) job.end(closed());
    await Promise.allSettled(jobs.map(({ done }) => done));
    await this.#leave();
    await this.#local.close(options);
  }
}

function closed(): JobError {
  return new JobError("engine_closed", "Cannot count: the node is closing");
}
