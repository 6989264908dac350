// Counts and jobs while threads of the server are killed. Its server has a fault injector, which
// nothing over HTTP reaches: see chaos_server.ts.
import { check } from "k6";
import { countNext, readEngine } from "./parts/requests.js";
import { arrivals, EXACT, fewDropped, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
export { handleSummary } from "./parts/summary.js";

const { rate, seconds } = readSettings({ rate: 20, seconds: 30 });
const SLICES = makeSlices("chaos", { count: 100, least: 500, most: 20_000 });

export const options = {
  scenarios: {
    chaos: arrivals(rate, seconds, { preAllocatedVUs: 150, maxVUs: 300 }),
  },
  thresholds: {
    ...EXACT,
    answer_ms: ["p(95)<10000"],
    dropped_iterations: fewDropped(rate * seconds),
  },
  summaryTrendStats: STATISTICS,
};

export default function () {
  countNext(SLICES, 2);
}

export function teardown() {
  const { faults, threads } = readEngine();
  console.log(`faults: ${JSON.stringify(faults)}`);
  check(faults, {
    "threads were killed": ({ died, silent }) => died + silent > 0,
    "they were replaced": ({ replaced }) => replaced > 0,
  });
  check(threads, { "threads work again": (each) => each.some(({ state }) => state !== "lost") });
}
