// How clients ask, and how answers are judged.
import { check, sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";
import { BASE } from "./settings.js";
import { findDifference } from "./words.js";

const WHITESPACE = "tokenizer=whitespace&case=preserve&top=0";
const POLL_S = 0.01;
const PATIENCE_MS = 60_000;

/** From the first byte of a request to the last one of its counts, polls included. */
const answerMs = new Trend("answer_ms", true);
const exactCounts = new Counter("exact_counts");
const wrongCounts = new Counter("wrong_counts");
const refusals = new Counter("refusals");

/** What an overloaded server may say instead of counts. */
const BUSY = [429, 503];

/**
 * Judges counts in TSV; the first difference goes to the log.
 *
 * @param ms How long they took.
 */
export function judgeCounts(what, found, expected, ms) {
  answerMs.add(ms);
  const difference = findDifference(expected, found);
  check(difference, { [`${what} is exact`]: (each) => each === undefined });
  (difference === undefined ? exactCounts : wrongCounts).add(1);
  if (difference !== undefined) console.error(`WRONG ANSWER: ${what}: ${difference}`);
}

/** Counts the next of the slices: one in so many as a job, the others in one request each. */
export function countNext(slices, jobEvery, terms) {
  const index = exec.scenario.iterationInTest;
  const slice = slices[index % slices.length];
  if (index % jobEvery === 0) countByJob(slice, terms);
  else countAtOnce(slice, terms);
}

/** Counts a slice in one request. @returns Whether it was counted; false if it was refused. */
export function countAtOnce({ text, tsv }, { mayRefuse = false } = {}) {
  const started = Date.now();
  const accepted = mayRefuse ? [200, ...BUSY] : [200];
  const answer = http.post(`${BASE}/v1/count?${WHITESPACE}&format=tsv`, text, expecting(accepted));
  if (mayRefuse && BUSY.includes(answer.status)) return refuse();
  const found = answer.status === 200 ? answer.body : undefined;
  judgeCounts("a count", found, tsv, Date.now() - started);
  return true;
}

/** Counts a slice as a job, which is polled until it is done, and then removed. */
export function countByJob({ text, tsv }, { mayRefuse = false } = {}) {
  const started = Date.now();
  const job = submit(text, { mayRefuse });
  if (job === undefined) return false;
  const found = pollResult(job);
  judgeCounts("a job", found, tsv, Date.now() - started);
  remove(job);
  return true;
}

/** @returns The address of a new job; undefined if it was refused. */
export function submit(text, { mayRefuse = false } = {}) {
  const accepted = mayRefuse ? [202, ...BUSY] : [202];
  const created = http.post(`${BASE}/v1/jobs?${WHITESPACE}`, text, expecting(accepted));
  if (mayRefuse && BUSY.includes(created.status)) {
    refuse();
    return undefined;
  }
  check(created, { "a job is accepted": ({ status }) => status === 202 });
  return created.status === 202 ? BASE + created.headers.Location : undefined;
}

/** @returns Counts as TSV; undefined if the job fails, or takes too long. */
export function pollResult(job) {
  const pending = expecting([200, 409], "/v1/jobs/:id/result");
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; sleep(POLL_S)) {
    const answer = http.get(`${job}/result?format=tsv`, pending);
    if (answer.status === 200) return answer.body;
    if (answer.status !== 409) return undefined;
  }
  return undefined;
}

/** Cancels and forgets a job. */
export function remove(job) {
  const gone = http.del(job, null, expecting([204], "/v1/jobs/:id"));
  check(gone, { "a job is removed": ({ status }) => status === 204 });
}

/** What the engine says of itself. */
export function readEngine() {
  return http.get(`${BASE}/v1/engine`, expecting([200])).json();
}

/** Parameters of a request: all other statuses are failures. One name for all addresses of a kind. */
export function expecting(statuses, name) {
  const tags = name ? { name } : {};
  return { responseCallback: http.expectedStatuses(...statuses), tags };
}

function refuse() {
  refusals.add(1);
  return false;
}
