import { JobError } from "../../contract/problems.ts";
import type { JobRecord } from "../../store/job_record.ts";
import type { ListQuery } from "../../jobs/job_registry.ts";
import type { RequestKeyHold } from "../../store/job_store.ts";
import type { RequestKeyJob } from "../../jobs/request_keys.ts";
import type { Caller } from "../door/caller.ts";
import type { AppContext } from "../app_context.ts";
import { byRequest, type Route } from "../route.ts";
import { createContentLimits } from "../../intake/intake_options.ts";
import { createTakeIn } from "../../intake/take_in.ts";
import {
  applyContentType,
  beginFingerprint,
  giveUp,
  lengthOf,
  readSubmission,
} from "../read/submission.ts";
import { createJobResponse, describeJob, jobPathOf } from "../answer/job_document.ts";
import {
  formatJobCursor,
  MOST_WAIT_S,
  parseCountQuery,
  parseListQuery,
  parseResultQuery,
  parseWaitQuery,
  queryText,
  refuseQuery,
  type ResultQuery,
} from "../read/query.ts";
import { readIdempotencyKey, readPreferredWait } from "../read/request_headers.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { createStoredResponse } from "../answer/stored_result.ts";
import { byJob, type JobHandler } from "./by_job.ts";
import {
  GET_JOB_DOC,
  GET_RESULT_DOC,
  LIST_JOBS_DOC,
  REMOVE_JOB_DOC,
  SUBMIT_JOB_DOC,
} from "./jobs_docs.ts";

type RequestHandler = (
  request: Request,
  caller: Caller,
  scope: RequestScope,
) => Promise<Response>;

/** Jobs in the background: how they begin, how far they are, their results and their end. */
export function createJobRoutes(context: AppContext): Route[] {
  return [
    {
      path: "/v1/jobs",
      methods: {
        GET: { handle: byRequest(createListHandler(context)), docs: LIST_JOBS_DOC },
        POST: { handle: byRequest(createSubmitHandler(context)), docs: SUBMIT_JOB_DOC },
      },
    },
    {
      path: "/v1/jobs/:id",
      methods: {
        GET: { handle: byJob(createStatusHandler(context)), docs: GET_JOB_DOC },
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

/**
 * `POST /v1/jobs`: answers 202 when the whole input is here, and is stored if jobs outlive the
 * process; or 200 with the result, if the client prefers to wait and the result is ready in time.
 */
function createSubmitHandler(context: AppContext): RequestHandler {
  const { jobs, kernels } = context;
  const takeIn = createTakeIn({ ...context, giveUp });
  const limitsOf = createContentLimits(context.options, giveUp);

  async function accept(
    request: Request,
    scope: RequestScope,
    hold?: RequestKeyHold,
  ): Promise<JobRecord> {
    const { inputs } = jobs;
    const { caller: { tenant }, id: requestId } = scope;
    const query = applyContentType(request, parseCountQuery(queryText(request.url)));
    const { count, output } = query;
    const kernel = query.kernel && await kernels.choose(query.kernel, tenant);
    const terms = { tenant, requestId, inputs, fingerprint: hold && beginFingerprint(request) };
    const { job, submission, fingerprint } = await takeIn(
      readSubmission(request, query, kernel),
      terms,
    );
    const options = { ...count, case: job.options.case };
    scope.jobId = job.id;
    const requestKey = hold && { hold, fingerprint: fingerprint! };
    try {
      return await jobs.accept(job, {
        tenant,
        options,
        output,
        kernel,
        submission,
        requestKey,
      });
    } catch (error) {
      job.cancel();
      await inputs?.remove(job.id);
      throw error;
    }
  }

  async function acceptHeld(
    request: Request,
    scope: RequestScope,
    hold: RequestKeyHold,
  ): Promise<JobRecord> {
    try {
      return await accept(request, scope, hold);
    } catch (error) {
      await jobs.releaseRequestKey(hold);
      throw error;
    }
  }

  /** Finds the job that the key stands for, if this is the request that began it. */
  async function repeat(
    request: Request,
    { tenant }: Caller,
    name: string,
    { id, fingerprint }: RequestKeyJob,
  ): Promise<JobRecord> {
    const limits = limitsOf(lengthOf(request.headers));
    const found = await beginFingerprint(request).read(request.body, limits);
    if (found !== fingerprint) throw keyReused(name);
    return await jobs.status(id, tenant);
  }

  return async (request, caller, scope) => {
    const name = readIdempotencyKey(request);
    const taken = name === undefined ? undefined : await jobs.takeRequestKey(caller.tenant, name);
    const record = taken === undefined
      ? await accept(request, scope)
      : "fingerprint" in taken
      ? await repeat(request, caller, name!, taken)
      : await acceptHeld(request, scope, taken);
    return await answerAccepted(context, request, record, scope.via.prefix);
  };
}

/** 202 and the job, or its result if the client prefers to wait for it. */
async function answerAccepted(
  context: AppContext,
  request: Request,
  record: JobRecord,
  prefix: string,
): Promise<Response> {
  const { id, tenant } = record;
  const address = jobPathOf(id, prefix);
  const headers: Record<string, string> = { location: address };
  const preferred = readPreferredWait(request);
  if (preferred === undefined) return createJobResponse(describeJob(record, prefix), 202, headers);
  const seconds = Math.min(preferred, MOST_WAIT_S);
  headers["preference-applied"] = `wait=${seconds}`;
  const job = await context.jobs.ended(id, tenant, seconds * 1000);
  if (job.finishedAt === undefined) {
    return createJobResponse(describeJob(job, prefix), 202, headers);
  }
  const response = await answerResult(context, request, job, {}, prefix);
  headers["content-location"] = `${address}/result`;
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
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
  return async (request, id, { tenant }, { via }) => {
    const { waitMs, ...query } = parseResultQuery(queryText(request.url));
    const job = await context.jobs.ended(id, tenant, waitMs);
    return await answerResult(context, request, job, query, via.prefix);
  };
}

async function answerResult(
  { engine, jobs }: AppContext,
  request: Request,
  { id, tenant }: JobRecord,
  query: ResultQuery,
  prefix: string,
): Promise<Response> {
  const stored = await jobs.result(id, tenant);
  return await createStoredResponse(
    request,
    stored,
    query,
    (text, options) => engine.toKey(text, options),
    prefix,
  );
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

function keyReused(name: string): JobError {
  return new JobError(
    "key_reused",
    `Cannot begin job: Idempotency-Key '${name}' was given to another request`,
    { details: { header: "idempotency-key", value: name } },
  );
}
