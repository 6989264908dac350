import { JobError } from "../../contract/problems.ts";
import { VERSION } from "../../version.ts";
import type { OperationDoc } from "../../openapi/operation.ts";
import { UNREADY_REASONS } from "../door/readiness.ts";
import type { AppContext } from "../app_context.ts";
import { byRequest, type Route } from "../route.ts";

const UNCACHED = { headers: { "cache-control": "no-store" } };

const HEALTH_DOC: OperationDoc = {
  id: "getHealth",
  tag: "Operations",
  summary: "Whether the server takes requests, with its version",
  ignoresQuery: true,
  answers: { 200: { about: "It does", content: { "application/json": "Health" } } },
};

const LIVENESS_DOC: OperationDoc = {
  id: "getLiveness",
  tag: "Operations",
  summary: "Whether the process answers",
  about: "Also while it drains.",
  ignoresQuery: true,
  answers: { 200: { about: "It does", content: { "application/json": "Live" } } },
  examples: [{
    name: "live",
    summary: "The process answers",
    status: 200,
    mediaType: "application/json",
    answer: { status: "ok" },
  }],
};

const READINESS_DOC: OperationDoc = {
  id: "getReadiness",
  tag: "Operations",
  summary: "Whether new work is taken",
  brief: "whether the server takes work",
  about: `Reasons not to be ready: ${
    Object.entries(UNREADY_REASONS).map(([reason, about]) => `\`${reason}\` (${about})`).join(", ")
  }.`,
  ignoresQuery: true,
  answers: { 200: { about: "It is", content: { "application/json": "Ready" } } },
  problems: ["not_ready"],
  examples: [{
    name: "ready",
    summary: "New work is taken",
    status: 200,
    mediaType: "application/json",
    answer: { status: "ready" },
  }],
};

/** What probes ask. */
export function createHealthRoutes(context: AppContext): Route[] {
  return [
    {
      path: "/healthz",
      methods: { GET: { handle: byRequest(createHealthHandler(context)), docs: HEALTH_DOC } },
      access: "everybody",
    },
    {
      path: "/livez",
      methods: { GET: { handle: byRequest(createLivenessHandler()), docs: LIVENESS_DOC } },
      access: "everybody",
      whileDraining: true,
    },
    {
      path: "/readyz",
      methods: { GET: { handle: byRequest(createReadinessHandler(context)), docs: READINESS_DOC } },
      access: "everybody",
      whileDraining: true,
    },
  ];
}

/** `GET /healthz`: that the process answers, which version it is, and with how many workers. */
function createHealthHandler(context: AppContext): () => Response {
  const { engine, jobs } = context;
  return () => {
    const { workers } = engine;
    const body = { status: "ok", version: VERSION, workers, runningJobs: jobs.running };
    return Response.json(body, UNCACHED);
  };
}

/** `GET /livez`: that the process answers at all, also while it drains. */
function createLivenessHandler(): () => Response {
  return () => Response.json({ status: "ok" }, UNCACHED);
}

/**
 * `GET /readyz`: whether new work is taken.
 *
 * @throws {JobError} `not_ready`, with every reason.
 */
function createReadinessHandler({ readiness }: AppContext): () => Response {
  return () => {
    const reasons = readiness?.reasons() ?? [];
    if (reasons.length === 0) return Response.json({ status: "ready" }, UNCACHED);
    throw new JobError("not_ready", `Cannot take work: ${reasons.join(", ")}`, {
      details: { reasons },
    });
  };
}
