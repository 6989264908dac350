// Measures one hop: from the host to a worker and back, by the engine's task queue, result ring and
// doorbell, and by postMessage with the same task and result. First one task at a time, each when
// the last is back; then one at a time after a pause, when both threads sleep; then as many out
// as the engine has. The two ways take turns, each round with new threads: where the system puts
// them, on one core or on two, decides more than anything else. Every answer is checked.
//
// Usage: hop.ts [--hops 3000] [--rounds 15] [--out 8]
import { parseArgs } from "node:util";
import { TASK_BYTES, TASK_RECORD_CAPACITY, TASKS } from "../../assembly/layout.ts";
import { HostDoorbell } from "../../src/shared/doorbell.ts";
import { ResultRing } from "../../src/shared/result_ring.ts";
import { TaskQueue } from "../../src/shared/task_queue.ts";
import { createResult, type Result, type Task, TaskKind } from "../../src/shared/task.ts";
import { TaskRecords } from "../../src/shared/task_records.ts";
import { checksum, LAST_PART } from "./hop_task.ts";
import type { HopStart } from "./hop_worker.ts";
import { mean, median, printRequired, printTable, quantile } from "./report.ts";

const REQUIRED = 5;
const PROBE_MS = 1000;
const SOON_TASKS = 2;
const PAUSE_MS = 1;
/** Hops with a pause before each, which take longer. */
const PAUSED_HOPS = 100;

const { values } = parseArgs({
  options: {
    hops: { type: "string", default: "3000" },
    rounds: { type: "string", default: "15" },
    out: { type: "string", default: "8" },
  },
});

/** One way to a worker and back. */
interface Way {
  send(task: Task): void;
  /** Called with each answer. */
  onAnswer: (part: number, checksum: number) => void;
  close(): void;
}

const ways = { "shared memory": openSharedMemory, "postMessage": openMessages };
const hops = Number(values.hops);
const measures: Record<string, (way: Way) => Promise<Float64Array>> = {
  "one at a time": (way) => measureHops(way, hops, 1),
  "after a pause": (way) => measureHops(way, PAUSED_HOPS, 1, PAUSE_MS),
  [`${values.out} out at once`]: (way) => measureHops(way, hops, Number(values.out)),
};
/** By measure, round and way. */
const taken = Object.keys(measures).map(() => [] as Float64Array[][]);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const each of taken) each.push([]);
  for (const open of Object.values(ways)) {
    const way = await open();
    await measureHops(way, hops, 1); // warms up
    for (const [i, measure] of Object.values(measures).entries()) {
      taken[i][round].push(await measure(way));
    }
    way.close();
  }
}
for (const [i, name] of Object.keys(measures).entries()) printTimes(name, taken[i], i === 0);

function printTimes(name: string, rounds: Float64Array[][], required: boolean): void {
  const statistics = [
    mean,
    (times: Float64Array) => quantile(times, 0.5),
    (times: Float64Array) => quantile(times, 0.99),
  ];
  const table = Object.keys(ways).map((_, way) =>
    statistics.map((of) => median(rounds.map((times) => of(times[way]))))
  );
  const ratios = table[0].map((time, i) => table[1][i] / time);
  console.log();
  printTable([`µs a hop, ${name}`, "mean", "p50", "p99"], [
    ...Object.keys(ways).map((way, i) => [way, ...table[i].map((time) => time.toFixed(1))]),
    ["postMessage takes", ...ratios.map((ratio) => `${ratio.toFixed(1)} ×`)],
  ]);
  if (!required) return;
  printRequired(
    `mean hop, ${name}`,
    `${ratios[0].toFixed(1)} × faster (required: ${REQUIRED} ×)`,
    ratios[0] >= REQUIRED,
  );
}

/**
 * Microseconds per hop: with one task out the time of each, with several the time of a round over
 * the hops in it.
 *
 * @throws {Error} If an answer is wrong.
 */
async function measureHops(
  way: Way,
  hops: number,
  out: number,
  pauseMs = 0,
): Promise<Float64Array> {
  const taken = new Float64Array(Math.floor(hops / out));
  for (let round = 0; round < taken.length; round++) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const started = performance.now();
    await sendRound(way, round * out, out);
    taken[round] = (performance.now() - started) * 1000 / out;
  }
  return taken;
}

/** Sends some tasks and resolves when all are answered. */
function sendRound(way: Way, firstPart: number, out: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = out;
    way.onAnswer = (part, answer) => {
      if (answer !== checksum(createHop(part))) reject(new Error(`Hop ${part} got ${answer}`));
      if (--left === 0) resolve();
    };
    for (let part = firstPart; part < firstPart + out; part++) way.send(createHop(part));
  });
}

function createHop(part: number): Task {
  return { kind: TaskKind.map, job: 7, epoch: 3, part, start: part * 64, bytes: 4096 };
}

/** The engine's own classes over a memory that ends with the task records. */
async function openSharedMemory(): Promise<Way> {
  const buffer = new SharedArrayBuffer(TASKS + TASK_RECORD_CAPACITY * TASK_BYTES);
  const words = new Int32Array(buffer);
  const queue = new TaskQueue(words);
  queue.initialize();
  const ring = ResultRing.of(words, 0);
  ring.initialize();
  const result = createResult();
  const records = new TaskRecords(words);
  records.initialize();
  const take = (ticket: number) => {
    if (!records.read(ticket, result)) return;
    records.free(ticket);
    out--;
    way.onAnswer(result.part, result.tokens);
  };
  const doorbell = new HostDoorbell(words, () => ring.drain(take));
  let out = 0;
  const way: Way = {
    onAnswer: () => {},
    send(task) {
      if (++out <= SOON_TASKS) doorbell.expect(); // as src/engine/workforce/supervisor.ts does
      queue.push(records.open(task));
    },
    close() {
      queue.push(records.open(createHop(LAST_PART)));
      doorbell.close();
    },
  };
  const worker = await startWorker({ buffer });
  worker.onmessage = () => doorbell.onMessage();
  doorbell.onProbe();
  const end = performance.now() + PROBE_MS;
  while (doorbell.mode !== "wait" && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (doorbell.mode !== "wait") throw new Error("Cannot measure: waitAsync is unreliable here");
  return way;
}

async function openMessages(): Promise<Way> {
  const worker = await startWorker({});
  const way: Way = {
    onAnswer: () => {},
    send: (task) => worker.postMessage(task),
    close: () => worker.postMessage(createHop(LAST_PART)),
  };
  worker.onmessage = ({ data }: MessageEvent<Result>) => way.onAnswer(data.part, data.tokens);
  return way;
}

async function startWorker(start: HopStart): Promise<Worker> {
  const worker = new Worker(new URL("./hop_worker.ts", import.meta.url), { type: "module" });
  const ready = new Promise((resolve) => worker.onmessage = resolve);
  worker.postMessage(start);
  await ready;
  return worker;
}
