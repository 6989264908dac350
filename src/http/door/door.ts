import type { ApiKeyRing } from "../../access/api_key_ring.ts";
import type { Networks } from "../../access/networks.ts";
import type { Rate } from "../../access/rate.ts";
import { checkAddress, pathOf } from "./address.ts";
import { STRANGER } from "./caller.ts";
import { identify } from "./challenge.ts";
import { allowOrigins, createOriginCheck } from "./cross_origin.ts";
import type { RequestGate } from "./gate.ts";
import { createHostCheck } from "./hosts.ts";
import { createProblemResponse } from "../answer/problem.ts";
import { createPathTest, methodsOf, type Route } from "../route.ts";
import { createQuotas, createRateError, setQuotaHeaders } from "./rate_limit.ts";
import { closeConnection, refuseBody } from "./refused_body.ts";
import type { RequestScope, ScopedHandler } from "./request_scope.ts";
import { setSecureHeaders } from "./secure_headers.ts";
import { createViaReader } from "./via.ts";

/** Parts of the door. It checks nothing for a part that is undefined or empty. */
export interface DoorParts {
  app: {
    fetch(request: Request, scope: RequestScope): Response | Promise<Response>;
    /** The routes that the app was made from. */
    readonly table: readonly Route[];
  };
  gate: RequestGate;
  keys?: ApiKeyRing;
  /** Requests of each tenant or, without keys, of each client address. */
  rate?: Rate;
  /** Origins whose scripts may call; `*` for all. */
  corsOrigins?: readonly string[];
  /** The prefix of all paths, unless a proxy names another; see createViaReader. */
  basePath?: string;
  /** Trusted proxies: the door believes their headers. */
  trustProxy?: Networks;
  /** Names of the server, beside those of loopback. @default {any name} */
  hosts?: readonly string[];
}

/**
 * The one way in and out: it checks each request before the app sees it, and sets the headers of
 * every response. It is a function, since a chain of middleware would cost each request more.
 */
export function createDoor(
  parts: DoorParts,
): (request: Request, scope: RequestScope) => Promise<Response> {
  const { app, gate, corsOrigins = [], basePath = "", trustProxy, hosts = ["*"] } = parts;
  const admit = createAdmission(parts);
  const viaOf = createViaReader(basePath, trustProxy);
  const checkHost = createHostCheck(hosts);
  const checkOrigin = createOriginCheck(corsOrigins);
  const isOpenWhileDraining = createPathTest(app.table, (route) => route.whileDraining === true);
  const mayPass = ({ url }: Request) => isOpenWhileDraining(pathOf(url, basePath));
  const answer = corsOrigins.length > 0
    ? allowOrigins(corsOrigins, corsMethods(app.table), admit)
    : admit;
  return async (request, scope) => {
    try {
      gate.enter(request, mayPass);
    } catch (error) {
      return finish(request, turnAway(request, error, scope));
    }
    try {
      const host = checkAddress(request);
      const via = viaOf(request, scope.connection);
      scope.via = via;
      checkHost?.(via.host ?? host);
      checkOrigin?.(request, via.host ?? host);
      return finish(request, await answer(request, scope));
    } catch (error) {
      return finish(request, refuse(request, error, scope));
    } finally {
      gate.leave();
    }
  };
}

/** Lets callers in by their keys, and each of them as often as its rate allows. */
function createAdmission({ app, keys, rate, basePath }: DoorParts): ScopedHandler {
  if (keys === undefined && rate === undefined) {
    return (request, scope) => app.fetch(request, scope);
  }
  const takeQuota = createQuotas(keys, rate);
  const isPublic = createPathTest(app.table, ({ access }) => access === "everybody");
  return async (request, scope) => {
    if (keys) scope.caller = STRANGER;
    if (isPublic(pathOf(request.url, basePath))) return app.fetch(request, scope);
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

/** The methods that scripts of other origins may use; the server itself answers OPTIONS. */
function corsMethods(table: readonly Route[]): string[] {
  const methods = new Set(table.flatMap(methodsOf));
  methods.delete("OPTIONS");
  return [...methods];
}

function refuse(request: Request, error: unknown, scope: RequestScope): Response {
  return refuseBody(request, createProblemResponse(error, scope));
}

function turnAway(request: Request, error: unknown, scope: RequestScope): Response {
  const response = refuse(request, error, scope);
  closeConnection(request, response);
  return response;
}

function finish(request: Request, response: Response): Response {
  setSecureHeaders(request, response);
  return request.method === "HEAD" ? withoutLength(response) : response;
}

/**
 * Answers HEAD. Deno would send a length of 0 for a response without a body, but GET would get
 * another length (RFC 9110, 8.6). For a stream Deno sends no length. A known length stays.
 */
function withoutLength(response: Response): Response {
  if (response.body !== null || [204, 304].includes(response.status)) return response;
  if (response.headers.has("content-length")) return response;
  return new Response(new Blob().stream(), response);
}
