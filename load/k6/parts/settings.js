// What the runner tells a scenario.

/** Where the server listens. */
export const BASE = __ENV.BASE_URL || "http://127.0.0.1:8000";

const GIVEN = JSON.parse(__ENV.SETTINGS || "{}");

/** The options of the scenario, with defaults for a script that k6 runs by itself. */
export function readSettings(defaults) {
  return { ...defaults, ...GIVEN };
}

/** Requests that arrive at a steady rate, whatever becomes of those before: an open loop. */
export function arrivals(rate, seconds, terms = {}) {
  return {
    executor: "constant-arrival-rate",
    rate,
    duration: `${seconds}s`,
    preAllocatedVUs: 50,
    maxVUs: 200,
    ...terms,
  };
}

/** What every answer must be, in every scenario. */
export const EXACT = {
  checks: ["rate==1"],
  wrong_counts: ["count==0"],
  http_req_failed: ["rate==0"],
};

/** Statistics of a summary. */
export const STATISTICS = ["min", "avg", "med", "p(90)", "p(95)", "p(99)", "max", "count"];

/** As good as no arrival found all clients busy: at most one in twenty. */
export function fewDropped(arrivals) {
  return [`count<=${Math.ceil(arrivals / 20)}`];
}
