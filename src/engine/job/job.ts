import { ignoreError, own } from "../../async/own.ts";
import type { ResultShape } from "../../contract/documents.ts";
import type { JobError } from "../../contract/problems.ts";
import { resultShape } from "../../contract/result_values.ts";
import type { Text } from "../../input/text.ts";
import type { Chunk } from "../../input/splitter.ts";
import { isPresent, knownBytes } from "../../input/text_input.ts";
import type { CountOptions } from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { RunnableKernel } from "../../contract/kernel_manifest.ts";
import { JobBlock } from "../../shared/job_block.ts";
import { addSpilled, NOTHING_SPILLED, type SpillSums } from "../../shared/job_terms.ts";
import type { Waiting } from "../admission.ts";
import type { EngineContext } from "../engine_context.ts";
import type { Timed } from "../deadlines.ts";
import type { AdmittedTerms } from "./admitted_terms.ts";
import { countInline, mayBeInline } from "../inline/count_inline.ts";
import { divideResult, hasBorders } from "./divide_result.ts";
import { ProgressReports, waitForResult } from "./futures.ts";
import { asJobError, emptyBody, jobCancelled, jobTimeout } from "./job_errors.ts";
import { takeResult } from "./job_result.ts";
import { jobRoomOf } from "./job_room.ts";
import { JobRun } from "./job_run.ts";
import { createMarks, NOTHING_COUNTED } from "./first_state.ts";
import { isRecordInput, type RecordInput } from "../record_input.ts";
import type { Listed } from "../roster.ts";
import { createFlow, type Flow } from "../scheduler.ts";
import type { JobStage, StageOwner } from "../stages/job_stage.ts";
import { hasStages, joinResults, openFirstStage, openNextStage } from "../stages/stages.ts";
import type {
  Job,
  JobCounters,
  JobInput,
  JobProgress,
  JobResult,
  JobState,
  KeyCount,
  ObservedJob,
  ProgressOptions,
  SubmitOptions,
  WaitOptions,
} from "../job_contract.ts";

/**
 * One count, as the client holds it: enters the engine, reads its text into one run after the other
 * until one is whole, and settles.
 *
 * What belongs to a run lives in its JobRun. What stays true whatever becomes of a run lives here:
 * the job's input, its place in the engine, how it ended.
 */
export class CountJob implements Job, ObservedJob, Timed, Listed, StageOwner {
  rosterIndex = -1;
  readonly id: string;
  /** Once the first text is here, `settleOptions` has filled what depends on it. */
  options: CountOptions;
  readonly received: Promise<void>;
  readonly done: Promise<JobResult>;
  /** Resolves when nothing of the job is left in the engine. */
  readonly settled: Promise<void>;
  readonly limits: SubmitOptions;
  readonly shape: ResultShape;
  readonly marks = createMarks();
  /** When the job must have ended, as `performance.now()` tells time. */
  readonly deadline: number;
  readonly flow: Flow;

  /** The stage that reads the job's input. */
  readonly #first: JobStage;
  /** The stage that is counted now. */
  #stage: JobStage;
  /** What a stage reads, or will read, that has none of the input. */
  #next: Text | undefined;
  /** What the job is about, where that is no text. */
  readonly #records: RecordInput | undefined;
  readonly #context: EngineContext;
  readonly #onEnded: (job: CountJob) => void;
  /** What was read before the job had its block. */
  #firstChunk: Chunk | undefined;
  readonly #received = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<JobResult>();
  #state: JobState = "pending";
  #failure: JobError | undefined;
  #waiting: Waiting | undefined;
  /** The run that has a block now. */
  #run: JobRun | undefined;
  /** The counters of the last run that was begun. */
  #counters: Readonly<JobCounters> = NOTHING_COUNTED;
  /** Chunks that the runs which are over have handed out, and what those runs have spilled. */
  #attempts = 0;
  #spilled: SpillSums = NOTHING_SPILLED;

  /**
   * @throws {JobError} `unknown_charset`, `too_many_jobs`, `invalid_parameter`.
   * @throws {RangeError} If the kernel cannot be used.
   */
  constructor(
    terms: AdmittedTerms<CountJob>,
    input: JobInput,
    options: CountOptions,
    limits: SubmitOptions,
    context: EngineContext,
  ) {
    this.id = terms.id;
    this.options = options;
    this.limits = limits;
    this.deadline = this.marks.submitted + terms.timeoutMs;
    this.#context = context;
    this.#onEnded = terms.onEnded;
    this.#records = isRecordInput(input) ? input : undefined;
    this.shape = this.#records ?? resultShape(limits.kernel?.manifest);
    this.flow = createFlow(terms.weight, terms.parent);
    jobRoomOf(options, undefined, context); // refused here, before anything is read
    this.#first = this.#stage = openFirstStage(this, input, options, limits, context);
    this.received = this.#received.promise;
    this.done = this.#done.promise;
    // A client may wait for one of these and not for the other.
    own(this.received, ignoreError);
    own(this.done, ignoreError);
    const isHere = this.text.isMade || isPresent(input);
    const bytes = knownBytes(input);
    if (isHere && mayBeInline(this, bytes, context)) this.settled = this.#countInline(bytes);
    else this.settled = isHere ? this.#enter(bytes) : this.#arrive();
  }

  get text(): Text {
    return this.#first.text;
  }

  get kernel(): RunnableKernel | undefined {
    return this.limits.kernel;
  }

  /** From submission to the last byte of input; 0 as long as there is more. */
  get readMs(): number {
    return Math.max(0, this.marks.lastByte - this.marks.submitted);
  }

  get state(): JobState {
    return this.#state;
  }

  get counters(): Readonly<JobCounters> {
    return this.#counters;
  }

  get bytesRead(): number {
    return this.text.bytesRead ?? this.text.bytes;
  }

  get requestId(): string | undefined {
    return this.limits.requestId;
  }

  /** What it failed with. */
  get failure(): JobError | undefined {
    return this.#failure;
  }

  /** What all its runs have written to disk so far. */
  get spilled(): SpillSums {
    return this.#run ? addSpilled(this.#spilled, this.#run.spilled) : this.#spilled;
  }

  result(options?: WaitOptions): Promise<JobResult> {
    return waitForResult(this, options);
  }

  progress(options?: ProgressOptions): AsyncIterableIterator<JobProgress> {
    return new ProgressReports(this, options);
  }

  peek(top: number): KeyCount[] {
    return hasStages(this) ? [] : this.#run?.map.peek(top) ?? [];
  }

  cancel(reason?: unknown): void {
    if (!this.#hasEnded) this.fail(jobCancelled(this.id, reason));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return this.settled;
  }

  /** The deadline has passed. */
  expire(): void {
    this.fail(jobTimeout(this.id, Math.round(this.deadline - this.marks.submitted)));
  }

  get #hasEnded(): boolean {
    return this.#state === "done" || this.#failure !== undefined;
  }

  /** Ends the job with an error: its promises reject at once, its workers leave soon. */
  fail(error: JobError): void {
    if (this.#hasEnded) return;
    this.#failure = error;
    this.#state = error.code === "job_cancelled" ? "cancelled" : "failed";
    this.#received.reject(error);
    this.#done.reject(error);
    this.text.cancel(error);
    this.#next?.cancel(error);
    if (this.#waiting) this.#context.admission.leave(this.#waiting);
    this.#run?.stop(error);
  }

  readNext(text: Text): void {
    this.#next = text;
    if (this.#failure) text.cancel(this.#failure);
  }

  #throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }

  // ---- enter -----------------------------------------------------------------------------------

  /** Waits for the first text without a block: a client that stalls keeps no block from others. */
  async #arrive(): Promise<void> {
    const { admission } = this.#context;
    admission.expect();
    try {
      this.#firstChunk = await this.#first.next();
      this.#throwIfFailed();
      if (!this.#firstChunk) throw emptyBody();
    } catch (error) {
      this.fail(asJobError(error));
    }
    admission.expectNoMore();
    if (this.#firstChunk && !this.#failure) return await this.#enter(this.#firstChunk.text.length);
    this.#onEnded(this);
  }

  async #countInline(bytes: number): Promise<void> {
    await undefined; // whoever has submitted it may still cancel it
    if (performance.now() >= this.deadline) this.expire();
    try {
      const counted = this.#hasEnded ? undefined : countInline(this, this.#context);
      if (counted) this.#settle(counted.result, counted.counters);
    } catch (error) {
      this.fail(asJobError(error));
    }
    if (!this.#hasEnded) return await this.#enter(bytes);
    this.#onEnded(this);
  }

  /** @param bytes What the job holds of its input if it has to wait. */
  #enter(bytes: number): Promise<void> {
    const place = this.#context.admission.enter(bytes);
    if (place instanceof JobBlock) return this.#runIn(place);
    this.#waiting = place;
    return place.turn.then((block) => {
      if (block) return this.#runIn(block);
      this.#onEnded(this); // it failed before its turn came
    });
  }

  // ---- run -------------------------------------------------------------------------------------

  async #runIn(block: JobBlock): Promise<void> {
    let run = this.#run = new JobRun(this.#stage, block, this.#context);
    try {
      while (!await this.#isWhole(run)) run = await this.#startOver(run);
      const isLast = !hasStages(this) || this.limits.firstStage === true;
      const result = this.#takeResult(run, isLast && this.limits.readOnce);
      const whole = isLast ? result : await this.#countOn(run, result);
      this.#settle(
        hasBorders(this.options)
          ? await divideResult(whole, this.options, () => this.#throwIfFailed())
          : whole,
      );
    } catch (error) {
      this.fail(asJobError(error));
      await this.#run?.tasks.drained();
    } finally {
      const removed = this.#end();
      if (removed) await removed; // a job without files is spared the wait
      this.#onEnded(this);
    }
  }

  /** @returns false when a worker was lost half-way: then the text has to be counted again. */
  async #isWhole(run: JobRun): Promise<boolean> {
    this.#throwIfFailed();
    this.#stage.runs++;
    run.open();
    if (this.#stage === this.#first) this.#counters = run.map.chunks.counters;
    this.#state = "running";
    try {
      await this.#map(run);
      const reduced = run.reduction.begin(run.map.chunks.counters.bytes);
      if (reduced) await reduced;
      run.tasks.throwIfEnded();
      return true;
    } catch (error) {
      if (error !== run.loss || this.#failure) throw error;
      return false;
    }
  }

  /** Reads the input and has every chunk counted. */
  async #map(run: JobRun): Promise<void> {
    const stage = this.#stage;
    for (let chunk; (chunk = this.#takeFirst() ?? await stage.next());) {
      run.tasks.throwIfEnded();
      this.marks.firstByte ||= performance.now();
      if (run.map.parts === 0) {
        stage.settle();
        this.options = settleOptions(this.options, this.text.isKeys || this.kernel !== undefined);
      }
      await run.map.count(chunk);
      if (run.map.chunks.isInvalid) break;
    }
    run.tasks.throwIfEnded();
    if (stage !== this.#first) return await run.map.finish();
    if (run.map.parts === 0 && !this.text.isMade) throw emptyBody();
    this.marks.lastByte = performance.now();
    this.marks.firstByte ||= this.marks.lastByte; // a text without a chunk
    this.#received.resolve();
    await run.map.finish();
    this.marks.mapped = performance.now();
  }

  #takeFirst(): Chunk | undefined {
    const first = this.#firstChunk;
    this.#firstChunk = undefined;
    return first;
  }

  /** Makes the next run, of the stage in hand; its text is read from the beginning. */
  async #startOver(lost: JobRun): Promise<JobRun> {
    const run = await this.#follow(lost);
    this.#stage.rewind();
    return run;
  }

  /** Makes the run after one that is over: over another block if a thread may still write to its. */
  async #follow(over: JobRun): Promise<JobRun> {
    await over.tasks.drained();
    this.#throwIfFailed();
    const { isHaunted, block } = over;
    const removed = this.#end(!isHaunted);
    const place = isHaunted ? this.#context.admission.enter(0) : block;
    if (!(place instanceof JobBlock)) this.#waiting = place;
    const next = place instanceof JobBlock ? place : await place.turn;
    if (next) this.#run = new JobRun(this.#stage, next, this.#context);
    if (removed) await removed;
    this.#throwIfFailed(); // without a block the job has failed, and so left the line
    return this.#run!;
  }

  /** Counts what the first stage has given, stage by stage; returns the job's result. */
  async #countOn(run: JobRun, first: JobResult): Promise<JobResult> {
    for (let result = first, stages = 1;; stages++) {
      const { segment } = result;
      try {
        const { stage, isLast } = await openNextStage(this, result, stages, this.#context);
        this.#stage = stage;
        run = await this.#follow(run);
        while (!await this.#isWhole(run)) run = await this.#startOver(run);
        const last = this.#takeResult(run, isLast && this.limits.readOnce);
        result = joinResults(result, last);
        if (isLast) return result;
      } finally {
        segment.close();
      }
    }
  }

  // ---- settle ----------------------------------------------------------------------------------

  /** Ends the run that has a block, if one has. */
  #end(keepsBlock = false): Promise<void> | undefined {
    const run = this.#run;
    if (!run) return;
    this.#run = undefined;
    this.#attempts += run.map.attempts;
    if (run.block.spills) this.#spilled = addSpilled(this.#spilled, run.spilled);
    return run.close(keepsBlock);
  }

  #takeResult(run: JobRun, readOnce?: boolean): JobResult {
    this.marks.reduced = performance.now();
    const attempts = this.#attempts + run.map.attempts;
    return takeResult(run, {
      job: this,
      records: this.#records,
      runs: this.#stage.runs,
      attempts,
      readOnce,
      kernelLimits: this.#context.kernelLimits,
    });
  }

  #settle(result: JobResult, counters = this.#counters): void {
    this.#state = "done";
    this.#counters = counters;
    this.#received.resolve();
    this.#done.resolve(result);
  }
}
