import type {
  JobHandle,
  JobInput,
  JobResult,
  JobState,
  KeyCount,
  Totals,
} from "../../../src/engine/job_contract.ts";
import { divideResult, hasBorders } from "../../../src/engine/job/divide_result.ts";
import type { RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import type { JobTerms } from "../../../src/intake/take_in.ts";
import type { KernelDescription } from "../../../src/kernels/registry.ts";
import type { EngineStatus } from "../../../src/contract/engine_status.ts";
import { NO_FAULTS } from "../../../src/engine/workforce/fault_counts.ts";
import { JobError } from "../../../src/contract/problems.ts";
import type { SourceLimits } from "../../../src/input/source.ts";
import type { Texts } from "../../../src/input/text_series.ts";
import type { Words } from "../../../src/input/word_list.ts";
import { type CountOptions, isLargestFirst } from "../../../src/contract/options.ts";
import { settleOptions } from "../../../src/contract/settle_options.ts";
import { resultShape } from "../../../src/contract/result_values.ts";
import type { ResultShape } from "../../../src/contract/documents.ts";
import { Segment } from "../../../src/reduce/segment.ts";
import type { ServerEngine } from "../../../src/server.ts";
import { orderRows, segmentOfValues } from "../value_results.ts";
import { combineNaive, type ValueOp, type ValueRecord } from "../values.ts";

/**
 * An engine that counts by `split` and holds every job until told otherwise: for what a real one
 * cannot be made to do on demand. Where the kernel emits values, every word is `key=value`.
 */
export class FakeEngine implements ServerEngine {
  readonly workers = 1;
  /** Jobs wait for this after their input is here. */
  hold: Promise<void> = Promise.resolve();
  /** When set, the next job fails with it. */
  failure?: unknown;
  /** What stands between words. */
  separator = /\s+/;
  /** Totals that results have instead of what was counted. */
  totals: Partial<Totals> = {};
  /** When set, no job is taken. */
  refusal?: JobError;
  /** Settles when the threads have started. */
  started: Promise<void> = Promise.resolve();
  threadsHang = false;
  /** State of the breaker, as the status tells it. */
  breaker: EngineStatus["faults"]["breaker"] = "closed";
  readonly jobs: FakeJob[] = [];
  #ids = 0;

  ready(): Promise<void> {
    return this.started;
  }

  submit(input: JobInput, options: CountOptions, limits: JobTerms = {}): JobHandle {
    if (this.refusal) throw this.refusal;
    const job = new FakeJob(limits.id ?? `fake-${++this.#ids}`, input, options, limits, this);
    this.jobs.push(job);
    return job;
  }

  toKey(text: string, options: CountOptions): Uint8Array {
    return new TextEncoder().encode(options.case === "fold" ? text.toLowerCase() : text);
  }

  kernels(): Promise<readonly KernelDescription[]> {
    return Promise.resolve([{ name: "fake", abi: 1, tokenizers: ["unicode"], options: [] }]);
  }

  status(): EngineStatus {
    return {
      workers: 1,
      uptimeMs: 1000,
      serialized: false,
      doorbell: "waitAsync",
      threads: [{ state: "idle", tasks: 7, busyMs: 500, utilization: 0.5 }],
      inline: { mode: "auto", jobs: 3, busyMs: 60 },
      utilization: 0.5,
      jobs: { pending: 0, running: this.jobs.length, leaving: 0 },
      ended: { done: 0, failed: 0, invalid: 0, cancelled: 0, refused: 0 },
      counted: { bytes: 3000, chunks: 2, tokens: 500 },
      queue: { jobs: 0, bytes: 0 },
      bounds: { runningJobs: 256 },
      tasks: { queued: 0, out: 0, pending: 0 },
      slots: { free: 8, bytes: 262_016 },
      memory: {
        bytes: 65_536,
        touched: 4096,
        jobs: 0,
        regions: {
          control: 1,
          queue: 2,
          workers: 3,
          tasks: 4,
          jobRecords: 5,
          pageMap: 6,
          inputSlots: 7,
          scratch: 8,
          reserves: 3,
          jobs: 0,
          free: 9,
        },
      },
      contention: { misses: 0, stale: 0, sleeps: 3, rings: 7 },
      stages: {
        read: 20,
        map: 40,
        partition: 0,
        reduce: 0,
        finish: 0,
        reduceAll: 5,
        spill: 0,
        merge: 0,
      },
      faults: { ...NO_FAULTS, breaker: this.breaker, retired: 0 },
    };
  }

  close(): Promise<void> {
    for (const job of this.jobs) job.fail(new JobError("engine_closed", "Cannot finish: closing"));
    return Promise.resolve();
  }
}

class FakeJob implements JobHandle {
  state: JobState = "running";
  options: CountOptions;
  readonly #given: CountOptions;
  readonly requestId: string | undefined;
  readonly kernel: RunnableKernel | undefined;
  readonly shape: ResultShape;
  readonly counters = { bytes: 0, chunks: 1, tokens: 0 };
  readonly received: Promise<void>;
  readonly done: Promise<JobResult>;
  readonly #failed = Promise.withResolvers<never>();

  constructor(
    readonly id: string,
    input: JobInput,
    given: CountOptions,
    limits: JobTerms,
    engine: FakeEngine,
  ) {
    this.#given = given;
    this.options = settleOptions(given, Array.isArray(input));
    this.requestId = limits.requestId;
    this.kernel = limits.kernel;
    this.shape = resultShape(this.kernel?.manifest);
    const text = this.#read(input, limits);
    text.catch(() => this.#end("failed"));
    this.received = Promise.race([text.then(() => {}), this.#failed.promise]);
    this.done = Promise.race([
      text.then((text) => this.#count(text, engine)),
      this.#failed.promise,
    ]);
    this.received.catch(() => {});
    this.done.then(() => this.#end("done"), () => this.#end("failed"));
  }

  peek(top: number): KeyCount[] {
    return this.state === "running" ? [{ key: "fake", count: 1 }].slice(0, top) : [];
  }

  cancel(): void {
    if (this.state !== "running") return;
    this.state = "cancelled";
    this.fail(new JobError("job_cancelled", `Job ${this.id} was cancelled`));
  }

  fail(error: unknown): void {
    this.#failed.reject(error);
  }

  #end(state: JobState): void {
    if (this.state === "running") this.state = state;
  }

  async #readWords({ words }: Words): Promise<string> {
    const all: string[] = [];
    for await (const word of words) all.push(word);
    return all.join(" ");
  }

  async #readTexts({ texts }: Texts, limits: SourceLimits): Promise<string> {
    const all: string[] = [];
    for await (const part of texts) {
      all.push(typeof part === "string" ? part : await this.#read(part.text, limits));
    }
    return all.join(" ");
  }

  async #read(input: JobInput, limits: SourceLimits): Promise<string> {
    const { maxBytes = Infinity } = limits;
    const decoder = new TextDecoder();
    let text = "";
    try {
      const given = await input;
      if (Array.isArray(given) || (typeof given !== "string" && "words" in given)) {
        this.options = settleOptions(this.#given, true);
        return Array.isArray(given) ? given.join(" ") : await this.#readWords(given as Words);
      }
      if (typeof given !== "string" && "texts" in given) {
        return await this.#readTexts(given as Texts, limits);
      }
      for await (const part of given instanceof ReadableStream ? given : [given as Uint8Array]) {
        this.counters.bytes += part.length;
        if (this.counters.bytes > maxBytes) {
          throw new JobError("body_too_large", "Cannot accept body", {
            details: { limit: maxBytes },
          });
        }
        text += decoder.decode(part, { stream: true });
      }
    } catch (cause) {
      if (cause instanceof JobError) throw cause;
      throw new JobError("body_aborted", "Cannot read the body to its end", { cause });
    }
    if (this.counters.bytes === 0) throw new JobError("empty_body", "Cannot count: no bytes");
    return text;
  }

  async #count(text: string, engine: FakeEngine): Promise<JobResult> {
    const failure = engine.failure;
    engine.failure = undefined;
    await engine.hold;
    if (failure !== undefined) throw failure;
    const words = text.toLowerCase().split(engine.separator).filter((word) => word !== "");
    const { segment, ...sums } = this.shape.values ? this.#combine(words) : this.#sum(words);
    const { bytes } = this.counters;
    const result: JobResult = {
      totals: {
        bytes,
        tokens: words.length,
        ...sums,
        replacements: 0,
        ...engine.totals,
      },
      input: { charset: "utf-8", bomSkipped: false },
      chunks: 1,
      attempts: 1,
      accounting: { bytesIn: 0, bytesCounted: 0, runs: 1 },
      workers: 1,
      ms: { read: 1, map: 0.0004, reduce: 0.25, total: 1.5 },
      ...(this.shape.values && { values: this.shape.values }),
      segment,
    };
    return hasBorders(this.options) ? await divideResult(result, this.options) : result;
  }

  #sum(words: string[]) {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const { top, min, order } = this.options;
    const max = this.options.max || Infinity;
    const sorted = [...counts].filter(([, count]) => count >= min && count <= max).sort((
      [a, m],
      [b, n],
    ) => (isLargestFirst(order) ? n - m : 0) || (a < b ? -1 : 1));
    const segment = Segment.from(top > 0 ? sorted.slice(0, top) : sorted);
    return { keys: counts.size, counted: words.length, segment };
  }

  #combine(words: string[]) {
    const { value: type = "i64", op = "sum" } = this.kernel!.manifest;
    const records = words.map((word): ValueRecord => {
      const [key, value] = word.split("=");
      return [key, type === "f64" ? Number(value) : BigInt(value)];
    });
    const rows = combineNaive(records, op as ValueOp, type);
    const { top, order } = this.options;
    const sorted = orderRows(rows, order);
    const segment = segmentOfValues(top > 0 ? sorted.slice(0, top) : sorted, this.shape.values);
    return { keys: rows.length, segment };
  }
}
