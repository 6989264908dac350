// The same load for a long time, while the runner watches the server's memory.
import exec from "k6/execution";
import { countAtOnce, countByJob } from "./parts/requests.js";
import { EXACT, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, minutes } = readSettings({ rate: 20, minutes: 30 });
const SLICES = makeSlices("soak", { count: 300, least: 20, most: 3000 });

export const options = {
  scenarios: {
    soak: {
      executor: "constant-arrival-rate",
      rate,
      duration: `${Math.round(minutes * 60)}s`,
      preAllocatedVUs: 50,
      maxVUs: 200,
    },
  },
  thresholds: {
    ...EXACT,
    answer_ms: ["p(95)<3000"],
    dropped_iterations: ["rate<0.1"], // a second: a pause of the machine is no leak
  },
  summaryTrendStats: STATISTICS,
};

export default function () {
  const index = exec.scenario.iterationInTest;
  const slice = SLICES[index % SLICES.length];
  if (index % 2 === 0) countByJob(slice);
  else countAtOnce(slice);
}
