import { getLogger } from "@logtape/logtape";
import type { ErrorCode } from "../contract/problems.ts";
import type { JobObserver, ObservedJob } from "../engine/job_contract.ts";

/** Smaller jobs are too many for a line each. */
const LOGGED_BYTES = 64 * 1024 * 1024;

const logger = getLogger(["millrace", "jobs"]);

/** Failures by what a job may have of the server, which works as it should. */
const LIMITS: ReadonlySet<ErrorCode> = new Set(["out_of_memory", "disk_full", "job_timeout"]);

/**
 * Logs ended jobs: large ones at `info`, as well as those that a stop of the server cut off; those
 * that met a limit of the server at `warn`, and its own failures at `error`, with their stacks; all
 * others at `debug`, those that failed by their input among them.
 */
export const JOB_LOG: JobObserver = {
  ended(job) {
    const { failure, counters } = job;
    if (failure?.code === "engine_closed") {
      logger.info("Job cut off by the stop", factsOf(job));
    } else if (failure && LIMITS.has(failure.code)) {
      logger.warn("Job met a limit", { ...factsOf(job), reason: failure.message });
    } else if (failure && failure.status >= 500) {
      logger.error("Job failed", { ...factsOf(job), error: failure });
    } else if (!failure && counters.bytes >= LOGGED_BYTES) {
      logger.info("Job done", factsOf(job));
    } else if (logger.isEnabledFor("debug")) {
      logger.debug("Job ended", factsOf(job));
    }
  },
};

function factsOf({ id, requestId, state, failure, counters, marks }: ObservedJob) {
  const ms = performance.now() - marks.submitted;
  return {
    jobId: id,
    requestId,
    state,
    code: failure?.code,
    bytes: counters.bytes,
    tokens: counters.tokens,
    chunks: counters.chunks,
    ms: Math.round(ms),
    mbPerSecond: Math.round(counters.bytes / ms / 1000),
  };
}
