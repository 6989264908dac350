import { JobError } from "../contract/problems.ts";

/** What jobs are kept in cannot take more, or fails. */
export function storageFailed(cause: unknown): JobError {
  const reason = (cause as Error).message;
  return new JobError("out_of_storage", `Cannot keep jobs: ${reason}`, {
    cause,
  });
}
