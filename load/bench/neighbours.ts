import { Engine } from "../../src/mod.ts";
import { pause } from "../../tests/support/waits.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readEnglish, repeatText } from "../support/corpora.ts";
import { amount, choice, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { takeRounds } from "../support/rounds.ts";
import { median, pairedRatio, quantile } from "../support/statistics.ts";
import { type BusyKind, createHostileKinds, createWordKernel } from "./parts/busy_kernels.ts";
import { BusyNeighbour } from "./parts/busy_neighbour.ts";
import { startArrivals } from "./parts/open_arrivals.ts";
import { checkSample, createSample, cutPieces, type TextSample } from "./parts/samples.ts";

const MOST_RATIO = 1.5;
const SMALL_BYTES = 4400;
const SMALL_JOBS = 64;
/** Small jobs are of one tenant, of whom so many may be late. */
const MOST_LATE = 4096;
const OPTIONS = { tokenizer: "whitespace", case: "preserve", top: 10 } as const;
/** For so long the engine leaves its last thread to user code: see `kernel_watch.ts`. */
const LONGEST_SLICE_MS = 250;
const BUILT_IN: BusyKind = { name: "a built-in job" };

/** Milliseconds of each small job, and how many jobs of the neighbour ended a second. */
interface Outcome {
  latencies: number[];
  ended: number;
}

export default defineBenchmark({
  name: "neighbours",
  about: "Small jobs beside a tenant who runs kernels of users, hostile ones too, in ms",
  details: `Small jobs of 4.4 KB arrive at a steady rate whatever becomes of the ones before (open
loop), and their latency runs from the moment that they were due. Another tenant runs
jobs on a larger text, each as soon as the one before has ended: jobs of the server's
own kernel, then of one other kind, then its own again, and so on, in rounds. A p99 is
compared with that of the turn before, beside the server's own kernel. Counts are
checked, and so is how each hostile job ends; no thread may be lost. A tenant whose kernel
the engine holds back asks again every 2 ms. --holds off holds none back.`,
  options: {
    workers: whole(navigator.hardwareConcurrency, "threads of the engine"),
    mb: amount(4, "MB of the neighbour's text"),
    rate: whole(200, "small jobs a second"),
    seconds: amount(2, "seconds of each turn"),
    rounds: whole(7, "rounds"),
    holds: choice(["on", "off"], "on", "whether kernels that fail are held back"),
  },
  quick: { seconds: "0.5", rounds: "1" },
  async run({ workers, mb, rate, seconds, rounds, holds }, report) {
    const text = await readText(mb * 1e6);
    const others: BusyKind[] = [
      { name: "a user kernel", kernel: await createWordKernel() },
      ...await createHostileKinds(),
    ];
    await using engine = await Engine.start({
      workers,
      maxTenantJobs: MOST_LATE,
      maxKernelFailures: holds === "on" ? undefined : Infinity,
    });
    await engine.ready();
    const street = new Street(engine, text, rate, seconds);
    const turns: Record<string, () => Promise<Outcome>> = { nobody: () => street.measureAlone() };
    for (const kind of others) {
      turns[beforeOf(kind)] = () => street.measureBeside(BUILT_IN);
      turns[kind.name] = () => street.measureBeside(kind);
    }
    const outcomes = await takeRounds(turns, rounds, 1);
    requireAllThreads(engine);
    report.print(`${rate} small jobs a second, ${workers} workers, all counts as expected`);
    tellOutcomes(others, outcomes, seconds, report);
  },
});

/** The turn that a kind is compared with. */
function beforeOf({ name }: BusyKind): string {
  return `${BUILT_IN.name} before ${name}`;
}

/** English between single spaces and line ends, which all kernels here find words in. */
async function readText(bytes: number): Promise<TextSample> {
  const corpus = new TextDecoder().decode((await readEnglish()).bytes);
  const plain = corpus.replaceAll("\ufeff", "").replace(/[^\S\n]/gu, " ");
  return createSample(
    new TextDecoder().decode(repeatText(new TextEncoder().encode(plain), bytes)),
  );
}

/** @throws {Error} If the engine has taken a thread for lost: no kernel may cost one. */
function requireAllThreads(engine: Engine): void {
  const { replaced, lost } = engine.status().faults;
  if (replaced + lost > 0) throw new Error(`${replaced + lost} threads were lost`);
}

/** Small jobs, and who is beside them. */
class Street {
  readonly #engine: Engine;
  readonly #text: TextSample;
  readonly #smalls: TextSample[];
  readonly #rate: number;
  readonly #seconds: number;

  constructor(engine: Engine, text: TextSample, rate: number, seconds: number) {
    this.#engine = engine;
    this.#text = text;
    this.#smalls = cutPieces(text.text, SMALL_JOBS, SMALL_BYTES);
    this.#rate = rate;
    this.#seconds = seconds;
  }

  async measureAlone(): Promise<Outcome> {
    const arrivals = startArrivals(this.#rate, (index) => this.#countSmall(index));
    await pause(this.#seconds * 1000);
    return { latencies: await arrivals.stop(), ended: 0 };
  }

  async measureBeside(kind: BusyKind): Promise<Outcome> {
    const busy = new BusyNeighbour(this.#engine, kind, this.#text, OPTIONS);
    const { latencies } = await this.measureAlone();
    const { ended } = busy;
    await busy.stop();
    return { latencies, ended: ended / this.#seconds };
  }

  async #countSmall(index: number): Promise<void> {
    const sample = this.#smalls[index % this.#smalls.length];
    const job = this.#engine.submit(sample.text, OPTIONS, { tenant: "small" });
    checkSample((await job.done).totals, sample);
  }
}

/** Of a turn's latencies. */
const p50Of = ({ latencies }: Outcome) => quantile(latencies, 0.5);
const p99Of = ({ latencies }: Outcome) => quantile(latencies, 0.99);

function tellOutcomes(
  others: readonly BusyKind[],
  outcomes: ReadonlyMap<string, Outcome[]>,
  seconds: number,
  report: Report,
): void {
  const builtIn = others.flatMap((kind) => outcomes.get(beforeOf(kind))!);
  const ratios = new Map(others.map((kind) => {
    const [ours, theirs] = [outcomes.get(kind.name)!, outcomes.get(beforeOf(kind))!];
    const ratioOf = (pick: (outcome: Outcome) => number) =>
      pairedRatio(ours.map(pick), theirs.map(pick));
    return [kind.name, { p50: ratioOf(p50Of), p99: ratioOf(p99Of) }];
  }));
  const row = (name: string, turns: readonly Outcome[]) => {
    const all = turns.flatMap(({ latencies }) => latencies);
    const ratio = ratios.get(name);
    return [
      name,
      median(turns.map(p50Of)).toFixed(2),
      median(turns.map(p99Of)).toFixed(2),
      quantile(all, 1).toFixed(1),
      ratio?.p50.toFixed(2) ?? "",
      ratio?.p99.toFixed(2) ?? "",
      `${all.filter((ms) => ms > LONGEST_SLICE_MS).length} of ${all.length}`,
      median(turns.map(({ ended }) => ended)).toFixed(1),
    ];
  };
  report.table(
    [
      `small jobs beside, ${seconds} s each turn`,
      "p50 ms",
      "p99 ms",
      "most ms",
      "p50 ×",
      "p99 ×",
      `over ${LONGEST_SLICE_MS} ms`,
      "its jobs/s",
    ],
    [
      row("nobody", outcomes.get("nobody")!),
      row(BUILT_IN.name, builtIn),
      ...others.map(({ name }) => row(name, outcomes.get(name)!)),
    ],
  );
  for (const { name } of others) {
    const { p99 } = ratios.get(name)!;
    report.require(
      `p99 beside ${name}`,
      `${p99.toFixed(2)} × that beside ${BUILT_IN.name} (required: ${MOST_RATIO} ×)`,
      p99 <= MOST_RATIO,
    );
    report.figure(`p99 beside ${name}`, "ms", median(outcomes.get(name)!.map(p99Of)), "lower");
  }
  report.figure(`p99 beside ${BUILT_IN.name}`, "ms", median(builtIn.map(p99Of)), "lower");
}
