import { ignoreError, own } from "../async/own.ts";
import { startTimer } from "../async/timers.ts";
import { unlessAborted } from "../async/unless_aborted.ts";
import type { ResultShape } from "../contract/documents.ts";
import type { RunnableKernel } from "../contract/kernel_manifest.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { resultShape } from "../contract/result_values.ts";
import { settleOptions } from "../contract/settle_options.ts";
import { NOTHING_COUNTED } from "../engine/job/first_state.ts";
import { jobCancelled, jobTimeout } from "../engine/job/job_errors.ts";
import type {
  JobCounters,
  JobHandle,
  JobResult,
  JobState,
  KeyCount,
  SubmitOptions,
} from "../engine/job_contract.ts";
import type { RemoteTexts, Texts } from "../input/text_series.ts";
import type { PresentInput, TextInput } from "../input/text_input.ts";
import type { JobPlace } from "../engine/count_engine.ts";
import { QuestionKernel } from "../records/question_kernel.ts";
import { LiveSplits } from "./live_splits.ts";

/**
 * Longest that a text is looked at before its job is taken in: whoever submits a job of a text whose
 * server is silent hears that from the job.
 */
const LOOKING_MS = 2000;

/** Texts behind URLs, and a text that is sent. */
export type Spreadable = Texts & { readonly remote: RemoteTexts } | ReadableStream<Uint8Array>;

/** What came of spreading: the answer, or what is to be counted here. */
export type Spreading =
  | { result: JobResult; here?: undefined }
  | { here: PresentInput; result?: undefined };

/** How a job goes on, once its input is known. */
export interface JobWays {
  /** Counts it here. */
  countHere(input: TextInput): JobHandle;
  /** Lets nodes count it; gives it back if it is not worth that, or cannot be. */
  spread(input: Spreadable, job: SpreadTerms): Promise<Spreading>;
}

/** What a job that is spread is about. */
export interface SpreadTerms {
  readonly id: string;
  readonly options: CountOptions;
  readonly limits: SubmitOptions;
  /** What makes keys, where no tokenizer does. */
  readonly kernel: RunnableKernel | undefined;
  /** Of the job among others, or of its tenant. */
  readonly weight: number;
  readonly shape: ResultShape;
  readonly signal: AbortSignal;
  /** What is seen of it, to be told as nodes tell it. */
  readonly live: LiveSplits;
  /** To be called once nothing more of the input is needed from here. */
  received(): void;
}

/**
 * A job whose input may be for several nodes: that is known once the input is, and the job goes one
 * way or the other then.
 */
export class ClusterJob implements JobHandle {
  readonly id: string;
  readonly shape: ResultShape;
  readonly received: Promise<void>;
  readonly done: Promise<JobResult>;
  readonly #abort = new AbortController();
  readonly #counters: JobCounters = { ...NOTHING_COUNTED };
  readonly #live: LiveSplits;
  readonly #options: CountOptions;
  readonly #kernel: RunnableKernel | undefined;
  #state: JobState = "pending";
  /** The job of this node's engine, where it has become one. */
  #here: JobHandle | undefined;

  /**
   * @param terms.place What it has in this node's engine, until that counts it.
   * @param terms.timeoutMs Of the whole; none beyond what a timer can be.
   */
  constructor(
    input: TextInput,
    options: CountOptions,
    limits: SubmitOptions,
    ways: JobWays,
    { place, timeoutMs }: { place: JobPlace; timeoutMs: number },
  ) {
    const { id = crypto.randomUUID(), signal, kernel } = limits;
    this.id = id;
    this.#options = options;
    this.#kernel = kernel ?? QuestionKernel.of(options);
    this.shape = resultShape(this.#kernel?.manifest);
    this.#live = new LiveSplits(this.#counters, this.shape);
    const received = Promise.withResolvers<void>();
    this.received = received.promise;
    const timer = startTimer(timeoutMs, () => this.#abort.abort(jobTimeout(id, timeoutMs)));
    const abort = () => this.cancel(signal!.reason);
    signal?.addEventListener("abort", abort);
    this.done = this.#run(input, limits, ways, place, received.resolve).finally(() => {
      clearTimeout(timer);
      place.leave();
      signal?.removeEventListener("abort", abort);
    });
    own(this.done, received.reject); // whoever waits for it is told
    own(this.received, ignoreError);
  }

  get options(): CountOptions {
    return this.#here?.options ?? settleOptions(this.#options, this.#kernel !== undefined);
  }

  get state(): JobState {
    return this.#here?.state ?? this.#state;
  }

  get counters(): Readonly<JobCounters> {
    return this.#here?.counters ?? this.#counters;
  }

  peek(top: number): KeyCount[] {
    return (this.#here ?? this.#live).peek(top);
  }

  cancel(reason?: unknown): void {
    this.#here?.cancel(reason);
    this.#abort.abort(jobCancelled(this.id, reason));
  }

  /** Ends it for a reason of the node. */
  end(error: JobError): void {
    this.#here?.cancel(error);
    this.#abort.abort(error);
  }

  async #run(
    promised: TextInput,
    limits: SubmitOptions,
    { countHere, spread }: JobWays,
    place: JobPlace,
    received: () => void,
  ): Promise<JobResult> {
    const { signal } = this.#abort;
    try {
      let input = await unlessAborted(Promise.resolve(promised), signal);
      if (isSpreadable(input)) {
        this.#state = "running";
        const isSent = input instanceof ReadableStream; // until its end it is needed from here
        const timer = isSent ? undefined : setTimeout(received, LOOKING_MS);
        const { result, here } = await spread(input, {
          id: this.id,
          options: this.#options,
          limits,
          kernel: this.#kernel,
          weight: place.weight,
          shape: this.shape,
          signal,
          live: this.#live,
          received,
        }).finally(() => clearTimeout(timer));
        signal.throwIfAborted();
        if (result !== undefined) {
          this.#state = "done";
          return result;
        }
        input = here;
      }
      place.leave(); // it has another one there
      this.#here = countHere(input);
      own(this.#here.received.then(received), ignoreError);
      return await this.#here.done;
    } catch (error) {
      const failure = signal.aborted && !this.#here ? signal.reason : error;
      this.#state = failure instanceof JobError && failure.code === "job_cancelled"
        ? "cancelled"
        : "failed";
      throw failure;
    }
  }
}

function isSpreadable(input: unknown): input is Spreadable {
  return input instanceof ReadableStream ||
    typeof input === "object" && input !== null && "remote" in input && input.remote !== undefined;
}
