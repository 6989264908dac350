// Jobs that are cancelled as they start and uploads that break off, beside counts that must not
// suffer.
import { check, sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { countAtOnce, expecting, readEngine, remove, submit } from "./parts/requests.js";
import { arrivals, BASE, EXACT, fewDropped, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, seconds } = readSettings({ rate: 30, seconds: 30 });
const SLICES = makeSlices("small", { count: 100, least: 50, most: 800 });
const [LARGE] = makeSlices("large", { count: 1, least: 20_000, most: 20_000 });

export const options = {
  scenarios: {
    cancel: arrivals(rate, seconds, { exec: "cancelJob" }),
    abort: arrivals(Math.ceil(rate / 10), seconds, { exec: "abortUpload" }),
    count: arrivals(rate, seconds, { exec: "count" }),
  },
  thresholds: {
    ...EXACT,
    "exact_counts{scenario:count}": ["count>0"],
    "answer_ms{scenario:count}": ["p(95)<3000"],
    "dropped_iterations{scenario:count}": fewDropped(rate * seconds),
  },
  summaryTrendStats: STATISTICS,
};

export function cancelJob() {
  const job = submit(LARGE.text);
  if (job === undefined) return;
  remove(job);
  const gone = http.get(job, expecting([404], "/v1/jobs/:id"));
  check(gone, { "a cancelled job is forgotten": ({ status }) => status === 404 });
}

/** The client is gone some milliseconds after it has begun to send, or to wait for the answer. */
export function abortUpload() {
  const timeout = `${2 + exec.scenario.iterationInTest % 20}ms`;
  http.post(`${BASE}/v1/count`, LARGE.text, { timeout, responseCallback: null });
}

export function count() {
  countAtOnce(SLICES[exec.scenario.iterationInTest % SLICES.length]);
}

/** What was cancelled has left: no job runs, and none holds memory. */
export function teardown() {
  let engine = readEngine();
  for (let tries = 0; tries < 100 && !isIdle(engine); tries++) {
    sleep(0.1);
    engine = readEngine();
  }
  check(engine, {
    "no job is left": ({ jobs }) => jobs.running + jobs.pending + jobs.leaving === 0,
    "no memory is held by jobs": ({ memory }) => memory.jobs === 0,
    "no byte is queued": ({ queue }) => queue.bytes === 0,
    "no thread was lost": ({ faults }) => faults.lost + faults.died === 0,
  });
}

function isIdle({ jobs, memory, queue }) {
  return jobs.running + jobs.pending + jobs.leaving + memory.jobs + queue.bytes === 0;
}
