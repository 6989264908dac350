import type { ProblemDocument } from "../contract/documents.ts";

/** What every type of the server's own begins with. */
const PREFIX = "urn:millrace:problem:";

/**
 * What the server has refused or failed to do, as the problem document that it answered
 * (RFC 9457). The guide of the HTTP interface lists the types.
 */
export class MillraceError extends Error {
  override readonly name = "MillraceError";
  /** `urn:millrace:problem:` and the code; `about:blank` where something else has answered. */
  readonly type: string;
  readonly status: number;
  /** The whole document, with members such as `limit`, `allowed` and `parameter`. */
  readonly problem: ProblemDocument;
  /** The name of the request in the server's log. */
  readonly requestId: string | undefined;

  constructor(problem: ProblemDocument, requestId?: string) {
    super(problem.detail);
    this.type = problem.type;
    this.status = problem.status;
    this.problem = problem;
    this.requestId = requestId ?? problem.requestId as string | undefined;
  }

  /** What stands behind the prefix of the type, such as `unknown-job`. */
  get code(): string {
    return this.type.startsWith(PREFIX) ? this.type.slice(PREFIX.length) : this.type;
  }
}

/** Makes the error of a response that is not what was asked for, and reads its body. */
export async function errorOf(response: Response): Promise<MillraceError> {
  const { status, statusText, headers } = response;
  const requestId = headers.get("x-request-id") ?? undefined;
  const text = await response.text().catch(() => "");
  if (isProblem(response)) return new MillraceError(JSON.parse(text), requestId);
  const detail = `Cannot use the answer ${status}: ${text.slice(0, 200) || statusText}`;
  const problem = { type: "about:blank", title: statusText, status, detail };
  return new MillraceError(problem, requestId);
}

/** Whether the server itself has refused, and no proxy before it. */
export function isProblem({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("application/problem+json") ?? false;
}

/** The error of a job that its client has cancelled. */
export function cancelledError(id: string): MillraceError {
  return new MillraceError({
    type: `${PREFIX}job-cancelled`,
    title: "Job cancelled",
    status: 410,
    detail: `Job ${id} was cancelled`,
  });
}
