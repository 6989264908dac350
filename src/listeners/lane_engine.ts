import { type CountOptions, createCountOptions } from "../contract/options.ts";
import { asksRecords } from "../contract/record_question.ts";
import { JobError } from "../contract/problems.ts";
import { resultShape } from "../contract/result_values.ts";
import type { CountEngine } from "../engine/count_engine.ts";
import { encodeFilters } from "../engine/filters.ts";
import {
  countInline,
  type InlineCount,
  type InlineOwner,
  mayBeInline,
} from "../engine/inline/count_inline.ts";
import { InlineCounter } from "../engine/inline/inline_counter.ts";
import { InlineLane } from "../engine/inline/inline_lane.ts";
import { createMarks, NOTHING_COUNTED } from "../engine/job/first_state.ts";
import type { JobHandle, JobInput, ObservedJob, SubmitOptions } from "../engine/job_contract.ts";
import { openText } from "../input/open_text.ts";
import type { LoadedKernel } from "../kernels/loaded_kernel.ts";
import { JOB_LOG } from "../observe/job_log.ts";
import { HandOver } from "./hand_over.ts";
import type { ListenerSums } from "./listener_words.ts";

/** What a tenant's jobs are counted under; undefined if the main thread is to count them. */
export type SlotOf = (tenant: string | undefined) => { slot?: number } | undefined;

const NO_FLOW = { parent: undefined };
const NO_SCHEDULER = { charge() {} };
const OPEN = { isOpen: true };

/** A short text whose count begins and ends in one turn. */
type LaneJob = InlineOwner & Omit<JobHandle, "kernel"> & ObservedJob & { limits: SubmitOptions };

/**
 * Counts short texts on a listener thread, for the engine of the main thread. What is no short text,
 * and what goes wrong with one, is for that engine: `submit` throws a HandOver then.
 */
export class LaneEngine implements Pick<CountEngine, "workers" | "submit"> {
  readonly workers = 1;
  readonly #sums: ListenerSums;
  readonly #slotOf: SlotOf;
  readonly #inline: InlineLane;
  readonly #encodeFilters: (options: CountOptions, ofWords: boolean) => ReturnType<
    typeof encodeFilters
  >;

  /** @param kernel Loaded for INLINE_PAGES. */
  constructor(kernel: LoadedKernel, sums: ListenerSums, slotOf: SlotOf) {
    this.#sums = sums;
    this.#slotOf = slotOf;
    // Nobody else wants this thread.
    this.#inline = new InlineLane(true, () => new InlineCounter(kernel.module), Infinity);
    this.#encodeFilters = (options, ofWords) => encodeFilters(options, ofWords, kernel.keys);
  }

  /** @throws {HandOver} If the engine of the main thread is to count it. */
  submit(input: JobInput, options: CountOptions, limits: SubmitOptions = {}): JobHandle {
    const place = this.#slotOf(limits.tenant);
    if (place === undefined || !(input instanceof Uint8Array)) throw new HandOver();
    const before = { jobs: this.#inline.jobs, ms: this.#inline.ms };
    const job = openJob(input, createCountOptions(options), limits);
    const { result, counters } = this.#count(job, input.length);
    const ended = Object.assign(job, { done: Promise.resolve(result), counters });
    const { submitted, lastByte } = job.marks;
    this.#sums.add({
      jobs: this.#inline.jobs - before.jobs,
      ms: this.#inline.ms - before.ms,
      bytes: counters.bytes,
      tokens: counters.tokens,
      readMs: lastByte - submitted,
    }, place.slot);
    JOB_LOG.ended!(ended);
    return ended;
  }

  #count(job: LaneJob, bytes: number): InlineCount {
    const parts = {
      inline: this.#inline,
      encodeFilters: this.#encodeFilters,
      scheduler: NO_SCHEDULER,
      admission: OPEN,
    };
    try {
      const isForLane = !asksRecords(job.options) && mayBeInline(job, bytes, parts);
      const counted = isForLane ? countInline(job, parts) : undefined;
      if (counted) return counted;
    } catch (error) {
      if (!(error instanceof JobError)) throw error; // else the engine says what is wrong
    }
    throw new HandOver();
  }
}

function openJob(input: Uint8Array, options: CountOptions, limits: SubmitOptions): LaneJob {
  const pending = Promise.resolve();
  return {
    id: limits.id ?? crypto.randomUUID(),
    requestId: limits.requestId,
    text: openText(input, { ...options, mostChunkBytes: 0 }, limits),
    options,
    limits,
    marks: createMarks(),
    flow: NO_FLOW,
    kernel: limits.kernel,
    state: "done",
    shape: resultShape(undefined),
    failure: undefined,
    counters: NOTHING_COUNTED,
    received: pending,
    done: pending as never,
    peek: () => [],
    cancel() {},
  };
}
