import type { ProblemDocument } from "./documents.ts";
import { type ErrorCode, PROBLEMS } from "./problems.ts";

/** Makes a problem document (RFC 9457) of a failure. */
export function describeProblem(
  code: ErrorCode,
  detail: string,
  details: Record<string, unknown> = {},
): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  const type = `urn:millrace:problem:${code.replaceAll("_", "-")}`;
  return { type, title, status, detail, ...details };
}
