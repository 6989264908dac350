import type { ProblemDocument } from "./documents.ts";
import { type ErrorCode, PROBLEMS } from "./problems.ts";

/** Makes a problem document (RFC 9457) of a failure. */
export function describeProblem(
  code: ErrorCode,
  detail: string,
  details: Record<string, unknown> = {},
): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return { type: problemType(code), title, status, detail, ...details };
}

/** What clients tell a problem by. */
export function problemType(code: ErrorCode): string {
  return `urn:millrace:problem:${code.replaceAll("_", "-")}`;
}
