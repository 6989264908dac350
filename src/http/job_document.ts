import type { JobRecord } from "../store/job_record.ts";
import { describeProblem } from "./problem.ts";

/** What a client is shown of a job. */
export function describeJob(job: JobRecord): object {
  const { id, state, attempt, progress, totals, error } = job;
  return {
    id,
    state,
    createdAt: formatTime(job.createdAt),
    startedAt: formatTime(job.startedAt),
    finishedAt: formatTime(job.finishedAt),
    expiresAt: formatTime(job.expiresAt),
    attempt,
    progress,
    totals,
    options: { ...job.options, ...job.output },
    error: error && describeProblem(error.code, error.message, error.details),
    links: {
      self: `/v1/jobs/${id}`,
      result: `/v1/jobs/${id}/result`,
      events: `/v1/jobs/${id}/events`,
    },
  };
}

/** An answer about jobs: nobody may keep it, since the next one may differ. */
export function createJobResponse(
  document: object,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(document) + "\n", {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

function formatTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
