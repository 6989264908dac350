import { DOORBELL, DOORBELL_MODE, DOORBELL_PROBE } from "../../assembly/layout.ts";

/** How workers wake the host; the numbers stand in shared memory. */
export const DoorbellMode = { message: 0, wait: 1 } as const;

/** A worker that probes sleeps this long before it notifies, so that the host is idle by then. */
const PROBE_DELAY_MS = 20;
/** How often the worker tries again while the host has no time to listen. */
export const PROBE_TRIES = 25;
/** A wake-up that comes later than this after the notify was not caused by it. */
const PROBE_TOLERANCE_MS = 40;

/** In earlier ones `Atomics.waitAsync` wakes no idle event loop, though it may seem to in a busy one. */
const FIRST_DENO_THAT_WAKES = [2, 7, 6];

/** Whether this Deno can wake an idle host, so that a probe is worth while. */
export function canWake(version = Deno.version.deno): boolean {
  const numbers = version.split(/[.+-]/, 3).map(Number); // a collator takes milliseconds to load
  const at = FIRST_DENO_THAT_WAKES.findIndex((number, i) => numbers[i] !== number);
  return at < 0 || numbers[at] > FIRST_DENO_THAT_WAKES[at];
}

/**
 * A worker's side of the doorbell. The worker rings after it has published a result.
 *
 * The worker changes the bell before it reads the mode, and the host stores the mode before it
 * waits. So either the host's wait sees the changed bell, or the worker sees the mode that the host
 * listens in. The host listens to messages in both modes.
 */
export class WorkerDoorbell {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #post: () => void;

  /** @param post Sends any message to the host. */
  constructor(words: Int32Array<SharedArrayBuffer>, post: () => void) {
    this.#words = words;
    this.#post = post;
  }

  ring(): void {
    const words = this.#words;
    Atomics.add(words, DOORBELL >> 2, 1);
    if (Atomics.load(words, DOORBELL_MODE >> 2) === DoorbellMode.wait) {
      Atomics.notify(words, DOORBELL >> 2, 1);
    } else {
      this.#post();
    }
  }

  /**
   * Notifies until the host was waiting for it: see HostDoorbell. The word keeps its value, so that
   * only a notify that came through ends the host's wait. Where the host waits for results already,
   * because this worker replaces another, there is nothing to try.
   */
  probe(): void {
    const words = this.#words;
    for (let tries = 0; tries < PROBE_TRIES; tries++) {
      if (Atomics.load(words, DOORBELL_MODE >> 2) === DoorbellMode.wait) return;
      // A sleep; only the host's close() ends it early.
      const slept = Atomics.wait(words, DOORBELL_PROBE >> 2, 0, PROBE_DELAY_MS);
      if (slept !== "timed-out" || Atomics.notify(words, DOORBELL_PROBE >> 2) > 0) return;
    }
  }
}

/** How many turns of an idle event loop, of a microsecond each, the host looks at the bell. */
export const LOOK_TURNS = 50;
/** Where turns are slow, or full of work, the bell tells of a result as soon: then the looks end. */
const LOOK_MS = 1;

/**
 * The host's side of the doorbell: calls `drain` whenever results may be there.
 *
 * Deno before 2.7.6 does not wake an idle event loop when `Atomics.waitAsync` is notified, so the
 * engine starts with messages, which always arrive, and changes to waiting, in a Deno that can, once
 * a probe has come through in time: a wake-up then costs 8 µs instead of 20 to 70.
 */
export class HostDoorbell {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #drain: () => void;
  #closed = false;
  #listening = false;
  #turnsLeft = 0;
  #lookUntil = 0;
  /** The bell when the looks began. */
  #lastLook = 0;

  constructor(words: Int32Array<SharedArrayBuffer>, drain: () => void) {
    this.#words = words;
    this.#drain = drain;
  }

  /** `message` or `wait`. */
  get mode(): keyof typeof DoorbellMode {
    const mode = Atomics.load(this.#words, DOORBELL_MODE >> 2);
    return mode === DoorbellMode.wait ? "wait" : "message";
  }

  /**
   * Looks at the bell in every turn of the event loop for a while, some 50 µs. The caller is about
   * to push a task that comes back sooner than a wake-up takes. Nothing depends on these looks: the
   * bell would tell of the result later.
   */
  expect(): void {
    if (this.#turnsLeft === 0) {
      this.#lastLook = Atomics.load(this.#words, DOORBELL >> 2);
      setImmediate(this.#look);
    }
    this.#turnsLeft = LOOK_TURNS;
    this.#lookUntil = performance.now() + LOOK_MS;
  }

  readonly #look = (): void => {
    if (this.#closed) return;
    if (Atomics.load(this.#words, DOORBELL >> 2) === this.#lastLook) {
      this.#turnsLeft = performance.now() < this.#lookUntil ? this.#turnsLeft - 1 : 0;
      if (this.#turnsLeft > 0) setImmediate(this.#look);
      return;
    }
    this.#turnsLeft = 0;
    this.#drain(); // which may expect the next one
  };

  /** A message of a worker has come; in either mode, since one may be under way when it changes. */
  onMessage(): void {
    this.#drain();
  }

  /** The worker that probes has said that it is ready. */
  async onProbe(): Promise<void> {
    if (this.mode === "wait") return; // a replaced worker tries what is known already
    const started = performance.now();
    const probe = Atomics.waitAsync(this.#words, DOORBELL_PROBE >> 2, 0);
    if (!probe.async) return; // only close() changes the word
    await probe.value;
    if (this.#closed || performance.now() - started > PROBE_DELAY_MS + PROBE_TOLERANCE_MS) return;
    Atomics.store(this.#words, DOORBELL_MODE >> 2, DoorbellMode.wait);
    await this.#listen();
  }

  async #listen(): Promise<void> {
    if (this.#listening) return; // one notify may end the waits of two probes
    this.#listening = true;
    const words = this.#words;
    while (!this.#closed) {
      // Read before the drain: a ring in between makes the wait return at once.
      const seen = Atomics.load(words, DOORBELL >> 2);
      this.#drain();
      const rung = Atomics.waitAsync(words, DOORBELL >> 2, seen);
      if (rung.async) await rung.value;
    }
  }

  /** Ends the listening, so that nothing holds the memory any more. */
  close(): void {
    this.#closed = true;
    for (const word of [DOORBELL >> 2, DOORBELL_PROBE >> 2]) {
      Atomics.add(this.#words, word, 1);
      Atomics.notify(this.#words, word);
    }
  }
}
