import type { ResultDocument, ResultRow } from "../contract/documents.ts";
import type { EngineDocument } from "../contract/engine_status.ts";
import type { Input } from "./input.ts";
import { Jobs } from "./jobs.ts";
import { Kernels } from "./kernels.ts";
import type { CallOptions, CountRequest, DownloadRequest } from "./requests.ts";
import { readLines } from "./streams.ts";
import { type ClientOptions, Transport } from "./transport.ts";

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
export class Millrace {
  /** Counts that outlive their request. */
  readonly jobs: Jobs;
  /** What counts may run. */
  readonly kernels: Kernels;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
    this.jobs = new Jobs(this.#transport);
    this.kernels = new Kernels(this.#transport);
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
  async *rows(
    input: Input,
    { signal, timeoutMs, ...query }: CountRequest & CallOptions = {},
  ): AsyncGenerator<ResultRow, void, void> {
    const call = createCall(input, { ...query, format: "ndjson" }, signal, timeoutMs);
    const { body } = await this.#transport.open({ ...call, accept: "application/x-ndjson" });
    yield* readLines<ResultRow>(body!, signal);
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
}

/** `PUT` and not `POST`: it says that the request may be sent again. */
function createCall(
  input: Input,
  query: DownloadRequest,
  signal?: AbortSignal,
  timeoutMs?: number,
) {
  return { method: "PUT", path: "/v1/count", query, input, signal, timeoutMs } as const;
}
