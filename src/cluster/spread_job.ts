import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { within } from "../async/within.ts";
import { askForAll } from "../contract/all_keys.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { settleOptions } from "../contract/settle_options.ts";
import { digest } from "../digest.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import type { JobInput, JobResult, SubmitOptions } from "../engine/job_contract.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import type { Segment } from "../reduce/segment.ts";
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
import type { SplitOutputs } from "./split_outputs.ts";
import { type QueuedSplit, SplitLost, type SplitQueue } from "./split_queue.ts";
import type { SplitOutcome, SplitOutput } from "./split_task.ts";
import type { TraceWork } from "./trace_work.ts";

/** How often a split is counted whose keys were lost each time. */
const MOST_RUNS = 4;

/** How long a job waits for Redis to take its first splits, or to hear that it is cancelled. */
const REDIS_MS = 2000;

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
 * Has nodes count the splits of a job's texts, fetches their keys as they come, and reduces them.
 *
 * The plan depends on the job and on how many nodes there are alone, so a node that begins a job again
 * finds in the queue what was done of it before, if they are as many.
 *
 * @returns Undefined if Redis takes no splits.
 * @throws {JobError} What is wrong with the earliest split that cannot be counted; `worker_lost`.
 * @throws The signal's reason if it is aborted first.
 */
export async function spreadJob(
  context: SpreadContext,
  job: SpreadTerms,
  texts: readonly FoundText[],
  size: ClusterSize,
): Promise<JobResult | undefined> {
  const { limits: { kernel }, live } = job;
  const sent = kernel && await context.kernels.offer(kernel);
  const splits = await planJob(job, texts, size, sent);
  const spread = new Spread(context, job, splits, size.nodes);
  live.begin(splits.length, sizeOf(texts));
  try {
    const result = await unlessAborted(spread.run(), job.signal);
    if (result) spread.forget();
    else await spread.cancel();
    return result;
  } catch (error) {
    await spread.cancel();
    throw error;
  } finally {
    spread.close();
    if (sent) context.kernels.withdraw(sent);
  }
}

/** The splits of a job, in the order of its texts. */
async function planJob(
  { id, options: given, kernel: keyed, limits: { tenant }, weight, traceparent }: SpreadTerms,
  texts: readonly FoundText[],
  size: ClusterSize,
  kernel: SentKernel | undefined,
): Promise<QueuedSplit[]> {
  const job = await digest(`${tenant ?? ""}\n${id}`); // tenants may have jobs of one id
  const options = settleOptions(given, keyed !== undefined); // as a job has them that is begun again
  const share = { flow: tenant === undefined ? job : `tenant ${tenant}`, weight };
  return await Promise.all(
    planSplits(texts, size).map(async ({ index: part, from, to }) => {
      const { source } = texts[part];
      const task = { job, tenant, options, kernel, part, source, from, to };
      const id = await digest(JSON.stringify(task));
      return { id, task: { ...task, traceparent }, share };
    }),
  );
}

class Spread {
  readonly #context: SpreadContext;
  readonly #job: SpreadTerms;
  readonly #planned: readonly QueuedSplit[];
  readonly #splits: JobSplits;
  /** The job's, in the cluster. */
  readonly #name: string;
  readonly #segments: Segment[] = [];
  readonly #nodes = new Set<string>();
  readonly #turns = new FetchTurns();
  #lost = 0;
  #hasEnded = false;

  constructor(
    context: SpreadContext,
    job: SpreadTerms,
    planned: readonly QueuedSplit[],
    nodes: number,
  ) {
    this.#context = context;
    this.#job = job;
    this.#planned = planned;
    this.#name = planned[0].task.job;
    const { queue, idleNodes } = context;
    this.#splits = new JobSplits(this.#name, planned, {
      queue,
      nodes,
      idleNodes,
      tell: (index, progress) => job.live.tell(index, progress),
    });
  }

  async run(): Promise<JobResult | undefined> {
    const begun = performance.now();
    if (!await within(this.#splits.start(), REDIS_MS)) return undefined;
    this.#job.received();
    const splits = this.#planned;
    const taking = splits.map((split, index) => this.#take(split, index));
    for (const each of taking) own(each, ignoreError); // an earlier one may fail first
    const counted: CountedSplit[] = [];
    for (const each of taking) counted.push(await each);
    checkAccount(splits, counted);
    const mapped = performance.now();
    const crossing = await this.#stitch(splits, counted);
    const reduced = await this.#reduce([...counted.map(openSplit), ...crossing]);
    const total = performance.now() - begun;
    const ms = { read: mapped - begun, map: mapped - begun, reduce: begun + total - mapped, total };
    const cluster = { splits: splits.length, nodes: this.#nodes.size, lost: this.#lost };
    return describeResult(reduced, counted, cluster, ms);
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
    this.#nodes.add(output.node);
    if (output.keys === 0) return undefined;
    const isHere = output.node === node;
    const segment = isHere
      ? openHere(outputs.pathOf(this.#name, output.token), output)
      : await this.#turns.take(output.node, () => {
        this.#throwIfEnded();
        return fetchOutput(output, this.#name, scratchPath(), signatures);
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
    const options = askForAll(settleOptions(this.#job.options, kernel !== undefined));
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

/** Bytes of all texts; undefined where one is not read as it lies there, but decoded. */
function sizeOf(texts: readonly FoundText[]): number | undefined {
  if (!texts.every(({ divides }) => divides)) return undefined;
  return texts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @throws {OutputLost} */
function openHere(path: string, { keys, bytes }: SplitOutput): FileSegment {
  try {
    const segment = FileSegment.open(path, keys);
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
