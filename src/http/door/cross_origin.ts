import { Hono } from "hono";
import { cors } from "hono/cors";
import { JobError } from "../../contract/problems.ts";
import { createProblemResponse } from "../answer/problem.ts";
import { refuseBody } from "./refused_body.ts";
import { type ScopedHandler, scopeOf } from "./request_scope.ts";

/** Headers that scripts of other origins may read. */
const EXPOSED = [
  "Accept-Ranges",
  "Content-Disposition",
  "Content-Range",
  "ETag",
  "Link",
  "Location",
  "Missing-Keys",
  "Not-Numbers",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "Shown-Keys",
  "Skipped-Records",
  "Total-Keys",
  "Total-Records",
  "WWW-Authenticate",
  "X-Request-Id",
];

/** How long a browser may remember an answer to its preflight. */
const MAX_AGE_S = 600;

/** Checks which origin sent a request, given the host that the client named. */
export type CheckOrigin = (request: Request, host: string) => void;

/**
 * Refuses requests that a page of another origin makes a browser send, if they change something:
 * the page could not read the answer, but the server would do the work. Programs other than
 * browsers name no origin and pass.
 *
 * Over a safe or a local connection, a browser names the relation itself in `Sec-Fetch-Site`. Over
 * others, the host in `Origin` must be the host that the request is for.
 *
 * @param origins Origins that may send everything; `*` allows all.
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
 * Puts Hono's CORS around a handler, for requests that browsers send for scripts of other origins:
 * it answers preflights, and lets scripts of the listed origins read responses.
 *
 * It allows no credentials: a key travels in a header that a script sets, never in a cookie.
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
