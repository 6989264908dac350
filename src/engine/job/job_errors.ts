import { PAGE_BYTES } from "../../../assembly/layout.ts";
import { JobError } from "../../contract/problems.ts";
import { InputTypeError } from "../../input/accepted.ts";
import type { Result } from "../../shared/task.ts";
import type { EncodedFilters } from "../../shared/job_terms.ts";
import { SpillFailure } from "../../shared/task_status.ts";
import type { SpillPlan } from "../spill_plan.ts";

/** @param reason Why, as the caller of `cancel` says. */
export function jobCancelled(id: string, reason: unknown): JobError {
  const cause = reason === undefined ? undefined : { cause: reason };
  return new JobError("job_cancelled", `Job ${id} was cancelled`, cause);
}

/**
 * The failure of a job that took too long.
 *
 * @param limit Milliseconds that it had.
 */
export function jobTimeout(id: string, limit: number): JobError {
  const message = `Cannot finish job ${id}: it took longer than ${limit} ms`;
  return new JobError("job_timeout", message, { details: { limit } });
}

/** The failure of a job whose input has no byte. */
export function emptyBody(): JobError {
  return new JobError("empty_body", "Cannot count: the body is empty");
}

/** The failure of a job whose filters memory cannot hold. */
export function noRoomForFilters({ prefix, stopWords }: EncodedFilters): JobError {
  const bytes = prefix.length + stopWords.length;
  const message = `Cannot start job: no room for ${bytes} bytes of filters`;
  return new JobError("out_of_memory", message);
}

/** What a job may be submitted with whose keys are too many. */
export const MODE_APPROX = "; mode=approx counts the most frequent ones within fixed memory";

/**
 * The failure of a job that needs more memory than it may have, or than others have left of it.
 *
 * @param what What it holds.
 * @param wayOut MODE_APPROX, where that is one.
 */
export function outOfMemory(pageLimit: number, what: string, wayOut = ""): JobError {
  const limit = pageLimit * PAGE_BYTES;
  const most = `one job may have ${limit} bytes at most`;
  const message = `Cannot hold ${what} in memory, of which ${most}${wayOut}`;
  return new JobError("out_of_memory", message, { details: { limit } });
}

/**
 * @param offset Offset of the chunk that was lost; undefined where tables were.
 * @param why Why the job does not count it again.
 */
export function workerLost(offset: number | undefined, why: string): JobError {
  const what = offset === undefined ? "its tables" : `the chunk at byte ${offset}`;
  return new JobError("worker_lost", `Cannot finish: a worker was lost at ${what}, ${why}`, {
    details: offset === undefined ? {} : { offset },
  });
}

/** The refusal of jobs after `faults` lost threads within `windowMs`. */
export function engineUnavailable(faults: number, windowMs: number): JobError {
  const message = `Cannot count: ${faults} workers were lost within ${windowMs} ms`;
  return new JobError("engine_unavailable", message);
}

/** Some bytes were not counted once: an answer would be wrong. */
export function notAccounted(bytesIn: number, bytesCounted: number): JobError {
  return new JobError(
    "internal",
    `Cannot answer: ${bytesCounted} bytes were counted of ${bytesIn} that came in`,
  );
}

/**
 * @param reason One of SpillFailure.
 * @param wayOut As in outOfMemory.
 */
export function spillFailed(
  reason: number,
  { maxBytes: limit }: SpillPlan,
  wayOut = "",
): JobError {
  if (reason === SpillFailure.limit) {
    const message =
      `Cannot spill the job's keys: they exceed its limit of ${limit} bytes on disk${wayOut}`;
    return new JobError("disk_full", message, { details: { limit } });
  }
  if (reason === SpillFailure.full) {
    const message = `Cannot spill the job's keys: no space is left on the disk${wayOut}`;
    return new JobError("disk_full", message);
  }
  // The client is not told what failed and where: the thread has written that to its log.
  const message = "Cannot spill the job's keys: the files on disk cannot be written or read";
  return new JobError("disk_failed", message);
}

/** Lists cannot be put where they are merged. */
export function listsFailed(error: unknown, spill: SpillPlan): JobError {
  const isFull = (error as { code?: unknown }).code === "ENOSPC";
  return spillFailed(isFull ? SpillFailure.full : SpillFailure.refused, spill);
}

/** The failure of a job by a status that no task should give. */
export function taskFailed({ kind, status }: Result): JobError {
  return new JobError("internal", `A worker failed at task ${kind} with ${status}`);
}

/** The error that a client sees: a JobError as it is, any other as `internal` or by its class. */
export function asJobError(error: unknown): JobError {
  if (error instanceof JobError) return error;
  if (error instanceof InputTypeError) {
    return new JobError("unsupported_media", error.message, { cause: error });
  }
  return new JobError("internal", "Cannot finish the job: the engine failed", { cause: error });
}
