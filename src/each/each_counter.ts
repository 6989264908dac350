import { mapAhead } from "../async/map_ahead.ts";
import { ownQuietly } from "../async/own_quietly.ts";
import { describeProblem } from "../contract/describe_problem.ts";
import type { CountOptions } from "../contract/options.ts";
import { JobError } from "../contract/problems.ts";
import { settleOptions } from "../contract/settle_options.ts";
import { encodeFilters } from "../engine/filters.ts";
import { encodeInlineJob } from "../engine/inline/inline_job.ts";
import { LoadedKernel } from "../kernels/loaded_kernel.ts";
import { EACH_ROOM, type EachTerms, type FromThread, type LinePack } from "./each_terms.ts";
import { EachThreads } from "./each_threads.ts";
import { LINE_BYTES, type PackReader, type SkippedLine } from "./pack_reader.ts";

/** Requests at once. Each holds a few packs and their answers. */
const MOST_REQUESTS = 64;

/** Packs that a request has on their way for each thread, so that none waits for the host. */
const AHEAD = 3;

const encoder = new TextEncoder();

interface Parts {
  kernel: LoadedKernel;
  threads: EachThreads;
}

/** Counts the documents of bodies, each by itself. */
export class EachCounter implements Disposable {
  readonly #workers: number;
  #parts: Promise<Parts> | undefined;
  #requests = 0;
  #closed = false;

  /** @param workers Threads, which start with the first request. */
  constructor(workers: number) {
    this.#workers = workers;
  }

  /**
   * The answers to a body, a few at once, in the order of its lines. Packs are read and counted
   * ahead, a few for each thread, and no more until these answers are taken.
   *
   * @param packs Belong to the iteration, which ends them.
   * @param count What is asked of each document, by a tokenizer that makes tokens, not `icu`.
   * @throws {JobError} `too_many_jobs`, `invalid_parameter` for stop words that can be no keys,
   * `engine_closed`, `worker_lost`, and what reading throws.
   */
  async *count(
    packs: PackReader,
    count: CountOptions,
    onlyTotals: boolean,
  ): AsyncGenerator<FromThread, void, void> {
    try {
      if (this.#requests >= MOST_REQUESTS) throw tooMany();
      this.#requests++;
      try {
        const { kernel, threads } = await this.#open();
        const terms = await encodeTerms(kernel, count, onlyTotals);
        const lookAhead = AHEAD * this.#workers;
        yield* mapAhead(packs, { lookAhead }, (pack) => begin(pack, terms, threads));
      } finally {
        this.#requests--;
      }
    } finally {
      await packs.return();
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#parts) ownQuietly(this.#parts.then(({ threads }) => threads.close()));
  }

  async #open(): Promise<Parts> {
    if (this.#closed) throw new JobError("engine_closed", "Cannot count: the engine is closing");
    return await (this.#parts ??= this.#start());
  }

  async #start(): Promise<Parts> {
    const kernel = await LoadedKernel.load("words", EACH_ROOM.pages);
    return { kernel, threads: new EachThreads(kernel.module, this.#workers) };
  }
}

function begin(pack: LinePack | SkippedLine, terms: EachTerms, threads: EachThreads) {
  const done = "tooLong" in pack
    ? Promise.resolve([describeTooLong(pack.line)])
    : threads.count(pack, terms);
  ownQuietly(done); // nobody may come to await it
  return { done, [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function encodeTerms(
  kernel: LoadedKernel,
  count: CountOptions,
  onlyTotals: boolean,
): Promise<EachTerms> {
  const options = settleOptions(count, false);
  const filters = await encodeFilters(options, false, kernel.keys);
  const { order, invalid } = options;
  return { job: encodeInlineJob(options, filters), order, invalid, onlyTotals };
}

function describeTooLong(line: number): Uint8Array<ArrayBuffer> {
  const detail = `Cannot read line ${line}: it exceeds the limit of ${LINE_BYTES} bytes`;
  const problem = describeProblem("body_too_large", detail, { limit: LINE_BYTES, line });
  return encoder.encode(JSON.stringify(problem) + "\n");
}

function tooMany(): JobError {
  return new JobError(
    "too_many_jobs",
    `Cannot count: ${MOST_REQUESTS} requests with each=true are under way already`,
    { details: { limit: MOST_REQUESTS } },
  );
}
