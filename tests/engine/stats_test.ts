import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { createCountOptions, type Order } from "../../src/contract/options.ts";
import { AGGREGATES, type Stats } from "../../src/contract/stats.ts";
import { Engine } from "../../src/engine/engine.ts";
import { type NumberRecord, randomNumbers, readRows, tellNaive } from "../support/numbers.ts";
import { inputOf } from "../support/numbers_text.ts";
import { freshSeed, Random } from "../support/random.ts";
import { TempFiles } from "../support/temp_files.ts";

const asked = (order: Order, more = {}) =>
  createCountOptions({ order, top: 0, case: "preserve", ...more });

/** Keys of 1500 names, which are more than a job of little memory holds. */
function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${i.toString(36)}-${"name ".repeat(i % 9)}`);
}

Deno.test("an engine tells the same of numbers with one worker or three, however they are cut", async () => {
  const random = new Random(freshSeed());
  const records = randomNumbers(random, "mixed", 20_000, names(900));
  const stats: Stats = { aggs: ["avg", "sum", "min", "max", "count"] };
  for (const workers of [1, 3]) {
    await using engine = await Engine.start({ workers, memoryBytes: 64 << 20 });
    for (const [atOnce, order] of [[20_000, "count"], [700, "key"], [90, "count"]] as const) {
      const job = engine.submit(inputOf(records, stats, atOnce), asked(order));
      const { segment, values, totals } = await job.done;
      const expected = tellNaive(records, stats, order === "key" ? "key" : "value");
      assertEquals(readRows(segment, stats), expected, `seed ${random.seed}, ${workers} workers`);
      assertEquals([values, totals.counted], [{ op: "stats", ...stats }, undefined]);
    }
  }
});

Deno.test("an engine tells the same of numbers that it has spilled", async () => {
  const random = new Random(freshSeed());
  const records = randomNumbers(random, "mixed", 120_000, names(50_000));
  const stats: Stats = { aggs: AGGREGATES };
  using files = new TempFiles();
  // So little memory that a few ten thousand keys are too many.
  const small = { memoryBytes: 10 << 20, chunkBytes: 32 << 10, slotsPerWorker: 2 };
  await using engine = await Engine.start({ workers: 2, spillDirectory: files.path, ...small });
  for (const order of ["count", "key"] as const) {
    const result = await engine.submit(inputOf(records, stats, 500), asked(order)).done;
    assert(result.spilled!.runs > 2);
    const expected = tellNaive(records, stats, order === "key" ? "key" : "value");
    assertEquals(readRows(result.segment, stats), expected, `seed ${random.seed}`);
    result.segment.close();
  }
});

Deno.test("an engine fails a job with a sum of more than 20 digits before the point", async () => {
  await using engine = await Engine.start({ workers: 1, memoryBytes: 64 << 20 });
  const records = Array.from({ length: 11 }, (): NumberRecord => ["k", 2n ** 63n - 1n, 0]);
  const done = (aggs: Stats["aggs"]) =>
    engine.submit(inputOf(records, { aggs }, 3), asked("count")).done;
  const error = await assertRejects(() => done(["min", "sum"]), JobError);
  assertEquals([error.code, error.details], ["value_overflow", { limit: "100000000000000000000" }]);
  const { segment } = await done(["min", "avg"]);
  assertEquals(readRows(segment, { aggs: ["avg"] }), [["k", String(2 ** 63)]]);
});

Deno.test("an engine divides keys of numbers at borders", async () => {
  await using engine = await Engine.start({ workers: 1, memoryBytes: 64 << 20 });
  const records: NumberRecord[] = [["a", 1n, 0], ["b", 5n, 1], ["c", 7n, 0], ["b", 3n, 2]];
  const options = asked("key", { partition: "range", borders: ["b"] });
  const { partition } = await engine.submit(inputOf(records, { aggs: ["sum"] }, 9), options).done;
  assertEquals(partition, { kind: "range", borders: ["b"], keys: [1, 2] });
});
