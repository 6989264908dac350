import { JobError } from "../contract/problems.ts";

/** What is wrong with compressed bytes, and behind which byte. */
export interface CodingFault {
  coding: string;
  /** Bytes of the body, or of the coding outside this one, up to which all was good. */
  offset: number;
  reason: string;
  /** More members of the problem document. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The `invalid_encoding` that says so. */
export function invalidEncoding(
  { coding, offset, reason, details, cause }: CodingFault,
): JobError {
  const message = `Cannot decode ${coding} after byte ${offset}: ${reason}`;
  return new JobError("invalid_encoding", message, {
    cause,
    details: { coding, offset, ...details },
  });
}

/** What is wrong with compressed content that ends before its format does. */
export const ENDS_EARLY = "it ends early";
/** What is wrong with compressed content that has bytes behind its end. */
export const GOES_ON = "it goes on behind its end";
