import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { digest } from "../digest.ts";
import type { FileSegment } from "../reduce/file_segment.ts";
import { OutputLost } from "./fetch_output.ts";
import type { JobOutputs } from "./job_outputs.ts";
import { JobSplits, type JobSplitsContext } from "./job_splits.ts";
import { planRanges, type Reducers } from "./plan_ranges.ts";
import { encodeRange } from "./key_range.ts";
import type { SplitOutputs } from "./split_outputs.ts";
import type { JobTerms } from "./split_plan.ts";
import { type QueuedSplit, SplitLost } from "./split_queue.ts";
import type { LostOutputs, OutputPlace, RangeTask, SplitOutput } from "./split_task.ts";

/** How often a range is put together of which something was lost each time. */
const MOST_RUNS = 6;

/** An output that ranges are of, and how what it has is made once more where it is lost. */
export interface RangeSource {
  output: SplitOutput;
  again(): Promise<SplitOutput>;
}

/** What came of a range: some of the rows of the answer, in its order. */
export interface ReducedRange {
  readonly output: SplitOutput;
  /** None where no row is in it. */
  readonly segment: FileSegment | undefined;
}

/** What having nodes reduce takes. */
export interface RangesContext
  extends Omit<JobSplitsContext, "tell" | "nodes" | "isTaken">, Reducers {
  /** Where this node keeps what others ask for, and its address. */
  outputs: SplitOutputs;
  node: string;
  /** What was fetched of the job. */
  fetched: JobOutputs;
}

/**
 * The reduce of a job by several nodes: each range of all keys is a task in the queue, and whoever takes
 * it fetches the records of that range from all nodes. Where the outputs are is in a file that this node
 * keeps, under a name that changes when one of them is made again.
 */
export class JobRanges {
  readonly #context: RangesContext;
  readonly #terms: JobTerms;
  readonly #options: CountOptions;
  readonly #sources: readonly RangeSource[];
  readonly #tasks: JobSplits<RangeTask>;
  /** Where it is said where the outputs are. */
  #plan: Promise<OutputPlace>;
  /** Token of that list; undefined while there is none that is right. */
  #token: string | undefined;

  /**
   * @param options Of each range: which of its rows may be in the answer, and in which order.
   * @param sources Whose outputs change as they are made again.
   */
  constructor(
    context: RangesContext,
    terms: JobTerms,
    options: CountOptions,
    sources: readonly RangeSource[],
  ) {
    this.#context = context;
    this.#terms = terms;
    this.#options = options;
    this.#sources = sources;
    const { reducers: nodes } = context;
    this.#tasks = new JobSplits(terms.task.job, { ...context, nodes, isTaken: true, tell() {} });
    this.#plan = this.#tellPlaces();
  }

  /**
   * Has all ranges reduced.
   *
   * @throws {JobError} `worker_lost` if one cannot be; `internal` if a record is in none or in two.
   */
  async run(): Promise<ReducedRange[]> {
    const plan = await this.#plan;
    const outputs = this.#sources.map(({ output }) => output);
    const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
    const ranges = planRanges(outputs, this.#context);
    const tasks = await Promise.all(ranges.map((range) =>
      this.#createTask({
        ...this.#terms.task,
        options: this.#options,
        kernel: undefined,
        part: 0,
        source: { plan, ...encodeRange(range) },
        from: 0,
        to: Math.ceil(bytes / ranges.length),
      })
    ));
    await this.#tasks.more(tasks);
    this.#tasks.end();
    const reduced = await Promise.all(tasks.map((task, index) => this.#take(task, index)));
    checkBytes(reduced, bytes);
    return reduced;
  }

  /** Lets go of what the cluster has of them. */
  forget(): Promise<void> {
    return this.#tasks.forget();
  }

  /** Ends them on all nodes. */
  cancel(): Promise<void> {
    return this.#tasks.cancel();
  }

  /** Looks after them no more. */
  close(): void {
    this.#tasks.close();
  }

  /** Before all that wait: what has come so far ends soon. */
  async #createTask(task: RangeTask): Promise<QueuedSplit<RangeTask>> {
    const id = await digest(JSON.stringify(task));
    return { id, task: { ...task, traceparent: this.#terms.traceparent } };
  }

  /** What came of a range; has it put together again where something of it is lost. */
  async #take(range: QueuedSplit<RangeTask>, index: number): Promise<ReducedRange> {
    let outcome = this.#tasks.outcome(index);
    for (let run = 1;; run++) {
      const { output, failure, lost } = await outcome.catch(explainLoss);
      if (failure) throw new JobError(failure.code, failure.message, { details: failure.details });
      try {
        if (output) return { output, segment: await this.#context.fetched.fetch(output) };
        await this.#restore(lost);
      } catch (error) {
        if (!(error instanceof OutputLost)) throw error;
      }
      this.#context.fetched.throwIfEnded();
      if (run === MOST_RUNS) throw cannotReduce(`what was counted was lost ${MOST_RUNS} times`);
      const plan = await this.#plan;
      const { id, task } = range;
      const again = { ...task, source: { ...task.source, plan } };
      outcome = this.#tasks.again(index, { ...range, id: `${id}-${run}`, task: again });
    }
  }

  /** Has made again what is lost, once for all ranges that miss it. */
  async #restore({ plan, sources }: LostOutputs): Promise<void> {
    if (plan !== this.#token) return; // what they miss may be in a later list
    this.#token = undefined; // at once: others may miss the same
    this.#plan = this.#remake(sources);
    await this.#plan;
  }

  async #remake(sources: readonly number[]): Promise<OutputPlace> {
    await Promise.all(sources.map(async (index) => {
      const source = this.#sources[index];
      source.output = await source.again();
    }));
    return await this.#tellPlaces();
  }

  /** Says where the outputs are. */
  async #tellPlaces(): Promise<OutputPlace> {
    const { outputs, node } = this.#context;
    const token = crypto.randomUUID();
    const places = this.#sources.map(({ output: { node, token } }) => ({ node, token }));
    const bytes = new TextEncoder().encode(JSON.stringify(places));
    await outputs.write(this.#terms.task.job, token, [bytes]);
    this.#token = token;
    return { node, token };
  }
}

/** Each record was put together once, as far as bytes tell. */
function checkBytes(reduced: readonly ReducedRange[], bytes: number): void {
  const found = reduced.reduce((sum, { output }) => sum + (output.report?.totals.bytes ?? 0), 0);
  if (found === bytes) return;
  throw new JobError(
    "internal",
    `Nodes do not agree on ${bytes} bytes of keys: ${found} were reduced`,
  );
}

function explainLoss(error: unknown): never {
  throw error instanceof SplitLost ? cannotReduce(error.message, error) : error;
}

function cannotReduce(why: string, cause?: unknown): JobError {
  return new JobError("worker_lost", `Cannot put keys together: ${why}`, { cause });
}
