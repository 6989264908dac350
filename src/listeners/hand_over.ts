import { own } from "../async/own.ts";
import { openBody, sendBody } from "./body_port.ts";
import type { FromListener, SentBody, SentResponse } from "./messages.ts";

/** Thrown where a request, or its job, is one for the main thread: nothing of it was answered. */
export class HandOver extends Error {
  override readonly name = "HandOver";
}

/** Posts to the main thread. */
export type PostToMain = (message: FromListener, transfer?: Transferable[]) => void;

/** The requests of one listener thread that the main thread answers. */
export class HandedOver {
  readonly #post: PostToMain;
  readonly #waiting = new Map<number, (response: SentResponse) => void>();
  #next = 0;

  constructor(post: PostToMain) {
    this.#post = post;
  }

  /**
   * Has the main thread answer a request.
   *
   * @param bytes Its body, where that was read. @default {what of it is to come}
   */
  async answer(
    request: Request,
    { remoteAddr }: Pick<Deno.ServeHandlerInfo, "remoteAddr">,
    bytes?: Uint8Array<ArrayBuffer>,
  ): Promise<Response> {
    const { method, url, signal } = request;
    const id = this.#next++;
    const body = bytes ?? (request.body && sendBody(request.body));
    const headers = [...request.headers];
    const answered = Promise.withResolvers<SentResponse>();
    this.#waiting.set(id, answered.resolve);
    const message = { request: { id, method, url, headers, remoteAddr, body } };
    this.#post(message, transferOf(body));
    const tellGone = () => this.#post({ gone: id });
    signal.addEventListener("abort", tellGone, { once: true });
    const response = await answered.promise;
    this.#waiting.delete(id);
    return createResponse(request, response);
  }

  /** The main thread has answered a request. */
  settle(response: SentResponse): void {
    this.#waiting.get(response.id)?.(response);
  }
}

/** What of a body goes to the other thread and is here no more. */
export function transferOf(body: SentBody): Transferable[] {
  if (body === null) return [];
  return [body instanceof Uint8Array ? body.buffer : body];
}

/** The body that another thread has sent. */
export function receive(body: SentBody): BodyInit | null {
  return body instanceof MessagePort ? openBody(body) : body;
}

/** An answer to HEAD has no body, and must not get the length of an empty one: see the door. */
function createResponse({ method }: Request, { status, headers, body }: SentResponse): Response {
  if (method !== "HEAD" || body === null) return new Response(receive(body), { status, headers });
  if (body instanceof MessagePort) own(openBody(body).cancel());
  return new Response(new Blob().stream(), { status, headers });
}
