import type { OptionLists } from "../../contract/body_lists.ts";
import { JobError } from "../../contract/problems.ts";
import type { JobHandle } from "../../engine/job_contract.ts";
import type { Acceptance, Arrival, ArrivingJob } from "../../jobs/arrivals.ts";
import { keyReused, type RequestKeyJob } from "../../jobs/request_keys.ts";
import { createContentLimits } from "../../intake/intake_options.ts";
import { createTakeIn } from "../../intake/take_in.ts";
import { idOfKey, keyOfId, shownId } from "../../store/client_id.ts";
import type { JobRecord } from "../../store/job_record.ts";
import type { RequestKeyHold } from "../../store/job_store.ts";
import { createJobResponse, describeJob, jobPathOf } from "../answer/job_document.ts";
import type { AppContext } from "../app_context.ts";
import type { Caller } from "../door/caller.ts";
import type { RequestScope } from "../door/request_scope.ts";
import { MOST_WAIT_S, parseCountQuery, queryText, withLists } from "../read/query.ts";
import {
  readIdempotencyKey,
  readPreferredWait,
  refuseIdempotencyKey,
  requireWhole,
} from "../read/request_headers.ts";
import {
  applyContentType,
  beginFingerprint,
  giveUp,
  lengthOf,
  readSubmission,
} from "../read/submission.ts";
import { type JobHandler, requireUuid } from "./by_job.ts";
import { answerResult } from "./job_result.ts";

/** Answers a request that names no job. */
export type RequestHandler = (
  request: Request,
  caller: Caller,
  scope: RequestScope,
) => Promise<Response>;

/**
 * `POST /v1/jobs` and `PUT /v1/jobs/:id`: answer 202 when the whole input is here, and is stored if
 * jobs outlive the process; or 200 with the result, if the client prefers to wait and the result is
 * ready in time.
 *
 * A key of the client, be it an Idempotency-Key or an id of its own, is held while the input comes
 * in, and stands for the job from then on.
 */
export function createSubmitHandlers(
  context: AppContext,
): { post: RequestHandler; put: JobHandler } {
  return createKeyedHandlers(context, createAcceptance(context, createCount(context)));
}

/** Handlers of requests that make a job each, under the client's keys. @see createSubmitHandlers */
export function createKeyedHandlers(
  context: AppContext,
  accept: Accept,
  status: 201 | 202 = 202,
): { post: RequestHandler; put: JobHandler } {
  const { jobs } = context;
  const limitsOf = createContentLimits(context.options, giveUp);

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

  async function submit(
    request: Request,
    scope: RequestScope,
    name?: string,
    taken?: RequestKeyHold | RequestKeyJob,
  ): Promise<Response> {
    const record = taken && "fingerprint" in taken
      ? await repeat(request, scope.caller, name!, taken)
      : await accept(request, scope, taken);
    const isMade = status === 201; // and nothing is to be waited for but the store
    const job = isMade
      ? await jobs.ended(shownId(record), record.tenant, MOST_WAIT_S * 1000)
      : record;
    if (job.error) throw new JobError(job.error.code, job.error.message, job.error);
    return await answerAccepted(context, request, job, { status, scope });
  }

  return {
    async post(request, { tenant }, scope) {
      const name = readIdempotencyKey(request);
      if (name === undefined) return await submit(request, scope);
      return await submit(request, scope, name, await jobs.arrivals.takeKey(tenant, name));
    },
    async put(request, id, { tenant }, scope) {
      requireUuid(id);
      requireWhole(request);
      refuseIdempotencyKey(request);
      return await submit(request, scope, keyOfId(id), await jobs.arrivals.takeId(tenant, id));
    },
  };
}

/** A job that a request has begun. */
export interface Begun extends Omit<Arrival, "tenant" | "hold"> {
  job: JobHandle;
  /** Resolves when all that the job needs is here, and safe. To be called once. */
  arrived(): Promise<Acceptance>;
}

/** Begins the job of a request. @param hold The key that the client gave, if it gave one. */
export type Begin = (
  request: Request,
  scope: RequestScope,
  hold?: RequestKeyHold,
) => Promise<Begun>;

/** Takes a request's job in, and keeps it. */
export type Accept = (
  request: Request,
  scope: RequestScope,
  hold?: RequestKeyHold,
) => Promise<JobRecord>;

/** Gives the function that begins to count the body of a request. */
function createCount(context: AppContext): Begin {
  const { jobs, kernels, grouper } = context;
  const takeIn = createTakeIn({ ...context, giveUp });
  return async (request, { caller: { tenant }, id: requestId }, hold) => {
    const query = applyContentType(request, parseCountQuery(queryText(request.url)));
    const { output } = query;
    await grouper.require(query.count.group, tenant);
    const kernel = query.kernel && await kernels.choose(query.kernel, tenant);
    const complete = (lists: OptionLists) => withLists(query, lists).count;
    const intake = await takeIn(readSubmission(request, query, kernel, complete), {
      tenant,
      requestId,
      name: hold && idOfKey(hold.name),
      inputs: jobs.inputs,
      fingerprint: hold && beginFingerprint(request),
    });
    return { ...intake, options: intake.count, output, kernel };
  };
}

/** Gives the function that begins a request's job and keeps it, or else frees the request's key. */
export function createAcceptance({ jobs }: AppContext, begin: Begin): Accept {
  return async (request, scope, hold) => {
    const { caller: { tenant } } = scope;
    let arriving: ArrivingJob | undefined;
    try {
      const { job, arrived, ...arrival } = await begin(request, scope, hold);
      scope.jobId = job.id;
      arriving = jobs.arrivals.begin(job, { ...arrival, tenant, hold });
      return await jobs.arrivals.accept(arriving, await arrived());
    } catch (error) {
      if (hold) await jobs.arrivals.releaseKey(hold);
      if (arriving) await jobs.arrivals.drop(arriving);
      throw error;
    }
  };
}

/** The job, or its result if the client prefers to wait for it. */
async function answerAccepted(
  context: AppContext,
  request: Request,
  record: JobRecord,
  { status, scope }: { status: number; scope: RequestScope },
): Promise<Response> {
  const { prefix } = scope.via;
  const address = jobPathOf(record, prefix);
  const headers: Record<string, string> = { location: address };
  const preferred = readPreferredWait(request);
  if (preferred === undefined) {
    return createJobResponse(describeJob(record, prefix), status, headers);
  }
  const seconds = Math.min(preferred, MOST_WAIT_S);
  headers["preference-applied"] = `wait=${seconds}`;
  const job = await context.jobs.ended(shownId(record), record.tenant, seconds * 1000);
  if (job.finishedAt === undefined) {
    return createJobResponse(describeJob(job, prefix), status, headers);
  }
  const response = await answerResult(context, request, job, {}, scope);
  headers["content-location"] = `${address}/result`;
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
