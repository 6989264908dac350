import { assertEquals } from "@std/assert";
import { JOB_SPILL_BITS, OK, ORDER_WIDE, VALUE_OVERFLOW } from "../../assembly/layout.ts";
import { AGGREGATES, type Stats } from "../../src/contract/stats.ts";
import type { Segment } from "../../src/reduce/segment.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import {
  type NumberKind,
  type NumberRecord,
  randomNumbers,
  readRows,
  tellNaive,
} from "../support/numbers.ts";
import { freshSeed, Random } from "../support/random.ts";
import { Spills } from "../support/spills.ts";
import { divide, JOB as PLAIN_JOB } from "../support/value_runs.ts";
import { encodeValues } from "../support/values.ts";

// Numbers on their way through batches, runs and merges.

const JOB = { ...PLAIN_JOB, order: "value" } as const;
const BOUNDLESS: Stats = { aggs: ["max", "avg", "min", "count"] };
const KINDS: readonly [NumberKind, Stats][] = [
  ["one scale", { aggs: AGGREGATES }],
  ["mixed", { aggs: AGGREGATES }],
  ["mixed", { aggs: ["avg"], round: 3 }],
  ["extreme", BOUNDLESS],
  ["extreme", { aggs: ["avg", "min"] }],
];

function keysOf(random: Random): string[] {
  return Array.from({ length: 1500 }, (_, i) => {
    const prefix = random.pick(["", "k".repeat(13), "K".repeat(40), "0\0"]);
    return prefix + i.toString(36);
  });
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} brings numbers through spills and merges as through memory`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    for (const [kind, stats] of KINDS) {
      const records = randomNumbers(random, kind, 6000, keysOf(random));
      const expected = tellNaive(records, stats, "value");
      for (const [bits, bytes, fan, top] of [[0, 20_000, 3, 0], [2, 300_000, 64, 25]]) {
        harness.open({ ...JOB, stats });
        harness.set(JOB_SPILL_BITS, bits);
        const spills = new Spills(harness, random);
        spills.chunks(divide(records, 1500, 3000, 4500), bytes);
        const segment = spills.collect(ORDER_WIDE, fan, top) as Segment;
        const note = `seed ${random.seed}, ${kind}, ${JSON.stringify({ stats, bits })}`;
        assertEquals(
          readRows(segment, stats),
          top === 0 ? expected : expected.slice(0, top),
          note,
        );
      }
    }
  });

  Deno.test(`${build} spills numbers of keys that folding makes equal, and unfinished reduces`, async () => {
    const harness = await KernelHarness.create(build, { pages: 400 });
    const random = new Random(freshSeed());
    for (const [kind, stats] of KINDS) {
      const records = randomNumbers(random, kind, 8000, keysOf(random))
        .map((
          [key, ...rest],
        ): NumberRecord => [random.oneIn(2) ? key.toUpperCase() : key, ...rest]);
      const folded = records.map(([key, ...rest]): NumberRecord => [key.toLowerCase(), ...rest]);
      harness.open({ ...JOB, stats, case: "fold", partitionBits: 2 });
      const spills = new Spills(harness, random);
      spills.unfinished(divide(records, 3000, 5000));
      const segment = spills.collect(ORDER_WIDE, 64) as Segment;
      const expected = tellNaive(folded, stats, "value");
      assertEquals(readRows(segment, stats), expected, `seed ${random.seed}, ${kind}`);
      assertEquals(harness.ownedPages(), 0);
    }
  });

  Deno.test(`${build} takes the ordered runs of numbers back`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    for (const [kind, stats] of KINDS) {
      const records = randomNumbers(random, kind, 8000, keysOf(random));
      harness.open({ ...JOB, stats, partitionBits: 2 });
      const spills = new Spills(harness, random);
      spills.reduced(divide(records, 4000));
      const segment = spills.collect(ORDER_WIDE, 64) as Segment;
      const expected = tellNaive(records, stats, "value");
      assertEquals(readRows(segment, stats), expected, `seed ${random.seed}, ${kind}`);
      assertEquals(harness.ownedPages(), 0);
    }
  });

  Deno.test(`${build} refuses sums of too many digits in the last merge and not before`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(freshSeed());
    const most = 2n ** 63n - 1n;
    const finish = (units: bigint[], fan: number) => {
      const stats: Stats = { aggs: ["count", "sum"] };
      harness.open({ ...JOB, stats });
      const spills = new Spills(harness, random);
      for (const each of units) {
        harness.map(encodeValues([["key", each, 0], ["other", each, 0]]));
        assertEquals(spills.table(0, 10_000), OK);
      }
      const segment = spills.collect(ORDER_WIDE, fan);
      return typeof segment === "number" ? segment : readRows(segment, stats)[0][2];
    };
    for (const fan of [2, 64]) {
      const twelve = new Array<bigint>(12).fill(most);
      assertEquals(finish([...twelve, -most, -most], fan), String(10n * most));
      assertEquals(finish(twelve, fan), VALUE_OVERFLOW);
    }
  });
}
