import { assert, assertEquals } from "@std/assert";
import {
  JOB_DISTINCT,
  JOB_PAGE_LIMIT,
  JOB_PAGES,
  JOB_SEGMENT,
  JOB_SEGMENT_BYTES,
  OK,
  VALUE_OVERFLOW,
} from "../../assembly/layout.ts";
import { AGGREGATES, type Stats } from "../../src/contract/stats.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import {
  type NumberKind,
  type NumberRecord,
  randomNumbers,
  readRows,
  tellNaive,
} from "../support/numbers.ts";
import { freshSeed, Random } from "../support/random.ts";
import { cut, divide, JOB, map, run } from "../support/value_runs.ts";

const ALL: Stats = { aggs: AGGREGATES };
/** Those of which no answer is too large. */
const BOUNDLESS: Stats = { aggs: ["avg", "min", "max", "count"] };
const KINDS: NumberKind[] = ["one scale", "mixed", "extreme"];

/** Keys of all tiers, of which some end with NUL. */
function keysOf(distinct: number): string[] {
  const lengths = [1, 8, 12, 13, 28, 29, 60];
  return Array.from({ length: distinct }, (_, i) => {
    const key = i.toString(36).padStart(lengths[i % lengths.length], "k");
    return i % 50 === 49 ? `${key}\0` : key;
  });
}

function statsOf(kind: NumberKind): Stats {
  return kind === "extreme" ? BOUNDLESS : ALL;
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} tells of numbers of any scale, whatever the chunks, workers and partitions`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    for (const kind of KINDS) {
      const stats = statsOf(kind);
      for (const distinct of [1, 40, 3000]) {
        const records = randomNumbers(random, kind, 8000, [...keysOf(distinct), ""]);
        const expected = tellNaive(records, stats);
        for (const [workers, partitionBits] of [[1, 0], [3, 2]]) {
          const segment = run(harness, cut(random, records), { stats, workers, partitionBits });
          const note = `seed ${random.seed}, ${kind}, ${distinct} keys, ${workers} workers`;
          assertEquals(readRows(segment, stats), expected, note);
          assertEquals(harness.get(JOB_DISTINCT), expected.length, note);
        }
      }
    }
    harness.release();
    assertEquals(harness.ownedPages(), 0);
  });

  Deno.test(`${build} gives the same bytes of numbers whatever their order`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    for (const kind of KINDS) {
      const stats = statsOf(kind);
      const records = randomNumbers(random, kind, 3000, keysOf(30));
      let first: Uint8Array | undefined;
      for (let round = 0; round < 6; round++) {
        const options = { stats, workers: 1 + round % 3, partitionBits: round % 3 };
        const { bytes } = run(harness, cut(random, random.shuffle(records)), options);
        first ??= bytes;
        assertEquals(bytes, first, `seed ${random.seed}, ${kind}, round ${round}`);
      }
    }
  });

  Deno.test(`${build} orders keys by the first aggregate, and equal ones by key`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    for (const kind of KINDS) {
      const records = randomNumbers(random, kind, 6000, keysOf(2500));
      for (const first of AGGREGATES) {
        if (kind === "extreme" && first === "sum") continue;
        const stats = { aggs: [first, ...BOUNDLESS.aggs.filter((each) => each !== first)] };
        const expected = tellNaive(records, stats, "value");
        for (const top of [0, 25]) {
          const options = { stats, top, order: "value", workers: 2, partitionBits: 1 } as const;
          const segment = run(harness, cut(random, records), options);
          const note = `seed ${random.seed}, ${kind}, ${first}`;
          const rows = top > 0 ? expected.slice(0, top) : expected;
          assertEquals(readRows(segment, stats), rows, note);
        }
      }
    }
  });

  Deno.test(`${build} goes on with numbers when it is given pages`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    const records = randomNumbers(random, "mixed", 20_000, keysOf(20_000));
    let stops = 0;
    harness.onOutOfPages = () => {
      stops++;
      harness.set(JOB_PAGE_LIMIT, harness.get(JOB_PAGE_LIMIT) + 1);
    };
    const segment = run(harness, [records], { stats: ALL, pageLimit: 1, partitionBits: 1 });
    assertEquals(readRows(segment, ALL), tellNaive(records, ALL), `seed ${random.seed}`);
    assert(stops > 9, String(stops));
    assert(harness.get(JOB_PAGES) > 1);
  });

  Deno.test(`${build} puts segments of numbers together as it does their numbers`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    for (const kind of KINDS) {
      const stats = statsOf(kind);
      const records = randomNumbers(random, kind, 5000, [...keysOf(700), "", "l".repeat(9000)]);
      const reduceOf = (part: NumberRecord[]) => {
        const order = random.oneIn(2) ? "value" : "key";
        return run(harness, cut(random, part), { stats, order }).bytes;
      };
      const whole = run(harness, [records], { stats });
      const parts = divide(records, 1000, 1003).map(reduceOf);
      harness.open({ ...JOB, stats, areMade: true, workers: 2, partitionBits: 1 });
      parts.forEach((part, i) => harness.map(part, i % 2, i));
      const note = `seed ${random.seed}, ${kind}`;
      const merged = harness.reduce();
      assertEquals(merged.bytes, whole.bytes, note);
      assertEquals(readRows(merged, stats), tellNaive(records, stats), note);
    }
  });

  Deno.test(`${build} fails a sum of more than 38 digits, if it is shown, once it is whole`, async () => {
    const harness = await KernelHarness.create(build);
    const most = 2n ** 63n - 1n;
    const finish = (units: bigint[], stats: Stats) => {
      harness.open({ ...JOB, stats });
      map(harness, units.map((each) => [["k", each, 0]]));
      const { kernel, job } = harness;
      assertEquals(kernel.partitionTable(job, 0), OK);
      const status = kernel.reducePartition(job, 0);
      if (status !== OK) return status;
      assertEquals(kernel.finishJob(job), OK);
      const start = harness.get(JOB_SEGMENT);
      const bytes = harness.bytes.slice(start, start + harness.get(JOB_SEGMENT_BYTES));
      return readRows(new Segment(bytes, 1), stats)[0][1];
    };
    const sum: Stats = { aggs: ["sum"] };
    const ten = Array.from({ length: 10 }, () => most);
    const rest = 10n ** 20n - 1n - 10n * most;
    assertEquals(finish([...ten, rest], sum), String(10n ** 20n - 1n));
    assertEquals(finish([...ten, rest + 1n], sum), VALUE_OVERFLOW);
    assertEquals(finish([...ten, rest].map((each) => -each), sum), String(1n - 10n ** 20n));
    assertEquals(finish([...ten, rest + 1n].map((each) => -each), sum), VALUE_OVERFLOW);
    assertEquals(finish([...ten, most, most, ...ten.map((each) => -each)], sum), String(2n * most));
    assertEquals(finish([...ten, ...ten], { aggs: ["max"] }), String(most));
    assertEquals(finish([...ten, ...ten], { aggs: ["avg"] }), String(Number(most)));
    assertEquals(finish([...ten, ...ten], { aggs: ["avg", "sum"] }), VALUE_OVERFLOW);
  });
}
