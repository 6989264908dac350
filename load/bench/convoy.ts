import { createFlow, type Flow, Scheduler } from "../../src/engine/scheduler.ts";
import { Engine } from "../../src/mod.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readEnglish } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median, quantile } from "../support/statistics.ts";
import { type OpenArrivals, startArrivals } from "./parts/open_arrivals.ts";
import { checkSample, createSample, cutSamples, type TextSample } from "./parts/samples.ts";

const MOST_RATIO = 10;
const MOST_MS = 20;
const SMALL_JOBS = 64;
const PIECE_BYTES = 1 << 20;
const OPTIONS = { tokenizer: "whitespace", case: "preserve", top: 10 } as const;

/** What came of one way. */
interface Outcome {
  /** Milliseconds of each small job. */
  latencies: number[];
  /** MB/s of the large job. */
  rate?: number;
}

export default defineBenchmark({
  name: "convoy",
  about: "Small jobs while the engine counts a large one: their latency, in ms",
  details: `Small jobs of 500 to 1,000 words arrive at a steady rate whatever becomes of the ones
before (open loop), and their latency runs from the moment that they were due. Four
ways in turn: alone; beside the large job, as the engine schedules; beside it with
chunks first in, first out; and beside it one job after the other. Counts are checked.`,
  options: {
    gb: amount(2, "GB of the large text"),
    rate: whole(200, "small jobs a second"),
    seconds: amount(3, "seconds of the way without a large job"),
    rounds: whole(3, "rounds"),
    workers: whole(navigator.hardwareConcurrency, "threads of the engine"),
  },
  quick: { gb: "0.2", seconds: "1", rounds: "1" },
  async run({ gb, rate, seconds, rounds, workers }, report) {
    const { bytes } = await readEnglish();
    const large = createSample(new TextDecoder().decode(bytes).replaceAll("\ufeff", "") + "\n");
    const copies = Math.ceil(gb * 1e9 / large.text.length);
    const lanes = new SchedulerLanes();
    await using engine = await Engine.start({ workers });
    await engine.ready();
    const convoy = new Convoy(engine, large, copies, rate);
    const outcomes = await takeRounds({
      "alone": () => convoy.measureAlone(seconds),
      "beside, fair": () => convoy.measureBeside(),
      "beside, FIFO of chunks": () => lanes.inOne(() => convoy.measureBeside()),
      "beside, FIFO of jobs": () => convoy.measureBeside(true),
    }, rounds);
    const megabytes = (copies * large.text.length / 1e6).toFixed(0);
    report.print(
      `${rate} small jobs a second, a large one of ${megabytes} MB, all counts as expected`,
    );
    tellOutcomes(outcomes, report);
  },
});

/** Lets all jobs of all engines share one flow for a while: what was submitted first goes first. */
class SchedulerLanes {
  #lane: Flow | undefined;

  constructor() {
    const submit = Scheduler.prototype.submit;
    const laneOf = (flow: Flow) => this.#lane ?? flow;
    Scheduler.prototype.submit = function (flow, task, cost) {
      submit.call(this, laneOf(flow), task, cost);
    };
  }

  async inOne<T>(work: () => Promise<T>): Promise<T> {
    this.#lane = createFlow();
    try {
      return await work();
    } finally {
      this.#lane = undefined;
    }
  }
}

/** Small jobs and a large one on one engine. */
class Convoy {
  readonly #engine: Engine;
  readonly #large: TextSample;
  readonly #copies: number;
  readonly #smalls: TextSample[];
  /** Small jobs a second. */
  readonly #rate: number;

  constructor(engine: Engine, large: TextSample, copies: number, rate: number) {
    this.#engine = engine;
    this.#large = large;
    this.#copies = copies;
    this.#smalls = cutSamples(large.text, SMALL_JOBS);
    this.#rate = rate;
  }

  async measureAlone(seconds: number): Promise<Outcome> {
    const arrivals = this.#startArrivals();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return { latencies: await arrivals.stop() };
  }

  /**
   * Small jobs arrive as long as the large one runs.
   *
   * @param inTurn Whether they wait for it before they are submitted.
   */
  async measureBeside(inTurn = false): Promise<Outcome> {
    const started = performance.now();
    const job = this.#engine.submit(streamCopies(this.#large.text, this.#copies), OPTIONS);
    const arrivals = this.#startArrivals(inTurn ? job.done : undefined);
    const result = await job.done;
    const seconds = (performance.now() - started) / 1000;
    const { tokens } = this.#large;
    checkSample(result.totals, { ...this.#large, tokens: tokens * this.#copies });
    return { latencies: await arrivals.stop(), rate: result.totals.bytes / 1e6 / seconds };
  }

  /** @param before What each small job waits for before it is submitted. */
  #startArrivals(before?: Promise<unknown>): OpenArrivals {
    return startArrivals(this.#rate, async (index) => {
      if (before) await before;
      const sample = this.#smalls[index % this.#smalls.length];
      checkSample((await this.#engine.submit(sample.text, OPTIONS).done).totals, sample);
    });
  }
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

function tellOutcomes(outcomes: Map<string, Outcome[]>, report: Report): void {
  const statistics = [...outcomes].map(([name, rounds]) => ({
    name,
    jobs: rounds.reduce((sum, { latencies }) => sum + latencies.length, 0),
    p50: median(rounds.map(({ latencies }) => quantile(latencies, 0.5))),
    p99: median(rounds.map(({ latencies }) => quantile(latencies, 0.99))),
    most: Math.max(...rounds.map(({ latencies }) => quantile(latencies, 1))),
    rate: median(rounds.map(({ rate = 0 }) => rate)),
  }));
  report.table(
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
  report.require(
    "p99 beside the large job",
    `${ratio.toFixed(1)} × that alone (required: below ${MOST_RATIO} ×)`,
    ratio < MOST_RATIO,
  );
  report.require(
    "p99 beside the large job",
    `${beside.p99.toFixed(2)} ms (required: below ${MOST_MS} ms)`,
    beside.p99 < MOST_MS,
  );
  for (const { name, p50, p99 } of [alone, beside]) {
    report.figure(`p50 ${name}`, "ms", p50, "lower");
    report.figure(`p99 ${name}`, "ms", p99, "lower");
  }
  report.figure("large job", "MB/s", beside.rate, "higher");
}
