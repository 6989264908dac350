import { JobError } from "../errors.ts";
import { createProblemResponse } from "./problem.ts";
import { refuseBody } from "./refused_body.ts";
import type { RequestScope } from "./request_scope.ts";

/** Who watches the server must see it drain: these paths are answered by a closed gate as well. */
const PROBES = ["/livez", "/readyz", "/metrics"];

type Handle = (request: Request, scope?: RequestScope) => Response | Promise<Response>;

/**
 * The way in: counts the requests inside, and can be closed to new ones.
 *
 * A server that shuts down cannot read the bodies of its requests any more (Deno 2.9), so uploads
 * must be over before it does; until then the gate turns new requests away.
 */
export class RequestGate {
  #inside = 0;
  #closed = false;
  readonly #empty = Promise.withResolvers<void>();

  /** Whether new requests are turned away. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Requests that have no response yet. */
  get inside(): number {
    return this.#inside;
  }

  /** A handler that lets requests through as long as the gate is open. */
  guard(handle: Handle): (request: Request, scope?: RequestScope) => Promise<Response> {
    return async (request, scope) => {
      if (this.#closed && !isProbe(request)) return turnAway(request, scope);
      this.#inside++;
      try {
        return await handle(request, scope);
      } finally {
        if (--this.#inside === 0 && this.#closed) this.#empty.resolve();
      }
    };
  }

  /** Lets nobody in any more; resolves when nobody is inside. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#inside === 0) this.#empty.resolve();
    return this.#empty.promise;
  }
}

function isProbe({ url }: Request): boolean {
  return PROBES.includes(new URL(url).pathname);
}

function turnAway(request: Request, scope?: RequestScope): Response {
  const error = new JobError("shutting_down", "Cannot take new requests: the server is stopping");
  const response = refuseBody(request, createProblemResponse(error, scope));
  response.headers.set("connection", "close");
  return response;
}
