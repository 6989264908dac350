// Small counts and small jobs at a steady rate.
import exec from "k6/execution";
import { countAtOnce, countByJob } from "./parts/requests.js";
import { EXACT, fewDropped, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, seconds } = readSettings({ rate: 40, seconds: 30 });
const SLICES = makeSlices("load", { count: 200, least: 50, most: 1500 });

export const options = {
  scenarios: {
    load: {
      executor: "constant-arrival-rate",
      rate,
      duration: `${seconds}s`,
      preAllocatedVUs: 50,
      maxVUs: 200,
    },
  },
  thresholds: {
    ...EXACT,
    answer_ms: ["p(95)<3000"],
    dropped_iterations: fewDropped(rate * seconds),
  },
  summaryTrendStats: STATISTICS,
};

export default function () {
  const index = exec.scenario.iterationInTest;
  const slice = SLICES[index % SLICES.length];
  if (index % 3 === 0) countByJob(slice);
  else countAtOnce(slice);
}
