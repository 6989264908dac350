import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { within } from "../async/within.ts";
import type { EngineStatus } from "../contract/engine_status.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import type { JobPlace } from "../engine/count_engine.ts";
import type { JobHandle, JobInput, JobResult, SubmitOptions } from "../engine/job_contract.ts";
import { isEdges } from "../input/edge_words.ts";
import { isRecordInput } from "../engine/record_input.ts";
import type { RemoteTexts } from "../input/text_series.ts";
import type { RangedReader } from "../intake/ranged_reader.ts";
import type { TextInput } from "../input/text_input.ts";
import type { KernelDescription } from "../kernels/registry.ts";
import { ClusterJob, type JobWays, type SpreadTerms } from "./cluster_job.ts";
import { canSpread, findTexts } from "./find_texts.ts";
import { isWorthSpreading, MOST_SPLITS } from "./plan_splits.ts";
import type { Roster } from "./roster.ts";
import { type SpreadContext, spreadJob } from "./spread_job.ts";

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
    if (!mayBeSpread(input) || limits.kernel || !canSpread(options)) {
      return this.#local.submit(input, options, limits);
    }
    if (this.#closing) throw closed();
    const { timeoutMs = this.#terms.jobTimeoutMs ?? Infinity } = limits;
    const place = this.#local.reserve?.(limits) ?? NO_PLACE;
    const ways: JobWays = {
      countHere: (present) => this.#local.submit(present, options, { ...limits, id: job.id }),
      spread: (texts, terms) => unlessChanged(this.#spread(texts, terms)),
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
    return { ...this.#local.status(), nodes: this.#roster.nodes };
  }

  scratchPath(): string | undefined {
    return this.#local.scratchPath?.();
  }

  close(options: { deadlineMs: number }): Promise<void> {
    return this.#closing ??= this.#close(options);
  }

  /** Lets nodes count texts; undefined where that is not worth it, or Redis is away. */
  async #spread(texts: RemoteTexts, job: SpreadTerms): Promise<JobResult | undefined> {
    const size = { nodes: this.#roster.nodes.length, splitBytes: this.#terms.splitBytes };
    if (size.nodes < 2 || texts.urls.length > MOST_SPLITS) return undefined;
    const looking = findTexts(texts, job.options, this.#reader);
    const found = await unlessAborted(looking, job.signal);
    const bytes = found.reduce((sum, text) => sum + text.bytes, 0);
    if (!isWorthSpreading(bytes, size)) return undefined;
    if (!await this.#roster.isReached()) return undefined;
    return await spreadJob(this.#context, job, found, size);
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

/** A node that reads a text in one go may count what is another version whenever it is looked at. */
function unlessChanged(result: Promise<JobResult | undefined>): Promise<JobResult | undefined> {
  return result.catch((error) => {
    if (error instanceof JobError && error.code === "input_changed") return undefined;
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
