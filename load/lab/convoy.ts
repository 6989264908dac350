import { Engine } from "../../src/mod.ts";
import { type OpenArrivals, startArrivals } from "../bench/parts/open_arrivals.ts";
import { checkSample, createSample, cutSamples, type TextSample } from "../bench/parts/samples.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readEnglish } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { mean, median, quantile, standardDeviation } from "../support/statistics.ts";
import { POLICIES, type Policy, PolicySwitch } from "./parts/policies.ts";

const MOST_RATIO = 10;
const MOST_MS = 20;
const WARM_UPS = 1;
const SMALL_JOBS = 64;
const PIECE_BYTES = 1 << 20;
const OPTIONS = { tokenizer: "whitespace", case: "preserve", top: 10 } as const;
const OURS: Policy = "fair queueing";

/** What came of one turn. */
interface Outcome {
  /** Milliseconds of each small job. */
  latencies: number[];
  /** MB/s of the CPU-bound jobs together. */
  rate: number;
}

/** A turn, and what its rounds gave. */
interface Turn {
  policy: Policy;
  jobs: number;
  outcomes: Outcome[];
}

export default defineBenchmark({
  name: "convoy",
  about: "Small jobs beside 0 to 4 CPU-bound ones, under four policies: ms and MB/s",
  details: `Small jobs of 500 to 1,000 words arrive at a steady rate whatever becomes of the ones
before (open loop), and their latency runs from the moment that they were due. Beside
them, clients count a large text again and again. Each number of clients and each policy
has a turn in each round: jobs first in, first out; chunks first in, first out; a chunk
of each job in turn; and fair queueing over bytes, the engine's own. Counts are checked.
The tables are those of CPython's ccbench.`,
  options: {
    mb: amount(250, "MB of each large text"),
    rate: whole(200, "small jobs a second"),
    seconds: amount(2, "seconds of each turn"),
    jobs: whole(4, "most CPU-bound jobs at once"),
    rounds: whole(3, "rounds"),
    workers: whole(navigator.hardwareConcurrency, "threads of the engine"),
  },
  quick: { mb: "50", seconds: "0.5", rounds: "1" },
  async run({ mb, rate, seconds, jobs, rounds, workers }, report) {
    const { bytes } = await readEnglish();
    const large = createSample(new TextDecoder().decode(bytes).replaceAll("\ufeff", "") + "\n");
    const copies = Math.ceil(mb * 1e6 / large.text.length);
    const policies = new PolicySwitch();
    await using engine = await Engine.start({ workers });
    await engine.ready();
    const convoy = new Convoy(engine, policies, large, copies, rate);
    const turns: Turn[] = [{ policy: OURS, jobs: 0, outcomes: [] }];
    for (let count = 1; count <= jobs; count++) {
      for (const policy of POLICIES) turns.push({ policy, jobs: count, outcomes: [] });
    }
    const nameOf = ({ policy, jobs }: Turn) => `${jobs} CPU-bound jobs, ${policy}`;
    const outcomes = await takeRounds(
      Object.fromEntries(turns.map((turn) => [nameOf(turn), () => {
        report.progress(nameOf(turn));
        return policies.under(turn.policy, () => convoy.measure(turn.jobs, seconds));
      }])),
      rounds,
      WARM_UPS,
    );
    for (const turn of turns) turn.outcomes = outcomes.get(nameOf(turn))!;
    report.print(
      `${rate} small jobs a second, CPU-bound ones of ${
        (copies * large.text.length / 1e6).toFixed(0)
      } MB each, ${workers} workers, all counts as expected`,
    );
    tellThroughput(turns, report);
    tellLatency(turns, report);
  },
});

/** Small jobs and large ones on one engine. */
class Convoy {
  readonly #engine: Engine;
  readonly #policies: PolicySwitch;
  readonly #large: TextSample;
  readonly #copies: number;
  readonly #smalls: TextSample[];
  /** Small jobs a second. */
  readonly #rate: number;

  constructor(
    engine: Engine,
    policies: PolicySwitch,
    large: TextSample,
    copies: number,
    rate: number,
  ) {
    this.#engine = engine;
    this.#policies = policies;
    this.#large = large;
    this.#copies = copies;
    this.#smalls = cutSamples(large.text, SMALL_JOBS);
    this.#rate = rate;
  }

  /** Small jobs arrive until so many clients have counted large texts for that long. */
  async measure(clients: number, seconds: number): Promise<Outcome> {
    const started = performance.now();
    const passed = () => (performance.now() - started) / 1000;
    const arrivals = this.#startArrivals();
    let bytes = 0;
    const client = async () => {
      while (passed() < seconds) {
        const counted = await this.#policies.runLarge(() => this.#countLarge());
        bytes += counted; // not in one line with the wait, in which other clients add
      }
    };
    if (clients === 0) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await Promise.all(Array.from({ length: clients }, client));
    const rate = bytes / 1e6 / passed();
    return { latencies: await arrivals.stop(), rate };
  }

  /** @returns The bytes that were counted. */
  async #countLarge(): Promise<number> {
    const { totals } = await this.#engine.submit(
      streamCopies(this.#large.text, this.#copies),
      OPTIONS,
    ).done;
    const { tokens } = this.#large;
    checkSample(totals, { ...this.#large, tokens: tokens * this.#copies });
    return totals.bytes;
  }

  #startArrivals(): OpenArrivals {
    return startArrivals(this.#rate, async (index) => {
      await this.#policies.turn();
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

// ---- tables -----------------------------------------------------------------------------------------

const counts = (turns: readonly Turn[]) => [...new Set(turns.map(({ jobs }) => jobs))];

/** Without CPU-bound jobs all policies are the same, and have one turn. */
function find(turns: readonly Turn[], jobs: number, policy: Policy): Turn {
  return turns.find((turn) => turn.jobs === jobs && (jobs === 0 || turn.policy === policy))!;
}

const rateOf = ({ outcomes }: Turn) => median(outcomes.map(({ rate }) => rate));
const quantileOf = ({ outcomes }: Turn, share: number) =>
  median(outcomes.map(({ latencies }) => quantile(latencies, share)));

function tellThroughput(turns: readonly Turn[], report: Report): void {
  const withJobs = counts(turns).filter((jobs) => jobs > 0);
  report.print();
  report.print("throughput of the CPU-bound jobs together, MB/s, and in % of one:");
  report.table(
    ["CPU-bound jobs", ...POLICIES],
    withJobs.map((jobs) => [
      `threads=${jobs}`,
      ...POLICIES.map((policy) => {
        const rate = rateOf(find(turns, jobs, policy));
        const share = rate / rateOf(find(turns, 1, policy));
        return `${rate.toFixed(0)} (${(share * 100).toFixed(0)} %)`;
      }),
    ]),
  );
  report.figure("one CPU-bound job", "MB/s", rateOf(find(turns, 1, OURS)), "higher");
}

function tellLatency(turns: readonly Turn[], report: Report): void {
  report.print();
  report.print("latency of the small jobs:");
  const rows = counts(turns).map((jobs) => [
    `CPU threads=${jobs}`,
    ...POLICIES.map((policy) => {
      const all = find(turns, jobs, policy).outcomes.flatMap(({ latencies }) => latencies);
      return `${format(mean(all))} ms (std dev: ${format(standardDeviation(all))} ms)`;
    }),
  ]);
  report.table(["CPU-bound jobs", ...POLICIES], rows);
  report.print();
  report.print("p50 and p99 of the small jobs, ms:");
  report.table(
    ["CPU-bound jobs", ...POLICIES],
    counts(turns).map((jobs) => [
      String(jobs),
      ...POLICIES.map((policy) => {
        const turn = find(turns, jobs, policy);
        return `${format(quantileOf(turn, 0.5))} / ${format(quantileOf(turn, 0.99))}`;
      }),
    ]),
  );
  keepRows(turns, report);
  tellTargets(turns, report);
}

const format = (ms: number) => ms < 10 ? ms.toFixed(2) : ms.toFixed(0);

function keepRows(turns: readonly Turn[], report: Report): void {
  for (const turn of turns) {
    const latencies = turn.outcomes.flatMap(({ latencies }) => latencies);
    report.row({
      policy: turn.policy,
      jobs: turn.jobs,
      largeMBps: turn.jobs === 0 ? null : rateOf(turn),
      smallJobs: latencies.length,
      meanMs: mean(latencies),
      deviationMs: standardDeviation(latencies),
      p50Ms: quantileOf(turn, 0.5),
      p99Ms: quantileOf(turn, 0.99),
      mostMs: quantile(latencies, 1),
    });
  }
  report.chart({
    title: "Small jobs beside CPU-bound ones",
    x: { name: "CPU-bound jobs", categories: counts(turns).map(String) },
    y: { name: "p99 of small jobs, ms", logarithmic: true },
    series: POLICIES.map((policy) => ({
      name: policy,
      kind: "line",
      points: counts(turns).map((
        jobs,
      ) => [String(jobs), quantileOf(find(turns, jobs, policy), 0.99)]),
    })),
  });
}

function tellTargets(turns: readonly Turn[], report: Report): void {
  const alone = find(turns, 0, OURS);
  const beside = find(turns, 1, OURS);
  const [p99Alone, p99] = [alone, beside].map((turn) => quantileOf(turn, 0.99));
  const ratio = p99 / p99Alone;
  report.require(
    "p99 beside one CPU-bound job",
    `${ratio.toFixed(1)} × that alone (required: below ${MOST_RATIO} ×)`,
    ratio < MOST_RATIO,
  );
  report.require(
    "p99 beside one CPU-bound job",
    `${p99.toFixed(2)} ms (required: below ${MOST_MS} ms)`,
    p99 < MOST_MS,
  );
  for (const [name, turn] of [["alone", alone], ["beside one", beside]] as const) {
    report.figure(`p50 ${name}`, "ms", quantileOf(turn, 0.5), "lower");
    report.figure(`p99 ${name}`, "ms", quantileOf(turn, 0.99), "lower");
  }
}
