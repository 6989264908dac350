import { JobError } from "../contract/problems.ts";

/** The failure for a store that cannot take more, or fails itself. */
export function storageFailed(cause: unknown): JobError {
  const reason = (cause as Error).message;
  return new JobError("out_of_storage", `Cannot keep jobs: ${reason}`, {
    cause,
  });
}
