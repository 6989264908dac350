import type { Context } from "hono";
import type { ErrorCode } from "../errors.ts";
import { UNROUTED } from "../observe/http_metrics.ts";

/** What is noted of one request on its way through, for those who watch. */
export class RequestScope {
  /** Number of its route, see HttpMetrics. */
  route: number = UNROUTED;
  /** Why it was refused or failed. */
  problem: ErrorCode | undefined = undefined;
}

/** The scope of a request, which comes as Hono's `env`; one of its own where nobody watches. */
export function scopeOf({ env }: Context): RequestScope {
  return env instanceof RequestScope ? env : new RequestScope();
}
