import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { within } from "../async/within.ts";
import type { EngineStatus } from "../contract/engine_status.ts";
import type { CountOptions } from "../contract/options.ts";
import { type ErrorCode, JobError } from "../contract/problems.ts";
import type { JobPlace } from "../engine/count_engine.ts";
import type { JobHandle, JobInput, JobResult, SubmitOptions } from "../engine/job_contract.ts";
import { isEdges } from "../input/edge_words.ts";
import { isRecordInput } from "../engine/record_input.ts";
import type { RemoteTexts } from "../input/text_series.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import type { TextInput } from "../input/text_input.ts";
import type { KernelDescription } from "../kernels/registry.ts";
import { ClusterJob, type JobWays, type SpreadTerms } from "./cluster_job.ts";
import { canSpread, findTexts, type FoundText } from "./find_texts.ts";
import { type ClusterSize, isWorthSpreading, MOST_SPLITS } from "./plan_splits.ts";
import type { Roster } from "./roster.ts";
import { type SpreadContext, spreadJob } from "./spread_job.ts";
import type { TracedWork } from "./trace_work.ts";

/**
 * What a node that counts a text alone may not meet: it reads whatever version is there, in one go, and
 * sums of parts may leave the range of a type that the sum of all is in.
 */
const ALONE_WORKS: ReadonlySet<ErrorCode> = new Set(["input_changed", "value_overflow"]);

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
  /** Longest time of a job. @default {no bound} */
  jobTimeoutMs?: number;
}

/**
 * An engine of many nodes behind one door. Texts behind URLs that are large enough are divided among
 * the nodes; all others are counted by the engine of this node, and cost what they cost without a
 * cluster.
 */
export class ClusterEngine implements SpreadEngine {
  readonly #local: LocalEngine;
  readonly #context: SpreadContext;
  readonly #reader: RangedReader;
  readonly #roster: Roster;
  readonly #terms: ClusterTerms;
  readonly #jobs = new Set<ClusterJob>();
  readonly #leave: () => Promise<void>;
  #closing: Promise<void> | undefined;

  /** @param leave Ends what the node has to do with the cluster, once its jobs have ended. */
  constructor(
    local: LocalEngine,
    context: SpreadContext,
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
    if (!mayBeSpread(input) || !canSpread(limits.kernel)) {
      return this.#local.submit(input, options, limits);
    }
    if (this.#closing) throw closed();
    const { timeoutMs = this.#terms.jobTimeoutMs ?? Infinity } = limits;
    const place = this.#local.reserve?.(limits) ?? NO_PLACE;
    const ways: JobWays = {
      countHere: (present) => this.#local.submit(present, options, { ...limits, id: job.id }),
      spread: (texts, terms) => unlessAloneWorks(this.#spread(texts, terms)),
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

  /** Lets nodes count texts; undefined where that is not worth it, or Redis is away. */
  async #spread(texts: RemoteTexts, job: SpreadTerms): Promise<JobResult | undefined> {
    const size = { nodes: this.#roster.size, splitBytes: this.#terms.splitBytes };
    const found = await this.#find(texts, job, size);
    this.#context.meter.jobs[found ? "spread" : "kept"]++;
    if (!found) return undefined;
    return await this.#context.trace(
      describeJob(job),
      (traceparent) => spreadJob(this.#context, { ...job, traceparent }, found, size),
    );
  }

  /** What texts there are, if they are worth spreading. */
  async #find(
    texts: RemoteTexts,
    job: SpreadTerms,
    size: ClusterSize,
  ): Promise<FoundText[] | undefined> {
    if (size.nodes < 2 || texts.urls.length > MOST_SPLITS) return undefined;
    const looking = findTexts(texts, job, this.#reader);
    const found = await unlessAborted(looking, job.signal);
    const bytes = found.reduce((sum, text) => sum + text.bytes, 0);
    return isWorthSpreading(bytes, size) && await this.#roster.isReached() ? found : undefined;
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

/** A job as a trace shows it; see traces.ts for those that stay here. */
function describeJob({ id, options, limits }: SpreadTerms): TracedWork {
  return {
    name: "job",
    attributes: {
      "millrace.job.id": id,
      "millrace.request.id": limits.requestId,
      "millrace.job.tokenizer": options.tokenizer,
    },
  };
}

/** Gives undefined where one node may count what several could not. */
function unlessAloneWorks(result: Promise<JobResult | undefined>): Promise<JobResult | undefined> {
  return result.catch((error) => {
    if (error instanceof JobError && ALONE_WORKS.has(error.code)) return undefined;
    throw error;
  });
}

/** Whether an input may turn out to be texts that other nodes can read as well. */
function mayBeSpread(input: JobInput): input is TextInput {
  if (isRecordInput(input)) return false;
  if (isEdges(input)) return false;
  return input instanceof Promise || typeof input === "object" && "remote" in input;
}

function closed(): JobError {
  return new JobError("engine_closed", "Cannot count: the node is closing");
}
