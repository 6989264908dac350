import { JobError } from "../errors.ts";

/** The data directory cannot take more, or fails. */
export function storageFailed(cause: unknown): JobError {
  const reason = (cause as Error).message;
  return new JobError("out_of_storage", `Cannot keep bytes in the data directory: ${reason}`, {
    cause,
  });
}
