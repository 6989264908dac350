import { compileKernelSource, UserKernel } from "../../tests/support/user_kernel.ts";
import { defineBenchmark } from "../support/benchmark.ts";
import { readCorpus, repeatText } from "../support/corpora.ts";
import { amount, whole } from "../support/options.ts";
import type { Report } from "../support/report.ts";
import { median } from "../support/statistics.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { loadKernelOf } from "./parts/kernel_files.ts";
import { cutText, headOf, sameCounts, TextMapper } from "./parts/text_mapper.ts";
import { timeCompilations } from "./parts/user_compiler.ts";
import { FIFTY_LINES, WORD_KERNELS } from "./parts/user_sources.ts";

const PAGES = 4096;
const CORPUS_BYTES = 4_000_000;
/** Counts are compared on the beginning. */
const SAMPLE_BYTES = 1_000_000;
/** Of the fastest kernel, with nothing counted yet. */
const MOST_FAST = 1;
const FAST = "runs, slices";

export default defineBenchmark({
  name: "user_kernels",
  about: "Kernels of users beside the built-in one, on the same words; their compilation",
  details: `Words between whitespace of the English corpus. The built-in kernel scans and counts; a
user's kernel scans and emits, with the copies in and out, and nothing counts what it
emits. Runs take turns, ratios are told as medians, and counts are compared before any
rate is. Compilations are those of a mapper of fifty lines, in a process of their own.`,
  options: {
    mb: amount(32, "MB of text"),
    rounds: whole(5, "rounds"),
    compilations: whole(5, "compilations by a warm compiler"),
  },
  async run({ mb, rounds, compilations }, report) {
    const mapper = new TextMapper(await loadKernelOf(THIS_REVISION, PAGES), PAGES);
    const corpus = await readCorpus("english", CORPUS_BYTES);
    const text = onlySpaces(repeatText(corpus.bytes, mb * 1e6));
    const kernels = new Map<string, UserKernel>();
    for (const [name, source] of Object.entries(WORD_KERNELS)) {
      kernels.set(name, new UserKernel(await compileKernelSource(source)));
    }
    compareCounts(mapper, kernels, headOf(text, SAMPLE_BYTES));
    const ends = cutText(text, "lines");
    const builtIn: number[] = [];
    const rates = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++) {
      builtIn.push(mapper.rateOf(text, "whitespace", false));
      for (const [name, kernel] of kernels) {
        rates.set(name, [...rates.get(name) ?? [], rateOf(kernel, text, ends)]);
      }
    }
    tellRates(builtIn, rates, report);
    await tellCompilations(compilations, report);
  },
});

/** Python's whitespace as spaces, but for line ends: half of the kernels look for nothing else. */
function onlySpaces(text: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return text.map((byte) => byte < 0x20 && byte !== 0x0a ? 0x20 : byte);
}

/** @throws {Error} If a kernel emits other words than the built-in one counts. */
function compareCounts(
  mapper: TextMapper,
  kernels: ReadonlyMap<string, UserKernel>,
  sample: Uint8Array<ArrayBuffer>,
): void {
  const expected = mapper.count(sample, "whitespace", false);
  for (const [name, kernel] of kernels) {
    const counts = new Map<string, number>();
    for (const key of kernel.map(sample)) counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!sameCounts(counts, expected)) {
      throw new Error(`Cannot compare rates: ${name} emits other words than the kernel counts`);
    }
  }
}

/** MB/s, with the copies in and out. */
function rateOf(
  kernel: UserKernel,
  text: Uint8Array<ArrayBuffer>,
  ends: readonly number[],
): number {
  const started = performance.now();
  let from = 0;
  for (const end of ends) {
    kernel.run(text.subarray(from, end));
    from = end;
  }
  return text.length / (performance.now() - started) / 1000;
}

function tellRates(
  builtIn: number[],
  rates: ReadonlyMap<string, number[]>,
  report: Report,
): void {
  const ratioOf = (all: number[]) => median(all.map((rate, i) => builtIn[i] / rate));
  report.table(
    ["", "MB/s", "× built-in"],
    [
      ["  built-in, counted", median(builtIn).toFixed(0), "1.00"],
      ...[...rates].map(([name, all]) => [
        `  ${name}`,
        median(all).toFixed(0),
        ratioOf(all).toFixed(2),
      ]),
    ],
  );
  for (const [name, all] of rates) {
    report.figure(`${name}, not counted`, "× built-in", ratioOf(all), "lower");
  }
  const fast = ratioOf(rates.get(FAST)!);
  report.require(
    `${FAST}, not counted`,
    `${fast.toFixed(2)} × the built-in kernel's time (required: ${MOST_FAST} ×)`,
    fast <= MOST_FAST,
  );
}

async function tellCompilations(compilations: number, report: Report): Promise<void> {
  const { first, warm } = await timeCompilations(FIFTY_LINES, compilations);
  report.print(
    `\nfifty lines: first compilation ${first.toFixed(0)} ms with the process's start, ` +
      `warm ${median(warm).toFixed(0)} ms, latest ${warm.at(-1)!.toFixed(0)} ms`,
  );
  report.figure("first compilation", "ms", first, "lower");
  report.figure("warm compilation", "ms", median(warm), "lower");
}
