import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { within } from "../async/within.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { settleOptions } from "../contract/settle_options.ts";
import { digest } from "../digest.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import type { JobInput, JobResult, SubmitOptions } from "../engine/job_contract.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import type { Segment } from "../reduce/segment.ts";
import { mayWorkAlone } from "./alone_works.ts";
import type { SpreadTerms } from "./cluster_job.ts";
import type { ClusterMeter } from "./cluster_meter.ts";
import { fetchOutput, OutputLost } from "./fetch_output.ts";
import { FetchTurns } from "./fetch_turns.ts";
import type { FoundText } from "./find_texts.ts";
import { JobSplits } from "./job_splits.ts";
import type { KernelModules, SentKernel } from "./kernel_modules.ts";
import { type ClusterSize, planSplits } from "./plan_splits.ts";
import {
  checkAccount,
  type Counted,
  type CountedSplit,
  describeApprox,
  describeResult,
  edgesOf,
  openSplit,
  reduceInput,
  reduceOptions,
} from "./reduce_splits.ts";
import type { Signatures } from "./signatures.ts";
import { splitOptions } from "./split_options.ts";
import type { SplitOutputs } from "./split_outputs.ts";
import { type QueuedSplit, SplitLost, type SplitQueue } from "./split_queue.ts";
import type { SplitOutcome, SplitOutput, SplitTask } from "./split_task.ts";
import type { Share } from "./start_tags.ts";
import type { TracedWork, TraceWork } from "./trace_work.ts";

/** How often a split is counted whose keys were lost each time. */
const MOST_RUNS = 4;

/** How long a job waits for Redis to take its first splits, or to hear that it is cancelled. */
const REDIS_MS = 2000;

/** What all splits of a job have. */
export interface JobTerms {
  readonly task: Pick<SplitTask, "job" | "tenant" | "options" | "kernel">;
  readonly share: Share;
  /** The job's span, where it is traced. */
  readonly traceparent: string | undefined;
}

/** The splits of a job, in the order of its texts. */
export interface SplitPlan {
  /** Bytes of all of them, if that is known before they are. */
  readonly bytes: number | undefined;
  /**
   * Gives splits as they can be counted.
   *
   * @param stopped Resolves when more of them are not wanted.
   */
  splits(terms: JobTerms, stopped: Promise<void>): AsyncIterable<QueuedSplit[]>;
}

/** What spreading a job takes. */
export interface SpreadContext {
  engine: CountEngine;
  queue: SplitQueue;
  outputs: SplitOutputs;
  kernels: KernelModules;
  signatures: Signatures;
  meter: ClusterMeter;
  trace: TraceWork;
  /** Address of this node. */
  node: string;
  /** How many nodes have no split now. */
  idleNodes(): number;
  /** A new path for a file. */
  scratchPath(): string;
}

/**
 * Has nodes count the splits of a job, fetches their keys as they come, and reduces them.
 *
 * @param nodes How many may count them.
 * @returns Undefined if Redis takes no splits.
 * @throws {JobError} What is wrong with the earliest split that cannot be counted; `worker_lost`.
 * @throws The signal's reason if it is aborted first.
 */
export function spreadJob(
  context: SpreadContext,
  job: SpreadTerms,
  plan: SplitPlan,
  nodes: number,
): Promise<JobResult | undefined> {
  return context.trace(describeJob(job), async (traceparent) => {
    const { kernel } = job.limits;
    const sent = kernel && await context.kernels.offer(kernel);
    try {
      const terms = await describeSplits(job, sent, traceparent);
      return await runSpread(new Spread(context, job, terms, nodes), plan, job);
    } finally {
      if (sent) context.kernels.withdraw(sent);
    }
  });
}

async function runSpread(
  spread: Spread,
  plan: SplitPlan,
  { signal }: SpreadTerms,
): Promise<JobResult | undefined> {
  try {
    const result = await unlessAborted(spread.run(plan), signal);
    if (result) spread.forget();
    else await spread.cancel();
    return result;
  } catch (error) {
    await spread.cancel();
    throw error;
  } finally {
    spread.close();
  }
}

async function describeSplits(
  { id, options: given, kernel: keyed, limits: { tenant }, weight }: SpreadTerms,
  kernel: SentKernel | undefined,
  traceparent: string | undefined,
): Promise<JobTerms> {
  const job = await digest(`${tenant ?? ""}\n${id}`); // tenants may have jobs of one id
  const options = settleOptions(given, keyed !== undefined); // as a job has them that is begun again
  const share = { flow: tenant === undefined ? job : `tenant ${tenant}`, weight };
  return { task: { job, tenant, options, kernel }, share, traceparent };
}

/**
 * Plans the splits of texts behind URLs. They depend on the job and on how many nodes there are alone,
 * so a node that begins a job again finds in the queue what was done of it before, if they are as many.
 */
export function planTexts(texts: readonly FoundText[], size: ClusterSize): SplitPlan {
  return {
    bytes: sizeOf(texts),
    async *splits(terms) {
      yield await Promise.all(
        planSplits(texts, size).map(({ index: part, from, to }) =>
          createSplit(terms, { part, source: texts[part].source, from, to })
        ),
      );
    },
  };
}

/** A split, by an id that is the same whenever the same plan is made. */
export async function createSplit(
  { task: common, share, traceparent }: JobTerms,
  place: Pick<SplitTask, "part" | "source" | "from" | "to">,
): Promise<QueuedSplit> {
  const task = { ...common, ...place };
  const id = await digest(JSON.stringify(task));
  return { id, task: { ...task, traceparent }, share };
}

class Spread {
  readonly #context: SpreadContext;
  readonly #job: SpreadTerms;
  readonly #terms: JobTerms;
  /** Those that were planned so far, in order. */
  readonly #planned: QueuedSplit[] = [];
  readonly #splits: JobSplits;
  readonly #segments: Segment[] = [];
  readonly #nodes = new Set<string>();
  readonly #turns = new FetchTurns();
  #lost = 0;
  #hasEnded = false;

  constructor(context: SpreadContext, job: SpreadTerms, terms: JobTerms, nodes: number) {
    this.#context = context;
    this.#job = job;
    this.#terms = terms;
    const { queue, idleNodes } = context;
    this.#splits = new JobSplits(terms.task.job, {
      queue,
      nodes,
      idleNodes,
      tell: (index, progress) => job.live.tell(index, progress),
    });
  }

  async run(plan: SplitPlan): Promise<JobResult | undefined> {
    const begun = performance.now();
    const counted = await this.#map(plan);
    if (!counted) return undefined;
    const splits = this.#planned;
    checkAccount(splits, counted);
    const mapped = performance.now();
    const crossing = await this.#stitch(splits, counted);
    const reduced = await this.#reduce([...counted.map(openSplit), ...crossing]);
    const total = performance.now() - begun;
    const ms = { read: mapped - begun, map: mapped - begun, reduce: begun + total - mapped, total };
    const cluster = { splits: splits.length, nodes: this.#nodes.size, lost: this.#lost };
    return describeResult(reduced, counted, cluster, ms);
  }

  /**
   * Hands in splits as they are planned, until one is known to fail, and takes what comes of each.
   *
   * @returns In the order of the plan; undefined if Redis takes none.
   */
  async #map({ bytes, splits }: SplitPlan): Promise<CountedSplit[] | undefined> {
    const taking: Promise<CountedSplit>[] = [];
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    for await (const batch of splits(this.#terms, stopped)) {
      const first = this.#planned.length;
      this.#planned.push(...batch);
      this.#job.live.begin(this.#planned.length, bytes);
      const handing = this.#splits.more(batch);
      if (first > 0) await handing;
      else if (!await within(handing, REDIS_MS).catch(() => false)) return undefined; // it is full
      for (const [i, split] of batch.entries()) {
        const taken = this.#take(split, first + i);
        // Whoever plans need not go on where a split cannot be counted by anybody.
        own(taken, (error) => {
          if (!mayWorkAlone(error)) stop();
        });
        taking.push(taken);
      }
    }
    this.#splits.end();
    this.#job.received();
    const counted: CountedSplit[] = [];
    for (const each of taking) counted.push(await each);
    return counted;
  }

  /** Lets go of what the cluster has of a job that is done. */
  forget(): void {
    own(this.#splits.forget(), ignoreError); // or it is swept
  }

  /** Ends what is still counted, and what was; a Redis that is away hears of it when it is back. */
  async cancel(): Promise<void> {
    this.#hasEnded = true;
    await within(this.#splits.cancel().catch(ignoreError), REDIS_MS);
  }

  /** Lets go of what was fetched. */
  close(): void {
    this.#hasEnded = true;
    this.#splits.close();
    this.#job.live.close();
    for (const segment of this.#segments) segment.close();
  }

  /** What came of a split, with its keys; counts it again where they are lost. */
  async #take(split: QueuedSplit, index: number): Promise<CountedSplit> {
    let outcome = this.#splits.outcome(index);
    let timesAsked = 0;
    for (let run = 1;; run++) {
      const output = await this.#await(split, outcome);
      try {
        const segment = await this.#fetch(output);
        this.#job.live.end(index, output, segment);
        return { output, segment };
      } catch (error) {
        if (!(error instanceof OutputLost)) throw error;
        if (error.wasAsked && ++timesAsked === MOST_RUNS) throw lostSplit(split, error);
      }
      this.#throwIfEnded();
      this.#lost++;
      this.#context.meter.splits.lost++;
      outcome = this.#splits.again(index, run);
    }
  }

  /** Waits for what comes of a split. */
  async #await(
    split: QueuedSplit,
    outcome: Promise<SplitOutcome>,
  ): Promise<SplitOutput> {
    try {
      const { output, failure } = await outcome;
      if (output) return output;
      throw new JobError(failure.code, failure.message, { details: failure.details });
    } catch (error) {
      throw error instanceof SplitLost ? lostSplit(split, error) : error;
    }
  }

  /** @throws {OutputLost} */
  async #fetch(output: SplitOutput): Promise<FileSegment | undefined> {
    const { node, outputs, signatures, meter, scratchPath } = this.#context;
    const { job } = this.#terms.task;
    this.#nodes.add(output.node);
    if (output.keys === 0) return undefined;
    const isHere = output.node === node;
    const segment = isHere
      ? openHere(outputs.pathOf(job, output.token), scratchPath(), output)
      : await this.#turns.take(output.node, () => {
        this.#throwIfEnded();
        return fetchOutput(output, job, scratchPath(), signatures);
      });
    if (!isHere) meter.moved.outputsFetched += output.bytes;
    this.#keep(segment);
    return segment;
  }

  /** Keeps a segment until the job ends, which may have been while the segment was made. */
  #keep(segment: Segment): void {
    if (this.#hasEnded) segment.close();
    else this.#segments.push(segment);
    this.#throwIfEnded();
  }

  /** @throws Once nobody waits for the job. */
  #throwIfEnded(): void {
    this.#job.signal.throwIfAborted();
    if (this.#hasEnded) throw new Error("The job has ended");
  }

  /** Counts the keys that cross from split to split. */
  async #stitch(
    splits: readonly QueuedSplit[],
    counted: readonly CountedSplit[],
  ): Promise<Counted[]> {
    const { kernel } = this.#job;
    const options = splitOptions(settleOptions(this.#job.options, kernel !== undefined));
    const crossing: Counted[] = [];
    for (const edges of edgesOf(splits, counted)) {
      const { segment, sketch, ...report } = await this.#count({ edges }, options, {
        firstStage: true,
      });
      this.#keep(segment);
      crossing.push({ segment, sketch, report });
    }
    return crossing;
  }

  async #reduce(counted: readonly Counted[]): Promise<JobResult> {
    const { limits: { readOnce, kernel, lemmas } } = this.#job;
    const input = reduceInput(counted, this.#job);
    const more = { readOnce, kernel, lemmas };
    return describeApprox(await this.#count(input, reduceOptions(this.#job), more), counted);
  }

  /** Has this node's engine count what is left to be counted. */
  async #count(
    input: JobInput,
    options: CountOptions,
    more: SubmitOptions = {},
  ): Promise<JobResult> {
    const { limits: { tenant, requestId, priority }, signal } = this.#job;
    const terms = { tenant, requestId, priority, signal, isAdmitted: true, ...more };
    return await this.#context.engine.submit(input, options, terms).done;
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

/** Bytes of all texts; undefined where one is not read as it lies there, but decoded. */
function sizeOf(texts: readonly FoundText[]): number | undefined {
  if (!texts.every(({ divides }) => divides)) return undefined;
  return texts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Opens an output of this node by a name of its own, since the output goes when its job is said to have
 * ended.
 *
 * @throws {OutputLost}
 */
function openHere(path: string, ownPath: string, { keys, bytes }: SplitOutput): FileSegment {
  try {
    Deno.linkSync(path, ownPath);
    const segment = FileSegment.named(ownPath, keys);
    if (segment.byteLength === bytes) return segment;
    segment.close();
    throw new Error("it is not whole");
  } catch (cause) {
    throw new OutputLost(`Cannot open an output: ${(cause as Error).message}`, { cause });
  }
}

function lostSplit({ task: { part, from } }: QueuedSplit, cause: unknown): unknown {
  if (!(cause instanceof SplitLost || cause instanceof OutputLost)) return cause;
  const message = `Cannot count text ${part} from byte ${from} on: ${cause.message}`;
  return new JobError("worker_lost", message, { cause, details: { part, offset: from } });
}
