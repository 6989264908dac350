import { getLogger } from "@logtape/logtape";
import { JobError } from "../contract/problems.ts";

const logger = getLogger(["millrace", "store"]);

/** Which blob of a job. */
export interface BlobOfJob {
  job: string;
  part: "input" | "result";
}

/**
 * Makes the failure for bytes that are missing or not as they were written. The log gets the place;
 * the client does not, since it can do nothing about it.
 *
 * @param place Name or path of what is damaged.
 * @param what What was found.
 */
export function damaged({ job, part }: BlobOfJob, place: string, what: string): JobError {
  logger.error("Stored data is damaged", { jobId: job, part, place, what });
  return new JobError("damaged", `Cannot read the ${part} of job ${job}: ${what}`, {
    details: { job, part },
  });
}

/** Makes the failure for a kernel that is not as it was kept, likewise. */
export function damagedKernel(id: string, what: string): JobError {
  logger.error("Stored data is damaged", { kernel: id, what });
  return new JobError("damaged", `Cannot read kernel ${id}: ${what}`, {
    details: { kernel: id },
  });
}
