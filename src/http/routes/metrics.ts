import { EXPOSITION_TYPE } from "../../observe/exposition.ts";
import type { HttpMetrics } from "../../observe/http_metrics.ts";
import { formatMetrics } from "../../observe/metrics.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import type { AppContext } from "../app_context.ts";
import { byRequest, type Route } from "../route.ts";

const METRICS_DOC: OperationDoc = {
  id: "getMetrics",
  tag: "Operations",
  summary: "Numbers for Prometheus",
  ignoresQuery: true,
  answers: { 200: { about: "Prometheus' text format", content: { [EXPOSITION_TYPE]: "text" } } },
};

/** Numbers for monitors, which may need no key (`metricsPublic`). */
export function createMetricsRoutes(context: AppContext, http: HttpMetrics): Route[] {
  return [{
    path: "/metrics",
    methods: { GET: { handle: byRequest(createMetricsHandler(context, http)), docs: METRICS_DOC } },
    access: context.options.metricsPublic ? "everybody" : "observe",
    whileDraining: true,
  }];
}

/** `GET /metrics`: every metric in Prometheus' text format. */
function createMetricsHandler(
  { engine, jobs, readiness }: AppContext,
  http: HttpMetrics,
): () => Response {
  const headers = { "content-type": EXPOSITION_TYPE, "cache-control": "no-store" };
  return () => {
    const ready = (readiness?.reasons() ?? []).length === 0;
    return new Response(formatMetrics({ http, engine: engine.status(), jobs, ready }), { headers });
  };
}
