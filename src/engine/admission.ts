import { JOB_CAPACITY } from "../../assembly/layout.ts";
import { JobError } from "../contract/problems.ts";
import type { SharedHeap } from "../shared/shared_heap.ts";
import { JobBlock } from "../shared/job_block.ts";

/** How much may wait. */
export interface QueueBounds {
  /** Most jobs that wait for a block, or may have to when their text comes. */
  maxQueuedJobs: number;
  /** Most bytes of input that wait with them. */
  maxQueuedBytes: number;
}

/** A job that waits for its turn. */
export interface Waiting {
  readonly bytes: number;
  /** Resolves to the job's block, or to undefined when the job has left the line. */
  readonly turn: Promise<JobBlock | undefined>;
  readonly call: (block?: JobBlock) => void;
}

/**
 * The job blocks, each of which one job has at a time, and the bounded line of jobs that wait for
 * one. A job enters the line with its first text; the first is served first.
 *
 * 1. A job without text holds no block, so that a client that stalls keeps no other job from
 *    running. It is `expected`, and counts as a waiting one: its text may come while no block is
 *    free.
 * 2. For every free block one job more is let in, since that block is there for one of them.
 * 3. A job whose input is here runs at once when a block is free, however many are expected. So the
 *    line may outgrow `maxQueuedJobs`, but never by more than there are blocks.
 */
export class Admission {
  readonly #free: JobBlock[] = [];
  readonly #line = new Set<Waiting>();
  /** Is called when the last free block is taken, and when there is one again. */
  onTurn: () => void = () => {};
  readonly #bounds: QueueBounds;
  #bytes = 0;
  #expected = 0;

  /** @param blocks Most jobs that run at once. */
  constructor(heap: SharedHeap, bounds: QueueBounds, blocks = JOB_CAPACITY) {
    this.#bounds = bounds;
    for (let index = blocks - 1; index >= 0; index--) {
      this.#free.push(new JobBlock(heap, index));
    }
  }

  /** Whether a job that enters now need not wait. */
  get isOpen(): boolean {
    return this.#free.length > 0;
  }

  /** Jobs that wait for a block. */
  get queuedJobs(): number {
    return this.#line.size;
  }

  /** Bytes of their inputs, as far as those are known. */
  get queuedBytes(): number {
    return this.#bytes;
  }

  /**
   * Lets a job in, or throws. An input that is larger than the bound may wait if no other does;
   * else it could never be counted.
   *
   * @param bytes Size of its input, 0 when unknown.
   * @param isHere Whether all of its input is here.
   * @throws {JobError} `too_many_jobs`.
   */
  check(bytes: number, isHere: boolean): void {
    if (isHere && this.#free.length > 0) return;
    const { maxQueuedJobs, maxQueuedBytes } = this.#bounds;
    const waiting = this.#line.size + this.#expected;
    if (waiting >= maxQueuedJobs + this.#free.length) {
      throw tooMany(
        `${waiting} jobs wait or are yet to come, the limit is ${maxQueuedJobs}`,
        maxQueuedJobs,
      );
    }
    const sum = this.#bytes + bytes;
    if (sum > maxQueuedBytes && this.#bytes > 0) {
      throw tooMany(`${sum} bytes would wait, the limit is ${maxQueuedBytes}`, maxQueuedBytes);
    }
  }

  /** A job has come in whose input is yet to come. */
  expect(): void {
    this.#expected++;
  }

  /** An expected job has its first text, or has ended without. */
  expectNoMore(): void {
    this.#expected--;
  }

  /** Takes a block, or the last position in the line. */
  enter(bytes: number): JobBlock | Waiting {
    const block = this.#free.pop();
    if (block) {
      if (!this.isOpen) this.onTurn();
      return block;
    }
    const { promise: turn, resolve: call } = Promise.withResolvers<JobBlock | undefined>();
    const waiting: Waiting = { bytes, turn, call };
    this.#line.add(waiting);
    this.#bytes += bytes;
    return waiting;
  }

  /** Leaves the line; does nothing if the job's turn has come. */
  leave(waiting: Waiting): void {
    if (!this.#line.delete(waiting)) return;
    this.#bytes -= waiting.bytes;
    waiting.call();
  }

  /** Gives a block to the next in line. */
  release(block: JobBlock): void {
    const [next] = this.#line;
    if (!next) {
      if (this.#free.push(block) === 1) this.onTurn();
      return;
    }
    this.#line.delete(next);
    this.#bytes -= next.bytes;
    next.call(block);
  }
}

function tooMany(what: string, limit: number): JobError {
  return new JobError("too_many_jobs", `Cannot submit: ${what}`, { details: { limit } });
}
