import type { ProblemDocument } from "../contract/documents.ts";
import { MillraceError, TYPE_PREFIX } from "./millrace_error.ts";
import { ERROR_CLASSES } from "./problem_errors.ts";

/** Makes the error of a problem, of its class; one that a newer server may have is a MillraceError. */
export function createError(problem: ProblemDocument, requestId?: string): MillraceError {
  const code = problem.type.slice(TYPE_PREFIX.length).replaceAll("-", "_");
  const isKnown = problem.type.startsWith(TYPE_PREFIX) && Object.hasOwn(ERROR_CLASSES, code);
  const Class = isKnown ? ERROR_CLASSES[code as keyof typeof ERROR_CLASSES] : MillraceError;
  return new Class(problem, requestId);
}

/** Makes the error of a response that is not what was asked for, and reads its body. */
export async function errorOf(response: Response): Promise<MillraceError> {
  const { status, statusText, headers } = response;
  const requestId = headers.get("x-request-id") ?? undefined;
  const text = await response.text().catch(() => "");
  if (isProblem(response)) return createError(JSON.parse(text), requestId);
  const detail = `Cannot use the answer ${status}: ${text.slice(0, 200) || statusText}`;
  return createError({ type: "about:blank", title: statusText, status, detail }, requestId);
}

/** Whether the server itself has refused, and no proxy before it. */
export function isProblem({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("application/problem+json") ?? false;
}

/** The error of a job that its client has cancelled. */
export function cancelledError(id: string): MillraceError {
  return createError({
    type: `${TYPE_PREFIX}job-cancelled`,
    title: "Job cancelled",
    status: 410,
    detail: `Job ${id} was cancelled`,
  });
}
