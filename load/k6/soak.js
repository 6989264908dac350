// The same load for a long time, while the runner watches the server's memory.
import { countNext } from "./parts/requests.js";
import { arrivals, EXACT, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, minutes } = readSettings({ rate: 20, minutes: 30 });
const SLICES = makeSlices("soak", { count: 300, least: 20, most: 3000 });

export const options = {
  scenarios: {
    soak: arrivals(rate, Math.round(minutes * 60)),
  },
  thresholds: {
    ...EXACT,
    answer_ms: ["p(95)<3000"],
    dropped_iterations: ["rate<0.1"], // a second: a pause of the machine is no leak
  },
  summaryTrendStats: STATISTICS,
};

export default function () {
  countNext(SLICES, 2);
}
