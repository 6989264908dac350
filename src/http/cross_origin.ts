import { Hono } from "hono";
import { cors } from "hono/cors";
import { createProblemResponse } from "./problem.ts";
import { refuseBody } from "./refused_body.ts";
import { type RequestScope, scopeOf } from "./request_scope.ts";

/** What scripts of other origins may read beside the body. */
const EXPOSED = [
  "Content-Disposition",
  "ETag",
  "Link",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "WWW-Authenticate",
  "X-Request-Id",
];

/** How long a browser may remember what it was allowed. */
const MAX_AGE_S = 600;

/** What answers a request in the end. */
export type Answer = (request: Request, scope: RequestScope) => Response | Promise<Response>;

/**
 * Hono's CORS around an answer, for requests that browsers send for scripts of other origins:
 * it answers preflights, and lets the origins of the list read what comes back.
 *
 * Credentials are not allowed: a key travels in a header that a script sets, never in a cookie.
 *
 * @param origins Allowed origins; `*` allows all.
 */
export function allowOrigins(origins: readonly string[], answer: Answer): Answer {
  const app = new Hono();
  app.use(cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
    exposeHeaders: EXPOSED,
    maxAge: MAX_AGE_S,
  }));
  app.all("*", (c) => answer(c.req.raw, scopeOf(c)));
  app.onError((error, c) => refuseBody(c.req.raw, createProblemResponse(error, scopeOf(c))));
  return (request, scope) =>
    request.headers.has("origin") ? app.fetch(request, scope) : answer(request, scope);
}
