import type { ProblemDocument } from "../contract/documents.ts";
import type { ProblemOf } from "../contract/problem_members.ts";
import type { ErrorCode } from "../contract/problems.ts";

/** What every type of the server's own begins with. */
export const TYPE_PREFIX = "urn:millrace:problem:";

/**
 * What the server has refused or failed to do, as the problem document that it answered
 * (RFC 9457). Every type of the server's own has a class; the guide of the HTTP interface lists them.
 */
export class MillraceError extends Error {
  /** The name of the class. */
  override readonly name: string;
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
    // Not `new.target.name`: bundlers make names of classes short.
    this.name = new.target === MillraceError ? "MillraceError" : nameOf(this.code);
  }

  /** What stands behind the prefix of the type, such as `unknown-job`. */
  get code(): string {
    return this.type.startsWith(TYPE_PREFIX) ? this.type.slice(TYPE_PREFIX.length) : this.type;
  }
}

/** `unknown-job` of `unknown_job`. */
type Hyphened<Code extends string> = Code extends `${infer Word}_${infer Rest}`
  ? `${Word}-${Hyphened<Rest>}`
  : Code;

/** A problem of one type. */
export class ProblemError<Code extends ErrorCode> extends MillraceError {
  declare readonly problem: ProblemOf<Code>;

  override get code(): Hyphened<Code> {
    return super.code as Hyphened<Code>;
  }
}

/** `job-timeout` is a `JobTimeoutError`. */
function nameOf(code: string): string {
  const words = code.split("-").map((word) => word[0].toUpperCase() + word.slice(1));
  return `${words.join("")}Error`;
}
