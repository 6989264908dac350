import { call, Problem, toProblem } from "./api.js";
import { keepDigits } from "./digits.js";
import { pauseBefore } from "./pause.js";
import { readEvents } from "./read_events.js";
import { runs } from "./runs.js";

/** @typedef {import("./runs.js").Run} Run */
/** @typedef {import("../../../contract/documents.ts").JobDocument} JobDocument */
/** @typedef {import("../../../contract/documents.ts").ResultRow} ResultRow */

/**
 * How far a job is, as far as this page knows.
 *
 * @typedef {object} Progress
 * @property {JobDocument["state"]} state
 * @property {number} bytes
 * @property {number} mbPerSecond
 * @property {ResultRow[]} counts The largest so far, about.
 * @property {Problem} [problem] Why it ended.
 */

/** How many of the largest counts are told while a job runs. */
const LIVE_TOP = 20;
/** Seconds that the server waits for a job whose upload has not reached it yet. */
const WAIT_S = 60;

/**
 * Watches a job until it ends, its upload fails, or the signal says so. A connection that is lost is
 * opened again.
 *
 * @param {string} id
 * @param {AbortSignal} signal
 * @param {(change: Partial<Progress>) => void} tell
 */
export async function watchJob(id, signal, tell) {
  const run = runs.get(id);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  run?.sent.catch((error) => {
    if (run.stop.signal.aborted) tell({ state: "cancelled" });
    else tell({ state: "failed", problem: toProblem(error) });
    over.abort();
  });
  try {
    await follow(id, run, either, tell);
  } catch (error) {
    if (!either.aborted) tell({ state: "failed", problem: toProblem(error) });
  }
}

/**
 * @param {string} id
 * @param {Run | undefined} run
 * @param {AbortSignal} signal
 * @param {(change: Partial<Progress>) => void} tell
 */
async function follow(id, run, signal, tell) {
  let last = "";
  for (let tries = 0;; tries++) {
    try {
      const wait = run?.isSending ? `&wait=${WAIT_S}` : "";
      const path = `v1/jobs/${id}/events?top=${LIVE_TOP}${wait}`;
      const headers = { accept: "text/event-stream", ...(last && { "last-event-id": last }) };
      const response = await call(path, { headers, signal });
      if (response.status === 204) return;
      for await (const { event, id, data } of readEvents(response)) {
        [tries, last] = [0, id ?? last];
        if (tellEvent(event, JSON.parse(data, keepDigits), tell)) return;
      }
    } catch (error) {
      signal.throwIfAborted();
      const problem = toProblem(error);
      if (!problem.isPassing && !(run?.isSending && problem.code === "unknown-job")) throw problem;
    }
    await pauseBefore(tries, signal);
  }
}

/**
 * @param {string | undefined} event
 * @param {any} data
 * @param {(change: Partial<Progress>) => void} tell
 * @returns {boolean} Whether it is the last one.
 */
function tellEvent(event, data, tell) {
  if (event === "progress") {
    tell({ state: data.state, bytes: data.bytes, mbPerSecond: data.mbPerSecond });
  } else if (event === "top") {
    tell({ counts: data.counts });
  } else if (event === "error") {
    tell({ state: "failed", problem: new Problem(data) });
    return true;
  } else {
    tell({ state: data.state, problem: data.error && new Problem(data.error) });
    return true;
  }
  return false;
}
