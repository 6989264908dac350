import { ignoreError, own } from "../async/own.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import { within } from "../async/within.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { settleOptions } from "../contract/settle_options.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import type { JobInput, JobResult, SubmitOptions } from "../engine/job_contract.ts";
import { mayWorkAlone } from "./alone_works.ts";
import type { SpreadTerms } from "./cluster_job.ts";
import { OutputLost } from "./fetch_output.ts";
import { JobOutputs, type OutputsContext } from "./job_outputs.ts";
import { JobRanges, type RangeSource } from "./job_ranges.ts";
import { JobSplits } from "./job_splits.ts";
import type { KernelModules } from "./kernel_modules.ts";
import { NOT_QUOTED, QuoteChain } from "./quote_chain.ts";
import {
  areDividable,
  checkAccount,
  type Counted,
  type CountedSplit,
  describeApprox,
  describeRanges,
  describeResult,
  edgesOf,
  joinInput,
  openSplit,
  rangeOptions,
  reduceInput,
  reduceOptions,
} from "./reduce_splits.ts";
import { splitOptions } from "./split_options.ts";
import { createSplit, describeSplits, type JobTerms, type SplitPlan } from "./split_plan.ts";
import { type QueuedSplit, SplitLost, type SplitQueue } from "./split_queue.ts";
import type { SplitOutcome, SplitOutput, TextTask } from "./split_task.ts";
import type { TracedWork, TraceWork } from "./trace_work.ts";

/** How often a split is counted whose keys were lost each time. */
const MOST_RUNS = 4;

/** How long a job waits for Redis to take its first splits, or to hear that it is cancelled. */
const REDIS_MS = 2000;

/** What spreading a job takes. */
export interface SpreadContext extends OutputsContext {
  engine: CountEngine;
  queue: SplitQueue;
  kernels: KernelModules;
  trace: TraceWork;
  /** How many nodes have no split now. */
  idleNodes(): number;
  /** How many nodes reduce. */
  reducers(): number;
  /** Bytes of keys up to which this one does alone. */
  aloneBytes: number;
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

class Spread {
  readonly #context: SpreadContext;
  readonly #job: SpreadTerms;
  readonly #terms: JobTerms;
  /** Those that were planned so far, in order. */
  readonly #planned: QueuedSplit<TextTask>[] = [];
  readonly #splits: JobSplits<TextTask>;
  readonly #quotes = new QuoteChain();
  readonly #fetched: JobOutputs;
  /** Nodes that have counted, by the outputs that were taken. */
  readonly #nodes = new Set<string>();
  /** How many may reduce. */
  readonly #reducers: number;
  /** How often each split was counted again. */
  readonly #runs = new Map<number, number>();
  /** Nodes that have reduced. */
  readonly #reducing = new Set<string>();
  #ranges: JobRanges | undefined;
  /** Bytes of the outputs that have come. */
  #bytes = 0;
  #lost = 0;

  constructor(context: SpreadContext, job: SpreadTerms, terms: JobTerms, nodes: number) {
    this.#context = context;
    this.#job = job;
    this.#terms = terms;
    this.#fetched = new JobOutputs(context, terms.task.job, job.signal);
    this.#reducers = areDividable(job) ? context.reducers() : 1;
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
    const reduced = this.#isLeftToMany
      ? await this.#reduceByMany(counted, crossing)
      : await this.#reduce([...counted.map(openSplit), ...crossing]);
    const total = performance.now() - begun;
    const ms = { read: mapped - begun, map: mapped - begun, reduce: begun + total - mapped, total };
    const cluster = {
      splits: splits.length,
      nodes: this.#nodes.size,
      lost: this.#lost,
      reducers: this.#reducing.size,
    };
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
      for (const index of batch.keys().map((i) => first + i)) {
        this.#quotes.add(this.#planned[index - 1]?.task.part !== this.#planned[index].task.part);
        const taken = this.#take(index);
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
    if (this.#ranges) own(this.#ranges.forget(), ignoreError);
  }

  /** Ends what is still counted, and what was; a Redis that is away hears of it when it is back. */
  async cancel(): Promise<void> {
    this.#fetched.end();
    const cancelled = Promise.allSettled([this.#splits.cancel(), this.#ranges?.cancel()]);
    await within(cancelled, REDIS_MS);
  }

  /** Lets go of what was fetched. */
  close(): void {
    this.#splits.close();
    this.#ranges?.close();
    this.#job.live.close();
    this.#fetched.close();
  }

  /**
   * What came of a split, with its keys, unless there are so many by now that several nodes reduce; counts
   * it again where they are lost.
   */
  async #take(index: number): Promise<CountedSplit> {
    let outcome = this.#splits.outcome(index);
    let timesAsked = 0;
    for (;;) {
      const output = await this.#await(index, outcome);
      this.#bytes += output.bytes;
      try {
        const segment = this.#isLeftToMany ? undefined : await this.#fetched.fetch(output);
        this.#job.live.end(index, output, segment);
        return { output, segment };
      } catch (error) {
        if (!(error instanceof OutputLost)) throw error;
        if (error.wasAsked && ++timesAsked === MOST_RUNS) {
          throw lostSplit(this.#planned[index], error);
        }
      }
      this.#bytes -= output.bytes;
      outcome = this.#again(index);
    }
  }

  /** Whether several nodes reduce, and outputs stay where they are. */
  get #isLeftToMany(): boolean {
    return this.#reducers > 1 && this.#bytes > this.#context.aloneBytes;
  }

  /** Has a split counted again whose keys are lost. */
  #again(index: number): Promise<SplitOutcome> {
    this.#fetched.throwIfEnded();
    this.#lost++;
    this.#context.meter.splits.lost++;
    const run = (this.#runs.get(index) ?? 0) + 1;
    this.#runs.set(index, run);
    const split = this.#planned[index];
    return this.#splits.again(index, { ...split, id: `${split.id}-${run}` });
  }

  /** Waits for what comes of a split. */
  async #await(index: number, first: Promise<SplitOutcome>): Promise<SplitOutput> {
    try {
      const outcome = await first;
      const misread = await this.#findMisread(index, outcome);
      if (misread) this.#planned[index] = misread;
      const { output, failure } = misread ? await this.#splits.again(index, misread) : outcome;
      if (output) this.#nodes.add(output.node);
      if (output) return output;
      const { code, message, details } = failure!; // outputs are lost of ranges alone
      throw new JobError(code, message, { details });
    } catch (error) {
      this.#quotes.fail(index, error);
      throw error instanceof SplitLost ? lostSplit(this.#planned[index], error) : error;
    }
  }

  /** The split as it is to be counted, if its borders were taken not to stand between quotes and do. */
  async #findMisread(
    index: number,
    { oddQuotes }: SplitOutcome,
  ): Promise<QueuedSplit<TextTask> | undefined> {
    if (oddQuotes === undefined) return undefined;
    const quoted = await this.#quotes.settle(index, oddQuotes);
    const { part, source, from, to, quoted: taken = NOT_QUOTED } = this.#planned[index].task;
    if (quoted.every((isQuoted, i) => isQuoted === taken[i])) return undefined;
    return await createSplit(this.#terms, { part, source, from, to, quoted });
  }

  /** Counts the keys that cross from split to split. */
  async #stitch(
    splits: readonly QueuedSplit<TextTask>[],
    counted: readonly CountedSplit[],
  ): Promise<Counted[]> {
    const { kernel } = this.#job;
    const options = splitOptions(settleOptions(this.#job.options, kernel !== undefined));
    const crossing: Counted[] = [];
    for (const edges of edgesOf(splits, counted)) {
      const { segment, sketch, ...report } = await this.#count({ edges }, options, {
        firstStage: true,
      });
      this.#fetched.keep(segment);
      crossing.push({ segment, sketch, report });
    }
    return crossing;
  }

  /**
   * Has nodes reduce ranges of all keys, and brings what they have made of them together.
   *
   * @param counted Whose outputs change as they are counted again.
   */
  async #reduceByMany(counted: CountedSplit[], crossing: readonly Counted[]): Promise<JobResult> {
    const { readOnce } = this.#job.limits;
    const sources = [
      ...counted.flatMap(({ output }, index) => {
        const again = async () => {
          const output = await this.#await(index, this.#again(index));
          counted[index] = { output };
          return output;
        };
        return output.keys > 0 ? { output, again } : [];
      }),
      ...await Promise.all(crossing.map((each) => this.#offer(each))),
    ];
    const context = { ...this.#context, fetched: this.#fetched, reducers: this.#reducers };
    this.#ranges = new JobRanges(context, this.#terms, rangeOptions(this.#job), sources);
    const ranges = await this.#ranges.run();
    for (const { output: { node } } of ranges) this.#reducing.add(node);
    const input = joinInput(ranges, [...counted.map(openSplit), ...crossing], this.#job);
    const joined = await this.#count(input, reduceOptions(this.#job), { readOnce });
    return describeRanges(joined, ranges);
  }

  /** Has other nodes fetch what this one has made. */
  async #offer({ segment }: Counted): Promise<RangeSource> {
    const { outputs, node } = this.#context;
    const token = crypto.randomUUID();
    const { keys, byteLength: bytes } = segment!;
    await outputs.writeByKey(this.#terms.task.job, token, segment!);
    const again = () => {
      throw new JobError("worker_lost", "Cannot put keys together: this node has lost some");
    };
    return { output: { node, token, from: 0, to: 0, keys, bytes }, again };
  }

  async #reduce(counted: readonly Counted[]): Promise<JobResult> {
    const { limits: { readOnce, kernel, lemmas } } = this.#job;
    this.#reducing.add(this.#context.node);
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

function lostSplit({ task: { part, from } }: QueuedSplit, cause: unknown): unknown {
  if (!(cause instanceof SplitLost || cause instanceof OutputLost)) return cause;
  const message = `Cannot count text ${part} from byte ${from} on: ${cause.message}`;
  return new JobError("worker_lost", message, { cause, details: { part, offset: from } });
}
