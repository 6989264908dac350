import type { Context } from "hono";
import type { ErrorCode } from "../../contract/problems.ts";
import { UNROUTED } from "../../observe/http_metrics.ts";
import { ANYBODY, type Caller } from "./caller.ts";
import { DIRECT, type Via } from "./via.ts";

/** What is known of one request on its way through. */
export class RequestScope {
  /** The request's name in its response, in logs and in traces; undefined where nobody watches. */
  readonly id: string | undefined;
  /** Whose request it is; the door finds out. */
  caller: Caller = ANYBODY;
  /** How it came; likewise. */
  via: Via = DIRECT;
  /** Number of its route, see HttpMetrics. */
  route: number = UNROUTED;
  /** The job that it began or asked about. */
  jobId: string | undefined = undefined;
  /** Why it was refused or failed. */
  problem: ErrorCode | undefined = undefined;
  /** What the server knows of the connection. */
  readonly connection: Deno.ServeHandlerInfo | undefined;

  constructor(connection?: Deno.ServeHandlerInfo, id?: string) {
    this.connection = connection;
    this.id = id;
  }
}

/** Answers a request of which a scope says what is known. */
export type ScopedHandler = (
  request: Request,
  scope: RequestScope,
) => Response | Promise<Response>;

/** What a request id that is given may be, so that it can stand in any log. */
const SANE_ID = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** The id that a request brings in `X-Request-Id` when it is a sane one, or else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && SANE_ID.test(given) ? given : crypto.randomUUID();
}

/** The scope of a request, which comes as Hono's `env`; one of its own where nobody watches. */
export function scopeOf({ env }: Context): RequestScope {
  return env instanceof RequestScope ? env : new RequestScope();
}
