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
import { dropOutputs, fetchOutput, OutputLost } from "./fetch_output.ts";
import type { FoundText } from "./find_texts.ts";
import type { KernelModules, SentKernel } from "./kernel_modules.ts";
import { planSplits } from "./plan_splits.ts";
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

/** How long a job that is cancelled waits for Redis to hear of it. */
const CANCEL_MS = 2000;

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
  /** A new path for a file. */
  scratchPath(): string;
}

/**
 * Has nodes count the splits of a job's texts, fetches their keys as they come, and reduces them.
 *
 * The plan depends on the job and on how many nodes there are alone, so a node that begins a job again
 * finds in the queue what was done of it before, if they are as many.
 *
 * @throws {JobError} What is wrong with the earliest split that cannot be counted; `worker_lost`.
 * @throws The signal's reason if it is aborted first.
 */
export async function spreadJob(
  context: SpreadContext,
  job: SpreadTerms,
  texts: readonly FoundText[],
  size: { nodes: number; splitBytes: number },
): Promise<JobResult> {
  const spread = new Spread(context, job);
  try {
    const result = await unlessAborted(spread.run(texts, size), job.signal);
    spread.forget();
    return result;
  } catch (error) {
    await spread.cancel();
    throw error;
  } finally {
    spread.close();
  }
}

class Spread {
  readonly #context: SpreadContext;
  readonly #job: SpreadTerms;
  readonly #segments: Segment[] = [];
  /** Everything that was handed to the queue. */
  readonly #ids: string[] = [];
  readonly #nodes = new Set<string>();
  #name = "";
  #kernel: SentKernel | undefined;
  #lost = 0;
  #isClosed = false;

  constructor(context: SpreadContext, job: SpreadTerms) {
    this.#context = context;
    this.#job = job;
  }

  async run(
    texts: readonly FoundText[],
    size: { nodes: number; splitBytes: number },
  ): Promise<JobResult> {
    const begun = performance.now();
    const { id, limits: { tenant = "", kernel }, received, live } = this.#job;
    this.#name = await digest(`${tenant}\n${id}`); // tenants may have jobs of one id
    if (kernel) this.#kernel = await this.#context.kernels.offer(kernel);
    const splits = await this.#plan(texts, size);
    live.begin(splits.length, sizeOf(texts));
    const outputs = await this.#queue(splits, 0);
    received();
    const counted: CountedSplit[] = [];
    for (const [index, split] of splits.entries()) {
      counted.push(await this.#take(split, index, outputs[index]));
    }
    checkAccount(splits, counted);
    const mapped = performance.now();
    const crossing = await this.#stitch(splits, counted);
    const reduced = await this.#reduce([...counted.map(openSplit), ...crossing]);
    const total = performance.now() - begun;
    const ms = { read: mapped - begun, map: mapped - begun, reduce: begun + total - mapped, total };
    const cluster = { splits: splits.length, nodes: this.#nodes.size, lost: this.#lost };
    return describeResult(reduced, counted, cluster, ms);
  }

  /** Lets go of what the queue has of a job that is done. */
  forget(): void {
    own(this.#context.queue.forget(this.#ids), ignoreError);
  }

  /** Ends what is still counted, and what was; a Redis that is away hears of it when it is back. */
  async cancel(): Promise<void> {
    const cancelling = this.#context.queue.cancel(this.#name, this.#ids);
    await within(cancelling.catch(ignoreError), CANCEL_MS);
  }

  /** Lets go of what was fetched, and of what nodes have kept. */
  close(): void {
    this.#isClosed = true;
    this.#job.live.close();
    for (const segment of this.#segments) segment.close();
    if (this.#kernel) this.#context.kernels.withdraw(this.#kernel);
    const { signatures } = this.#context;
    for (const node of this.#nodes) own(dropOutputs(node, this.#name, signatures), ignoreError);
  }

  async #plan(
    texts: readonly FoundText[],
    size: { nodes: number; splitBytes: number },
  ): Promise<QueuedSplit[]> {
    const { options, limits: { tenant }, traceparent } = this.#job;
    return await Promise.all(
      planSplits(texts, size).map(async ({ index: part, from, to }, i) => {
        const { source } = texts[part];
        const kernel = this.#kernel;
        const task = { job: this.#name, tenant, options, kernel, part, source, from, to };
        const id = await digest(JSON.stringify(task));
        return { id, task: { ...task, traceparent }, priority: i + 1 }; // jobs take turns, split by split
      }),
    );
  }

  /** Hands splits to the queue, of which the first is the job's split `first`. */
  async #queue(
    splits: readonly QueuedSplit[],
    first: number,
  ): Promise<Promise<SplitOutcome>[]> {
    this.#job.signal.throwIfAborted();
    this.#ids.push(...splits.map(({ id }) => id));
    const { live } = this.#job;
    return await this.#context.queue.add(
      splits,
      (index, progress) => live.tell(first + index, progress),
    );
  }

  /** What came of a split, with its keys; counts it again where they are lost. */
  async #take(
    split: QueuedSplit,
    index: number,
    outcome: Promise<SplitOutcome>,
  ): Promise<CountedSplit> {
    for (let run = 1;; run++) {
      const output = await this.#await(split, outcome);
      try {
        const segment = await this.#fetch(output);
        this.#job.live.end(index, output, segment);
        return { output, segment };
      } catch (error) {
        if (!(error instanceof OutputLost) || run === MOST_RUNS) throw lostSplit(split, error);
      }
      this.#lost++;
      this.#context.meter.splits.lost++;
      const again = { ...split, id: `${split.id}-${run}`, priority: 1 };
      [outcome] = await this.#queue([again], index);
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
      : await fetchOutput(output, this.#name, scratchPath(), signatures);
    if (!isHere) meter.moved.outputsFetched += output.bytes;
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
    const terms = { tenant, requestId, priority, signal, ...more };
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
