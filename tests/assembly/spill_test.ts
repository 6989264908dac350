import { assert, assertEquals } from "@std/assert";
import {
  BATCH_HEADER_BYTES,
  INPUT_BYTES,
  INPUT_END,
  INPUT_MORE,
  INPUT_NEXT,
  INPUT_USED_UP,
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_PAGE_LIMIT,
  JOB_SPILL_BITS,
  JOB_TABLES,
  MERGE_SUMS,
  OK,
  ORDER_COUNT,
  ORDER_KEY,
  OUT_OF_PAGES,
  OUTPUT_FULL,
  SCRATCH_INPUTS,
  SCRATCH_MERGE_INPUT,
  SCRATCH_MERGE_NEEDED,
  SCRATCH_MERGED_BYTES,
  SCRATCH_MERGED_COUNTED,
  SCRATCH_MERGED_DISTINCT,
  SCRATCH_MERGED_KEYS,
} from "../../assembly/layout.ts";
import { Segment } from "../../src/reduce/segment.ts";
import {
  compareCounts,
  type Count,
  countNaive,
  type JobOptions,
  KERNEL_BUILDS,
  KernelHarness,
  sumCounts,
} from "../support/kernel_harness.ts";
import { compareCodePoints } from "../support/oracle/code_points.ts";
import { Random } from "../support/random.ts";
import { drainSections } from "../support/spills.ts";

/** Bytes of the harness's text region that these tests use otherwise. */
const REGION = 4 << 20;

/** The batch in hand, drained in pieces of `piece` bytes and cut into its sections. */
function drain(harness: KernelHarness, region: number, piece: number): Count[][] {
  const out = harness.text + REGION * 2 - piece;
  return drainSections(harness, region, out, piece)
    .map((section) => new Segment(section, 0).toArray());
}

/** More calls than any spill or merge here takes. */
const MOST_CALLS = 10_000_000;

/** Spills the table of worker 0 through regions of `bytes`. */
function spill(harness: KernelHarness, bytes: number, piece: number): Count[][][] {
  const region = (harness.text + REGION + 15) & ~15;
  const runs: Count[][][] = [];
  for (;;) {
    const status = harness.kernel.spillTable(harness.job, 0, region, bytes);
    assertEquals([OK, OUTPUT_FULL].includes(status), true, `status ${status}`);
    runs.push(drain(harness, region, piece));
    if (status === OK) return runs;
    assert(runs.length < MOST_CALLS, "the spill has no end");
  }
}

function sum(runs: Count[][][]): Count[] {
  return sumCounts(runs.flat(2));
}

function randomWords(random: Random, words: number): string[] {
  return Array.from({ length: words }, () => {
    const word = random.below(words >> 1).toString(36);
    return ["", "é", "x".repeat(20), "y".repeat(40)][random.below(4)] + word;
  });
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`spillTable() writes every count once, in order, ${build}`, async () => {
    const random = new Random(7);
    const harness = await KernelHarness.create(build);
    const cases: (JobOptions & { bits?: number })[] = [
      {},
      { flushTokens: 40_000, bits: 6 },
      { nfc: true, bits: 3 },
      { case: "preserve", bits: 1 },
      { queueBits: 12, bits: 2 },
    ];
    for (const { bits = 0, ...options } of cases) {
      for (const bytes of [6_000, 200_000, REGION / 2]) {
        const words = [...randomWords(random, 5000), ...Array(30_000).fill("most")];
        harness.open({ tokenizer: "whitespace", ...options });
        harness.set(JOB_SPILL_BITS, bits);
        harness.map(words.join(" "));
        const runs = spill(harness, bytes, 1024 << random.below(6));
        assertEquals(sum(runs), countNaive(words), JSON.stringify({ bits, bytes, ...options }));
        for (const run of runs) {
          assertEquals(run.slice(1 << bits).flat(), []);
          for (const section of run) {
            const sorted = section.toSorted((a, b) => compareCodePoints(a.key, b.key));
            assertEquals(section, sorted);
            assertEquals(new Set(section.map(({ key }) => key)).size, section.length);
          }
        }
        assertEquals([harness.get(JOB_TABLES), harness.ownedPages()], [0, 0]);
      }
    }
  });

  Deno.test(`spillTable() takes over from partitionTable where that stopped, ${build}`, async () => {
    const harness = await KernelHarness.create(build, { pages: 300 });
    const words = randomWords(new Random(8), 20_000);
    harness.open({ tokenizer: "whitespace", partitionBits: 2 });
    harness.map(words.join(" "));
    harness.set(JOB_PAGE_LIMIT, harness.ownedPages() + 4); // room for four pages of runs
    assertEquals(harness.kernel.partitionTable(harness.job, 0), OUT_OF_PAGES);
    assertEquals(sum(spill(harness, 100_000, 4096)), countNaive(words));
    assertEquals(harness.ownedPages(), 0);
  });

  Deno.test(`spillTable() says when a region cannot hold the next key, ${build}`, async () => {
    const harness = await KernelHarness.create(build);
    harness.open({ tokenizer: "whitespace" });
    harness.map("z".repeat(5000));
    const region = (harness.text + REGION + 15) & ~15;
    assertEquals(harness.kernel.spillTable(harness.job, 0, region, 5000), OUT_OF_PAGES);
    assertEquals(sum(spill(harness, 6000, 64)).map(({ count }) => count), [1]);
  });

  Deno.test(`spillRuns() takes what reducePartition has left, ${build}`, async () => {
    const harness = await KernelHarness.create(build);
    const words = randomWords(new Random(9), 8000);
    harness.open({ tokenizer: "whitespace", partitionBits: 2 });
    harness.map(words.join(" "));
    harness.kernel.partitionTable(harness.job, 0);
    harness.kernel.reducePartition(harness.job, 1);
    harness.kernel.reducePartition(harness.job, 2);
    const region = (harness.text + REGION + 15) & ~15;
    const runs = spill(harness, 100_000, 4096);
    for (let status = OUTPUT_FULL; status !== OK;) {
      status = harness.kernel.spillRuns(harness.job, region, 50_000);
      runs.push(drain(harness, region, 4096));
    }
    assertEquals(sum(runs), countNaive(words));
    const left = [harness.get(JOB_DISTINCT), harness.get(JOB_COUNTED), harness.ownedPages()];
    assertEquals(left, [0, 0, 0]);
  });

  Deno.test(`mergeNext() merges runs through windows and outputs of any size, ${build}`, async () => {
    const random = new Random(10);
    const harness = await KernelHarness.create(build);
    harness.open();
    for (let round = 0; round < 60; round++) {
      const inputs = Array.from(
        { length: 1 + random.below(20) },
        () =>
          [...new Set(randomWords(random, random.below(300)))].map((key) => ({
            key,
            count: 1 + random.below(9),
          })),
      );
      const adds = round % 2 === 0;
      const least = adds ? random.below(12) : 0;
      const top = round % 3 === 0 ? 1 + random.below(200) : 0;
      const compare = adds
        ? (a: Count, b: Count) => compareCodePoints(a.key, b.key)
        : compareCounts;
      const runs = inputs.map((input) =>
        Segment.from(input.toSorted(compare).map(({ key, count }) => [key, count])).bytes
      );
      const totals = adds ? sum([inputs]) : inputs.flat();
      const all = totals.filter(({ count }) => count >= least).sort(compare);
      const merged = merge(harness, runs, { adds, least, top, random });
      assertEquals(merged.counts, top > 0 ? all.slice(0, top) : all, `round ${round}`);
      const counted = totals.reduce((all, { count }) => all + count, 0);
      if (adds) assertEquals([merged.distinct, merged.counted], [totals.length, counted]);
    }
  });

  Deno.test(`orderRecords() puts the first records in front, ${build}`, async () => {
    const harness = await KernelHarness.create(build);
    const counts = countNaive(randomWords(new Random(11), 5000));
    for (const top of [0, 10]) {
      harness.open({ top });
      const region = (harness.text + 15) & ~15;
      const { bytes } = Segment.from(
        counts.toSorted((a, b) => compareCodePoints(a.key, b.key)).map((
          { key, count },
        ) => [key, count]),
      );
      harness.bytes.set(bytes, region + BATCH_HEADER_BYTES);
      const room = BATCH_HEADER_BYTES + bytes.length * 2;
      assertEquals(harness.kernel.orderRecords(harness.job, region, bytes.length, room), OK);
      assertEquals(drain(harness, region, 1000)[0], top > 0 ? counts.slice(0, top) : counts);
    }
  });
}

/** Drives a merge whose windows are as small as its records, or a little larger. */
function merge(
  harness: KernelHarness,
  runs: Uint8Array[],
  rule: { adds: boolean; least: number; top: number; random: Random },
): { counts: Count[]; distinct: number; counted: number } {
  const { kernel, bytes, words, scratch } = harness;
  const window = 128 + rule.random.below(100);
  const room = 128 + 8 * rule.random.below(40);
  const out = harness.text;
  const word = (offset: number) => words[(scratch + offset) >> 2];
  const read = runs.map(() => 0);
  const fill = (index: number, needed: number) => {
    const input = (scratch + SCRATCH_INPUTS + index * INPUT_BYTES) >> 2;
    const address = harness.text + 8192 + index * 512;
    const held = read[index] === 0 ? 0 : words[input + INPUT_END / 4] - words[input];
    bytes.copyWithin(address, words[input + INPUT_NEXT / 4], words[input] + held);
    const part = runs[index].subarray(read[index], read[index] + Math.max(window, needed) - held);
    bytes.set(part, address + held);
    read[index] += part.length;
    words[input + INPUT_NEXT / 4] = address;
    words[input + INPUT_END / 4] = address + held + part.length;
    words[input + INPUT_MORE / 4] = read[index] < runs[index].length ? 1 : 0;
  };
  for (let i = 0; i < runs.length; i++) fill(i, 0);
  const order = rule.adds ? ORDER_KEY : ORDER_COUNT;
  const { adds, least, top } = rule;
  kernel.openMerge(harness.job, runs.length, order, adds ? MERGE_SUMS : 0, BigInt(least), top);
  const counts: Count[] = [];
  let calls = 0;
  for (;;) {
    const status = kernel.mergeNext(out, room);
    assert(++calls < MOST_CALLS, "the merge has no end");
    if (status === INPUT_USED_UP) {
      fill(word(SCRATCH_MERGE_INPUT), word(SCRATCH_MERGE_NEEDED));
      continue;
    }
    counts.push(...new Segment(bytes.slice(out, out + word(SCRATCH_MERGED_BYTES)), 0).toArray());
    if (status === OK) break;
    assertEquals(status, OUTPUT_FULL);
  }
  assertEquals(word(SCRATCH_MERGED_KEYS), counts.length);
  const [distinct, counted] = [SCRATCH_MERGED_DISTINCT, SCRATCH_MERGED_COUNTED].map(word);
  return { counts, distinct, counted };
}
