// Every kind of request for a moment: every answer is compared with what it must be.
import { check } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { expecting, judgeCounts, pollResult, remove } from "./parts/requests.js";
import { arrivals, BASE, EXACT, fewDropped, readSettings, STATISTICS } from "./parts/settings.js";
export { handleSummary } from "./parts/summary.js";

const { rate, seconds } = readSettings({ rate: 20, seconds: 8 });

export const options = {
  scenarios: {
    smoke: arrivals(rate, seconds, { preAllocatedVUs: 20, maxVUs: 100 }),
  },
  thresholds: {
    ...EXACT,
    http_reqs: ["count>50"],
    dropped_iterations: fewDropped(rate * seconds),
  },
  summaryTrendStats: STATISTICS,
};

const HAMLET = "To be, or not to be: that is the question";

const CASES = [
  { query: "top=3", text: HAMLET, counts: [["be", 2], ["to", 2], ["is", 1]] },
  { query: "min=2&order=key", text: HAMLET, counts: [["be", 2], ["to", 2]] },
  { query: "case=preserve&top=2&order=key", text: HAMLET, counts: [["To", 1], ["be", 2]] },
  { query: "minLength=5", text: HAMLET, counts: [["question", 1]] },
  { query: "stopWords=be,to,the&top=1", text: HAMLET, counts: [["is", 1]] },
  { query: "", text: "Привет, мир! привет", counts: [["привет", 2], ["мир", 1]] },
  { query: "tokenizer=ascii", text: "don't stop, don't", counts: [["don't", 2], ["stop", 1]] },
  { query: "tokenizer=whitespace", text: "a, b\ta,", counts: [["a,", 2], ["b", 1]] },
  { query: "tokenizer=lines", text: "x y\nz\r\nx y\n", counts: [["x y", 2], ["z", 1]] },
  { query: "n=2", text: "a b a b", counts: [["a b", 2], ["b a", 1]] },
  createLargeCase(200_000),
];

/** A text of several chunks whose counts are known by construction. */
function createLargeCase(words) {
  const counts = {};
  const text = [];
  for (let i = 0, seed = 1; i < words; i++) {
    seed = (seed * 48271) % 2147483647;
    const word = `w${seed % 997}`;
    counts[word] = (counts[word] || 0) + 1;
    text.push(word);
  }
  const sorted = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { query: "top=0", text: text.join(" "), counts: sorted };
}

export default function () {
  const index = exec.scenario.iterationInTest;
  const { query, text, counts } = CASES[index % CASES.length];
  const expected = counts.map(([key, count]) => `${key}\t${count}\n`).join("");
  countAtOnce(index % 2 === 0 ? "POST" : "PUT", query, text, expected);
  if (index % 4 === 0) countInBackground(query, text, expected);
  if (index % 4 === 1) askWrongly(text);
}

function countAtOnce(method, query, text, expected) {
  const json = http.request(method, `${BASE}/v1/count?${query}`, text, expecting([200]));
  judgeCounts("a count in JSON", formatRows(json), expected, json.timings.duration);
  const tsv = http.post(`${BASE}/v1/count?${query}&format=tsv`, text, expecting([200]));
  judgeCounts("a count in TSV", tsv.body, expected, tsv.timings.duration);
}

function countInBackground(query, text, expected) {
  const started = Date.now();
  const created = http.post(`${BASE}/v1/jobs?${query}`, text, expecting([202]));
  check(created, { "a job is accepted": ({ status }) => status === 202 });
  if (created.status !== 202) return;
  const job = BASE + created.headers.Location;
  const found = pollResult(job);
  judgeCounts("a job", found, expected, Date.now() - started);
  remove(job);
}

function askWrongly(text) {
  const answer = http.post(`${BASE}/v1/count?top=many`, text, expecting([400]));
  check(answer, {
    "a bad query is a problem": ({ status, headers }) =>
      status === 400 && headers["Content-Type"] === "application/problem+json",
  });
}

function formatRows(answer) {
  if (answer.status !== 200) return undefined;
  return answer.json().counts.map(({ key, count }) => `${key}\t${count}\n`).join("");
}
