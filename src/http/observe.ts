import type { HttpMetrics } from "../observe/http_metrics.ts";
import { RequestScope } from "./request_scope.ts";

type Handle = (request: Request, scope: RequestScope) => Response | Promise<Response>;

/**
 * A handler whose requests are counted and timed, to the beginning of their responses: what a
 * client takes to read a long answer is its own matter.
 */
export function observe(
  handle: Handle,
  metrics: HttpMetrics,
): (request: Request, connection?: Deno.ServeHandlerInfo) => Promise<Response> {
  return async (request, connection) => {
    const scope = new RequestScope(connection);
    const began = performance.now();
    let status = 500;
    metrics.begin();
    try {
      const response = await handle(request, scope);
      status = response.status;
      return response;
    } finally {
      metrics.end(scope.route, status, performance.now() - began, scope.problem);
    }
  };
}
