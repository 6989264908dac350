import { getLogger } from "@logtape/logtape";
import { describeProblem } from "../../contract/describe_problem.ts";
import { JobError, PROBLEMS } from "../../contract/problems.ts";
import { challengeOf } from "../door/challenge.ts";
import type { RequestScope } from "../door/request_scope.ts";

const logger = getLogger(["millrace", "http"]);

/**
 * The one place where an error becomes a response. An error other than a {@linkcode JobError}, and
 * an `internal` one, is a fault of the server: it is logged, and the client learns no details.
 *
 * @param scope The scope of the request. It gets the problem's code, and the problem gets its id.
 */
export function createProblemResponse(error: unknown, scope?: RequestScope): Response {
  if (!(error instanceof JobError) || error.code === "internal") {
    // A JobError of a job was logged with the job.
    if (!(error instanceof JobError)) {
      logger.error("Request failed", { requestId: scope?.id, jobId: scope?.jobId, error });
    }
    error = new JobError("internal", "The server failed to answer; the failure is in its log");
  }
  const { code, message, details } = error as JobError;
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
  const kind = PROBLEMS[code];
  if (scope) scope.problem = code;
  const retryAfter = details.retryAfter ?? ("retryAfter" in kind ? kind.retryAfter : undefined);
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  const challenge = challengeOf(code);
  if (challenge !== undefined) headers.set("www-authenticate", challenge);
  if (code === "method_not_allowed") headers.set("allow", (details.allowed as string[]).join(", "));
  if (code === "range_not_satisfiable") headers.set("content-range", `bytes */${details.length}`);
  const requestId = scope?.id;
  const problem = describeProblem(code, message, { ...details, requestId });
  return new Response(JSON.stringify(problem) + "\n", { status: kind.status, headers });
}
