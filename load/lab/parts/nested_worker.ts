/// <reference lib="deno.worker" />
import { SerialLock } from "../../../src/shared/serial_lock.ts";
import * as at from "./nested_words.ts";

/** A thread that sleeps looks at the stop word this often. */
const SLICE_MS = 20;

/**
 * One thread: takes outer tasks first, and else inner ones. An outer task has an inner one made, and
 * blocks its thread until that is done: a future's `result()` in a pool of threads does so.
 */
class NestedThread {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #lock: SerialLock | undefined;
  readonly #start: at.NestedStart;

  constructor(start: at.NestedStart) {
    this.#start = start;
    this.#words = new Int32Array(start.memory);
    this.#lock = start.lock && new SerialLock(start.lock);
  }

  run(): void {
    const words = this.#words;
    Atomics.add(words, at.BEGUN, 1);
    while (this.#goesOn() && Atomics.load(words, at.BEGUN) < this.#start.threads) this.#pause();
    while (this.#goesOn()) {
      const outer = Atomics.load(words, at.OUTER);
      const next = outer - 1;
      if (outer > 0) {
        // WORKING first: whoever sees the task taken sees that somebody works on it.
        this.#become(at.WORKING);
        if (Atomics.compareExchange(words, at.OUTER, outer, next) === outer) this.#doOuter(next);
        this.#become(at.IDLE);
      } else if (!this.#takeInner()) this.#pause();
    }
  }

  readonly #goesOn = (): boolean => Atomics.load(this.#words, at.STOP) === 0;

  #pause(): void {
    Atomics.wait(this.#words, at.STOP, 0, 1);
  }

  #become(state: number): void {
    const word = at.STATES + this.#start.thread;
    const before = Atomics.load(this.#words, word);
    Atomics.store(this.#words, word, (before & ~at.STATE_MASK) + at.STATE_STEP | state);
  }

  #doOuter(task: number): void {
    if (!this.#enter()) return;
    Atomics.store(this.#words, at.INNER + task, at.INNER_READY);
    if (this.#start.yields) this.#leave();
    if (!this.#awaitInner(task)) return;
    if (this.#start.yields && !this.#enter()) return;
    Atomics.add(this.#words, at.SUM, at.innerResult(task));
    Atomics.add(this.#words, at.ENDED, 1);
    this.#leave();
  }

  /** @returns false when the threads must end before the task has. */
  #awaitInner(task: number): boolean {
    const { thread } = this.#start;
    Atomics.store(this.#words, at.AWAITED + thread, task);
    this.#become(at.WAITS_FOR_RESULT);
    for (;;) {
      const state = Atomics.load(this.#words, at.INNER + task);
      if (state === at.INNER_DONE || !this.#goesOn()) {
        this.#become(at.WORKING);
        return state === at.INNER_DONE;
      }
      Atomics.wait(this.#words, at.INNER + task, state, SLICE_MS);
    }
  }

  /** Does an inner task, if one is ready. */
  #takeInner(): boolean {
    const words = this.#words;
    for (let task = 0; task < at.MOST_TASKS; task++) {
      const word = at.INNER + task;
      if (Atomics.load(words, word) !== at.INNER_READY) continue;
      this.#become(at.WORKING);
      const ready = Atomics.compareExchange(words, word, at.INNER_READY, at.INNER_TAKEN);
      if (ready === at.INNER_READY && this.#enter()) {
        Atomics.store(words, word, at.INNER_DONE);
        Atomics.notify(words, word);
        this.#leave();
      }
      this.#become(at.IDLE);
      return true;
    }
    return false;
  }

  #enter(): boolean {
    if (!this.#lock) return true;
    this.#become(at.WAITS_FOR_LOCK);
    const entered = this.#lock.acquire(this.#start.thread, SLICE_MS, this.#goesOn);
    this.#become(at.WORKING);
    return entered;
  }

  #leave(): void {
    this.#lock?.release(this.#start.thread);
  }
}

self.onmessage = ({ data }: MessageEvent<at.NestedStart>) => {
  new NestedThread(data).run();
  self.postMessage("ended");
  self.close();
};
