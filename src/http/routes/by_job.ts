import type { Caller } from "../door/caller.ts";
import type { RequestScope } from "../door/request_scope.ts";
import type { RouteHandler } from "../route.ts";

/** Answers a request about one job. */
export type JobHandler = (
  request: Request,
  id: string,
  caller: Caller,
  scope: RequestScope,
) => Promise<Response>;

/** What a log may call a job: ids have this form, and a path may hold anything. */
const JOB_ID = /^[0-9A-Za-z-]{1,64}$/;

/** A handler of a path whose `:id` is a job's. */
export function byJob(handle: JobHandler): RouteHandler {
  return (c, scope) => {
    const id = c.req.param("id")!;
    if (JOB_ID.test(id)) scope.jobId = id;
    return handle(c.req.raw, id, scope.caller, scope);
  };
}
