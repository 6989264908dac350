import { PAGE_BYTES } from "../../assembly/layout.ts";

// The word at byte 0 of the leash: 0, or 1 + the ticket whose user code must stop. Polls in user code
// trap when it is not 0. README.md, beside this file, says why no stop is lost.

const WORD = 0;

/** What the leash says to a thread whose user code has trapped. */
export type Stop = "own" | "late" | "none";

function wordsOf(memory: WebAssembly.Memory): Int32Array<SharedArrayBuffer> {
  return new Int32Array(memory.buffer as unknown as SharedArrayBuffer);
}

/** No ticket is NO_TICKET, so this is never 0. */
const stopOf = (ticket: number): number => (ticket + 1) | 0;

/** Makes the leash of a place: a shared memory of its own, since modules import it. */
export function createLeash(): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  if (memory.buffer.byteLength !== PAGE_BYTES) throw new RangeError("Cannot create a leash");
  return memory;
}

/** The host's side. */
export class HostLeash {
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(memory: WebAssembly.Memory) {
    this.#words = wordsOf(memory);
  }

  /** Stops the user code of a ticket, at any time; if the thread is past it, nothing is lost. */
  stop(ticket: number): void {
    Atomics.store(this.#words, WORD, stopOf(ticket));
  }
}

/** The side of the thread that runs user code. */
export class ThreadLeash {
  readonly memory: WebAssembly.Memory;
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.#words = wordsOf(memory);
  }

  /**
   * Before user code runs for a ticket: takes away what was meant for another one.
   *
   * @returns false when the host has stopped this ticket.
   */
  loosen(ticket: number): boolean {
    for (;;) {
      const stop = Atomics.load(this.#words, WORD);
      if (stop === 0) return true;
      // By compare-exchange: a plain store could wipe out a stop of this ticket that has just come.
      Atomics.compareExchange(this.#words, WORD, stop, 0);
      if (stop === stopOf(ticket)) return false;
    }
  }

  /** After a trap in the code of a ticket: whether the host wanted it, or a stop came too late. */
  read(ticket: number): Stop {
    const stop = Atomics.load(this.#words, WORD);
    if (stop === 0) return "none";
    return stop === stopOf(ticket) ? "own" : "late";
  }
}
