import { Hono } from "hono";
import { cors } from "hono/cors";
import { JobError } from "../../contract/problems.ts";
import { createProblemResponse } from "../answer/problem.ts";
import { refuseBody } from "./refused_body.ts";
import { type ScopedHandler, scopeOf } from "./request_scope.ts";

/** What scripts of other origins may read beside the body. */
const EXPOSED = [
  "Accept-Ranges",
  "Content-Disposition",
  "Content-Range",
  "ETag",
  "Link",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "Shown-Keys",
  "Total-Keys",
  "WWW-Authenticate",
  "X-Request-Id",
];

/** How long a browser may remember what it was allowed. */
const MAX_AGE_S = 600;

/** Checks where a request comes from, given the host that its client named. */
export type CheckOrigin = (request: Request, host: string) => void;

/**
 * Refuses what pages of other origins have browsers send, where it would do something: such a page
 * cannot read the answer, but the work would be done. Programs that are no browsers say nothing of
 * an origin and pass.
 *
 * A browser says the relation itself in `Sec-Fetch-Site`, where the connection is safe or local;
 * else its `Origin` tells, whose host is that of a page of ours.
 *
 * @param origins Those that may; `*` lets all.
 */
export function createOriginCheck(origins: readonly string[]): CheckOrigin | undefined {
  if (origins.includes("*")) return undefined;
  const allowed = new Set(origins);
  return ({ method, headers }, host) => {
    if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
    const site = headers.get("sec-fetch-site");
    if (site === "same-origin" || site === "none") return;
    const origin = headers.get("origin");
    if (origin === null ? site === null : allowed.has(origin)) return;
    if (site === null && hostOfOrigin(origin!) === host.toLowerCase()) return;
    throw createOriginError(method, origin ?? site!);
  };
}

/** Host and port of an origin; pages without one say `null`. */
function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function createOriginError(method: string, origin: string): JobError {
  const value = origin.slice(0, 200);
  return new JobError(
    "cross_origin",
    `Cannot ${method} for a page of another origin, '${value}'; --cors-origin ` +
      "(MILLRACE_CORS_ORIGIN) lets origins in",
    { details: { value, option: "--cors-origin" } },
  );
}

/**
 * Hono's CORS around an answer, for requests that browsers send for scripts of other origins:
 * it answers preflights, and lets the origins of the list read what comes back.
 *
 * Credentials are not allowed: a key travels in a header that a script sets, never in a cookie.
 *
 * @param origins Allowed origins; `*` allows all.
 * @param methods Allowed methods.
 */
export function allowOrigins(
  origins: readonly string[],
  methods: readonly string[],
  answer: ScopedHandler,
): ScopedHandler {
  const app = new Hono();
  app.use(cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: [...methods],
    exposeHeaders: EXPOSED,
    maxAge: MAX_AGE_S,
  }));
  app.all("*", (c) => answer(c.req.raw, scopeOf(c)));
  app.onError((error, c) => refuseBody(c.req.raw, createProblemResponse(error, scopeOf(c))));
  return (request, scope) =>
    request.headers.has("origin") ? app.fetch(request, scope) : answer(request, scope);
}
