// One huge upload after the other, beside many small counts and jobs.
import http from "k6/http";
import { countNext, expecting, judgeCounts } from "./parts/requests.js";
import { arrivals, BASE, EXACT, fewDropped, readSettings, STATISTICS } from "./parts/settings.js";
import { makeSlices } from "./parts/slices.js";
import { countWords, formatCounts } from "./parts/words.js";
export { handleSummary } from "./parts/summary.js";

const { rate, seconds, mb } = readSettings({ rate: 40, seconds: 30, mb: 64 });
const SLICES = makeSlices("small", { count: 100, least: 50, most: 800 });
const [LARGE] = makeSlices("large", { count: 1, least: 100_000, most: 100_000, seed: 43 });

export const options = {
  scenarios: {
    huge: {
      executor: "constant-vus", // the next one begins when the last one has been answered
      exec: "countHuge",
      vus: 1,
      duration: `${seconds}s`,
      gracefulStop: "60s",
    },
    small: arrivals(rate, seconds, { exec: "countSmall" }),
  },
  thresholds: {
    ...EXACT,
    "exact_counts{scenario:huge}": ["count>0"],
    "answer_ms{scenario:small}": ["p(95)<3000"],
    "dropped_iterations{scenario:small}": fewDropped(rate * seconds),
  },
  summaryTrendStats: STATISTICS,
};

/** Made when it is first sent, by the one client that sends it. */
let huge;

export function countHuge() {
  huge ??= makeHuge(LARGE.text);
  const parameters = { ...expecting([200]), timeout: "120s" };
  const query = "tokenizer=whitespace&case=preserve&top=0&format=tsv";
  const answer = http.post(`${BASE}/v1/count?${query}`, huge.text, parameters);
  const found = answer.status === 200 ? answer.body : undefined;
  judgeCounts("a huge count", found, huge.tsv, answer.timings.duration);
}

export function countSmall() {
  countNext(SLICES, 3);
}

function makeHuge(text) {
  const times = Math.ceil(mb * 1e6 / text.length);
  return { text: `${text} `.repeat(times), tsv: formatCounts(countWords(text, times)) };
}
