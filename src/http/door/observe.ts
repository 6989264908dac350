import { getLogger } from "@logtape/logtape";
import type { HttpMetrics } from "../../observe/http_metrics.ts";
import type { RouteNamer } from "../../observe/traces.ts";
import { requestIdOf, RequestScope, type ScopedHandler } from "./request_scope.ts";

const logger = getLogger(["millrace", "access"]);

/** How requests are observed. */
export interface ObserveOptions {
  metrics: HttpMetrics;
  /** Whether to log each request. @default {false} */
  accessLog?: boolean;
  /** Is told the route of each request while its span is active. @default {none} */
  nameSpan?: RouteNamer;
}

/**
 * Wraps a handler: each request gets an id, which its response names, and is counted and timed. The
 * time ends where the response begins, since how fast a client reads is not the server's doing.
 */
export function observe(
  handle: ScopedHandler,
  { metrics, accessLog = false, nameSpan }: ObserveOptions,
): (request: Request, connection?: Deno.ServeHandlerInfo) => Promise<Response> {
  const finish = (scope: RequestScope, status: number, ms: number): void => {
    metrics.end(scope.route, status, ms, scope.problem);
    if (nameSpan) {
      const { method, path } = metrics.route(scope.route);
      nameSpan(method, path, scope.id);
    }
    if (accessLog) logRequest(metrics, scope, status, ms);
  };
  return async (request, connection) => {
    const scope = new RequestScope(connection, requestIdOf(request));
    const began = performance.now();
    let status = 500;
    metrics.begin();
    try {
      const response = await handle(request, scope);
      if (scope.isHandedOver) return response;
      status = response.status;
      response.headers.set("x-request-id", scope.id!);
      return response;
    } finally {
      if (scope.isHandedOver) metrics.handOver();
      else finish(scope, status, performance.now() - began);
    }
  };
}

/** Logs the route's pattern and not the path, which may hold anything that a client sends. */
function logRequest(metrics: HttpMetrics, scope: RequestScope, status: number, ms: number): void {
  const { id: requestId, jobId, problem } = scope;
  const { method, path: route } = metrics.route(scope.route);
  const rounded = Math.round(ms * 1000) / 1000;
  logger.info("Request", { requestId, jobId, method, route, status, problem, ms: rounded });
}
