import { getLogger } from "@logtape/logtape";
import type { JobObserver, ObservedJob } from "../engine/job_contract.ts";

/** Jobs of less text are too many to tell each of them. */
const LOGGED_BYTES = 64 * 1024 * 1024;

const logger = getLogger(["millrace", "jobs"]);

/**
 * Logs ended jobs: large ones, and those that a stop of the server cut off, at `info`, failures of
 * the server at `error`, all others at `debug`. What a client does wrong is no failure of the
 * server.
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
