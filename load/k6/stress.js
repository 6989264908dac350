// A rate that rises in steps until the server, or the machine that it shares with k6, bends.
import exec from "k6/execution";
import { countAtOnce } from "./parts/requests.js";
import { EXACT, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
import { riseTo } from "./parts/steps.js";
export { handleSummary } from "./parts/summary.js";

const settings = readSettings({ from: 50, most: 6400, factor: 1.5, "step-seconds": 5 });
const stepSeconds = settings["step-seconds"];
const SLICES = makeSlices("stress", { count: 100, least: 100, most: 800 });

export const options = {
  scenarios: {
    stress: {
      executor: "ramping-arrival-rate",
      startRate: settings.from,
      stages: riseTo(settings).flatMap((target) => [
        { target, duration: "0s" },
        { target, duration: `${stepSeconds}s` },
      ]),
      preAllocatedVUs: 150,
      maxVUs: 150, // beyond the knee waiting clients would only take the server's cores
    },
  },
  // It is meant to be too much: refusals and arrivals that are dropped are no failures here.
  thresholds: { ...EXACT, exact_counts: ["count>0"] },
  summaryTrendStats: STATISTICS,
};

export default function () {
  countAtOnce(SLICES[exec.scenario.iterationInTest % SLICES.length], { mayRefuse: true });
}
