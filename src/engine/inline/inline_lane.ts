import { INVALID_UTF8 } from "../../../assembly/layout.ts";
import type { CountOptions } from "../../contract/options.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { JobFilters } from "../filters.ts";
import { CLEAN_FAULT } from "../../shared/task_status.ts";
import { INLINE_BYTES, type InlineCounter, type InlineOutcome } from "./inline_counter.ts";
import { encodeInlineJob, type InlineJob } from "./inline_job.ts";

/**
 * Longest time that is counted inline between two turns of the event loop; what comes beyond it goes
 * to the threads.
 */
const TURN_MS = 4;

/**
 * What handing a text to a thread and taking its result costs at least, this thread and the other
 * one together, with the system calls that wake them.
 */
const HOP_MS = 0.012;

/** What a text costs beside its bytes, as if it had so many more. */
const FIXED_BYTES = 1024;

/**
 * How far the estimate of a byte's cost moves towards the latest count, when that was cheaper and
 * when it was dearer: what takes longer has most often lost its core meanwhile, or is a first one.
 */
const FALL = 0.2;
const RISE = 0.01;
/** No count moves it farther than one of so many times the estimate. */
const MOST_TIMES = 4;

/**
 * Counts short texts on the engine's own thread, as long as that keeps nobody waiting.
 *
 * Any of them is counted sooner here than by a thread, and costs the machine less. But while others
 * wait for this thread, its time is dearer than that of the others. So `auto` counts two kinds here:
 * texts that cost less than a hop, by what the latest ones have cost; and the first one of each turn.
 */
export class InlineLane {
  /** Jobs that were counted here, and how long that took. */
  jobs = 0;
  ms = 0;
  readonly mode: true | "auto";
  readonly #create: () => InlineCounter;
  readonly #mostMs: number;
  /** Undefined until the first text, and behind a trap. */
  #counter: InlineCounter | undefined;
  /** Whether no counter could be made: then threads count everything. */
  #isClosed = false;
  /** What jobs of these options are for the counter. */
  readonly #encoded = new WeakMap<CountOptions, InlineJob>();
  /** About what a byte costs; what it costs here is known soon. */
  #msPerByte = 3e-6;
  #turnMs = 0;
  #turn: ReturnType<typeof setImmediate> | undefined;

  /**
   * @param create Makes a counter, when there is a text for it.
   * @param mostMs Longest time between two turns of the event loop, in ms. @default {4}
   */
  constructor(mode: true | "auto", create: () => InlineCounter, mostMs = TURN_MS) {
    this.mode = mode;
    this.#create = create;
    this.#mostMs = mostMs;
  }

  /** Whether a text of so many bytes would be counted now. */
  takes(bytes: number): boolean {
    if (bytes === 0 || bytes > INLINE_BYTES || this.#turnMs >= this.#mostMs) return false;
    if (this.#isClosed) return false;
    return this.mode === true || this.#turnMs === 0 ||
      (bytes + FIXED_BYTES) * this.#msPerByte <= HOP_MS;
  }

  /** What the last count gave beside its segment, or INVALID_UTF8. */
  get outcome(): InlineOutcome {
    return this.#counter!.outcome;
  }

  /**
   * Counts a text that the lane takes.
   *
   * @param options With nothing left open.
   * @returns The answer, or why there is none: INVALID_UTF8, OUT_OF_PAGES or CLEAN_FAULT.
   */
  count(text: Uint8Array, options: CountOptions, filters: JobFilters): Segment | number {
    const began = performance.now();
    const counter = this.#counter ??= this.#open();
    if (counter === undefined) return CLEAN_FAULT;
    try {
      const segment = counter.count(text, this.#encode(options, filters));
      if (segment !== undefined || counter.outcome.status === INVALID_UTF8) this.jobs++;
      return segment ?? counter.outcome.status;
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.#counter = undefined; // what a trap leaves is of no more use
      return CLEAN_FAULT;
    } finally {
      this.#note(performance.now() - began, text.length);
    }
  }

  /** @returns Undefined where there is no memory for a counter; nothing is tried again then. */
  #open(): InlineCounter | undefined {
    try {
      return this.#create();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#isClosed = true;
    }
  }

  #encode(options: CountOptions, filters: JobFilters): InlineJob {
    let job = this.#encoded.get(options);
    if (job === undefined) this.#encoded.set(options, job = encodeInlineJob(options, filters));
    return job;
  }

  #note(ms: number, bytes: number): void {
    this.ms += ms;
    const latest = Math.min(ms / (bytes + FIXED_BYTES), MOST_TIMES * this.#msPerByte);
    const change = latest - this.#msPerByte;
    this.#msPerByte += change * (change < 0 ? FALL : RISE);
    this.#turnMs += ms;
    if (this.#turn === undefined) this.#turn = setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#turn = undefined;
    this.#turnMs = 0;
  };
}
