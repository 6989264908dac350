/** What host and threads of `nested_tasks.ts` share: words of one memory. */

/** u32, host: not 0 when the threads must end. */
export const STOP = 0;
/** u32: outer tasks that no thread has taken. */
export const OUTER = 1;
/** u32: threads that have begun; they all begin before one takes a task. */
export const BEGUN = 2;
/** u32, threads: sum of what the outer tasks have found. */
export const SUM = 3;
/** u32, threads: outer tasks that are done. */
export const ENDED = 4;
/** u32 × MOST_TASKS: inner task of each outer one, one of INNER_*. */
export const INNER = 8;
export const MOST_TASKS = 8;
/** u32 × MOST_THREADS, each by its thread: what it does, one of the states, + 4 for each change. */
export const STATES = INNER + MOST_TASKS;
export const MOST_THREADS = 8;
/** u32 × MOST_THREADS, each by its thread: the outer task whose inner one it waits for. */
export const AWAITED = STATES + MOST_THREADS;
export const WORDS = AWAITED + MOST_THREADS;

export const INNER_NONE = 0;
export const INNER_READY = 1;
export const INNER_TAKEN = 2;
export const INNER_DONE = 3;

/** Looks for a task. */
export const IDLE = 0;
export const WORKING = 1;
export const WAITS_FOR_RESULT = 2;
export const WAITS_FOR_LOCK = 3;
export const STATE_MASK = 3;
export const STATE_STEP = 4;

/** What the inner task of an outer one gives. */
export const innerResult = (task: number): number => (task + 1) * 100;

/** How a thread of the demonstration starts. */
export interface NestedStart {
  memory: SharedArrayBuffer;
  /** Of the one lock; undefined where tasks need none. */
  lock?: SharedArrayBuffer;
  /** Whether a task lets go of the lock while it waits for another. */
  yields: boolean;
  thread: number;
  threads: number;
}
