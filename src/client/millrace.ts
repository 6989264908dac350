import type { AccessDocument, ResultDocument } from "../contract/documents.ts";
import type { EngineDocument } from "../contract/engine_status.ts";
import { mapAhead } from "../async/map_ahead.ts";
import { ownQuietly } from "../async/own_quietly.ts";
import type { Counter, MapRequest } from "./counter.ts";
import {
  batchTexts,
  type EachAnswer,
  type EachBatch,
  type EachRequest,
  readAnswers,
} from "./each.ts";
import type { Input } from "./input.ts";
import { Jobs } from "./jobs.ts";
import { Kernels } from "./kernels.ts";
import { bringLists } from "./long_lists.ts";
import { Results } from "./results.ts";
import type { CallOptions, CountRequest, DownloadRequest, RowOf, RowsOptions } from "./requests.ts";
import { formatOfRows, readRows } from "./rows.ts";
import { type ClientOptions, Transport } from "./transport.ts";

/** Requests of `countEach` that are sent and not yet answered. */
const EACH_AHEAD = 4;

const NDJSON = "application/x-ndjson";
const EACH_CALL = {
  method: "PUT",
  path: "/v1/count",
  contentType: NDJSON,
  accept: NDJSON,
} as const;

/**
 * A server of Millrace, as its clients call it.
 *
 * @example
 * ```ts
 * import { Millrace } from "@millrace/millrace/client";
 *
 * const millrace = new Millrace({ baseUrl: "http://localhost:8000" });
 * const count = (text: string) => millrace.count(text, { top: 10 });
 * ```
 */
export class Millrace implements Counter {
  /** Counts that outlive their request. */
  readonly jobs: Jobs;
  /** What counts may run. */
  readonly kernels: Kernels;
  /** What is made of results. */
  readonly results: Results;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
    this.jobs = new Jobs(this.#transport);
    this.kernels = new Kernels(this.#transport);
    this.results = new Results(this.#transport);
  }

  /** Counts an input. @throws {MillraceError} */
  count(
    input: Input,
    { signal, timeoutMs, ...query }: CountRequest & CallOptions = {},
  ): Promise<ResultDocument> {
    return this.#transport.json(createCall(input, { ...query, format: "json" }, signal, timeoutMs));
  }

  /**
   * Counts an input and gives the rows one by one; any number of them takes little memory. The time
   * is bounded until the first row is here.
   *
   * @throws {MillraceError}
   */
  async *rows<Exact extends boolean = false>(
    input: Input,
    { format, exact, ...request }: CountRequest & CallOptions & RowsOptions<Exact> = {},
  ): AsyncGenerator<RowOf<Exact>, void, void> {
    const options = { format, exact };
    const { body } = await this.download(input, { ...request, format: formatOfRows(options) });
    yield* readRows(body!, options, request.signal);
  }

  /**
   * Counts many inputs, some of them ahead, and gives the answers in the order of the inputs. An
   * input that cannot be counted makes the iteration throw when its turn comes; ending the iteration
   * ends the counts that were begun. The time of a call is each input's.
   *
   * @throws {TypeError} If the inputs are a string, whose items are its letters.
   * @throws {MillraceError}
   */
  map(
    inputs: Iterable<Input> | AsyncIterable<Input>,
    { lookAhead = 16, signal, ...request }: MapRequest = {},
  ): AsyncGenerator<ResultDocument, void, void> {
    if (typeof inputs === "string") {
      throw new TypeError("Cannot map a string: give a list of inputs");
    }
    if (!(lookAhead >= 1)) throw new RangeError(`Cannot look ahead by ${lookAhead} inputs`);
    return mapAhead(
      inputs,
      { lookAhead, signal },
      (input) => this.#begin((signal) => this.count(input, { ...request, signal }), signal),
    );
  }

  /**
   * Counts each of many texts by itself, and gives what came of them in their order: for texts of a
   * kilobyte or so, of which one request takes a hundred. A text that cannot be counted has an
   * `error` in its place, and the rest goes on. Texts are taken as answers are.
   *
   * @param request The time of a call is that of each request.
   * @throws {TypeError} If the texts are a string, whose items are its letters, or one is no string.
   * @throws {MillraceError} What concerns no text alone.
   */
  async *countEach(
    texts: Iterable<string> | AsyncIterable<string>,
    { signal, timeoutMs, ...query }: EachRequest = {},
  ): AsyncGenerator<EachAnswer, void, void> {
    if (typeof texts === "string") throw new TypeError("Cannot count each of a string's letters");
    const begin = (batch: EachBatch) =>
      this.#begin(async (signal) => {
        const call = { ...EACH_CALL, query: { ...query, each: true }, signal, timeoutMs };
        const text = await this.#transport.text({ ...call, input: batch.lines.join("\n") });
        return readAnswers(text, batch);
      }, signal);
    const batches = mapAhead(batchTexts(texts), { lookAhead: EACH_AHEAD, signal }, begin);
    for await (const answers of batches) yield* answers;
  }

  /**
   * Counts an input and gives the answer as the server writes it, byte by byte, in any format. The
   * time is bounded until the answer begins.
   *
   * @throws {MillraceError}
   */
  download(
    input: Input,
    { signal, timeoutMs, ...query }: DownloadRequest & CallOptions = {},
  ): Promise<Response> {
    return this.#transport.open({ ...createCall(input, query, signal, timeoutMs), accept: "*/*" });
  }

  /** What the engine of the server is doing. @throws {MillraceError} */
  status(options: CallOptions = {}): Promise<EngineDocument> {
    return this.#transport.json({ ...options, path: "/v1/engine" });
  }

  /** What this client may do, and how much of it. @throws {MillraceError} */
  access(options: CallOptions = {}): Promise<AccessDocument> {
    return this.#transport.json({ ...options, path: "/v1/access" });
  }

  /** Nothing: a client holds nothing open. It fits `await using`, as what counts locally must. */
  async [Symbol.asyncDispose](): Promise<void> {}

  /** Begins a call that ends when it is disposed of. */
  #begin<T>(call: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal) {
    const stop = new AbortController();
    const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const done = call(both);
    ownQuietly(done); // whoever leaves before its turn does not look at it
    const end = async () => {
      stop.abort();
      await done.catch(() => {});
    };
    return { done, [Symbol.asyncDispose]: end };
  }
}

/** `PUT` and not `POST`: it says that the request may be sent again. */
function createCall(
  input: Input,
  query: DownloadRequest,
  signal?: AbortSignal,
  timeoutMs?: number,
) {
  const asked = bringLists(query, crypto.randomUUID());
  return { method: "PUT", path: "/v1/count", ...asked, input, signal, timeoutMs } as const;
}
