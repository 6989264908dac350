import { countNaive } from "../../tests/support/oracle/oracle.ts";
import { createMemory } from "../../tests/support/kernel_harness.ts";
import { defineBenchmark, type Sides, type TakeTurns } from "../support/benchmark.ts";
import {
  CORPORA,
  type CorpusName,
  generateDistinct,
  readCorpus,
  repeatText,
} from "../support/corpora.ts";
import { amount, choices, whole } from "../support/options.ts";
import type { Figure, Report } from "../support/report.ts";
import { THIS_REVISION } from "../support/this_revision.ts";
import { median } from "../support/statistics.ts";
import { compileYardstick } from "./parts/class_mask.ts";
import { timeOwnCore } from "./parts/core_time.ts";
import { loadKernelOf, requireSameAbi } from "./parts/kernel_files.ts";
import { asciiRegex, PEERS, ratePeer, runPython, runWc } from "./parts/kernel_peers.ts";
import { measureWorkers } from "./parts/kernel_workers.ts";
import { cutText, headOf, sameCounts, TextMapper, TOKENIZERS } from "./parts/text_mapper.ts";

/** Enough for the tables of 5.4 million distinct words. */
const PAGES = 16_384;
const DISTINCT = 5_400_000;
const DISTINCT_BYTES = 200_000_000;
/** What is generated where a corpus is not at hand. */
const CORPUS_BYTES = 4_000_000;
const CHUNK_BYTES = 256 * 1024;
/** Peers count the beginning only: some of them are a hundred times slower. */
const PEER_BYTES = 6_000_000;
/** Slow peers are steady. */
const PEER_ROUNDS = 3;
/** The oracle is slower still. */
const ORACLE_BYTES = 1_000_000;
const COMMAND_BYTES = 60_000_000;

/** Measures one contestant on one text. */
type Add = (contestant: string, rate: number) => void;

export default defineBenchmark({
  name: "kernel",
  about: "The kernel alone: each tokenizer on each text, in MB/s",
  details: `One worker without an engine, beside other ways to count and a class-mask pass as
yardstick; then two workers beside one. Runs take turns, medians are told, and counts
are compared before any rate is.`,
  options: {
    mb: amount(245, "MB of each text"),
    rounds: whole(5, "rounds"),
    texts: choices(CORPORA, "texts"),
  },
  quick: { mb: "2", rounds: "1", texts: "english,logs" },
  async run({ mb, rounds, texts }, report) {
    const bytes = mb * 1e6;
    const module = await loadKernelOf(THIS_REVISION, PAGES);
    const mapper = new TextMapper(module, PAGES);
    const yardstick = await compileYardstick();
    for (const name of texts) {
      if (name === "distinct") continue;
      const text = await readText(name, bytes, report);
      compareCounts(mapper, text, report);
      const rates = new Map<string, number[]>();
      const add: Add = (name, rate) => rates.set(name, [...rates.get(name) ?? [], rate]);
      const sample = headOf(text, PEER_BYTES);
      for (let round = 0; round < rounds; round++) {
        add("class mask (yardstick)", yardstick(text, CHUNK_BYTES));
        for (const each of TOKENIZERS) add(`millrace, ${each}`, mapper.rateOf(text, each));
        if (round >= PEER_ROUNDS) continue;
        for (const [peer, count] of Object.entries(PEERS)) add(peer, ratePeer(count, sample));
      }
      await addCommands(mapper, headOf(text, COMMAND_BYTES), add);
      tellRates(name, rates, report);
    }
    if (texts.includes("distinct")) measureDistinct(mapper, bytes, rounds, report);
    await compareWorkers(module, bytes, rounds, report);
  },
  compare: compareRevisions,
});

async function readText(
  name: CorpusName,
  bytes: number,
  report: Report,
): Promise<Uint8Array<ArrayBuffer>> {
  const corpus = await readCorpus(name, CORPUS_BYTES);
  const text = repeatText(corpus.bytes, bytes);
  report.print(`\n${corpus.name}, ${(text.length / 1e6).toFixed(0)} MB`);
  return text;
}

/** @throws {Error} If the kernel and a peer or the oracle count differently. */
function compareCounts(mapper: TextMapper, text: Uint8Array<ArrayBuffer>, report: Report): void {
  const sample = headOf(text, PEER_BYTES);
  const small = headOf(text, ORACLE_BYTES);
  const require = (name: string, ours: Map<string, number>, theirs: Map<string, number>) => {
    if (sameCounts(ours, theirs)) return;
    throw new Error(`Cannot compare rates: ${name} counts differ from the naive ones`);
  };
  const decoded = new TextDecoder().decode(sample);
  require("ascii", mapper.count(sample, "ascii", true), asciiRegex(decoded));
  require(
    "whitespace",
    mapper.count(small, "whitespace", false),
    countNaive(small, "whitespace", { case: "preserve" }),
  );
  require("unicode", mapper.count(small, "unicode", true), countNaive(small, "unicode"));
  const keys = mapper.count(text, "unicode", true);
  const tokens = sumOf(keys);
  report.print(`  counts are exact: ${tokens} words, ${keys.size} distinct (unicode)`);
}

function sumOf(counts: Map<string, number>): number {
  return counts.values().reduce((sum, count) => sum + count, 0);
}

/** Adds other programs, which read a file. */
async function addCommands(
  mapper: TextMapper,
  sample: Uint8Array<ArrayBuffer>,
  add: Add,
): Promise<void> {
  const file = await Deno.makeTempFile({ prefix: "millrace-bench-" });
  try {
    await Deno.writeFile(file, sample);
    const words = sumOf(mapper.count(sample, "whitespace", false));
    const commands = { "wc -w": runWc, "python3 Counter(split())": runPython };
    for (const [name, run] of Object.entries(commands)) {
      const result = await run(file);
      if (!result) continue;
      const [seconds, found] = result;
      // wc takes other marks for space in some scripts, so that its count is told where it differs.
      const note = found === words ? "" : ` (${found} words, not ${words})`;
      add(name + note, sample.length / seconds / 1e6);
    }
  } finally {
    await Deno.remove(file);
  }
}

function tellRates(text: CorpusName, rates: Map<string, number[]>, report: Report): void {
  const ratio = (a: number[], b: number[]) => {
    const pairs = a.length === b.length
      ? a.map((value, i) => value / b[i])
      : [median(a) / median(b)];
    return median(pairs).toFixed(2);
  };
  const ascii = rates.get("millrace, ascii")!;
  const unicode = rates.get("millrace, unicode")!;
  report.table(
    ["", "MB/s", "ascii ÷", "unicode ÷"],
    [...rates].map(([name, all]) => [
      `  ${name}`,
      median(all).toFixed(0),
      ratio(ascii, all),
      ratio(unicode, all),
    ]),
  );
  for (const tokenizer of TOKENIZERS) {
    const rate = median(rates.get(`millrace, ${tokenizer}`)!);
    report.figure(`${text}, ${tokenizer}`, "MB/s", rate, "higher");
  }
}

/** A vocabulary that grows all the way: rate, and memory against keys and counts. */
function measureDistinct(mapper: TextMapper, bytes: number, rounds: number, report: Report): void {
  const text = generateDistinct(DISTINCT, Math.min(bytes, DISTINCT_BYTES));
  report.print(`\n5.4 million distinct words, ${(text.length / 1e6).toFixed(0)} MB`);
  const rates: number[] = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    rates.push(mapper.rateOf(text, "ascii"));
  }
  const { tableBytes, segment } = mapper.reduce();
  const cursor = segment.records();
  let keyBytes = 0;
  while (cursor.next()) keyBytes += cursor.keyEnd - cursor.keyStart + 4;
  const megabytes = (tableBytes / 1e6).toFixed(0);
  const ratio = (tableBytes / keyBytes).toFixed(2);
  report.print(`  growing from small, one worker: ${median(rates).toFixed(0)} MB/s`);
  report.print(`  ${segment.keys} keys: table ${megabytes} MB, ${ratio} × keys and counts`);
  report.figure("distinct, ascii", "MB/s", median(rates), "higher");
  report.figure("distinct, table", "MB", tableBytes / 1e6, "lower");
}

/** The same text by one and by two Web Workers, in turn. */
async function compareWorkers(
  module: WebAssembly.Module,
  bytes: number,
  rounds: number,
  report: Report,
): Promise<void> {
  const texts = {
    "english": repeatText((await readCorpus("english", CORPUS_BYTES)).bytes, bytes),
    "5.4 million distinct": generateDistinct(DISTINCT, Math.min(bytes, DISTINCT_BYTES)),
  };
  report.print("\nWeb Workers on one memory, copies into slots included");
  for (const [name, text] of Object.entries(texts)) {
    const memory = createMemory(PAGES, 1);
    const [one, two] = await measureWorkers(module, memory, text, cutText(text, "ascii"), rounds);
    const ratio = median(two.map((value, i) => value / one[i]));
    report.print(
      `  ascii, ${name}: one ${median(one).toFixed(0)} MB/s, two ${median(two).toFixed(0)} MB/s, ` +
        `${ratio.toFixed(2)} ×`,
    );
    report.figure(`${name}, one worker`, "MB/s", median(one), "higher");
    report.figure(`${name}, two workers`, "MB/s", median(two), "higher");
  }
}

/**
 * The compiled kernels of two revisions, driven by the harness of this one, by processor time, in
 * which the copies into the slot are.
 */
async function compareRevisions(
  sides: Sides,
  { mb, texts }: { mb: number; texts: CorpusName[] },
  report: Report,
  takeTurns: TakeTurns,
): Promise<void> {
  const modules = [
    await loadKernelOf(sides[0], PAGES),
    await loadKernelOf(sides[1], PAGES),
  ] as const;
  await requireSameAbi(sides, modules);
  const mappers = modules.map((module) => new TextMapper(module, PAGES));
  const all: [CorpusName, Uint8Array<ArrayBuffer>][] = [];
  for (const name of texts) {
    const text = await readText(name, mb * 1e6, report);
    for (const mapper of mappers) compareCounts(mapper, text, report);
    all.push([name, text]);
  }
  await takeTurns(async (side) => {
    const mapper = mappers[side === sides[0] ? 0 : 1];
    const figures: Figure[] = [];
    for (const [name, text] of all) {
      for (const tokenizer of TOKENIZERS) {
        const ms = await timeOwnCore(() => void mapper.rateOf(text, tokenizer));
        const value = text.length / 1000 / ms;
        figures.push({ name: `${name}, ${tokenizer}`, unit: "MB/s", value, better: "higher" });
      }
    }
    return figures;
  });
}
