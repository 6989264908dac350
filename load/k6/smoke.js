// Many clients at once, every answer compared with what it must be.
import http from "k6/http";
import { check } from "k6";

const BASE = __ENV.BASE_URL || "http://127.0.0.1:8000";

export const options = {
  vus: 8,
  duration: "8s",
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
    http_reqs: ["count>50"],
  },
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
  const { query, text, counts } = CASES[__ITER % CASES.length];
  const expected = counts.map(([key, count]) => `${key}\t${count}\n`).join("");
  countAtOnce(query, text, expected);
  if (__ITER % 4 === 0) countInBackground(query, text, expected);
  if (__ITER % 4 === 1) askWrongly(text);
}

function countAtOnce(query, text, expected) {
  const method = __ITER % 2 === 0 ? "POST" : "PUT";
  const json = http.request(method, `${BASE}/v1/count?${query}`, text);
  check(json, {
    "count answers 200": (answer) => answer.status === 200,
    "count is exact": (answer) => formatCounts(answer) === expected,
  });
  const tsv = http.post(`${BASE}/v1/count?${query}&format=tsv`, text);
  check(tsv, { "tsv is exact": (answer) => answer.body === expected });
}

function countInBackground(query, text, expected) {
  const created = http.post(`${BASE}/v1/jobs?${query}`, text);
  check(created, { "job is accepted": (answer) => answer.status === 202 });
  const job = BASE + created.headers.Location;
  const pending = { responseCallback: http.expectedStatuses(200, 409) };
  let answer;
  for (let tries = 0; tries < 1000; tries++) {
    answer = http.get(`${job}/result?format=tsv`, pending);
    if (answer.status !== 409) break;
  }
  check(answer, { "job is exact": ({ body }) => body === expected });
  check(http.del(job), { "job is removed": ({ status }) => status === 204 });
}

function askWrongly(text) {
  const refused = { responseCallback: http.expectedStatuses(400) };
  const answer = http.post(`${BASE}/v1/count?top=many`, text, refused);
  check(answer, {
    "a bad query is a problem": ({ status, headers }) =>
      status === 400 && headers["Content-Type"] === "application/problem+json",
  });
}

function formatCounts(answer) {
  if (answer.status !== 200) return undefined;
  return answer.json().counts.map(({ key, count }) => `${key}\t${count}\n`).join("");
}
