import type { Context } from "hono";
import type { ErrorCode } from "../errors.ts";
import { UNROUTED } from "../observe/http_metrics.ts";
import { ANYBODY, type Caller } from "./caller.ts";

/** What is known of one request on its way through. */
export class RequestScope {
  /** Whose request it is; the door finds out. */
  caller: Caller = ANYBODY;
  /** Number of its route, see HttpMetrics. */
  route: number = UNROUTED;
  /** Why it was refused or failed. */
  problem: ErrorCode | undefined = undefined;
  /** What the server knows of the connection. */
  readonly connection: Deno.ServeHandlerInfo | undefined;

  constructor(connection?: Deno.ServeHandlerInfo) {
    this.connection = connection;
  }
}

/** The scope of a request, which comes as Hono's `env`; one of its own where nobody watches. */
export function scopeOf({ env }: Context): RequestScope {
  return env instanceof RequestScope ? env : new RequestScope();
}
