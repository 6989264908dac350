import { assert, assertEquals } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import type { ObservedJob } from "../../src/engine/job_contract.ts";
import { JobError } from "../../src/contract/problems.ts";
import { JOB_LOG } from "../../src/observe/job_log.ts";
import { createCountOptions } from "../../src/contract/options.ts";
import { captureLogs } from "../support/logs.ts";

function jobOf(bytes: number, failure?: JobError): ObservedJob {
  return {
    id: "job-1",
    requestId: "request-1",
    state: failure === undefined ? "done" : "failed",
    options: createCountOptions(),
    counters: { bytes, tokens: 5, chunks: 2 },
    marks: {
      submitted: performance.now() - 1000,
      firstByte: 0,
      lastByte: 0,
      mapped: 0,
      reduced: 0,
    },
    failure,
  };
}

const LARGE = 100_000_000;
const OURS = new JobError("worker_lost", "Cannot finish");
const LIMIT = new JobError("out_of_memory", "Cannot hold keys");
const STOPPED = new JobError("engine_closed", "Job ended with the engine");
const THEIRS = new JobError("invalid_utf8", "Cannot count");

Deno.test("JOB_LOG tells large jobs and failures of the server, and the others at debug", () => {
  const rows: [ObservedJob, string, string][] = [
    [jobOf(LARGE), "info", "Job done"],
    [jobOf(10), "debug", "Job ended"],
    [jobOf(10, OURS), "error", "Job failed"],
    [jobOf(10, LIMIT), "warning", "Job met a limit"],
    [jobOf(10, STOPPED), "info", "Job cut off by the stop"],
    [jobOf(LARGE, THEIRS), "debug", "Job ended"],
  ];
  try {
    for (const [job, level, msg] of rows) {
      const [line, ...more] = logOf(job, "debug");
      assertEquals([line.level, line.msg, more], [level, msg, []]);
      assertEquals([line.jobId, line.requestId], ["job-1", "request-1"]);
      assertEquals(logOf(job, "info").length, level === "debug" ? 0 : 1);
    }
    const [limit] = logOf(jobOf(10, LIMIT), "info");
    assertEquals([limit.code, limit.reason], ["out_of_memory", "Cannot hold keys"]);
    assert(!JSON.stringify(limit).includes("job_log_test"), "a stack says nothing of a limit");
    const [{ ms, mbPerSecond, bytes }] = logOf(jobOf(LARGE), "info");
    assertEquals([Number(ms) >= 1000, bytes], [true, LARGE]);
    assert(Number(mbPerSecond) > 50 && Number(mbPerSecond) <= 100, `${mbPerSecond} MB/s`);
  } finally {
    resetSync();
  }
});

function logOf(job: ObservedJob, level: "debug" | "info") {
  const logged = captureLogs(level);
  JOB_LOG.ended!(job);
  return logged;
}
