import { ignoreError, own } from "../async/own.ts";
import { createPullStream } from "../async/pull_stream.ts";
import { sendBody } from "./body_port.ts";
import { receive, transferOf } from "./hand_over.ts";
import type { SentBody, SentRequest, SentResponse, ToListener } from "./messages.ts";

/** Answers a request as the server does. */
export type Answer = (request: Request, connection: Deno.ServeHandlerInfo) => Promise<Response>;

/**
 * Looks at what comes next of a body, so many microtasks long: what is all here has said so by
 * then, and what comes from anywhere has not.
 */
const LOOKS = 16;

/** Answers the requests that one listener thread hands over. */
export class HandedRequests {
  readonly #answer: Answer;
  readonly #post: (message: ToListener, transfer: Transferable[]) => void;
  /** By the listener's name of the request: what its client's going away ends. */
  readonly #open = new Map<number, AbortController>();

  constructor(answer: Answer, post: (message: ToListener, transfer: Transferable[]) => void) {
    this.#answer = answer;
    this.#post = post;
  }

  /** Never rejects. */
  async answer(sent: SentRequest): Promise<void> {
    const client = new AbortController();
    this.#open.set(sent.id, client);
    const completed = new Promise<void>(() => {}); // nobody asks when an answer was sent
    const request = new HandedRequest(sent, client.signal);
    const response = await this.#answer(request, { remoteAddr: sent.remoteAddr, completed });
    const body = await bodyOf(response);
    this.#open.delete(sent.id);
    readUp(request);
    const { status, headers } = response;
    const answered: SentResponse = { id: sent.id, status, headers: [...headers], body };
    this.#post({ response: answered }, transferOf(body));
  }

  /** The client of a request has gone away. */
  leave(id: number): void {
    this.#open.get(id)?.abort();
  }
}

/** A request as it came to another thread: `Request` would change its URL, and refuse methods. */
class HandedRequest extends Request {
  readonly #sent: SentRequest;

  constructor(sent: SentRequest, signal: AbortSignal) {
    const { headers } = sent;
    const body = receive(sent.body);
    const method = body === null ? "GET" : "POST";
    super("http://localhost/", { method, headers, body, signal, duplex: "half" } as RequestInit);
    this.#sent = sent;
  }

  override get url(): string {
    return this.#sent.url;
  }

  override get method(): string {
    return this.#sent.method;
  }
}

/** Reads a body that nobody has read, as Deno's server does, so that its sender has an end. */
function readUp({ body }: Request): void {
  if (body !== null && !body.locked) own(body.pipeTo(new WritableStream()), ignoreError);
}

/** The body of an answer: its bytes, if all of them are here, so that it is sent with its length. */
async function bodyOf({ body }: Response): Promise<SentBody> {
  if (body === null) return null;
  const reader = body.getReader();
  const chunks = [reader.read()];
  const first = await settledNow(chunks[0]);
  if (first?.done) return new Uint8Array();
  if (first) chunks.push(reader.read());
  const second = first && await settledNow(chunks[1]);
  return second?.done ? new Uint8Array(first!.value) : sendBody(restOf(reader, chunks));
}

/** What a promise has resolved to, if it does so without anybody's doing. */
async function settledNow<T>(promise: Promise<T>): Promise<T | undefined> {
  let value: T | undefined;
  own(promise, ignoreError, (resolved) => value = resolved);
  for (let look = 0; look < LOOKS && value === undefined; look++) await undefined;
  return value;
}

/** What a reader has read, and what it reads behind that. */
function restOf(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  begun: Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>[],
): ReadableStream<Uint8Array> {
  const next = async () => (await (begun.shift() ?? reader.read())).value;
  return createPullStream(next, (reason) => reader.cancel(reason));
}
