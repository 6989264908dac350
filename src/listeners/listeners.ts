import { getLogger } from "@logtape/logtape";
import type { ApiKeyRing } from "../access/api_key_ring.ts";
import { own } from "../async/own.ts";
import { within } from "../async/within.ts";
import { noteRejection } from "../observe/rejections.ts";
import type { HttpMetrics } from "../observe/http_metrics.ts";
import { BesideEngine } from "./beside_engine.ts";
import { type Answer, HandedRequests } from "./handed_requests.ts";
import { ListenerSums, MainWords } from "./listener_words.ts";
import type {
  FromListener,
  KeySnapshot,
  ListenerOptions,
  ListenerStart,
  SentRecord,
  ToListener,
} from "./messages.ts";

const logger = getLogger(["millrace", "http"]);

const ENTRY = new URL("./listener_thread.ts", import.meta.url);

/** How long threads may take to hand over what came in before a stop. */
const SETTLE_MS = 250;

/** One listener thread, as the main thread holds it. */
interface Thread {
  readonly worker: Worker;
  readonly requests: HandedRequests;
  readonly listening: PromiseWithResolvers<void>;
  readonly settled: PromiseWithResolvers<void>;
  readonly closed: PromiseWithResolvers<void>;
}

/** How listener threads are started. */
export interface ListenersStart {
  hostname: string;
  port: number;
  options: ListenerOptions;
  /** Answers what they hand over. */
  answer: Answer;
}

/**
 * The listener threads of a server, beside its main thread, which listens as well.
 *
 * A thread that dies ends the process, as an error in the main thread would: it had connections
 * whose requests nobody else knows of.
 */
export class Listeners {
  /** What the engine has to know of them. */
  readonly engine: BesideEngine;
  readonly #words = new MainWords();
  readonly #sums: readonly ListenerSums[];
  readonly #threads: Thread[] = [];
  readonly #entry: URL;
  #ring: ApiKeyRing | undefined;

  /**
   * @param threads How many there are to be, beside the main thread.
   * @param entry What they run. @default {listener_thread.ts}
   */
  constructor(threads: number, entry = ENTRY) {
    this.#entry = entry;
    this.#sums = Array.from({ length: threads }, () => new ListenerSums());
    this.engine = new BesideEngine(this.#words, this.#sums);
  }

  /** Has the server tell what they count as its own. */
  countInto(metrics: HttpMetrics): void {
    for (const { metrics: each } of this.#sums) metrics.include(each);
  }

  /** Has them let in who has one of these keys, at each moment those that open the server. */
  follow(ring: ApiKeyRing): void {
    this.#ring = ring;
    ring.onReplaced = () => {
      this.#words.replaceKeys();
      const keys = this.#snapshotOf(ring);
      for (const { worker } of this.#threads) worker.postMessage({ keys } satisfies ToListener);
    };
  }

  /**
   * Starts the threads; resolves when all of them listen.
   *
   * @throws {Error} If one of them cannot.
   */
  async start(start: ListenersStart): Promise<void> {
    for (const sums of this.#sums) this.#threads.push(this.#startThread(sums, start));
    await Promise.all(this.#threads.map(({ listening }) => listening.promise));
  }

  /**
   * From here on the main thread answers every request that comes, by whichever thread; resolves
   * when it has those that came before, or after a while.
   */
  async stopCounting(): Promise<void> {
    this.#words.stop();
    for (const { worker } of this.#threads) {
      worker.postMessage({ settle: true } satisfies ToListener);
    }
    await within(Promise.all(this.#threads.map(({ settled }) => settled.promise)), SETTLE_MS);
  }

  /** Takes no more connections; resolves when every request has its answer. */
  async shutdown(): Promise<void> {
    for (const { worker } of this.#threads) {
      worker.postMessage({ close: true } satisfies ToListener);
    }
    await Promise.all(this.#threads.map(({ closed }) => closed.promise));
  }

  /** Ends the threads. */
  close(): void {
    for (const { worker } of this.#threads) worker.terminate();
  }

  #startThread(sums: ListenerSums, { answer, hostname, port, options }: ListenersStart): Thread {
    const worker = new Worker(this.#entry, { type: "module", name: "millrace-listener" });
    const requests = new HandedRequests(
      answer,
      (message, transfer) => worker.postMessage(message, transfer),
    );
    const listening = Promise.withResolvers<void>();
    const settled = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const thread = { worker, requests, listening, settled, closed };
    worker.onmessage = ({ data }: MessageEvent<FromListener>) => hear(thread, data);
    worker.onerror = ({ message }) => {
      logger.error("A listener thread has died", { reason: message });
      // The event is not prevented: it ends the process.
    };
    const keys = this.#ring && this.#snapshotOf(this.#ring);
    const memories = { words: this.#words.memory, sums: sums.memory };
    const start: ListenerStart = { hostname, port, options, ...memories, keys };
    worker.postMessage({ start } satisfies ToListener);
    return thread;
  }

  #snapshotOf(ring: ApiKeyRing): KeySnapshot {
    const { records } = ring;
    const slots = new Map<string, number>();
    for (const { tenant } of records) {
      const slot = ring.terms(tenant)?.rate ? undefined : this.engine.slotOf(tenant);
      if (slot !== undefined) slots.set(tenant, slot);
    }
    // Only tenants without a rate have slots, so that no thread has to know one.
    const unrated = records.map((record) => ({ ...record, rate: undefined }));
    return { version: this.#words.keys, records: unrated, slots };
  }
}

function hear({ requests, listening, settled, closed }: Thread, message: FromListener): void {
  if ("request" in message) own(requests.answer(message.request));
  else if ("gone" in message) requests.leave(message.gone);
  else if ("log" in message) writeLog(message.log);
  else if ("rejected" in message) noteRejection(message.rejected);
  else if ("listening" in message) listening.resolve();
  else if ("failed" in message) listening.reject(new Error(message.failed));
  else if ("settled" in message) settled.resolve();
  else closed.resolve();
}

function writeLog({ category, ...record }: SentRecord): void {
  getLogger(category).emit(record);
}
