import { type Context, Hono } from "hono";
import type { Right } from "./access/key_record.ts";
import { JobError } from "./errors.ts";
import { type Caller, checkRight } from "./http/caller.ts";
import type { AppContext } from "./http/context.ts";
import { createCountHandler } from "./http/count.ts";
import { createEngineHandler } from "./http/engine.ts";
import {
  createHealthHandler,
  createLivenessHandler,
  createReadinessHandler,
} from "./http/health.ts";
import { createEventsHandler } from "./http/events.ts";
import { createHelpHandler } from "./http/help.ts";
import {
  createJobResultHandler,
  createListHandler,
  createRemoveHandler,
  createStatusHandler,
  createSubmitHandler,
} from "./http/jobs.ts";
import { createKernelsHandler } from "./http/kernels.ts";
import { createMetricsHandler } from "./http/metrics.ts";
import { createProblemResponse } from "./http/problem.ts";
import { refuseBody } from "./http/refused_body.ts";
import { type RequestScope, scopeOf } from "./http/request_scope.ts";
import { HttpMetrics } from "./observe/http_metrics.ts";

/** A path and what answers each method there. */
interface Route {
  path: string;
  methods: Record<string, Handler>;
  /** Who may come: with this right; everybody; or, unless said, as the method wants it. */
  access?: Right | "everybody";
}

type Handler = (c: Context, scope: RequestScope) => Response | Promise<Response>;

/**
 * The HTTP surface: routes, and the one door through which errors leave.
 *
 * One handler per route and no middleware, so that Hono calls it without composing a chain.
 */
export function createApp(context: AppContext): Hono {
  const app = new Hono();
  const metrics = context.metrics ?? new HttpMetrics();
  const routes = createRoutes(context, metrics);
  for (const { path, methods, access } of routes) {
    for (const [method, handle] of Object.entries(methods)) {
      const right = access ?? (method === "GET" ? "read" : "write");
      const route = metrics.addRoute(method, path);
      app.on(method, path, (c) => {
        const scope = scopeOf(c);
        scope.route = route;
        if (right !== "everybody") checkRight(scope.caller, right);
        return handle(c, scope);
      });
    }
  }
  app.notFound((c) => answerUnrouted(c.req.method, c.req.path, routes));
  app.onError((error, c) => refuseBody(c.req.raw, createProblemResponse(error, scopeOf(c))));
  return app;
}

function createRoutes(context: AppContext, metrics: HttpMetrics): Route[] {
  const count = byRequest(createCountHandler(context));
  return [
    { path: "/", methods: { GET: byRequest(createHelpHandler()) }, access: "everybody" },
    {
      path: "/healthz",
      methods: { GET: byRequest(createHealthHandler(context)) },
      access: "everybody",
    },
    { path: "/livez", methods: { GET: byRequest(createLivenessHandler()) }, access: "everybody" },
    {
      path: "/readyz",
      methods: { GET: byRequest(createReadinessHandler(context)) },
      access: "everybody",
    },
    {
      path: "/metrics",
      methods: { GET: byRequest(createMetricsHandler(context, metrics)) },
      access: context.options.metricsPublic ? "everybody" : "observe",
    },
    { path: "/v1/count", methods: { POST: count, PUT: count } },
    {
      path: "/v1/jobs",
      methods: {
        GET: byRequest(createListHandler(context)),
        POST: byRequest(createSubmitHandler(context)),
      },
    },
    {
      path: "/v1/jobs/:id",
      methods: {
        GET: byId(createStatusHandler(context)),
        DELETE: byId(createRemoveHandler(context)),
      },
    },
    { path: "/v1/jobs/:id/result", methods: { GET: byId(createJobResultHandler(context)) } },
    { path: "/v1/jobs/:id/events", methods: { GET: byId(createEventsHandler(context)) } },
    {
      path: "/v1/engine",
      methods: { GET: byRequest(createEngineHandler(context)) },
      access: "observe",
    },
    { path: "/v1/kernels", methods: { GET: byRequest(createKernelsHandler(context)) } },
  ];
}

function byRequest(
  handle: (
    request: Request,
    caller: Caller,
    scope: RequestScope,
  ) => Response | Promise<Response>,
): Handler {
  return (c, scope) => handle(c.req.raw, scope.caller, scope);
}

/** What may stand in a log as a job: ids of ours, and not whatever a path holds. */
const JOB_ID = /^[0-9A-Za-z-]{1,64}$/;

function byId(
  handle: (request: Request, id: string, caller: Caller) => Promise<Response>,
): Handler {
  return (c, scope) => {
    const id = c.req.param("id")!;
    if (JOB_ID.test(id)) scope.jobId = id;
    return handle(c.req.raw, id, scope.caller);
  };
}

/** What no handler takes: a path that has other methods, or no path of ours at all. */
function answerUnrouted(method: string, path: string, routes: readonly Route[]): Response {
  const route = routes.find((each) => matches(each.path, path));
  if (route === undefined) {
    throw new JobError("not_found", `Cannot find '${path.slice(0, 200)}'`, {
      details: { allowed: routes.map((each) => each.path) },
    });
  }
  const allowed = Object.keys(route.methods);
  if (allowed.includes("GET")) allowed.push("HEAD");
  allowed.push("OPTIONS");
  if (method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow: allowed.join(", ") } });
  }
  const given = method.slice(0, 20);
  throw new JobError("method_not_allowed", `Cannot ${given} ${route.path}`, {
    details: { method: given, allowed },
  });
}

/** Whether a route's path, whose `:id` stands for one segment, is this path. */
function matches(route: string, path: string): boolean {
  const parts = route.split("/");
  const given = path.split("/");
  return parts.length === given.length &&
    parts.every((part, i) => part === given[i] || (part.startsWith(":") && given[i] !== ""));
}
