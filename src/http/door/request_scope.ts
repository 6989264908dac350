import type { Context } from "hono";
import type { ErrorCode } from "../../contract/problems.ts";
import { UNROUTED } from "../../observe/http_metrics.ts";
import { ANYBODY, type Caller } from "./caller.ts";
import { DIRECT, type Via } from "./via.ts";

/** All that the server knows of one request on its way through. */
export class RequestScope {
  /** The request's name in its response, in logs and in traces; undefined without an observer. */
  readonly id: string | undefined;
  /** The caller; the door finds it out. */
  caller: Caller = ANYBODY;
  /** The way of the request; the door finds it out. */
  via: Via = DIRECT;
  /** Number of its route, see HttpMetrics. */
  route: number = UNROUTED;
  /** The job that the request began or asked about. */
  jobId: string | undefined = undefined;
  /** Whether another thread answers, counts and logs the request. */
  isHandedOver = false;
  /** Why the request was refused or failed. */
  problem: ErrorCode | undefined = undefined;
  /** The connection, as `Deno.serve` describes it. */
  readonly connection: Deno.ServeHandlerInfo | undefined;

  constructor(connection?: Deno.ServeHandlerInfo, id?: string) {
    this.connection = connection;
    this.id = id;
  }
}

/** Answers a request with its scope. */
export type ScopedHandler = (
  request: Request,
  scope: RequestScope,
) => Response | Promise<Response>;

/** A request id of this form is safe in any log. */
const SANE_ID = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** The id in `X-Request-Id` if it is a sane one, or else a new id. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && SANE_ID.test(given) ? given : crypto.randomUUID();
}

/** The scope of a request, which comes as Hono's `env`; a new one if the app is called without. */
export function scopeOf({ env }: Context): RequestScope {
  return env instanceof RequestScope ? env : new RequestScope();
}
