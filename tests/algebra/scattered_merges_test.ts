import { assertEquals } from "@std/assert";
import { Merger } from "../../src/algebra/merger.ts";
import { keep } from "../../src/cli/algebra/local_results.ts";
import { completeCountOptions, type CountOptions } from "../../src/contract/options.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { planScatter } from "../../src/engine/job/scatter_plan.ts";
import type { SpillPlan } from "../../src/engine/spill_plan.ts";
import { Engine } from "../../src/mod.ts";
import { Segment } from "../../src/reduce/segment.ts";
import type { KeptResult } from "../../src/store/job_record.ts";
import { freshSeed, Random } from "../support/random.ts";

// Merges of so many records that they are scattered: tests/assembly/scatter_test.ts has the kernel's part.

type Row = [key: string, count: number];

const KEYS = ["", "key-", "a key of some more bytes, "];

function randomRows(random: Random, rows: number, distinct: number): Row[] {
  return Array.from({ length: rows }, () => {
    const key = random.pick(KEYS) + random.below(distinct).toString(36) +
      random.pick(["", "é", "\0"]);
    return [key, 1 + random.below(random.oneIn(100) ? 2 ** 40 : 20)];
  });
}

function sumOf(lists: readonly Row[][], weights: readonly number[]): Map<string, number> {
  const sums = new Map<string, number>();
  lists.forEach((rows, i) =>
    rows.forEach(([key, count]) => sums.set(key, (sums.get(key) ?? 0) + count * weights[i]))
  );
  return sums;
}

function keptOf(rows: readonly Row[], order: CountOptions["order"]): KeptResult {
  const counted = rows.reduce((sum, [, count]) => sum + count, 0);
  const totals = { bytes: 7, tokens: counted, replacements: 0, keys: rows.length, counted };
  const result = { segment: Segment.from(rows), totals } as unknown as JobResult;
  return keep("result", completeCountOptions({ case: "preserve", order }), result);
}

Deno.test("merges of many records say what a map of sums says, in every order", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await Engine.start({
    workers: 2,
    memoryBytes: 128 << 20,
    chunkBytes: 60_000,
  });
  for (const [distinct, order] of [[400, "count"], [60_000, "count"], [60_000, "key"]] as const) {
    const lists = Array.from({ length: 3 }, () => randomRows(random, 20_000, distinct));
    const weights = lists.map(() => random.pick([1, 1, 3]));
    const merger = new Merger(engine, {
      result: (id) => Promise.resolve(keptOf(lists[Number(id)], order)),
    });
    const jobs = lists.map((_, i) => String(i));
    const { job } = await merger.begin({ jobs, weights }, { tenant: undefined });
    const { segment, totals } = await job.done;
    const sums = sumOf(lists, weights);
    // UTF-16 of these keys has the order of their UTF-8.
    const expected = [...sums].sort(([a, x], [b, y]) =>
      order === "count" && x !== y ? y - x : a < b ? -1 : 1
    );
    const answer = segment.toArray().map(({ key, count }) => [key, count]);
    assertEquals(answer, expected, `seed ${seed}, ${distinct} keys by ${order}`);
    assertEquals(totals.keys, sums.size);
    assertEquals(totals.counted, [...sums.values()].reduce((sum, count) => sum + count, 0));
  }
});

Deno.test("planScatter() scatters what a quarter of the memory holds, where there is a disk", () => {
  const records = { output: "values", op: "sum", value: "i64" } as const;
  const jobRoom = { pageLimit: 1024, tablePages: 0, spillBits: 0 }; // 64 MiB
  const bitsOf = (recordBytes: number, more = {}, hasDisk = true) => {
    const spill = hasDisk ? {} as SpillPlan : undefined;
    return planScatter({ records: { ...records, ...more }, recordBytes }, { spill, jobRoom });
  };
  assertEquals(bitsOf(0), 0);
  assertEquals(bitsOf(1 << 20), 0);
  assertEquals(bitsOf((1 << 20) + 1), 1);
  assertEquals(bitsOf(3 << 20), 2);
  assertEquals(bitsOf(16 << 20), 4);
  assertEquals(bitsOf((16 << 20) + 1), 0);
  assertEquals(bitsOf(2 << 20, {}, false), 0);
  assertEquals(bitsOf(2 << 20, { op: "min" }), 1);
  for (const more of [{ op: "avg" }, { value: "f64" }, { stats: {} }]) {
    assertEquals(bitsOf(2 << 20, more), 0);
  }
});
