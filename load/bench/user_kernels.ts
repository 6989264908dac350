import { UserKernel } from "../../tests/support/user_kernel.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readCorpus, repeatText } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { median, pairedRatio } from "../support/statistics.ts";
import { TemporaryFolder } from "../support/temporary_folder.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { CountedKernels } from "./parts/counted_kernels.ts";
import { timeFirstResults } from "./parts/first_result.ts";
import { loadKernelOf } from "./parts/kernel_files.ts";
import { PYTHON_MAPPERS, runPythonMapper } from "./parts/python_mappers.ts";
import { createSample, type TextSample } from "./parts/samples.ts";
import { cutText, headOf, sameCounts, TextMapper } from "./parts/text_mapper.ts";
import { admitSource, type AdmittedSource, UserRunner } from "./parts/user_runner.ts";
import { BORDERS, FIFTY_LINES, WORD_KERNELS } from "./parts/user_sources.ts";

const PAGES = 4096;
const CORPUS_BYTES = 4_000_000;
/** Counts are compared on the beginning, and Python counts no more of it. */
const SAMPLE_BYTES = 1_000_000;
/** Python is slow, and steady. */
const PYTHON_ROUNDS = 3;
/** What the first answer of a mapper is made of. */
const SMALL_BYTES = 4400;

/** As multiples of the built-in kernel's time. */
const MOST_FAST = 1;
const MOST_FAST_COUNTED = 2;
const WANTED_FAST_COUNTED = 1.8;
const MOST_STRINGS_COUNTED = 10;
const MOST_BORDERS = 1 / 3;
/** With polls, as a multiple of the time without. */
const MOST_POLLED = 1.1;
/** As a multiple of a compilation. */
const MOST_FIRST_RESULT = 3;

const FAST = "runs, slices";
const STRINGS = ["strings, split", "strings, charCodeAt"];
const ONLY_BORDERS = "lines, nothing emitted";
const FIFTY = "fifty lines";

export default defineBenchmark({
  name: "user_kernels",
  about: "Kernels of users beside the built-in one, on the same words; their compilation",
  details: `Words between whitespace of the English corpus. The built-in kernel scans and counts; a
user's kernel, with the gate's polls, scans and emits, with the copies in and out, and
nothing counts what it emits. "Counted" is by an engine of one worker, as the built-in
kernel is. Time is that of a core, where the system tells it. "Polls" compares the
module with what the compiler made. Runs take turns, ratios are told as medians, and
counts are compared before any rate is. Then a server gets a mapper of fifty lines and
counts a text by it, in turn with a compilation of the same.`,
  options: {
    mb: amount(32, "MB of text"),
    rounds: whole(7, "rounds"),
    compilations: whole(7, "first results, and compilations beside them"),
  },
  quick: { mb: "0.3", rounds: "1", compilations: "1" },
  async run({ mb, rounds, compilations }, report) {
    const corpus = await readCorpus("english", CORPUS_BYTES);
    const text = onlySpaces(repeatText(corpus.bytes, mb * 1e6));
    const contest = await Contest.prepare(text, headOf(text, SAMPLE_BYTES));
    await contest.takeRound(); // V8 optimises what runs long
    contest.forget();
    for (let round = 0; round < rounds; round++) await contest.takeRound();
    contest.tell(report);
    await contest.tellPython(report);
    await tellFirstResults(headOf(text, SMALL_BYTES), compilations, report);
  },
});

/** Whitespace as spaces, but for line ends: half of the kernels look for nothing else. */
function onlySpaces(text: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const plain = new TextDecoder().decode(text).replaceAll("\ufeff", "").replace(/[^\S\n]/gu, " ");
  return new TextEncoder().encode(plain);
}

/** A kernel of a user, and MB/s of its rounds. */
interface Contestant extends AdmittedSource {
  plain: UserRunner;
  polled: UserRunner;
  plainRates: number[];
  polledRates: number[];
  /** Of the engine. */
  countedRates: number[];
}

/** The built-in kernel and those of users on one text. */
class Contest {
  readonly #sample: Uint8Array<ArrayBuffer>;
  /** The text, and what a count of it must come to. */
  readonly #words: TextSample;
  readonly #ends: readonly number[];
  readonly #all = new Map<string, Contestant>();
  readonly #builtIn: number[] = [];

  private constructor(text: Uint8Array<ArrayBuffer>, sample: Uint8Array<ArrayBuffer>) {
    this.#sample = sample;
    this.#words = createSample(new TextDecoder().decode(text));
    this.#ends = cutText(text, "lines");
  }

  /** @throws {Error} If a kernel emits what it should not. */
  static async prepare(
    text: Uint8Array<ArrayBuffer>,
    sample: Uint8Array<ArrayBuffer>,
  ): Promise<Contest> {
    const mapper = new TextMapper(await loadKernelOf(THIS_REVISION, PAGES), PAGES);
    const contest = new Contest(text, sample);
    const words = mapper.count(sample, "whitespace", false);
    for (const [name, source] of Object.entries(WORD_KERNELS)) {
      await contest.#add(name, source, words);
    }
    await contest.#add(ONLY_BORDERS, BORDERS, new Map());
    await contest.#add(FIFTY, FIFTY_LINES);
    contest.#checkBorders();
    return contest;
  }

  /** @param expected What it must find in the sample. */
  async #add(name: string, source: string, expected?: Map<string, number>): Promise<void> {
    const admitted = await admitSource(source);
    if (expected && !sameCounts(countSample(admitted.compiled, this.#sample), expected)) {
      throw new Error(`Cannot compare rates: ${name} emits other words than the kernel counts`);
    }
    const plain = new UserRunner(admitted.compiled);
    const polled = new UserRunner(admitted.kernel.module);
    for (const runner of [plain, polled]) runner.run(this.#sample);
    if (plain.drainedBytes !== polled.drainedBytes) {
      throw new Error(`Cannot compare rates: ${name} emits something else with polls`);
    }
    const rates = { plainRates: [], polledRates: [], countedRates: [] };
    this.#all.set(name, { ...admitted, plain, polled, ...rates });
  }

  /** @throws {Error} If the kernel that emits nothing has not come to the last line. */
  #checkBorders(): void {
    const lastLine = this.#sample.lastIndexOf(0x0a, -2) + 1;
    const { polled } = this.#all.get(ONLY_BORDERS)!;
    if (polled.at === lastLine) return;
    throw new Error(`Cannot compare rates: the last line begins at ${lastLine}, not ${polled.at}`);
  }

  async takeRound(): Promise<void> {
    const { text } = this.#words;
    await using engine = await CountedKernels.start();
    await engine.rateOf(this.#words); // its thread is warm from here on
    this.#builtIn.push(await engine.rateOf(this.#words));
    for (const [name, contestant] of this.#all) {
      const { plain, polled, plainRates, polledRates, kernel, countedRates } = contestant;
      const takePlain = async () => plainRates.push(await plain.rateOf(text, this.#ends));
      if (this.#builtIn.length % 2 === 1) await takePlain(); // who is first changes
      polledRates.push(await polled.rateOf(text, this.#ends));
      if (plainRates.length < polledRates.length) await takePlain();
      if (name in WORD_KERNELS) countedRates.push(await engine.rateOf(this.#words, kernel));
    }
  }

  /** Forgets the rounds so far. */
  forget(): void {
    const all = [...this.#all.values()];
    const rates = all.flatMap((one) => [one.plainRates, one.polledRates, one.countedRates]);
    for (const each of [this.#builtIn, ...rates]) each.length = 0;
  }

  tell(report: Report): void {
    const rows = [...this.#all].map(([name, { polledRates, countedRates }]) => [
      `  ${name}`,
      median(polledRates).toFixed(0),
      this.#ratioOf(name).toFixed(2),
      countedRates.length === 0 ? "" : this.#countedRatioOf(name).toFixed(2),
      `${((this.#polledRatioOf(name) - 1) * 100).toFixed(1)} %`,
    ]);
    report.table(
      ["", "MB/s", "× built-in", "counted", "polls"],
      [["  built-in, counted", median(this.#builtIn).toFixed(0), "1.00", "1.00", ""], ...rows],
    );
    for (const name of this.#all.keys()) {
      report.figure(`${name}, not counted`, "× built-in", this.#ratioOf(name), "lower");
    }
    for (const name of Object.keys(WORD_KERNELS)) {
      report.figure(`${name}, counted`, "× built-in", this.#countedRatioOf(name), "lower");
    }
    this.#tellTargets(report);
  }

  #tellTargets(report: Report): void {
    const require = (what: string, ratio: number, most: number, wanted = "") =>
      report.require(
        what,
        `${ratio.toFixed(2)} × the built-in kernel's time (required: ${
          most.toFixed(2)
        } ×${wanted})`,
        ratio <= most,
      );
    require(`${FAST}, not counted`, this.#ratioOf(FAST), MOST_FAST);
    const wanted = `, wanted: ${WANTED_FAST_COUNTED} ×`;
    require(`${FAST}, counted`, this.#countedRatioOf(FAST), MOST_FAST_COUNTED, wanted);
    for (const name of STRINGS) {
      require(`${name}, counted`, this.#countedRatioOf(name), MOST_STRINGS_COUNTED);
    }
    require(ONLY_BORDERS, this.#ratioOf(ONLY_BORDERS), MOST_BORDERS);
    for (const name of this.#all.keys()) {
      const ratio = this.#polledRatioOf(name);
      report.require(
        `polls, ${name}`,
        `${ratio.toFixed(3)} × the time without (required: below ${MOST_POLLED} ×)`,
        ratio < MOST_POLLED,
      );
      report.figure(`polls, ${name}`, "× without", ratio, "lower");
    }
  }

  /** Mappers in Python beside those that they are the same as. */
  async tellPython(report: Report): Promise<void> {
    await using folder = await TemporaryFolder.make();
    const file = `${folder.path}/sample.txt`;
    await Deno.writeFile(file, this.#sample);
    const rows: string[][] = [];
    for (const [mapper, name] of [["words", FAST], ["fiftyLines", FIFTY]] as const) {
      const { compiled, polledRates } = this.#all.get(name)!;
      const expected = countSample(compiled, this.#sample);
      const rates: number[] = [];
      for (let round = 0; round < PYTHON_ROUNDS; round++) {
        const found = await runPythonMapper(PYTHON_MAPPERS[mapper], file);
        if (!found) return report.print("\nleft out: python3 is not there");
        if (!sameCounts(new Map(Object.entries(found.counts)), expected)) {
          throw new Error(`Cannot compare rates: ${name} finds other keys in Python`);
        }
        rates.push(this.#sample.length / found.seconds / 1e6);
      }
      const ratio = median(polledRates) / median(rates);
      rows.push([`  ${name}`, median(rates).toFixed(1), ratio.toFixed(1)]);
    }
    report.print();
    report.table(["Counter in Python", "MB/s", "the kernel ×"], rows);
  }

  /** The time of a kernel as a multiple of the built-in one's. */
  #ratioOf(name: string): number {
    return pairedRatio(this.#builtIn, this.#all.get(name)!.polledRates);
  }

  #countedRatioOf(name: string): number {
    return pairedRatio(this.#builtIn, this.#all.get(name)!.countedRates);
  }

  #polledRatioOf(name: string): number {
    const { plainRates, polledRates } = this.#all.get(name)!;
    return pairedRatio(plainRates, polledRates);
  }
}

function countSample(
  compiled: Uint8Array<ArrayBuffer>,
  sample: Uint8Array<ArrayBuffer>,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of new UserKernel(compiled).map(sample)) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

async function tellFirstResults(
  text: Uint8Array<ArrayBuffer>,
  rounds: number,
  report: Report,
): Promise<void> {
  const { warm, compiled, cold, announced } = await timeFirstResults(FIFTY_LINES, text, rounds);
  const ratio = pairedRatio(warm, compiled);
  report.print();
  report.table(["fifty lines", "ms"], [
    ["  compiled, the compiler is warm", median(compiled).toFixed(0)],
    ["  from source to counts, on a server that has compiled", median(warm).toFixed(0)],
    ["  from source to counts, on a server that has not", median(cold).toFixed(0)],
    ["  on one that was asked for its kernels before", median(announced).toFixed(0)],
  ]);
  report.require(
    "first result",
    `${ratio.toFixed(2)} × a warm compilation (required: ${MOST_FIRST_RESULT} ×)`,
    ratio <= MOST_FIRST_RESULT,
  );
  report.figure("warm compilation", "ms", median(compiled), "lower");
  report.figure("first result, warm", "ms", median(warm), "lower");
  report.figure("first result, cold", "ms", median(cold), "lower");
  report.figure("first result, announced", "ms", median(announced), "lower");
}
