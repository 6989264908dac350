// So many requests at once, each a random slice of real books, submitted as a job, polled until it
// is done, and compared with a count made here.
import { sleep } from "k6";
import exec from "k6/execution";
import { countByJob } from "./parts/requests.js";
import { EXACT, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const settings = readSettings({ requests: 10, "chunk-size": [500, 1000], seed: 42 });
const { requests, seed } = settings;
const [least, most] = settings["chunk-size"];
const SLICES = makeSlices("slices", { count: requests, least, most, seed });

export const options = {
  scenarios: {
    gutenberg: {
      executor: "per-vu-iterations", // all of them arrive at once
      vus: requests,
      iterations: 1,
      maxDuration: "5m",
    },
  },
  thresholds: {
    ...EXACT,
    exact_counts: [`count==${requests}`],
  },
  summaryTrendStats: STATISTICS,
};

/** Lets all clients be there before the first of them asks. */
const START_MS = 500;

export default function () {
  sleep(Math.max(0, exec.scenario.startTime + START_MS - Date.now()) / 1000);
  countByJob(SLICES[exec.scenario.iterationInTest]);
}
