import { Hono } from "hono";
import { JobError } from "../contract/problems.ts";
import type { HttpMetrics } from "../observe/http_metrics.ts";
import { createProblemResponse } from "./answer/problem.ts";
import type { AppContext } from "./app_context.ts";
import { pathOf } from "./door/address.ts";
import { checkRight } from "./door/caller.ts";
import { refuseBody } from "./door/refused_body.ts";
import { scopeOf } from "./door/request_scope.ts";
import { accessOf, findRoute, methodsOf, type Route } from "./route.ts";

/** A Hono app that says which routes it was made from; the door is made from them, too. */
export interface App extends Hono {
  readonly table: readonly Route[];
}

/**
 * An app of some routes.
 *
 * Hono calls one handler for each request: with middleware it would compose a chain.
 *
 * @param options.basePath What may stand before every path.
 */
export function mountRoutes(
  table: readonly Route[],
  metrics: HttpMetrics,
  { checkAccepts, options: { basePath } }: Pick<AppContext, "checkAccepts"> & {
    options: Pick<AppContext["options"], "basePath">;
  },
): App {
  const app = new Hono(basePath ? { getPath: ({ url }) => pathOf(url, basePath) } : undefined);
  for (const each of table) {
    const { path, methods } = each;
    for (const [method, { handle, docs }] of Object.entries(methods)) {
      const access = accessOf(each, method);
      const route = metrics.addRoute(method, path);
      app.on(method, path, (c) => {
        const scope = scopeOf(c);
        scope.route = route;
        if (access !== "everybody" && access !== "any key") checkRight(scope.caller, access);
        if (docs.takesText) checkAccepts?.();
        return handle(c, scope);
      });
    }
  }
  app.notFound((c) => answerUnrouted(c.req.method, c.req.path, table));
  app.onError((error, c) => refuseBody(c.req.raw, createProblemResponse(error, scopeOf(c))));
  return Object.assign(app, { table });
}

/** Answers a request that no handler takes: its path has other methods, or no route at all. */
function answerUnrouted(method: string, path: string, table: readonly Route[]): Response {
  const route = findRoute(table, path);
  if (route === undefined) {
    throw new JobError("not_found", `Cannot find '${path.slice(0, 200)}'`, {
      details: { allowed: table.map((each) => each.path) },
    });
  }
  const allowed = methodsOf(route);
  if (method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow: allowed.join(", ") } });
  }
  const given = method.slice(0, 20);
  throw new JobError("method_not_allowed", `Cannot ${given} ${route.path}`, {
    details: { method: given, allowed },
  });
}
