import { SerialLock } from "../../../src/shared/serial_lock.ts";
import { runThread } from "../../../tests/support/threads.ts";
import { pause } from "../../../tests/support/waits.ts";
import * as at from "./nested_words.ts";

const LOOK_MS = 2;
/** Threads answer a stop within a slice of theirs; a machine may be slow. */
const LIMIT_MS = 60_000;

/** Tasks that block on tasks. */
export interface NestedCase {
  /** At most MOST_THREADS. */
  threads: number;
  /** At most MOST_TASKS; each waits for an inner one. */
  tasks: number;
  /** `held` while a task waits for another, or `yielded` then. */
  lock: "none" | "held" | "yielded";
}

/** What came of them. */
export type NestedOutcome = "ended" | "deadlock";

/**
 * Has threads run tasks that block on other tasks, and finds out whether they end.
 *
 * A deadlock is seen, not timed: no thread works, none can take a task, and each that waits does so
 * for a task that no thread can do, or for a lock whose owner waits so. Then the threads are stopped.
 *
 * @throws {Error} If neither is so within the limit, or the tasks have found something wrong.
 */
export async function runNested(
  { threads, tasks, lock }: NestedCase,
  limitMs = LIMIT_MS,
): Promise<NestedOutcome> {
  const words = new Int32Array(new SharedArrayBuffer(at.WORDS * 4));
  words[at.OUTER] = tasks;
  const lockMemory = lock === "none" ? undefined : SerialLock.createMemory();
  const starts = Array.from({ length: threads }, (_, thread): at.NestedStart => ({
    memory: words.buffer,
    lock: lockMemory,
    yields: lock === "yielded",
    thread,
    threads,
  }));
  const module = new URL("./nested_worker.ts", import.meta.url);
  const ended = Promise.all(starts.map((start) => runThread(module, start)));
  try {
    const outcome = await observe(words, { threads, tasks }, lockMemory, limitMs);
    const sum = Array.from({ length: tasks }, (_, task) => at.innerResult(task))
      .reduce((a, b) => a + b);
    if (outcome === "ended" && words[at.SUM] !== sum) {
      throw new Error(`Nested tasks have found ${words[at.SUM]}, not ${sum}`);
    }
    return outcome;
  } finally {
    Atomics.store(words, at.STOP, 1);
    for (let word = 0; word < words.length; word++) Atomics.notify(words, word);
    await ended;
  }
}

async function observe(
  words: Int32Array<SharedArrayBuffer>,
  { threads, tasks }: Pick<NestedCase, "threads" | "tasks">,
  lockMemory: SharedArrayBuffer | undefined,
  limitMs: number,
): Promise<NestedOutcome> {
  const lock = lockMemory && new SerialLock(lockMemory);
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    if (Atomics.load(words, at.ENDED) === tasks) return "ended";
    if (isStuck(words, threads, lock)) return "deadlock";
    await pause(LOOK_MS);
  }
  throw new Error(`Nested tasks have neither ended nor locked each other out in ${limitMs} ms`);
}

/**
 * Whether nothing can go on. The states are read twice. Each change gives a state another number, so
 * if both readings agree, all of the first stood together in between, with what was read there.
 */
function isStuck(
  words: Int32Array<SharedArrayBuffer>,
  threads: number,
  lock: SerialLock | undefined,
): boolean {
  if (Atomics.load(words, at.BEGUN) < threads) return false;
  const readStates = () =>
    Array.from({ length: threads }, (_, thread) => Atomics.load(words, at.STATES + thread));
  const before = readStates();
  const states = before.map((state) => state & at.STATE_MASK);
  const owner = lock?.owner ?? -1;
  const inner = Array.from(
    { length: at.MOST_TASKS },
    (_, task) => Atomics.load(words, at.INNER + task),
  );
  const awaited = states.map((_, thread) => Atomics.load(words, at.AWAITED + thread));
  const outer = Atomics.load(words, at.OUTER);
  if (readStates().some((state, thread) => state !== before[thread])) return false;

  const waitsInVain = (thread: number) =>
    states[thread] === at.WAITS_FOR_RESULT && inner[awaited[thread]] !== at.INNER_DONE;
  const hasTask = outer > 0 || inner.includes(at.INNER_READY);
  return states.every((state, thread) => {
    if (state === at.IDLE) return !hasTask;
    if (state === at.WAITS_FOR_LOCK) return owner >= 0 && waitsInVain(owner);
    return waitsInVain(thread);
  }) && states.some((state) => state !== at.IDLE);
}
