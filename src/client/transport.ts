import { type BroughtLists, type Input, isRepeatable, type OpenInput, openInput } from "./input.ts";
import { errorOf, isProblem } from "./create_error.ts";
import { type CallOptions, formatQuery, type Query } from "./requests.ts";
import { bounded, pause, pauseAfter } from "./waiting.ts";

/** A server that says to come back later than this is not waited for. */
const MOST_RETRY_AFTER_MS = 60_000;

/** Where a server is, and how it is called. */
export interface ClientOptions {
  /** Such as `http://localhost:8000`; a path behind it is that of a proxy. */
  baseUrl: string | URL;
  /** An API key. @default {none} */
  key?: string;
  /** What sends requests. @default {the `fetch` of the runtime} */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** How often a request is sent again that may succeed then. @default {2} */
  maxRetries?: number;
  /**
   * Longest time of a call that names none, its retries included. Waiting for the end of a job is
   * no such call. @default {no bound}
   */
  timeoutMs?: number;
}

/** One request. What is sent twice has the effect of what is sent once, so each may be sent again. */
export interface Call extends CallOptions {
  method?: "GET" | "PUT" | "POST" | "DELETE";
  path: string;
  query?: Query;
  accept?: string;
  lastEventId?: string;
  /** What keeps a POST that is sent again from having its effect twice. */
  idempotencyKey?: string;
  input?: Input;
  /** Options that go with the input. */
  brought?: BroughtLists;
  /** Of the input. @default {what `openInput` says} */
  contentType?: string;
}

/** Sends requests, and sends those again that may succeed then. */
export class Transport {
  readonly #base: string;
  readonly #key: string | undefined;
  readonly #fetch: NonNullable<ClientOptions["fetch"]>;
  readonly #maxRetries: number;
  readonly #timeoutMs: number | undefined;

  constructor({ baseUrl, key, fetch, maxRetries = 2, timeoutMs }: ClientOptions) {
    this.#base = readBase(baseUrl);
    this.#key = key;
    this.#fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
    this.#maxRetries = maxRetries;
    this.#timeoutMs = timeoutMs;
  }

  /** The document of an answer. @throws {MillraceError} */
  json<T>(call: Call): Promise<T> {
    return this.#bounded(call, async (signal) => {
      const response = await this.#send(call, signal);
      return response.status === 204 ? undefined as T : await response.json();
    });
  }

  /** The text of an answer. @throws {MillraceError} */
  text(call: Call): Promise<string> {
    return this.#bounded(call, async (signal) => (await this.#send(call, signal)).text());
  }

  /**
   * An answer whose body its reader streams. The time is bounded until its headers are here.
   *
   * @throws {MillraceError}
   */
  open(call: Call): Promise<Response> {
    return this.#bounded(call, (signal) => this.#send(call, signal));
  }

  #bounded<T>(call: Call, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal, timeoutMs = this.#timeoutMs } = call;
    return bounded({ signal, timeoutMs }, run);
  }

  async #send(call: Call, signal: AbortSignal): Promise<Response> {
    const mayRepeat = call.input === undefined || isRepeatable(call.input);
    for (let tries = 0;; tries++) {
      signal.throwIfAborted();
      const { response, failure, retryAfterMs } = await this.#try(call, signal);
      if (response) return response;
      if (retryAfterMs === undefined || !mayRepeat || tries >= this.#maxRetries) throw failure;
      await pause(Math.max(retryAfterMs, pauseAfter(tries)), signal);
    }
  }

  async #try(call: Call, signal: AbortSignal): Promise<Attempt> {
    const { method = "GET", path, query = {} } = call;
    const input: OpenInput = call.input === undefined
      ? { body: {} }
      : await openInput(call.input, call.brought);
    const { contentType, ...body } = input.body;
    const headers = this.#headersOf(call, call.contentType ?? contentType);
    const url = this.#base + path + formatQuery(query);
    let response: Response;
    try {
      response = await this.#fetch(url, { method, headers, signal, ...body } as RequestInit);
    } catch (failure) {
      signal.throwIfAborted();
      if (input.failure) throw input.failure.error;
      return { failure, retryAfterMs: 0 };
    }
    if (response.ok) return { response };
    if (input.failure) throw input.failure.error;
    return { failure: await errorOf(response), retryAfterMs: readRetryAfter(response) };
  }

  #headersOf(
    { accept = "application/json", lastEventId, idempotencyKey }: Call,
    contentType?: string,
  ) {
    return {
      accept,
      ...(contentType !== undefined && { "content-type": contentType }),
      ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
      ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
    };
  }
}

/** @throws {TypeError} If it is no address of HTTP. */
function readBase(baseUrl: string | URL): string {
  const text = String(baseUrl);
  if (/^https?:\/\/[^/]/i.test(text) && URL.canParse(text)) return text.replace(/\/+$/, "");
  throw new TypeError(`Cannot call '${text}': baseUrl is such as http://localhost:8000`);
}

/** What came of one try: a response that is good, or why not and when to try again, if ever. */
interface Attempt {
  response?: Response;
  failure?: unknown;
  retryAfterMs?: number;
}

/** The server says after what time a request may succeed; a proxy before it may not say so. */
function readRetryAfter(response: Response): number | undefined {
  const { status, headers } = response;
  const text = headers.get("retry-after");
  if (text === null) return !isProblem(response) && status >= 502 && status <= 504 ? 0 : undefined;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1000;
  return ms <= MOST_RETRY_AFTER_MS ? Math.max(0, ms) : undefined;
}
