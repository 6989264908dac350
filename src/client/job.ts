import type { JobDocument, ResultDocument } from "../contract/documents.ts";
import { type EventsOptions, followJob, type JobEvent } from "./job_events.ts";
import type { Input } from "./input.ts";
import { cancelledError, createError } from "./create_error.ts";
import { MillraceError } from "./millrace_error.ts";
import { ownQuietly } from "../async/own_quietly.ts";
import type {
  CallOptions,
  PartKey,
  PartRequest,
  ResultDownloadRequest,
  ResultRequest,
  RowOf,
  RowsOptions,
} from "./requests.ts";
import { formatOfRows, readRows } from "./rows.ts";
import type { Transport } from "./transport.ts";
import { abortable, bounded } from "./waiting.ts";

/** The longest wait that the server allows. */
const WAIT_S = 60;

/** Why requests of a job end that its client cancels. */
const CANCELLED = Symbol("cancelled");

/** Begins to send the body of a job. */
export type Upload = (path: string, signal: AbortSignal) => Promise<unknown>;

/** A job of the server. Leaving the scope of `await using` cancels it unless it has ended. */
export class Job implements AsyncDisposable {
  readonly id: string;
  /** Settles when the server has the whole body, and keeps it if it keeps jobs. */
  readonly uploaded: Promise<void>;
  readonly #transport: Transport;
  readonly #path: string;
  readonly #stop = new AbortController();
  #uploads: boolean;
  #hasEnded = false;
  #done: Promise<JobDocument> | undefined;

  /** @param upload None for a job that the server has. */
  constructor(transport: Transport, id: string, upload?: Upload) {
    this.id = id;
    this.#transport = transport;
    this.#path = `/v1/jobs/${id}`;
    this.#uploads = upload !== undefined;
    this.uploaded = this.#explained(Promise.resolve(upload?.(this.#path, this.#stop.signal)))
      .then(() => {})
      .finally(() => this.#uploads = false);
    ownQuietly(this.uploaded); // whoever asks for anything else of the job is told
  }

  /**
   * The job when it is done. Asking for it begins to wait, and everybody waits for the same.
   *
   * @throws {MillraceError} If the upload or the job fails or is cancelled.
   */
  get done(): Promise<JobDocument> {
    return this.#done ??= this.#explained(this.#waitForEnd());
  }

  /** How far the job is. @throws {MillraceError} `unknown-job` before the server has heard of it. */
  status(options: CallOptions = {}): Promise<JobDocument> {
    return this.#transport.json({ ...options, path: this.#path });
  }

  /**
   * Waits for the job's end and reads its counts.
   *
   * @throws {MillraceError} As `done`.
   */
  result(
    { signal, timeoutMs, ...query }: ResultRequest & CallOptions = {},
  ): Promise<ResultDocument> {
    return bounded({ signal, timeoutMs }, async (signal) => {
      await abortable(this.done, signal);
      return await this.#transport.json(this.#resultCall({ ...query, format: "json" }, signal));
    });
  }

  /**
   * Waits for the job's end and reads its rows one by one; any number of them takes little memory.
   * The time is bounded until the first row is here.
   *
   * @throws {MillraceError} As `done`.
   */
  async *rows<Exact extends boolean = false>(
    { format, exact, ...request }: ResultRequest & CallOptions & RowsOptions<Exact> = {},
  ): AsyncGenerator<RowOf<Exact>, void, void> {
    const options = { format, exact };
    const { body } = await this.download({ ...request, format: formatOfRows(options) });
    yield* readRows(body!, options, request.signal);
  }

  /**
   * Waits for the job's end and gives its result as the server writes it, byte by byte, in any
   * format. The time is bounded until the answer begins.
   *
   * @throws {MillraceError} As `done`.
   */
  download(
    { signal, timeoutMs, ...query }: ResultDownloadRequest & CallOptions = {},
  ): Promise<Response> {
    return bounded({ signal, timeoutMs }, async (signal) => {
      await abortable(this.done, signal);
      return await this.#transport.open({ ...this.#resultCall(query, signal), accept: "*/*" });
    });
  }

  /**
   * Waits for the job's end, counts an input as the job was counted, and appends that to its result.
   * It is sent again, if it is repeatable, where the connection breaks, and appended once.
   *
   * @returns The job, whose `result` is the new one from then on.
   * @throws {MillraceError} `not-mergeable`, or as `done`.
   */
  append(
    input: Input,
    { key = crypto.randomUUID(), signal, timeoutMs, ...query }:
      & PartRequest
      & PartKey
      & CallOptions = {},
  ): Promise<JobDocument> {
    return bounded({ signal, timeoutMs }, async (signal) => {
      await abortable(this.done, signal);
      const path = `${this.#path}/parts`;
      const call = { method: "POST", path, query, input, idempotencyKey: key } as const;
      return await this.#transport.json({ ...call, signal, timeoutMs: Infinity });
    });
  }

  /**
   * What happens to the job, from while its body is sent until its end.
   *
   * @throws {MillraceError} If the upload fails, or there is no such job.
   */
  events(options: EventsOptions = {}): AsyncGenerator<JobEvent, void, void> {
    const upload = { uploads: () => this.#uploads, uploaded: this.uploaded };
    return followJob(this.#transport, this.#path, upload, options);
  }

  /** Ends the job if it runs, and makes the server forget it and its result. */
  async cancel(options: CallOptions = {}): Promise<void> {
    this.#stop.abort(CANCELLED);
    try {
      await this.#transport.json({ ...options, method: "DELETE", path: this.#path });
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded || this.#stop.signal.aborted) return;
    try {
      const { finishedAt } = await this.status();
      if (finishedAt !== undefined) return;
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
    await this.cancel();
  }

  async #waitForEnd(): Promise<JobDocument> {
    await this.uploaded;
    for (;;) {
      const job = await this.#transport.json<JobDocument>({
        path: this.#path,
        query: { wait: WAIT_S },
        signal: this.#stop.signal,
        timeoutMs: Infinity,
      });
      this.#hasEnded = job.finishedAt !== undefined;
      if (job.error) throw createError(job.error);
      if (this.#hasEnded) return job;
    }
  }

  #resultCall(query: ResultDownloadRequest, signal: AbortSignal | undefined) {
    return { path: `${this.#path}/result`, query, signal, timeoutMs: Infinity };
  }

  /** Of a job that was cancelled here, it matters no more what else has become of it. */
  async #explained<T>(outcome: Promise<T>): Promise<T> {
    try {
      return await outcome;
    } catch (error) {
      throw this.#stop.signal.aborted ? cancelledError(this.id) : error;
    }
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof MillraceError && error.code === "unknown-job";
}
