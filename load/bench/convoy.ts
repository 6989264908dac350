// Measures the convoy effect: how long small jobs take while the engine counts a large one. Small
// jobs of 500 to 1,000 words arrive at a steady rate whatever becomes of the ones before (open
// loop), and their latency runs from the moment that they were due. Four ways in turn: alone;
// beside the large job, as the engine schedules; beside it with chunks first in, first out; and
// beside it one job after the other. Counts are checked.
//
// Usage: convoy.ts [--gb 2] [--rate 200] [--seconds 3] [--rounds 3] [--workers 2]
import { parseArgs } from "node:util";
import { createFlow, type Flow, Scheduler } from "../../src/engine/scheduler.ts";
import { Engine } from "../../src/mod.ts";
import { readEnglish } from "../corpora.ts";
import type { Arrivals } from "./arrivals_worker.ts";
import { median, printRequired, printTable, quantile } from "./report.ts";

const MOST_RATIO = 10;
const MOST_MS = 20;
const SMALL_JOBS = 64;
const PIECE_BYTES = 1 << 20;
const OPTIONS = { tokenizer: "whitespace", case: "preserve", top: 10 } as const;

const { values } = parseArgs({
  options: {
    gb: { type: "string", default: "2" },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    workers: { type: "string", default: String(navigator.hardwareConcurrency) },
  },
});

/** A text, and what Millrace must find in it. */
interface Sample {
  text: Uint8Array<ArrayBuffer>;
  tokens: number;
  keys: number;
}

/** What came of one way. */
interface Outcome {
  latencies: number[];
  /** MB/s of the large job. */
  rate?: number;
}

let lane: Flow | undefined;
patchScheduler();
const { bytes: english } = await readEnglish();
const large = createSample(new TextDecoder().decode(english).replaceAll("\ufeff", "") + "\n");
const copies = Math.ceil(Number(values.gb) * 1e9 / large.text.length);
const smalls = cutSamples(large.text);
await using engine = await Engine.start({ workers: Number(values.workers) });
await engine.ready();

const ways: Record<string, () => Promise<Outcome>> = {
  "alone": measureAlone,
  "beside, fair": measureBeside,
  "beside, FIFO of chunks": measureChunkFifo,
  "beside, FIFO of jobs": () => measureBeside(true),
};
const outcomes: Record<string, Outcome[]> = {};
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, measure] of Object.entries(ways)) (outcomes[name] ??= []).push(await measure());
}
printOutcomes();

async function measureAlone(): Promise<Outcome> {
  const arrivals = startArrivals();
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1000));
  return { latencies: await arrivals.stop() };
}

/**
 * Small jobs arrive as long as the large one runs.
 *
 * @param inTurn Whether they wait for it before they are submitted.
 */
async function measureBeside(inTurn = false): Promise<Outcome> {
  const started = performance.now();
  const job = engine.submit(streamCopies(large.text, copies), OPTIONS);
  const arrivals = startArrivals(inTurn ? job.done : undefined);
  const result = await job.done;
  const seconds = (performance.now() - started) / 1000;
  check(result, { ...large, tokens: large.tokens * copies });
  return { latencies: await arrivals.stop(), rate: result.totals.bytes / 1e6 / seconds };
}

/** One flow for all jobs: what was submitted first goes first. */
async function measureChunkFifo(): Promise<Outcome> {
  lane = createFlow();
  try {
    return await measureBeside();
  } finally {
    lane = undefined;
  }
}

/** Lets all jobs share one flow while there is a lane. */
function patchScheduler(): void {
  const submit = Scheduler.prototype.submit;
  Scheduler.prototype.submit = function (flow, task, cost) {
    submit.call(this, lane ?? flow, task, cost);
  };
}

/**
 * Small jobs at the rate that is asked for; `stop` resolves to their latencies in milliseconds.
 *
 * @param before What each waits for before it is submitted.
 */
function startArrivals(before?: Promise<unknown>): { stop(): Promise<number[]> } {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const clock = new Worker(new URL("./arrivals_worker.ts", import.meta.url), { type: "module" });
  const ended = Promise.withResolvers<void>();
  const latencies: number[] = [];
  const running: Promise<void>[] = [];
  clock.onmessage = ({ data }: MessageEvent<number | "end">) => {
    if (data === "end") return ended.resolve();
    const sample = smalls[running.length % smalls.length];
    running.push(
      run(sample, before).then(() => {
        latencies.push(performance.timeOrigin + performance.now() - data);
      }),
    );
  };
  clock.postMessage({ rate: Number(values.rate), stop } satisfies Arrivals);
  return {
    async stop() {
      Atomics.store(stop, 0, 1);
      Atomics.notify(stop, 0);
      await ended.promise;
      clock.terminate();
      await Promise.all(running);
      return latencies;
    },
  };
}

async function run(sample: Sample, before?: Promise<unknown>): Promise<void> {
  if (before) await before;
  check(await engine.submit(sample.text, OPTIONS).done, sample);
}

function createSample(text: string): Sample {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  const bytes = new TextEncoder().encode(text);
  return { text: bytes, tokens: words.length, keys: new Set(words).size };
}

/** Texts of 500 to 1,000 words from all over the large one. */
function cutSamples(text: Uint8Array<ArrayBuffer>): Sample[] {
  const words = new TextDecoder().decode(text).split(/\s+/u);
  return Array.from({ length: SMALL_JOBS }, (_, i) => {
    const first = Math.floor(words.length * i / (SMALL_JOBS + 1));
    return createSample(words.slice(first, first + 500 + i * 500 / SMALL_JOBS).join(" "));
  });
}

function streamCopies(
  text: Uint8Array<ArrayBuffer>,
  copies: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  let left = copies;
  return new ReadableStream({
    pull(controller) {
      const piece = text.subarray(at, at + PIECE_BYTES);
      controller.enqueue(piece);
      at += piece.length;
      if (at < text.length) return;
      at = 0;
      if (--left === 0) controller.close();
    },
  });
}

/** @throws {Error} If the counts are not those of the sample. */
function check(result: { totals: { tokens: number; keys: number } }, sample: Sample): void {
  const { tokens, keys } = result.totals;
  if (tokens === sample.tokens && keys === sample.keys) return;
  throw new Error(
    `Counted ${tokens} words, ${keys} distinct, not ${sample.tokens} and ${sample.keys}`,
  );
}

function printOutcomes(): void {
  const statistics = Object.entries(outcomes).map(([name, rounds]) => ({
    name,
    jobs: rounds.reduce((sum, { latencies }) => sum + latencies.length, 0),
    p50: median(rounds.map(({ latencies }) => quantile(latencies, 0.5))),
    p99: median(rounds.map(({ latencies }) => quantile(latencies, 0.99))),
    most: Math.max(...rounds.map(({ latencies }) => quantile(latencies, 1))),
    rate: median(rounds.map(({ rate = 0 }) => rate)),
  }));
  const mb = (copies * large.text.length / 1e6).toFixed(0);
  console.log(
    `${values.rate} small jobs a second, a large one of ${mb} MB, all counts as expected`,
  );
  printTable(
    ["small jobs", "number", "p50 ms", "p99 ms", "most ms", "large MB/s"],
    statistics.map(({ name, jobs, p50, p99, most, rate }) => [
      name,
      String(jobs),
      ...[p50, p99, most].map((ms) => ms.toFixed(2)),
      rate === 0 ? "" : rate.toFixed(0),
    ]),
  );
  const [alone, beside] = statistics;
  const ratio = beside.p99 / alone.p99;
  printRequired(
    "p99 beside the large job",
    `${ratio.toFixed(1)} × that alone (required: below ${MOST_RATIO} ×)`,
    ratio < MOST_RATIO,
  );
  printRequired(
    "p99 beside the large job",
    `${beside.p99.toFixed(2)} ms (required: below ${MOST_MS} ms)`,
    beside.p99 < MOST_MS,
  );
}
