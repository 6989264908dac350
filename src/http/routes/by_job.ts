import { shorten } from "../../contract/parameters.ts";
import { JobError } from "../../contract/problems.ts";
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

/** The form of a UUID (RFC 9562), whatever its version. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A handler of a path whose `:id` is a job's. Ids are UUIDs, so upper case means the same. */
export function byJob(handle: JobHandler): RouteHandler {
  return (c, scope) => {
    const given = c.req.param("id")!;
    const id = UUID.test(given) ? given.toLowerCase() : given;
    if (JOB_ID.test(id)) scope.jobId = id;
    return handle(c.req.raw, id, scope.caller, scope);
  };
}

/** Checks the id that a client has made for a job. @throws {JobError} `invalid_id`. */
export function requireUuid(id: string): void {
  if (UUID.test(id)) return;
  const allowed = "a UUID, as in a4bfd610-d933-4e78-ad8e-cd68629ac89c";
  throw new JobError("invalid_id", `Cannot begin job: '${shorten(id)}' is not ${allowed}`, {
    details: { value: shorten(id), allowed },
  });
}
