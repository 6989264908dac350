// Small counts and small jobs at a steady rate.
import { countNext } from "./parts/requests.js";
import { arrivals, EXACT, fewDropped, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, seconds } = readSettings({ rate: 40, seconds: 30 });
const SLICES = makeSlices("load", { count: 200, least: 50, most: 1500 });

export const options = {
  scenarios: {
    load: arrivals(rate, seconds),
  },
  thresholds: {
    ...EXACT,
    answer_ms: ["p(95)<3000"],
    dropped_iterations: fewDropped(rate * seconds),
  },
  summaryTrendStats: STATISTICS,
};

export default function () {
  countNext(SLICES, 3);
}
