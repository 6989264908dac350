import { shownId } from "../../store/client_id.ts";
import type { JobRecord } from "../../store/job_record.ts";
import type { AppContext } from "../app_context.ts";
import { createStoredResponse } from "../answer/stored_result.ts";
import type { RequestScope } from "../door/request_scope.ts";
import type { ResultQuery } from "../read/query.ts";

/** Answers with a job's counts, cut as the query says. */
export async function answerResult(
  { engine, jobs, grouper }: AppContext,
  request: Request,
  job: JobRecord,
  query: ResultQuery,
  { id: requestId, via: { prefix } }: Pick<RequestScope, "id" | "via">,
): Promise<Response> {
  const { tenant } = job;
  const kept = await jobs.result(shownId(job), tenant);
  const { options } = kept.record;
  const { group = options.group ?? "", ...rest } = query; // jobs of old have none
  const { min, max, prefix: begin } = options; // which are about groups, if there are some
  return await createStoredResponse(
    request,
    group === "" ? kept : await grouper.group(kept, group, { tenant, requestId }),
    group === "" ? { ...rest, group } : { min, max, prefix: begin, ...rest },
    (text, options) => engine.toKey(text, options),
    prefix,
  );
}
