import { JobError } from "../../contract/problems.ts";
import { VERSION } from "../../version.ts";
import type { AppContext } from "../app_context.ts";

const UNCACHED = { headers: { "cache-control": "no-store" } };

/** `GET /healthz`: that the process answers, which version it is, and with how many workers. */
export function createHealthHandler(context: AppContext): () => Response {
  const { engine, jobs } = context;
  return () => {
    const { workers } = engine;
    const body = { status: "ok", version: VERSION, workers, runningJobs: jobs.running };
    return Response.json(body, UNCACHED);
  };
}

/** `GET /livez`: that the process answers at all, also while it drains. */
export function createLivenessHandler(): () => Response {
  return () => Response.json({ status: "ok" }, UNCACHED);
}

/**
 * `GET /readyz`: whether new work is taken.
 *
 * @throws {JobError} `not_ready`, with every reason.
 */
export function createReadinessHandler({ readiness }: AppContext): () => Response {
  return () => {
    const reasons = readiness?.reasons() ?? [];
    if (reasons.length === 0) return Response.json({ status: "ready" }, UNCACHED);
    throw new JobError("not_ready", `Cannot take work: ${reasons.join(", ")}`, {
      details: { reasons },
    });
  };
}
