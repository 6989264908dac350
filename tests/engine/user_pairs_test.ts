import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import type { PairOp } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { STANDARD_ERROR } from "../../src/shared/hyperloglog.ts";
import { startTimed } from "../support/faults/fault_time.ts";
import {
  assertNoFault,
  cancelAtAnyMoment,
  run,
  startSmall,
} from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { countDistinct, encodePairs, type Pair } from "../support/pairs.ts";
import { freshSeed, Random } from "../support/random.ts";
import { readValues } from "../support/values.ts";
import { until } from "../support/waits.ts";

// The text is what a kernel drains: pairs of one size, so that chunks hold whole ones.

const KEY_CHARS = 4;
const TEXT_CHARS = 8;
const SIZE = 8 + KEY_CHARS + TEXT_CHARS;

function kernelOfPairs(op?: PairOp) {
  return kernelOf(MODULES.passes(), { output: "pairs", op, records: `fixed:${SIZE}` });
}

function randomPairs(random: Random, count: number, keys: number, texts: number): Pair[] {
  const name = (value: number, chars: number) => value.toString(36).padStart(chars, "-");
  return Array.from({ length: count }, (): Pair => [
    name(random.below(keys), KEY_CHARS),
    name(random.below(texts), TEXT_CHARS),
  ]);
}

/** The largest number first, then by key. */
function inOrder(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function rowsOf({ segment }: JobResult): [string, number][] {
  const rows = segment.toArray().map(({ key, count }): [string, number] => [key, count]);
  segment.close();
  return rows;
}

for (const workers of [1, 2, 3]) {
  Deno.test(`Engine counts different texts of each key exactly, with ${workers} workers`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    await using engine = await startSmall({ workers });
    const kernel = await kernelOfPairs(random.pick(["distinct", undefined]));
    for (const [count, keys, texts] of [[1, 1, 1], [20_000, 30, 900], [30_000, 20_000, 3]]) {
      const pairs = randomPairs(random, count, keys, texts);
      const expected = inOrder(countDistinct(pairs));
      const what = `MILLRACE_SEED=${seed} ${count} pairs`;
      const result = await run(engine, encodePairs(pairs), kernel);
      const { values, totals, accounting, chunks, attempts } = result;
      assertEquals(values, { op: "distinct", type: "i64" }, what);
      assertEquals([totals.keys, totals.tokens], [expected.length, count], what);
      assertEquals([totals.bytes, totals.counted], [count * SIZE, undefined], what);
      assertEquals([accounting.bytesCounted, accounting.runs], [count * SIZE, 1], what);
      assertEquals(attempts, chunks, what);
      assertEquals(rowsOf(result), expected, what);
      const some = await run(engine, encodePairs(pairs), kernel, { top: 5, min: 2 });
      assertEquals(rowsOf(some), expected.filter(([, n]) => n >= 2).slice(0, 5), what);
    }
    assertNoFault(engine);
    await until(() => engine.status().memory.jobs === 0);
  });
}

Deno.test("Engine applies options of keys to keys of pairs, and tells pairs apart", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOf(MODULES.passes(), { output: "pairs", records: "fixed:65000" });
  const pairs: Pair[] = [["a", "bc"], ["ab", "c"], ["ab", "d"], ["ab", "c"], ["", "abc"], [
    "be",
    "",
  ]];
  const rows = async (options: Partial<CountOptions> = {}) =>
    rowsOf(await run(engine, encodePairs(pairs), kernel, { order: "key", ...options }));
  assertEquals(await rows(), [["", 1], ["a", 1], ["ab", 2], ["be", 1]]);
  assertEquals(await rows({ prefix: "a" }), [["a", 1], ["ab", 2]]);
  assertEquals(await rows({ minLength: 2, stopWords: ["be"] }), [["ab", 2]]);
  assertEquals(await rows({ order: "count", top: 1 }), [["ab", 2]]);
});

Deno.test("Engine estimates the number of different texts within the error that it states", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const kernel = await kernelOfPairs("approxDistinct");
  const pairs = randomPairs(random, 60_000, 5, 40_000);
  const result = await run(engine, encodePairs(pairs), kernel);
  assertEquals(result.values, { op: "approxDistinct", type: "i64" });
  const exact = countDistinct(pairs);
  const rows = readValues(result.segment, false).map(([key, value]) =>
    [key, Number(value)] as const
  );
  assertEquals(rows.length, exact.size);
  for (const [key, value] of rows) {
    const error = value / exact.get(key)! - 1;
    assert(Math.abs(error) < 6 * STANDARD_ERROR, `MILLRACE_SEED=${seed} ${key}: ${error}`);
  }
  assertEquals(
    rows.map(([, value]) => value),
    rows.map(([, value]) => value).toSorted((a, b) => b - a),
  );
  // The same set gives the same estimate, in whatever order and however often.
  const again = await run(engine, encodePairs([...pairs, ...pairs].reverse()), kernel);
  assertEquals(readValues(again.segment, false).map(([key, value]) => [key, Number(value)]), rows);
});

Deno.test("Engine tells sketches apart of keys that begin alike", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOf(MODULES.passes(), {
    output: "pairs",
    op: "approxDistinct",
    records: "fixed:60000",
  });
  const keys = ["", "\xc2\x80", "a", "aa", "a\xc2\x80", "aaa", "b".repeat(200), "b".repeat(201)];
  const pairs = keys.flatMap((key, i) =>
    Array.from({ length: 40 + i }, (_, text): Pair => [key, `${text}`])
  );
  const { segment } = await run(engine, encodePairs(pairs), kernel);
  const found = new Map(readValues(segment, false).map(([key, value]) => [key, Number(value)]));
  assertEquals(found.size, keys.length);
  keys.forEach((key, i) =>
    assert(Math.abs(found.get(key)! - 40 - i) <= 3, `${key}: ${found.get(key)}`)
  );
});

Deno.test("Engine counts different texts that outgrow memory", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const spillDirectory = await Deno.makeTempDir({ prefix: "millrace-pairs-" });
  const small = { memoryBytes: 10 << 20, chunkBytes: 32 << 10, slotsPerWorker: 2, spillDirectory };
  {
    await using engine = await Engine.start({ workers: 2, ...small });
    const pairs = randomPairs(random, 120_000, 60_000, 1_000_000);
    const expected = inOrder(countDistinct(pairs));
    const result = await run(engine, encodePairs(pairs), await kernelOfPairs());
    assert(result.spilled!.runs > 0);
    assertEquals(rowsOf(result), expected, `MILLRACE_SEED=${seed}`);
    assertNoFault(engine);
    await until(() => engine.status().memory.jobs === 0);
  }
  await Deno.remove(spillDirectory, { recursive: true });
});

Deno.test("Engine repairs keys of pairs that are not UTF-8, or refuses them; texts are bytes", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOf(MODULES.passes(), { output: "pairs", records: "fixed:65000" });
  const pairs: Pair[] = [["a", "\xff"], ["a", "\xfe"], ["\xe2A", "x"], ["\xffA", "y"]];
  const result = await run(engine, encodePairs(pairs), kernel);
  assertEquals(rowsOf(result), [["a", 2], ["\ufffdA", 2]]);
  assertEquals(result.totals.replacements, 2);
  const rejected = run(engine, encodePairs(pairs), kernel, { invalid: "reject" });
  const { code, details } = await assertRejects(() => rejected, JobError);
  assertEquals([code, details.offset], ["invalid_utf8", encodePairs(pairs).indexOf(0xe2)]);
});

Deno.test("Engine fails a job whose pairs are none, and no thread is lost", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOf(MODULES.passes(), { output: "pairs", records: "fixed:200000" });
  const whole = encodePairs([["key", "text"]]);
  for (
    const [text, code, words] of [
      [whole.slice(0, 7), "kernel_trapped", "within a pair"],
      [whole.slice(0, -1), "kernel_trapped", "within a pair"],
      [encodePairs([["k".repeat(65_537), ""]]), "kernel_output_too_large", "65537 bytes"],
      [encodePairs([["", "t".repeat(65_537)]]), "kernel_output_too_large", "65537 bytes"],
    ] as const
  ) {
    const error = await assertRejects(() => run(engine, text, kernel), JobError, words);
    assertEquals(error.code, code);
  }
  await until(() => engine.status().memory.jobs === 0);
  assertNoFault(engine);
});

Deno.test("Engine answers pairs of which there are none", async () => {
  await using engine = await startSmall();
  for (const op of ["distinct", "approxDistinct"] as const) {
    const kernel = await kernelOf(MODULES.drains([], 0), { output: "pairs", op });
    const { totals, segment } = await run(engine, "text", kernel);
    assertEquals([totals.keys, totals.tokens, segment.keys], [0, 0, 0], op);
  }
});

Deno.test("Engine refuses options that have no meaning for pairs", async () => {
  await using engine = await startSmall();
  const exact = await kernelOfPairs();
  for (const options of [{ n: 2 }, { case: "fold" }, { normalization: "nfc" }] as const) {
    const submit = () => engine.submit("a", options, { kernel: exact });
    assertThrows(submit, RangeError, Object.keys(options)[0]);
  }
  const about = await kernelOfPairs("approxDistinct");
  assertThrows(() => engine.submit("a", { min: 2 }, { kernel: about }), RangeError, "min");
});

Deno.test("Engine ends a job of pairs at any moment, and nothing of it is left", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const kernel = await kernelOfPairs();
  const pairs = randomPairs(random, 30_000, 20_000, 30);
  const text = encodePairs(pairs);
  const expected = inOrder(countDistinct(pairs));
  const submit = () => engine.submit(text, { top: 0 }, { kernel });
  await cancelAtAnyMoment(engine, random, submit, (result) => {
    assertEquals(rowsOf(result), expected, `MILLRACE_SEED=${seed}`);
  });
});

/** No chunk of the first stage has so many bytes of pairs, and some of the second stage have of keys. */
const BEYOND_PAIRS = 63_000;

for (const kind of ["trap", "die", "silent"] as const) {
  Deno.test(`Engine counts pairs exactly when a thread fails in either stage: ${kind}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const pairs = randomPairs(random, 30_000, 20_000, 30);
    const expected = inOrder(countDistinct(pairs));
    const timed = await startTimed();
    const { engine, faults, pass } = timed;
    await using _engine = engine;
    await engine.ready();
    const kernel = await kernelOfPairs();
    for (let i = 0; i < 6; i++) {
      const isInSecond = i % 2 === 0;
      const at = isInSecond ? BEYOND_PAIRS : random.below(20_000);
      const step = isInSecond ? "dirty" : random.pick(["clean", "dirty"] as const);
      const what = `MILLRACE_SEED=${seed} ${kind} ${step}, at ${at}`;
      faults.plan({ kind, step, at });
      const result = await pass(engine.submit(encodePairs(pairs), { top: 0 }, { kernel }).done);
      assertEquals(rowsOf(result), expected, what);
      assertEquals(faults.left, 0, what);
      const { attempts, chunks, accounting } = result;
      // The result tells of the first stage.
      assertEquals(attempts === chunks && accounting.runs === 1, isInSecond, what);
      faults.release();
    }
    await until(() => engine.status().faults.retired === 0);
    await until(() => engine.status().memory.jobs === 0);
  });
}
