import type { JobDocument, JobListDocument } from "../../contract/documents.ts";
import type { JobRecord } from "../../store/job_record.ts";
import { shownId } from "../../store/client_id.ts";
import { describeProblem } from "../../contract/describe_problem.ts";

/** The path of a job, behind the prefix that the client knows. */
export function jobPathOf(job: Parameters<typeof shownId>[0], prefix: string): string {
  return `${prefix}/v1/jobs/${shownId(job)}`;
}

/** The document that shows a job to clients. @param prefix The prefix of its addresses. */
export function describeJob(job: JobRecord, prefix: string): JobDocument {
  const { state, attempt, progress, totals, result, error } = job;
  const address = jobPathOf(job, prefix);
  return {
    id: shownId(job),
    state,
    createdAt: formatTime(job.createdAt),
    startedAt: formatTime(job.startedAt),
    finishedAt: job.finishedAt === undefined ? undefined : formatTime(job.finishedAt),
    expiresAt: job.expiresAt === undefined ? undefined : formatTime(job.expiresAt),
    attempt,
    progress,
    totals: result?.values ? { ...totals!, counted: undefined } : totals,
    partition: result?.partition,
    merge: job.merge,
    parts: job.parts?.length,
    options: { ...job.options, ...job.output, kernel: job.kernel },
    error: error && describeProblem(error.code, error.message, error.details),
    links: {
      self: address,
      result: `${address}/result`,
      events: `${address}/events`,
    },
  };
}

/** An answer about jobs. No cache may keep it, since the next answer may differ. */
export function createJobResponse(
  document: JobDocument | JobListDocument,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(document) + "\n", {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

function formatTime(time: number): string {
  return new Date(time).toISOString();
}
