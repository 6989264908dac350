// Quick clients beside slow ones. Since k6 cannot send a body byte by byte or leave an answer unread,
// the runner does that: see slow_clients.ts, which checks the answers of the slow ones.
import { countNext } from "./parts/requests.js";
import { arrivals, EXACT, fewDropped, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, seconds } = readSettings({ rate: 40, seconds: 30 });
const SLICES = makeSlices("quick", { count: 200, least: 50, most: 800 });

export const options = {
  scenarios: {
    quick: arrivals(rate, seconds),
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
