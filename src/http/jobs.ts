import { loadStopWords } from "../stop_words.ts";
import type { JobStatus } from "../store/job_registry.ts";
import { applyContentType, createInputLimits, takeBody } from "./body.ts";
import type { Caller } from "./caller.ts";
import type { AppContext, CountEngine } from "./context.ts";
import { describeProblem } from "./problem.ts";
import { parseCountQuery, parseResultQuery, queryText, refuseQuery } from "./query.ts";
import { createStoredResponse } from "./stored_result.ts";

type JobHandler = (request: Request, id: string, caller: Caller) => Promise<Response>;

/**
 * `POST /v1/jobs`: answers 202 when the whole input is here.
 *
 * The engine is asked for every key: `top`, `min` and `format` are what the result shows unless
 * its reader asks otherwise.
 */
export function createSubmitHandler(
  context: AppContext,
): (request: Request, caller: Caller) => Promise<Response> {
  const { engine, jobs, options } = context;
  const limitsOf = createInputLimits(options);
  return async (request, { tenant }) => {
    const query = applyContentType(request, parseCountQuery(queryText(request.url)));
    const limits = limitsOf(request);
    const body = takeBody(request, limits);
    const count = { ...await loadStopWords(query.count), top: 0, min: 1 };
    const job = engine.submit(body, count, { ...limits, tenant });
    job.done.catch(() => {}); // what fails before the 202 is told by `received`
    await job.received;
    jobs.add(job, query.count, query.output);
    return createStatusResponse(await jobs.status(job.id), 202, {
      location: `/v1/jobs/${job.id}`,
    });
  };
}

/** `GET /v1/jobs/:id`: how far the job is. */
export function createStatusHandler({ jobs }: AppContext): JobHandler {
  return async (request, id) => {
    refuseQuery(queryText(request.url));
    return createStatusResponse(await jobs.status(id), 200);
  };
}

/** `GET /v1/jobs/:id/result`: the counts, cut as the query says. */
export function createJobResultHandler({ engine, jobs }: AppContext): JobHandler {
  const toKey: CountEngine["toKey"] = (text, options) => engine.toKey(text, options);
  return async (request, id) => {
    const query = parseResultQuery(queryText(request.url));
    const stored = await jobs.result(id);
    stored.result.segment.retain(); // the store may drop the result while it streams
    return createStoredResponse(request, stored, query, toKey);
  };
}

/** `DELETE /v1/jobs/:id`: cancels what runs and forgets the rest. */
export function createRemoveHandler({ jobs }: AppContext): JobHandler {
  return async (request, id) => {
    refuseQuery(queryText(request.url));
    await jobs.remove(id);
    return new Response(null, { status: 204 });
  };
}

function createStatusResponse(
  job: JobStatus,
  status: number,
  headers: Record<string, string> = {},
): Response {
  const { id, state, error } = job;
  const document = {
    id,
    state,
    createdAt: formatTime(job.createdAt),
    finishedAt: formatTime(job.finishedAt),
    expiresAt: formatTime(job.expiresAt),
    progress: job.progress,
    totals: job.totals,
    options: { ...job.options, ...job.output },
    error: error && describeProblem(error.code, error.message, error.details),
    links: { self: `/v1/jobs/${id}`, result: `/v1/jobs/${id}/result` },
  };
  return new Response(JSON.stringify(document) + "\n", {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

function formatTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
