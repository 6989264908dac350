import { JobError } from "../contract/problems.ts";
import type { EachTerms, FromThread, LinePack, ToThread } from "./each_terms.ts";

const ENTRY = new URL("./each_thread.ts", import.meta.url);

/** Packs that a thread has at most: the one that it counts, and the one that it counts next. */
const DEPTH = 2;

/** A pack on its way, and who waits for its answers. */
interface Sent {
  readonly pack: LinePack;
  readonly terms: EachTerms;
  readonly answered: PromiseWithResolvers<FromThread>;
}

/** One thread, and what it has not answered yet. */
interface Thread {
  readonly worker: Worker;
  readonly sent: Sent[];
}

/**
 * Threads that count packs of documents, each over a memory of its own, so that they wait for
 * nobody. They start with the first pack.
 *
 * 1. A thread answers in the order of what it was sent, and has at most DEPTH packs.
 * 2. Packs beyond that wait here, in the order in which they came.
 * 3. Each pack is answered once, or fails.
 */
export class EachThreads {
  readonly #module: WebAssembly.Module;
  readonly #size: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Sent[] = [];
  #closed = false;

  /**
   * @param module The kernel, compiled for the pages of EACH_ROOM.
   * @param size Number of threads.
   */
  constructor(module: WebAssembly.Module, size: number) {
    this.#module = module;
    this.#size = size;
  }

  /** @throws {JobError} `engine_closed`, or `worker_lost` if the pack's thread fails. */
  count(pack: LinePack, terms: EachTerms): Promise<FromThread> {
    const answered = Promise.withResolvers<FromThread>();
    if (this.#closed) answered.reject(closed());
    else this.#waiting.push({ pack, terms, answered });
    this.#send();
    return answered.promise;
  }

  /** Ends the threads; what they have not answered fails. */
  close(): void {
    this.#closed = true;
    for (const { worker, sent } of this.#threads) {
      worker.terminate();
      for (const { answered } of sent) answered.reject(closed());
    }
    for (const { answered } of this.#waiting.splice(0)) answered.reject(closed());
    this.#threads.clear();
  }

  #send(): void {
    for (let thread; this.#waiting.length > 0 && (thread = this.#idlest());) {
      const next = this.#waiting.shift()!;
      thread.sent.push(next);
      const message: ToThread = { pack: next.pack, terms: next.terms };
      thread.worker.postMessage(message, [next.pack.bytes.buffer]);
    }
  }

  /** The thread with the fewest packs; undefined if all have enough. */
  #idlest(): Thread | undefined {
    let best: Thread | undefined;
    for (const thread of this.#threads) {
      if (thread.sent.length < (best?.sent.length ?? DEPTH)) best = thread;
    }
    const mayStart = this.#threads.size < this.#size && best?.sent.length !== 0;
    return mayStart ? this.#start() : best;
  }

  #start(): Thread {
    const worker = new Worker(ENTRY, { type: "module", name: "millrace-each" });
    const thread: Thread = { worker, sent: [] };
    this.#threads.add(thread);
    worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
      thread.sent.shift()!.answered.resolve(data);
      this.#send();
    };
    worker.onerror = (event) => {
      event.preventDefault(); // else it would end the process
      this.#lose(thread, event.message);
    };
    const message: ToThread = { module: this.#module };
    worker.postMessage(message);
    return thread;
  }

  /** Another thread takes the lost one's place when there is a pack for it. */
  #lose(thread: Thread, why: string): void {
    thread.worker.terminate();
    this.#threads.delete(thread);
    const lost = new JobError("worker_lost", `Cannot count: a thread was lost, ${why}`);
    for (const { answered } of thread.sent) answered.reject(lost);
    if (!this.#closed) this.#send();
  }
}

function closed(): JobError {
  return new JobError("engine_closed", "Cannot count: the engine is closing");
}
