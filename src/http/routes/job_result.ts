import { shownId } from "../../store/client_id.ts";
import type { JobRecord } from "../../store/job_record.ts";
import type { AppContext } from "../app_context.ts";
import { createStoredResponse } from "../answer/stored_result.ts";
import type { ResultQuery } from "../read/query.ts";

/** Answers with a job's counts, cut as the query says. */
export async function answerResult(
  { engine, jobs }: AppContext,
  request: Request,
  job: JobRecord,
  query: ResultQuery,
  prefix: string,
): Promise<Response> {
  const stored = await jobs.result(shownId(job), job.tenant);
  return await createStoredResponse(
    request,
    stored,
    query,
    (text, options) => engine.toKey(text, options),
    prefix,
  );
}
