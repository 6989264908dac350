import { getLogger } from "@logtape/logtape";
import type { JobObserver, ObservedJob } from "../engine/job_contract.ts";

/** Smaller jobs are too many for a line each. */
const LOGGED_BYTES = 64 * 1024 * 1024;

const logger = getLogger(["millrace", "jobs"]);

/**
 * Logs ended jobs: large ones at `info`, as well as those that a stop of the server cut off;
 * failures of the server at `error`; all others at `debug`, those that failed by their input among
 * them.
 */
export const JOB_LOG: JobObserver = {
  ended(job) {
    const { failure, counters } = job;
    if (failure?.code === "engine_closed") {
      logger.info("Job cut off by the stop", factsOf(job));
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
