import { type Benchmark, defineBenchmark } from "../support/benchmark.ts";
import { choice, choices, readOptions, text, whole } from "../support/options.ts";
import { Report } from "../support/report.ts";
import { stopOnSignal } from "../support/stop_on_signal.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { Revision } from "./against/revision.ts";
import { Turns } from "./against/turns.ts";
import type { Comparison } from "./against/verdict.ts";
import durable from "./durable.ts";
import each from "./each.ts";
import growth from "./growth.ts";
import kernel from "./kernel.ts";
import limit from "./limit.ts";
import outputs from "./outputs.ts";
import { type Found, type Requirement, tellRequirements } from "./parts/requirements.ts";
import scaling from "./scaling.ts";
import smallJobs from "./small_jobs.ts";
import start, { MEASURED_AGAINST } from "./start.ts";

const KERNEL_GAINS = { russian: 1.3, chinese: 1.3, mixed: 1.3, csv: 1.3, english: 1.1 };
const GROWTHS = ["MB of text", "distinct keys", "jobs at once", "workers"];

/** What is required of speed and memory, in the order of the table. */
export const REQUIREMENTS: readonly Requirement[] = [
  {
    what: "large upload, of the limit",
    benchmark: limit,
    figure: "unicode",
    least: 0.93,
    limit: 0.9,
  },
  { what: "the same by whitespace, of unicode", benchmark: limit, figure: "whitespace", least: 1 },
  {
    what: "upload in chunks, of one with a length",
    benchmark: limit,
    figure: "in chunks",
    least: 1,
  },
  {
    what: "small jobs, of a bare handler",
    benchmark: smallJobs,
    figure: "requests, of bare",
    least: 0.55,
    limit: 0.33,
  },
  {
    what: "two listeners, of two bare ones, in percent",
    benchmark: smallJobs,
    figure: "of two bare listeners' requests",
    isNew: true,
    least: 70,
    limit: 33,
  },
  {
    what: "many texts in one request, of joined",
    benchmark: each,
    figure: "each=true",
    isNew: true,
    least: 0.4,
    limit: 0.12,
  },
  {
    what: "English on two workers, of one",
    benchmark: scaling,
    figure: "English, of one worker",
    least: 1.85,
    limit: 1.78,
  },
  {
    what: "5 million keys on two workers, of one",
    benchmark: scaling,
    figure: "distinct keys, of one worker",
    least: 1.7,
    limit: 1.63,
  },
  {
    what: "ms of 5 million keys on two workers, of one before",
    benchmark: scaling,
    figure: "distinct keys, two workers",
    before: "distinct keys, one worker",
    ofBefore: true,
    most: 0.67,
  },
  { what: "durable, of in memory", benchmark: durable, figure: "large", least: 0.8 },
  { what: "small durable jobs a second", benchmark: durable, figure: "small", least: 5000 },
  {
    what: "first answer, ms above a bare server's",
    benchmark: start,
    figure: "first answer, above bare",
    ofBefore: true,
    most: 0.5,
  },
  {
    what: "the same, ms of processor time",
    benchmark: start,
    figure: "the same, processor",
    ofBefore: true,
    most: 0.5,
  },
  {
    what: "idle memory, MB above a bare server's",
    benchmark: start,
    figure: "idle, above bare",
    ofBefore: true,
    most: 0.6,
  },
  ...Object.entries(KERNEL_GAINS).map(([text, least]) => ({
    what: `kernel, ${text}, MB/s`,
    benchmark: kernel,
    figure: `${text}, unicode`,
    ofBefore: true as const,
    least,
  })),
  ...["json", "csv"].map((format) => ({
    what: `a million rows as ${format}, ms of processor time`,
    benchmark: outputs,
    figure: `${format}, server`,
    ofBefore: true as const,
    most: 0.67,
  })),
  ...GROWTHS.map((figure) => ({
    what: `growth with ${figure}, exponent`,
    benchmark: growth,
    figure,
    isNew: true as const,
    most: 1.15,
  })),
];

const BENCHMARKS = [...new Set(REQUIREMENTS.map(({ benchmark }) => benchmark))];

/** How the benchmarks are run. */
interface Care {
  rounds: number;
  /** Whether each has the sizes of its own `--quick`. */
  isQuick: boolean;
}

export default defineBenchmark({
  name: "required",
  about: "One table of what is required of speed: before, now, and the limit",
  details: `Runs the benchmarks that requirements are made of. A revision of before, which is
built in a temporary folder, takes turns with this tree where it can be asked; what it
has not is told of this tree alone. The limit is what load/README.md works out. Where
others want the cores, figures are told by processor time as far as the benchmark has it.`,
  options: {
    before: text(MEASURED_AGAINST, "the revision of before"),
    of: choices(BENCHMARKS.map(({ name }) => name), "the benchmarks that are run"),
    rounds: whole(7, "rounds of each"),
    sizes: choice(["full", "quick"], "full", "sizes of the benchmarks"),
  },
  quick: { of: "growth", rounds: "1", sizes: "quick" },
  async run({ before, of, rounds, sizes }, report) {
    const asked = REQUIREMENTS.filter(({ benchmark }) => of.includes(benchmark.name));
    const care = { rounds, isQuick: sizes === "quick" };
    const found = new Map([
      ...await findAlone(asked.filter(({ isNew }) => isNew), care, report),
      ...await findBoth(asked.filter(({ isNew }) => !isNew), before, care, report),
    ]);
    tellRequirements(asked, found, report);
  },
});

/** What this tree reaches. */
async function findAlone(asked: readonly Requirement[], care: Care, report: Report) {
  const found = new Map<Requirement, Found>();
  for (const [benchmark, requirements] of byBenchmark(asked)) {
    const now = await runAlone(benchmark, care, report);
    for (const each of requirements) found.set(each, { now: now.get(each.figure) });
  }
  return found;
}

/** What a revision of before and this tree reach in turns. */
async function findBoth(
  asked: readonly Requirement[],
  before: string,
  care: Care,
  report: Report,
) {
  const found = new Map<Requirement, Found>();
  if (asked.length === 0) return found;
  await stopOnSignal(async (signal) => {
    await using past = await Revision.prepare(before, tellOf(report), signal);
    for (const [benchmark, requirements] of byBenchmark(asked)) {
      const turns = new Turns([past.side, THIS_REVISION], care.rounds, tellOf(report), signal);
      const both = await compare(benchmark, turns, care, report);
      for (const each of requirements) {
        const { a } = both.get(each.before ?? each.figure) ?? {};
        found.set(each, { before: a, now: both.get(each.figure)?.b });
      }
    }
  });
  return found;
}

function tellOf(report: Report): (line: string) => void {
  return (line) => report.progress(line);
}

/** Requirements by the benchmark that tells of them. */
function byBenchmark(asked: readonly Requirement[]): Map<Benchmark, Requirement[]> {
  return Map.groupBy(asked, ({ benchmark }) => benchmark);
}

function valuesOf({ options, quick }: Benchmark, { rounds, isQuick }: Care) {
  const given: Record<string, string> = isQuick ? { ...quick as Record<string, string> } : {};
  if ("rounds" in options) given.rounds = String(rounds);
  return readOptions(options, given);
}

/** The figures of this tree, by name. */
async function runAlone(
  benchmark: Benchmark,
  care: Care,
  report: Report,
): Promise<Map<string, number>> {
  report.progress(`\n${benchmark.name}: this tree`);
  const own = new Report(tellOf(report), tellOf(report));
  await benchmark.run(valuesOf(benchmark, care), own);
  return new Map(own.figures.map(({ name, value }) => [name, value]));
}

/** The medians of both sides, by the figure's name. */
async function compare(
  benchmark: Benchmark,
  turns: Turns,
  care: Care,
  report: Report,
): Promise<Map<string, Comparison>> {
  report.progress(`\n${benchmark.name}: both`);
  const own = new Report(tellOf(report));
  await benchmark.compare!(turns.sides, valuesOf(benchmark, care), own, turns.take);
  return new Map(turns.compare().map((each) => [each.name, each]));
}
