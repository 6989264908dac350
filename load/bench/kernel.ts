// Measures the kernel alone: MB/s of each tokenizer on each text, one worker, beside the peers and
// a class-mask pass as yardstick; then two workers beside one. Runs take turns, medians are told,
// and counts are compared before any rate is.
//
// Usage: kernel.ts [--mb 245] [--rounds 5] [--texts english,russian,…]
import { parseArgs } from "node:util";
import { build } from "../../assembly/build/build.ts";
import { JOB_PAGES, PAGE_BYTES } from "../../assembly/layout.ts";
import { lastSafeSplit } from "../../src/input/splitter_rules.ts";
import { createMemory, KernelHarness, loadKernel } from "../../tests/support/kernel_harness.ts";
import { countNaive, type OracleTokenizer } from "../../tests/support/oracle/oracle.ts";
import { CORPORA, type CorpusName, generateDistinct, readCorpus, repeatText } from "../corpora.ts";
import { compileYardstick } from "./class_mask.ts";
import {
  asciiRegex,
  intlSegmenter,
  mapAndSplit,
  type Peer,
  runPython,
  runWc,
  unicodeRegex,
} from "./kernel_peers.ts";
import { measureWorkers } from "./kernel_workers.ts";
import { median } from "./report.ts";

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "245" },
    rounds: { type: "string", default: "5" },
    texts: { type: "string", default: CORPORA.join() },
  },
});
const BYTES = Number(values.mb) * 1e6;
const ROUNDS = Number(values.rounds);
const CHUNK_BYTES = 256 * 1024;
/** Enough for the tables of 5.4 million distinct words. */
const PAGES = 16_384;
/** Peers count the beginning only: some of them are a hundred times slower. */
const PEER_BYTES = Math.min(BYTES, 6_000_000);
/** The oracle is slower still. */
const ORACLE_BYTES = Math.min(BYTES, 1_000_000);

await build();
const harness = await KernelHarness.create("words", { pages: PAGES, textBytes: 4 << 20 });
const yardstick = await compileYardstick();

for (const name of values.texts.split(",") as CorpusName[]) {
  if (name !== "distinct") await measureText(name);
}
if (values.texts.includes("distinct")) measureDistinct();
await compareWorkers();

/** One text: compares counts, then prints the rates of all contestants. */
async function measureText(name: CorpusName): Promise<void> {
  const corpus = await readCorpus(name, 4_000_000);
  const text = repeatText(corpus.bytes, BYTES);
  console.log(`\n${corpus.name}, ${(text.length / 1e6).toFixed(0)} MB`);
  compareCounts(text);
  const rates = new Map<string, number[]>();
  const add = (contestant: string, rate: number) => {
    rates.set(contestant, [...rates.get(contestant) ?? [], rate]);
  };
  const sample = new TextDecoder().decode(head(text, PEER_BYTES));
  const peers: Record<string, Peer> = {
    "Map and split(/\\s+/)": mapAndSplit,
    "regex [\\p{L}\\p{N}]+": unicodeRegex,
    "Intl.Segmenter": intlSegmenter,
  };
  for (let round = 0; round < ROUNDS; round++) {
    add("class mask (yardstick)", yardstick(text, CHUNK_BYTES));
    for (const tokenizer of ["ascii", "unicode", "whitespace"] as const) {
      add(`millrace, ${tokenizer}`, rateOf(text, tokenizer));
    }
    if (round > 2) continue; // slow peers are steady
    for (const [peer, count] of Object.entries(peers)) add(peer, ratePeer(count, sample));
  }
  await addCommands(text, add);
  printRates(rates);
}

/** Other programs, each with a file of its own size. */
async function addCommands(
  text: Uint8Array<ArrayBuffer>,
  add: (contestant: string, rate: number) => void,
): Promise<void> {
  const file = await Deno.makeTempFile({ prefix: "millrace-bench-" });
  try {
    const sample = head(text, Math.min(BYTES, 60_000_000));
    await Deno.writeFile(file, sample);
    const words = tokensOf(sample, "whitespace");
    for (
      const [name, run] of [["wc -w", runWc], ["python3 Counter(split())", runPython]] as const
    ) {
      const result = await run(file);
      if (!result) continue;
      // wc takes other marks for space in some scripts; what counts alike is told so.
      const note = result[1] === words ? "" : ` (${result[1]} words, not ${words})`;
      add(name + note, sample.length / result[0] / 1e6);
    }
  } finally {
    await Deno.remove(file);
  }
}

/** The first `bytes` of a text, to the end of a line. */
function head(text: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  const part = text.subarray(0, bytes);
  return part.length === text.length ? part : part.subarray(0, part.lastIndexOf(0x0a) + 1);
}

function cutText(text: Uint8Array<ArrayBuffer>, tokenizer: OracleTokenizer): number[] {
  const ends: number[] = [];
  for (let from = 0; from < text.length; from = ends.at(-1)!) {
    const rest = text.subarray(from, from + CHUNK_BYTES);
    const last = from + rest.length === text.length;
    ends.push(from + (last ? rest.length : lastSafeSplit(rest, rest.length, tokenizer)));
  }
  return ends;
}

/** MB/s of the map phase; the copies into the slot are not timed. */
function rateOf(text: Uint8Array<ArrayBuffer>, tokenizer: OracleTokenizer): number {
  harness.open({ tokenizer });
  let milliseconds = 0;
  let from = 0;
  for (const end of cutText(text, tokenizer)) {
    const { start, bytes } = harness.put(text.subarray(from, end));
    const started = performance.now();
    const status = harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0);
    milliseconds += performance.now() - started;
    if (status !== 0) throw new Error(`mapChunk ended with status ${status}`);
    from = end;
  }
  return text.length / milliseconds / 1000;
}

function ratePeer(count: Peer, text: string): number {
  const bytes = new TextEncoder().encode(text);
  const started = performance.now();
  count(new TextDecoder().decode(bytes));
  return bytes.length / (performance.now() - started) / 1000;
}

function countKernel(text: Uint8Array<ArrayBuffer>, tokenizer: OracleTokenizer, fold: boolean) {
  harness.open({ tokenizer, case: fold ? "fold" : "preserve" });
  let from = 0;
  for (const end of cutText(text, tokenizer)) {
    harness.map(text.subarray(from, end));
    from = end;
  }
  return new Map(harness.reduce().toArray().map(({ key, count }) => [key, count]));
}

function tokensOf(text: Uint8Array<ArrayBuffer>, tokenizer: OracleTokenizer): number {
  return countKernel(text, tokenizer, false).values().reduce((sum, count) => sum + count, 0);
}

/** @throws {Error} If the kernel and a peer or the oracle count differently. */
function compareCounts(text: Uint8Array<ArrayBuffer>): void {
  const sample = head(text, PEER_BYTES), small = head(text, ORACLE_BYTES);
  const decoded = new TextDecoder().decode(sample);
  assertSame("ascii", countKernel(sample, "ascii", true), asciiRegex(decoded));
  assertSame(
    "whitespace",
    countKernel(small, "whitespace", false),
    countNaive(small, "whitespace", { case: "preserve" }),
  );
  assertSame("unicode", countKernel(small, "unicode", true), countNaive(small, "unicode"));
  const keys = countKernel(text, "unicode", true);
  const tokens = keys.values().reduce((sum, count) => sum + count, 0);
  console.log(`  counts are exact: ${tokens} words, ${keys.size} distinct (unicode)`);
}

function assertSame(name: string, ours: Map<string, number>, theirs: Map<string, number>): void {
  if (ours.size === theirs.size && theirs.entries().every(([key, n]) => ours.get(key) === n)) {
    return;
  }
  throw new Error(`Cannot compare rates: ${name} counts differ from the naive ones`);
}

function printRates(rates: Map<string, number[]>): void {
  const ascii = rates.get("millrace, ascii")!;
  const unicode = rates.get("millrace, unicode")!;
  const ratio = (a: number[], b: number[]) => {
    const pairs = a.length === b.length
      ? a.map((value, i) => value / b[i])
      : [median(a) / median(b)];
    return median(pairs).toFixed(2).padStart(9);
  };
  console.log(`  ${"MB/s".padStart(46)}  ascii ÷  unicode ÷`);
  for (const [name, list] of rates) {
    console.log(
      `  ${name.padEnd(38)}${median(list).toFixed(0).padStart(8)}${ratio(ascii, list)}${
        ratio(unicode, list)
      }`,
    );
  }
}

/** A vocabulary that grows all the way: rate, and memory against keys and counts. */
function measureDistinct(): void {
  const text = generateDistinct(5_400_000, Math.min(BYTES, 200_000_000));
  console.log(`\n5.4 million distinct words, ${(text.length / 1e6).toFixed(0)} MB`);
  const rates: number[] = [];
  for (let round = 0; round < Math.min(ROUNDS, 3); round++) rates.push(rateOf(text, "ascii"));
  const tableBytes = harness.get(JOB_PAGES) * PAGE_BYTES;
  const segment = harness.reduce();
  const cursor = segment.records();
  let keyBytes = 0;
  while (cursor.next()) keyBytes += cursor.keyEnd - cursor.keyStart + 4;
  const ratio = (tableBytes / keyBytes).toFixed(2);
  console.log(`  growing from small, one worker: ${median(rates).toFixed(0)} MB/s`);
  console.log(
    `  ${segment.keys} keys: table ${(tableBytes / 1e6).toFixed(0)} MB, ${ratio} × keys and counts`,
  );
}

/** The same text by one and by two Web Workers, in turn. */
async function compareWorkers(): Promise<void> {
  const module = await loadKernel("words", PAGES);
  const english = repeatText((await readCorpus("english", 4_000_000)).bytes, BYTES);
  const distinct = generateDistinct(5_400_000, Math.min(BYTES, 200_000_000));
  console.log("\nWeb Workers on one memory, copies into slots included");
  for (const [name, text] of [["english", english], ["5.4 million distinct", distinct]] as const) {
    const memory = createMemory(PAGES, 1);
    const ends = cutText(text, "ascii");
    const [one, two] = await measureWorkers(module, memory, text, ends, ROUNDS);
    const ratios = two.map((value, i) => value / one[i]);
    console.log(
      `  ascii, ${name}: one ${median(one).toFixed(0)} MB/s, two ${median(two).toFixed(0)} MB/s, ` +
        `${median(ratios).toFixed(2)} ×`,
    );
  }
}
