import { defineBenchmark } from "../support/benchmark.ts";
import { whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { mean, median, quantile } from "../support/statistics.ts";
import { createHop, type HopWay, openMessages, openSharedMemory } from "./parts/hop_ways.ts";
import { checksum } from "./parts/hop_task.ts";

const REQUIRED = 5;
const PAUSE_MS = 1;
/** Hops with a pause before each, which take longer. */
const PAUSED_HOPS = 100;
const ONE_AT_A_TIME = "one at a time";

const OPENERS = { "shared memory": openSharedMemory, "postMessage": openMessages };

export default defineBenchmark({
  name: "hop",
  about: "From the host to a worker and back, beside postMessage, in µs",
  details:
    `One hop by the engine's task queue, result ring and doorbell, and by postMessage with the
same task and result: one task at a time, each when the last is back; one at a time
after a pause, when both threads sleep; and as many out as the engine has. The two
ways take turns, each round with new threads: where the system puts them, on one core
or on two, decides more than anything else. Every answer is checked.`,
  options: {
    hops: whole(3000, "hops of each measure"),
    rounds: whole(15, "rounds"),
    out: whole(8, "tasks that are out at once"),
  },
  quick: { hops: "300", rounds: "3" },
  async run({ hops, rounds, out }, report) {
    const measures: Record<string, (way: HopWay) => Promise<Float64Array>> = {
      [ONE_AT_A_TIME]: (way) => measureHops(way, hops, 1),
      "after a pause": (way) => measureHops(way, PAUSED_HOPS, 1, PAUSE_MS),
      [`${out} out at once`]: (way) => measureHops(way, hops, out),
    };
    /** By measure, round and way. */
    const taken = Object.keys(measures).map(() => [] as Float64Array[][]);
    let late = 0;
    for (let round = 0; round < rounds; round++) {
      for (const each of taken) each.push([]);
      for (const open of Object.values(OPENERS)) {
        const way = await open();
        await measureHops(way, hops, 1); // warms up
        for (const [i, measure] of Object.values(measures).entries()) {
          taken[i][round].push(await measure(way));
        }
        way.close();
        if (way.fellBack) late++;
      }
    }
    if (late > 0) {
      report.print(
        `In ${late} of ${rounds} rounds messages woke the host of the shared memory, since`,
      );
      report.print("its probe of Atomics.waitAsync came too late: other work has the cores.");
    }
    for (const [i, name] of Object.keys(measures).entries()) tellTimes(name, taken[i], report);
  },
});

function tellTimes(name: string, rounds: Float64Array[][], report: Report): void {
  const statistics = [
    mean,
    (times: Float64Array) => quantile(times, 0.5),
    (times: Float64Array) => quantile(times, 0.99),
  ];
  const ways = Object.keys(OPENERS);
  const table = ways.map((_, way) =>
    statistics.map((of) => median(rounds.map((times) => of(times[way]))))
  );
  const ratios = table[0].map((time, i) => table[1][i] / time);
  report.print();
  report.table([`µs a hop, ${name}`, "mean", "p50", "p99"], [
    ...ways.map((way, i) => [way, ...table[i].map((time) => time.toFixed(1))]),
    ["postMessage takes", ...ratios.map((ratio) => `${ratio.toFixed(1)} ×`)],
  ]);
  report.figure(`mean hop, ${name}`, "µs", table[0][0], "lower");
  if (name !== ONE_AT_A_TIME) return;
  report.require(
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
  way: HopWay,
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
function sendRound(way: HopWay, firstPart: number, out: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = out;
    way.onAnswer = (part, answer) => {
      if (answer !== checksum(createHop(part))) reject(new Error(`Hop ${part} got ${answer}`));
      if (--left === 0) resolve();
    };
    for (let part = firstPart; part < firstPart + out; part++) way.send(createHop(part));
  });
}
