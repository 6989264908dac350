import { formatJobCursor, parseListQuery } from "../read/list_query.ts";
import type { ListQuery } from "../../jobs/job_registry.ts";
import type { AppContext } from "../app_context.ts";
import { createJobResponse, describeJob } from "../answer/job_document.ts";
import { parseResultQuery, parseWaitQuery, queryText, refuseQuery } from "../read/query.ts";
import { byRequest, type Route } from "../route.ts";
import { byJob, type JobHandler } from "./by_job.ts";
import { answerResult } from "./job_result.ts";
import {
  GET_JOB_DOC,
  GET_RESULT_DOC,
  LIST_JOBS_DOC,
  PUT_JOB_DOC,
  REMOVE_JOB_DOC,
  SUBMIT_JOB_DOC,
} from "./jobs_docs.ts";
import { createSubmitHandlers, type RequestHandler } from "./submit_job.ts";

/** Jobs in the background: how they begin, how far they are, their results and their end. */
export function createJobRoutes(context: AppContext): Route[] {
  const submit = createSubmitHandlers(context);
  return [
    {
      path: "/v1/jobs",
      methods: {
        GET: { handle: byRequest(createListHandler(context)), docs: LIST_JOBS_DOC },
        POST: { handle: byRequest(submit.post), docs: SUBMIT_JOB_DOC },
      },
    },
    {
      path: "/v1/jobs/:id",
      methods: {
        GET: { handle: byJob(createStatusHandler(context)), docs: GET_JOB_DOC },
        PUT: { handle: byJob(submit.put), docs: PUT_JOB_DOC },
        DELETE: { handle: byJob(createRemoveHandler(context)), docs: REMOVE_JOB_DOC },
      },
    },
    {
      path: "/v1/jobs/:id/result",
      methods: {
        GET: { handle: byJob(createJobResultHandler(context)), docs: GET_RESULT_DOC },
      },
    },
  ];
}

/** `GET /v1/jobs`: the caller's jobs, the newest first. */
function createListHandler({ jobs }: AppContext): RequestHandler {
  return async (request, { tenant }, { via: { prefix } }) => {
    const query = parseListQuery(queryText(request.url));
    const { jobs: found, next } = await jobs.list(tenant, query);
    const links = next === undefined ? {} : { next: prefix + formatNext(query, next) };
    return createJobResponse({ jobs: found.map((job) => describeJob(job, prefix)), links });
  };
}

/** `GET /v1/jobs/:id`: how far the job is. */
function createStatusHandler({ jobs }: AppContext): JobHandler {
  return async (request, id, { tenant }, { via }) => {
    const { waitMs } = parseWaitQuery(queryText(request.url));
    const job = await jobs.ended(id, tenant, waitMs);
    return createJobResponse(describeJob(job, via.prefix));
  };
}

/** `GET /v1/jobs/:id/result`: the counts, cut as the query says. */
function createJobResultHandler(context: AppContext): JobHandler {
  return async (request, id, { tenant }, scope) => {
    const { waitMs, ...query } = parseResultQuery(queryText(request.url));
    const job = await context.jobs.ended(id, tenant, waitMs);
    return await answerResult(context, request, job, query, scope);
  };
}

/** `DELETE /v1/jobs/:id`: cancels the job if it runs, and forgets it and its result. */
function createRemoveHandler({ jobs }: AppContext): JobHandler {
  return async (request, id, { tenant }) => {
    refuseQuery(queryText(request.url));
    await jobs.remove(id, tenant);
    return new Response(null, { status: 204 });
  };
}

function formatNext({ state, limit }: ListQuery, next: string): string {
  const query = new URLSearchParams({ limit: String(limit), cursor: formatJobCursor(next) });
  if (state !== undefined) query.set("state", state);
  return `/v1/jobs?${query}`;
}
