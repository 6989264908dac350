import { VERSION } from "../../version.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import type { AppContext } from "../app_context.ts";
import { byRequest, type Route } from "../route.ts";

const ENGINE_DOC: OperationDoc = {
  id: "getEngine",
  tag: "Operations",
  summary: "What the engine is doing: threads, jobs, queues, memory, stages, faults",
  about: "For people; GET /metrics is for monitors.",
  ignoresQuery: true,
  answers: { 200: { about: "Its status now", content: { "application/json": "Engine" } } },
};

/** What the engine is doing. */
export function createEngineRoutes(context: AppContext): Route[] {
  return [{
    path: "/v1/engine",
    methods: { GET: { handle: byRequest(createEngineHandler(context)), docs: ENGINE_DOC } },
    access: "observe",
  }];
}

/** `GET /v1/engine`: what the engine is doing now, for people and monitors. */
function createEngineHandler({ engine }: AppContext): () => Response {
  return () => {
    const headers = { "content-type": "application/json", "cache-control": "no-store" };
    return new Response(JSON.stringify({ version: VERSION, ...engine.status() }) + "\n", {
      headers,
    });
  };
}
