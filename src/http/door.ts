import type { KeyRing } from "../access/key_ring.ts";
import type { Rate } from "../access/rate.ts";
import { JobError } from "../errors.ts";
import { STRANGER } from "./caller.ts";
import { identify } from "./challenge.ts";
import { allowOrigins, type Answer } from "./cross_origin.ts";
import type { RequestGate } from "./gate.ts";
import { createProblemResponse } from "./problem.ts";
import { createQuotas, createRateError, setQuotaHeaders } from "./rate_limit.ts";
import { refuseBody } from "./refused_body.ts";
import type { RequestScope } from "./request_scope.ts";
import { SECURE_HEADERS } from "./secure_headers.ts";

/** What the door is made of; what is undefined or empty is not asked for. */
export interface DoorParts {
  app: { fetch(request: Request, scope: RequestScope): Response | Promise<Response> };
  gate: RequestGate;
  keys?: KeyRing;
  /** Requests of each tenant or, without keys, of each client address. */
  rate?: Rate;
  /** Origins whose scripts may call; `*` for all. */
  corsOrigins?: readonly string[];
  metricsPublic?: boolean;
}

/** Enough for the longest list of stop words; what is longer belongs into a body. */
export const MAX_URL_CHARS = 16_384;

/** What needs no key. Paths are compared as they came: what is spelt otherwise is not public. */
const PUBLIC_PATHS = ["/", "/healthz", "/livez", "/readyz", "/docs", "/openapi.json"];

/**
 * The one way in and out: what is checked before the app sees a request, and what is said with
 * every response. A function and no middleware: a chain would cost each request.
 */
export function createDoor(
  parts: DoorParts,
): (request: Request, scope: RequestScope) => Promise<Response> {
  const { gate, corsOrigins = [] } = parts;
  const admit = createAdmission(parts);
  const answer = corsOrigins.length > 0 ? allowOrigins(corsOrigins, admit) : admit;
  return async (request, scope) => {
    try {
      gate.enter(request);
    } catch (error) {
      return finish(turnAway(request, error, scope));
    }
    try {
      checkUrl(request.url);
      return finish(await answer(request, scope));
    } catch (error) {
      return finish(refuse(request, error, scope));
    } finally {
      gate.leave();
    }
  };
}

/** Who comes in, and how often. */
function createAdmission({ app, keys, rate, metricsPublic }: DoorParts): Answer {
  if (keys === undefined && rate === undefined) {
    return (request, scope) => app.fetch(request, scope);
  }
  const takeQuota = createQuotas(keys, rate);
  const publicPaths = new Set(metricsPublic ? [...PUBLIC_PATHS, "/metrics"] : PUBLIC_PATHS);
  return async (request, scope) => {
    if (keys) scope.caller = STRANGER;
    if (publicPaths.has(pathOf(request.url))) return app.fetch(request, scope);
    if (keys) scope.caller = identify(request, keys);
    const quota = takeQuota(scope);
    if (quota === undefined) return app.fetch(request, scope);
    const response = quota.granted
      ? await app.fetch(request, scope)
      : refuse(request, createRateError(quota), scope);
    setQuotaHeaders(response, quota);
    return response;
  };
}

function checkUrl(url: string): void {
  if (url.length <= MAX_URL_CHARS) return;
  throw new JobError(
    "uri_too_long",
    `Cannot read the address: ${url.length} characters exceed the limit of ${MAX_URL_CHARS}`,
    { details: { limit: MAX_URL_CHARS } },
  );
}

/** The path of an absolute URL, not decoded. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.slice(start).search(/[?#]/);
  return end < 0 ? url.slice(start) : url.slice(start, start + end);
}

function refuse(request: Request, error: unknown, scope: RequestScope): Response {
  return refuseBody(request, createProblemResponse(error, scope));
}

function turnAway(request: Request, error: unknown, scope: RequestScope): Response {
  const response = refuse(request, error, scope);
  response.headers.set("connection", "close");
  return response;
}

function finish(response: Response): Response {
  for (const [name, value] of SECURE_HEADERS) response.headers.set(name, value);
  return response;
}
