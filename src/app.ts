import { type Context, Hono } from "hono";
import type { Right } from "./access/api_key_terms.ts";
import { JobError } from "./contract/problems.ts";
import { pathOf } from "./http/door/address.ts";
import { type Caller, checkRight } from "./http/door/caller.ts";
import type { AppContext } from "./http/app_context.ts";
import { createCountHandler } from "./http/routes/count.ts";
import { createEngineHandler } from "./http/routes/engine_status.ts";
import {
  createHealthHandler,
  createLivenessHandler,
  createReadinessHandler,
} from "./http/routes/health.ts";
import { createEventsHandler } from "./http/routes/events.ts";
import { createHelpHandler } from "./http/routes/welcome.ts";
import {
  createJobResultHandler,
  createListHandler,
  createRemoveHandler,
  createStatusHandler,
  createSubmitHandler,
} from "./http/routes/jobs.ts";
import { createKernelsHandler } from "./http/routes/kernels.ts";
import { createMetricsHandler } from "./http/routes/metrics.ts";
import { createDocumentHandlers } from "./http/routes/documentation.ts";
import * as docs from "./http/routes/operations.ts";
import { createProblemResponse } from "./http/answer/problem.ts";
import { refuseBody } from "./http/door/refused_body.ts";
import { requireWhole } from "./http/read/request_headers.ts";
import { type RequestScope, scopeOf } from "./http/door/request_scope.ts";
import { createStopLanguagesHandler, createStopListHandler } from "./http/routes/stop_lists.ts";
import { HttpMetrics } from "./observe/http_metrics.ts";
import type { DocumentedRoute } from "./openapi/operation.ts";

/** A path, what answers each method there, and what each is for: a test asks for both. */
interface Route extends DocumentedRoute {
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
  const { basePath } = context.options;
  const app = new Hono(basePath ? { getPath: ({ url }) => pathOf(url, basePath) } : undefined);
  const metrics = context.metrics ?? new HttpMetrics();
  const routes: Route[] = createRoutes(context, metrics, () => routes);
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

function createRoutes(
  context: AppContext,
  metrics: HttpMetrics,
  all: () => readonly DocumentedRoute[],
): Route[] {
  const count = createCountHandler(context);
  const countWhole: typeof count = (request, ...rest) => {
    requireWhole(request);
    return count(request, ...rest);
  };
  const { document, page } = createDocumentHandlers(all);
  return [
    {
      path: "/",
      methods: { GET: byRequest(createHelpHandler()) },
      docs: { GET: docs.GET_WELCOME },
      access: "everybody",
    },
    {
      path: "/v1/count",
      methods: { POST: byRequest(count), PUT: byRequest(countWhole) },
      docs: { POST: docs.COUNT, PUT: docs.COUNT_BY_PUT },
    },
    {
      path: "/v1/jobs",
      methods: {
        GET: byRequest(createListHandler(context)),
        POST: byRequest(createSubmitHandler(context)),
      },
      docs: { GET: docs.LIST_JOBS, POST: docs.SUBMIT_JOB },
    },
    {
      path: "/v1/jobs/:id",
      methods: {
        GET: byId(createStatusHandler(context)),
        DELETE: byId(createRemoveHandler(context)),
      },
      docs: { GET: docs.GET_JOB, DELETE: docs.CANCEL_JOB },
    },
    {
      path: "/v1/jobs/:id/result",
      methods: { GET: byId(createJobResultHandler(context)) },
      docs: { GET: docs.GET_RESULT },
    },
    {
      path: "/v1/jobs/:id/events",
      methods: { GET: byId(createEventsHandler(context)) },
      docs: { GET: docs.GET_EVENTS },
    },
    {
      path: "/v1/stop",
      methods: { GET: byRequest(createStopLanguagesHandler()) },
      docs: { GET: docs.GET_STOP_LANGUAGES },
    },
    {
      path: "/v1/stop/:language",
      methods: { GET: byLanguage(createStopListHandler()) },
      docs: { GET: docs.GET_STOP_LIST },
    },
    {
      path: "/v1/engine",
      methods: { GET: byRequest(createEngineHandler(context)) },
      docs: { GET: docs.GET_ENGINE },
      access: "observe",
    },
    {
      path: "/v1/kernels",
      methods: { GET: byRequest(createKernelsHandler(context)) },
      docs: { GET: docs.GET_KERNELS },
    },
    {
      path: "/metrics",
      methods: { GET: byRequest(createMetricsHandler(context, metrics)) },
      docs: { GET: docs.GET_METRICS },
      access: context.options.metricsPublic ? "everybody" : "observe",
    },
    {
      path: "/healthz",
      methods: { GET: byRequest(createHealthHandler(context)) },
      docs: { GET: docs.GET_HEALTH },
      access: "everybody",
    },
    {
      path: "/livez",
      methods: { GET: byRequest(createLivenessHandler()) },
      docs: { GET: docs.GET_LIVENESS },
      access: "everybody",
    },
    {
      path: "/readyz",
      methods: { GET: byRequest(createReadinessHandler(context)) },
      docs: { GET: docs.GET_READINESS },
      access: "everybody",
    },
    {
      path: "/openapi.json",
      methods: { GET: byRequest(document) },
      docs: { GET: docs.GET_OPENAPI },
      access: "everybody",
    },
    {
      path: "/docs",
      methods: { GET: byRequest(page) },
      docs: { GET: docs.GET_DOCS },
      access: "everybody",
    },
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
  handle: (
    request: Request,
    id: string,
    caller: Caller,
    scope: RequestScope,
  ) => Promise<Response>,
): Handler {
  return (c, scope) => {
    const id = c.req.param("id")!;
    if (JOB_ID.test(id)) scope.jobId = id;
    return handle(c.req.raw, id, scope.caller, scope);
  };
}

function byLanguage(
  handle: (request: Request, language: string) => Promise<Response>,
): Handler {
  return (c) => handle(c.req.raw, c.req.param("language")!);
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
