import type { AppContext } from "./context.ts";

/** `GET /healthz`: that the process answers, with how many workers. */
export function createHealthHandler(context: AppContext): () => Response {
  const { engine, jobs } = context;
  return () =>
    Response.json({ status: "ok", workers: engine.workers, runningJobs: jobs.running }, {
      headers: { "cache-control": "no-store" },
    });
}
