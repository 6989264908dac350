import { assertEquals } from "@std/assert";
import {
  JOB_SPILL_BITS,
  OK,
  ORDER_COUNT,
  RECORDS_TORN,
  VALUE_OVERFLOW,
} from "../../assembly/layout.ts";
import type { Segment } from "../../src/reduce/segment.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { Random } from "../support/random.ts";
import { Spills } from "../support/spills.ts";
import { cut, JOB, run } from "../support/value_runs.ts";
import { combineNaive, encodeValues, readValues, type ValueRecord } from "../support/values.ts";

// Value records that are scattered as they come give what tables give.

const SUFFIXES = ["", "k".repeat(4), "k".repeat(9), "k".repeat(20), "k".repeat(300), "\0"];

function randomRecords(random: Random, records: number, distinct: number): ValueRecord[] {
  return Array.from({ length: records }, () => {
    const key = random.oneIn(500)
      ? ""
      : random.below(distinct).toString(36) + random.pick(SUFFIXES);
    return [key, BigInt(1 + random.below(random.oneIn(50) ? 2 ** 31 : 9))];
  });
}

function byCount([a, x]: ValueRecord, [b, y]: ValueRecord): number {
  return x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1;
}

function rowsOf(segment: Segment): ValueRecord[] {
  return segment.toArray().map(({ key, count }) => [key, BigInt(count)]);
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} combines scattered records as those in tables, in every order`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(31);
    for (const distinct of [1, 60, 30_000]) {
      for (const [workers, scatteredBits] of [[1, 1], [3, 6]]) {
        const records = randomRecords(random, 20_000, distinct);
        const what = JSON.stringify({ distinct, workers, scatteredBits });
        for (const op of ["sum", "min", "max"] as const) {
          const options = { op, workers, scatteredBits, order: "key" } as const;
          const segment = run(harness, cut(random, records), options);
          const answer = readValues(segment, false, { op, type: "i64" });
          assertEquals(answer, combineNaive(records, op, "i64"), `${op} ${what}`);
        }
        const sums = combineNaive(records, "sum", "i64").sort(byCount);
        const counts = { workers, scatteredBits, order: "count" } as const;
        assertEquals(rowsOf(run(harness, cut(random, records), counts)), sums, what);
        const first = run(harness, cut(random, records), { ...counts, top: 25 });
        assertEquals(rowsOf(first), sums.slice(0, 25), what);
      }
    }
    harness.release();
    assertEquals(harness.ownedPages(), 0);
  });

  Deno.test(`${build} folds scattered records, and adds up what is the same then`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(32);
    const records = randomRecords(random, 9000, 400).map(([key, value]): ValueRecord => [
      random.oneIn(2) ? key.toUpperCase() : key,
      value,
    ]);
    const folded = records.map(([key, value]): ValueRecord => [key.toLowerCase(), value]);
    const options = { scatteredBits: 3, workers: 2, case: "fold", order: "count" } as const;
    const answer = rowsOf(run(harness, cut(random, records), options));
    assertEquals(answer, combineNaive(folded, "sum", "i64").sort(byCount));
  });

  Deno.test(`${build} takes scattered records to disk, and goes on`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(33);
    const records = randomRecords(random, 9000, 700);
    for (const [bits, bytes] of [[0, 50_000], [2, 300_000]]) {
      harness.open({ ...JOB, scatteredBits: 4, order: "count" });
      harness.set(JOB_SPILL_BITS, bits);
      const spills = new Spills(harness, random);
      spills.chunks(cut(random, records), bytes);
      const segment = spills.collect(ORDER_COUNT, 5, 0) as Segment;
      assertEquals(rowsOf(segment), combineNaive(records, "sum", "i64").sort(byCount));
    }
  });

  Deno.test(`${build} refuses torn records and sums beyond 64 bits that are scattered`, async () => {
    const harness = await KernelHarness.create(build);
    const chunk = encodeValues([["a", 2n ** 62n], ["a", 2n ** 62n], ["b", 1n]]);
    harness.open({ ...JOB, scatteredBits: 1, op: "sum" });
    const { start, bytes } = harness.put(chunk);
    const { kernel, job } = harness;
    assertEquals(kernel.mapChunk(job, 0, start, bytes - 8, 0, 0), RECORDS_TORN);
    harness.open({ ...JOB, scatteredBits: 1, op: "sum" });
    assertEquals(kernel.mapChunk(job, 0, start, bytes, 0, 0), OK);
    assertEquals(kernel.partitionTable(job, 0), OK);
    const statuses = [0, 1].map((partition) => kernel.reducePartition(job, partition));
    assertEquals(statuses.toSorted(), [OK, VALUE_OVERFLOW]);
  });
}
