import { INVALID_UTF8, OK, STOPPED } from "../../assembly/layout.ts";
import { ThreadLeash } from "../../src/shared/leash.ts";
import type { StartMessage } from "../../src/shared/messages.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { Task } from "../../src/shared/task.ts";
import { INTERRUPTED, KERNEL_OUT_OF_MEMORY, KERNEL_TRAPPED } from "../../src/shared/task_status.ts";
import { Guest } from "./guest.ts";
import { encodeMessage, GuestFailure, isStackOverflow, STACK_OVERFLOW } from "./guest_failure.ts";
import { JobGuests } from "./job_guests.ts";
import { CompiledKernels, copyKernel, readOutput } from "./job_kernel.ts";
import { KeyOutput } from "./key_output.ts";
import { repairChunk, type TextChunk } from "./text_chunk.ts";
import type { PrivateKeys } from "./place_keys.ts";

/** What a user kernel has made of a chunk. */
export interface UserKeys extends PrivateKeys {
  /** Why it has failed, in UTF-8. */
  message: Uint8Array;
  /** Milliseconds that the kernel ran, and bytes of its memory, where it has not failed. */
  ms: number;
  memoryBytes: number;
}

/** Instances that a thread keeps, since jobs take turns; each may have its most memory. */
const MOST_GUESTS = 2;

const NOTHING = new Uint8Array(0);

/**
 * Runs user kernels in one thread. Each job has an instance of its own, and a failure ends it.
 *
 * All of it happens in CLAIMED and writes to no memory that others see: the host may take the task
 * away at any time, and another thread begins it anew.
 */
export class UserKernels {
  readonly #heap: SharedHeap;
  readonly #mostBytes: number;
  readonly #leash: ThreadLeash;
  readonly #isWanted: () => boolean;
  readonly #compiled = new CompiledKernels();
  readonly #output = new KeyOutput();
  readonly #guests: JobGuests<Guest>;

  /** @param isWanted Whether the thread has the task and its job runs; it also shows a beat. */
  constructor(heap: SharedHeap, start: StartMessage, isWanted: () => boolean) {
    this.#heap = heap;
    this.#guests = new JobGuests(heap, MOST_GUESTS);
    this.#mostBytes = start.kernelMemoryBytes;
    this.#leash = new ThreadLeash(start.leash);
    this.#isWanted = isWanted;
  }

  /** Runs the job's kernel over the task's chunk. The keys are valid until the next call. */
  map(ticket: number, task: Task): UserKeys {
    for (;;) {
      if (!this.#isWanted()) return ended(STOPPED);
      if (!this.#leash.loosen(ticket)) return ended(INTERRUPTED);
      const keys = this.#run(ticket, task);
      if (keys) return keys;
    }
  }

  /** @returns Undefined when a stop that was meant for another task has hit this one. */
  #run(ticket: number, { job, epoch, start, bytes }: Task): UserKeys | undefined {
    const terms = readOutput(this.#heap, job);
    const chunk = this.#readChunk(start, bytes, terms.takesText);
    if (chunk.replaced > 0 && terms.rejects) return ended(INVALID_UTF8, chunk.badOffset);
    const source = { ...terms, ...chunk };
    const begun = performance.now();
    try {
      this.#output.begin(source);
      const guest = this.#guestOf(job, epoch);
      if (!guest) return ended(STOPPED);
      guest.map(source);
      const keys = this.#take(performance.now() - begun, guest.memoryBytes);
      return { ...keys, replaced: keys.replaced + chunk.replaced };
    } catch (error) {
      return this.#explain(ticket, error, this.#guests.take(job), bytes);
    }
  }

  #readChunk(start: number, bytes: number, isText: boolean): TextChunk {
    const { bytes: text, words } = this.#heap;
    if (isText) return repairChunk(text, words, start, bytes);
    return { text, start, bytes, replaced: 0, badOffset: 0 };
  }

  #take(ms: number, memoryBytes: number): UserKeys {
    const { replaced } = this.#output;
    const bytes = this.#output.take();
    return { status: OK, bytes, replaced, badOffset: 0, message: NOTHING, ms, memoryBytes };
  }

  /** Checks what `map` has given last, and was odd to the kernel; valid until the next call. */
  checkDrained({ ms, memoryBytes }: UserKeys): UserKeys {
    try {
      this.#output.checkDrained(() => this.#isWanted());
    } catch (error) {
      if (!(error instanceof GuestFailure)) throw error;
      return ended(error.status, error.offset, error.message);
    }
    return this.#take(ms, memoryBytes);
  }

  /** The job's instance, a new one if it has none here; undefined if the task was taken away. */
  #guestOf(job: number, epoch: number): Guest | undefined {
    const known = this.#guests.get(job, epoch);
    if (known) return known;
    this.dropEnded();
    const kernel = copyKernel(this.#heap, job);
    if (!this.#isWanted()) return undefined; // what was copied may be another job's
    const compiled = this.#compiled.get(kernel);
    this.#guests.makeRoom();
    const guest = new Guest(compiled, this.#mostBytes, this.#output);
    this.#guests.add(job, epoch, guest);
    guest.start(compiled, this.#leash.memory, kernel.options);
    return guest;
  }

  /** Lets go of the instances of jobs that have ended. */
  dropEnded(): void {
    this.#guests.dropEnded();
  }

  #explain(
    ticket: number,
    error: unknown,
    guest: Guest | undefined,
    bytes: number,
  ): UserKeys | undefined {
    const badOffset = guest?.at(bytes) ?? 0;
    const stop = this.#leash.read(ticket);
    if (stop === "own") {
      this.#leash.loosen(ticket);
      return ended(INTERRUPTED, badOffset);
    }
    if (error instanceof GuestFailure) {
      return ended(error.status, error.offset ?? badOffset, error.message);
    }
    const isFull = isStackOverflow(error);
    if (!(error instanceof WebAssembly.RuntimeError || isFull)) {
      if (!(error instanceof WebAssembly.LinkError)) throw error; // no doing of the kernel's
    } else if (stop === "late") return undefined;
    const { message } = error as Error;
    if (error instanceof WebAssembly.RuntimeError && guest?.isCramped) {
      const what = `it has trapped with ${guest.mostBytes} bytes of memory at most: ${message}`;
      return ended(KERNEL_OUT_OF_MEMORY, badOffset, what);
    }
    const what = isFull ? STACK_OVERFLOW : guest?.explainTrap(message) ?? message;
    return ended(KERNEL_TRAPPED, badOffset, what);
  }
}

function ended(status: number, badOffset = 0, message = ""): UserKeys {
  const text = status === INVALID_UTF8 ? NOTHING : encodeMessage(message);
  return { status, bytes: NOTHING, replaced: 0, badOffset, message: text, ms: 0, memoryBytes: 0 };
}
