// A calm rate, many times as much for a while, and the calm rate again.
import exec from "k6/execution";
import { countNext } from "./parts/requests.js";
import { arrivals, EXACT, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, times, seconds } = readSettings({ rate: 20, times: 20, seconds: 10 });
const SLICES = makeSlices("spike", { count: 200, least: 50, most: 800 });

const phase = (index, phaseRate, maxVUs) =>
  arrivals(phaseRate, seconds, { startTime: `${index * seconds}s`, maxVUs });

export const options = {
  scenarios: {
    before: phase(0, rate, 60),
    spike: phase(1, rate * times, 300),
    after: phase(2, rate, 200),
  },
  thresholds: {
    ...EXACT,
    "answer_ms{scenario:before}": ["p(95)<3000"],
    "answer_ms{scenario:spike}": ["max<30000"],
    "answer_ms{scenario:after}": ["p(95)<3000"],
    "refusals{scenario:after}": ["count==0"],
  },
  summaryTrendStats: STATISTICS,
};

export default function () {
  countNext(SLICES, 4, { mayRefuse: exec.scenario.name === "spike" });
}
