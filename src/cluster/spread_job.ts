import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { within } from "../async/within.ts";
import { askForAll } from "../contract/all_keys.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { digest } from "../digest.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import type { JobCounters, JobInput, JobResult } from "../engine/job_contract.ts";
import { FileSegment } from "../reduce/file_segment.ts";
import type { Segment } from "../reduce/segment.ts";
import type { SpreadTerms } from "./cluster_job.ts";
import { fetchOutput, OutputLost } from "./fetch_output.ts";
import type { FoundText } from "./find_texts.ts";
import { JobSplits } from "./job_splits.ts";
import { type ClusterSize, planSplits } from "./plan_splits.ts";
import {
  checkAccount,
  type Counted,
  type CountedSplit,
  describeResult,
  edgesOf,
  reduceInput,
  reduceOptions,
} from "./reduce_splits.ts";
import type { Signatures } from "./signatures.ts";
import type { SplitOutputs } from "./split_outputs.ts";
import { type QueuedSplit, SplitLost, type SplitQueue } from "./split_queue.ts";
import type { SplitOutcome, SplitOutput } from "./split_task.ts";

/** How often a split is counted whose keys were lost each time. */
const MOST_RUNS = 4;

/** How long a job waits for Redis to take its first splits, or to hear that it is cancelled. */
const REDIS_MS = 2000;

/** What spreading a job takes. */
export interface SpreadContext {
  engine: CountEngine;
  queue: SplitQueue;
  outputs: SplitOutputs;
  signatures: Signatures;
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
  const splits = await planJob(job, texts, size);
  const spread = new Spread(context, job, splits, size.nodes);
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
  }
}

/** The splits of a job, in the order of its texts. */
async function planJob(
  { id, options, limits: { tenant }, weight }: SpreadTerms,
  texts: readonly FoundText[],
  size: ClusterSize,
): Promise<QueuedSplit[]> {
  const job = await digest(`${tenant ?? ""}\n${id}`); // tenants may have jobs of one id
  const share = { flow: tenant === undefined ? job : `tenant ${tenant}`, weight };
  return await Promise.all(
    planSplits(texts, size).map(async ({ index: part, from, to }) => {
      const { source } = texts[part];
      const task = { job, tenant, options, part, source, from, to };
      return { id: await digest(JSON.stringify(task)), task, share };
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
  /** What nodes told last, by split. */
  readonly #told: JobCounters[] = [];
  readonly #segments: Segment[] = [];
  readonly #nodes = new Set<string>();
  #lost = 0;
  #isClosed = false;

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
    const tell = (index: number, counters: JobCounters) => this.#tell(index, counters);
    this.#splits = new JobSplits(this.#name, planned, { queue, nodes, idleNodes, tell });
  }

  async run(): Promise<JobResult | undefined> {
    const begun = performance.now();
    if (!await within(this.#splits.start(), REDIS_MS)) return undefined;
    this.#job.received();
    const splits = this.#planned;
    const counted: CountedSplit[] = [];
    for (const [index, split] of splits.entries()) {
      counted.push(await this.#take(split, index));
    }
    checkAccount(splits, counted);
    const mapped = performance.now();
    const crossing = await this.#stitch(splits, counted);
    const reduced = await this.#reduce([
      ...counted.map(({ segment, output: { report } }) => ({ segment, report })),
      ...crossing,
    ]);
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
    await within(this.#splits.cancel().catch(ignoreError), REDIS_MS);
  }

  /** Lets go of what was fetched. */
  close(): void {
    this.#isClosed = true;
    this.#splits.close();
    for (const segment of this.#segments) segment.close();
  }

  /** Shows how far the whole is, as a node tells how far a split is. */
  #tell(index: number, told: JobCounters): void {
    this.#told[index] = told;
    const { counters } = this.#job;
    const sum = (name: keyof JobCounters) =>
      this.#told.reduce((total, each) => total + each[name], 0);
    Object.assign(counters, { bytes: sum("bytes"), chunks: sum("chunks"), tokens: sum("tokens") });
  }

  /** What came of a split, with its keys; counts it again where they are lost. */
  async #take(split: QueuedSplit, index: number): Promise<CountedSplit> {
    let outcome = this.#splits.outcome(index);
    for (let run = 1;; run++) {
      const output = await this.#await(split, outcome);
      try {
        return { output, segment: await this.#fetch(output) };
      } catch (error) {
        if (!(error instanceof OutputLost) || run === MOST_RUNS) throw lostSplit(split, error);
      }
      this.#lost++;
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
    const { node, outputs, signatures, scratchPath } = this.#context;
    this.#nodes.add(output.node);
    if (output.keys === 0) return undefined;
    const segment = output.node === node
      ? openHere(outputs.pathOf(this.#name, output.token), output)
      : await fetchOutput(output, this.#name, scratchPath(), signatures);
    this.#keep(segment);
    return segment;
  }

  /** Keeps a segment until the job ends, which may have been while the segment was made. */
  #keep(segment: Segment): void {
    if (this.#isClosed) segment.close();
    else this.#segments.push(segment);
    this.#job.signal.throwIfAborted();
  }

  /** Counts the keys that cross from split to split. */
  async #stitch(
    splits: readonly QueuedSplit[],
    counted: readonly CountedSplit[],
  ): Promise<Counted[]> {
    const crossing: Counted[] = [];
    for (const edges of edgesOf(splits, counted)) {
      const { segment, ...report } = await this.#count({ edges }, askForAll(this.#job.options));
      this.#keep(segment);
      crossing.push({ segment, report });
    }
    return crossing;
  }

  async #reduce(counted: readonly Counted[]): Promise<JobResult> {
    const { options, shape, limits: { readOnce } } = this.#job;
    return await this.#count(reduceInput(counted, shape), reduceOptions(options), readOnce);
  }

  /** Has this node's engine count what is left to be counted. */
  async #count(input: JobInput, options: CountOptions, readOnce = false): Promise<JobResult> {
    const { limits: { tenant, requestId, priority }, signal } = this.#job;
    const terms = { tenant, requestId, readOnce, priority, signal, isAdmitted: true };
    return await this.#context.engine.submit(input, options, terms).done;
  }
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
