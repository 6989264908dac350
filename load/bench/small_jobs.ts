// Measures small jobs over HTTP: requests per second of texts of 4 KB that are counted, beside a
// bare Hono handler that only reads the same body. Both servers run all the time and are loaded in
// turn, round by round, over the same keep-alive connections; counts are checked before.
//
// Usage: small_jobs.ts [--bytes 4096] [--connections 16] [--rounds 7] [--ms 1500]
//                      [--path /v1/count]
import { parseArgs } from "node:util";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { readEnglish } from "../corpora.ts";
import type { LoadReport, LoadRound } from "./keep_alive_worker.ts";
import { median, printRequired, printTable, quantile } from "./report.ts";

const REQUIRED = 0.5;

const { values } = parseArgs({
  options: {
    bytes: { type: "string", default: "4096" },
    connections: { type: "string", default: "16" },
    rounds: { type: "string", default: "7" },
    ms: { type: "string", default: "1500" },
    path: { type: "string", default: "/v1/count" },
  },
});

const body = takeText((await readEnglish()).bytes, Number(values.bytes));
const connections = Number(values.connections);
await using millrace = await ServerProcess.start();
await using bare = await ServerProcess.start({
  main: new URL("./bare_server.ts", import.meta.url),
});
await checkAnswers();

const client = new Worker(new URL("./keep_alive_worker.ts", import.meta.url), { type: "module" });
const contestants = [
  { name: "bare Hono handler", port: bare.port, path: "/" },
  { name: `millrace ${values.path}`, port: millrace.port, path: values.path },
];
const rates = contestants.map(() => [] as number[]);
const latencies = contestants.map(() => [] as number[]);
for (let round = -1; round < Number(values.rounds); round++) { // the first warms up
  for (const [i, { port, path }] of contestants.entries()) {
    const ms = round < 0 ? 1000 : Number(values.ms);
    const report = await load({ port, path, body, connections, ms });
    if (round < 0) continue;
    rates[i].push(report.requests / report.ms * 1000);
    latencies[i].push(quantile(report.latencies, 0.99));
  }
}
client.terminate();
printRates();

/** The beginning of a text, cut at a space. */
function takeText(text: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  const start = text.length >> 1; // a title page is no English
  return text.slice(start, text.lastIndexOf(0x20, start + bytes));
}

/** @throws {Error} If Millrace does not count what a plain Map counts, or Hono not the bytes. */
async function checkAnswers(): Promise<void> {
  const query = "tokenizer=whitespace&case=preserve&top=0&format=tsv";
  const answer = await post(`${millrace.origin}/v1/count?${query}`);
  const ours = new Map(
    answer.trimEnd().split("\n").map((line) => line.split("\t") as [string, string]),
  );
  const theirs = new Map<string, number>();
  for (const word of new TextDecoder().decode(body).split(/\s+/u)) {
    if (word !== "") theirs.set(word, (theirs.get(word) ?? 0) + 1);
  }
  const equal = ours.size === theirs.size &&
    [...theirs].every(([word, count]) => ours.get(word) === String(count));
  if (!equal) throw new Error("Cannot compare rates: Millrace and the Map count differently");
  if (Number(await post(bare.origin)) !== body.length) throw new Error("Hono read another body");
  console.log(`counts of ${body.length} bytes equal those of a Map: ${ours.size} distinct words`);
}

async function post(url: string): Promise<string> {
  const response = await fetch(url, { method: "POST", body });
  return await response.text();
}

function load(round: LoadRound): Promise<LoadReport> {
  return new Promise((resolve, reject) => {
    client.onmessage = ({ data }: MessageEvent<LoadReport>) => {
      if (data.error === undefined) resolve(data);
      else reject(new Error(data.error));
    };
    client.postMessage(round);
  });
}

function printRates(): void {
  const rows = contestants.map(({ name }, i) => [
    name,
    ...[median(rates[i]), Math.min(...rates[i]), Math.max(...rates[i])].map((r) => r.toFixed(0)),
    median(latencies[i]).toFixed(2),
  ]);
  printTable([`${connections} connections`, "requests/s", "min", "max", "p99 ms"], rows);
  const ratio = median(rates[1].map((rate, round) => rate / rates[0][round]));
  printRequired(
    "requests per second of the bare handler's",
    `${(100 * ratio).toFixed(0)} % (required: ${100 * REQUIRED} %)`,
    ratio >= REQUIRED,
  );
}
