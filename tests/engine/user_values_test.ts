import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import { isDecimalType } from "../../src/contract/decimals.ts";
import { type ErrorCode, JobError } from "../../src/contract/problems.ts";
import type { KernelManifest } from "../../src/contract/kernel_manifest.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { assertNoFault, run, startSmall } from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { freshSeed, Random } from "../support/random.ts";
import {
  answersDoubles,
  combineNaive,
  encodeValues,
  readValues,
  type Value,
  type ValueOp,
  type ValueRecord,
  type ValueType,
} from "../support/values.ts";
import { soon, until } from "../support/waits.ts";

// The text is what a kernel drains: records of one size, so that chunks hold whole ones.

/** How values are combined that outgrow memory. */
const FORMS = [
  ["sum", "i64"],
  ["avg", "i64"],
  ["sum", "f64"],
  ["max", "f64"],
  ["sum", "decimal(9)"],
  ["avg", "decimal(9)"],
] as const;
const OPS: readonly ValueOp[] = ["sum", "min", "max", "avg"];
const TYPES: readonly ValueType[] = ["i64", "f64", "decimal(2)"];

/** Sizes of records, and the lengths of keys that fill them. */
const SIZES: readonly (readonly [size: number, least: number, most: number])[] = [
  [16, 1, 4],
  [40, 21, 28],
  [64, 45, 52],
];

const AS_IT_IS: Partial<CountOptions> = { charset: "utf-8", bom: "keep" };

function kernelOfValues(op: KernelManifest["op"], value: ValueType, size: number) {
  return kernelOf(MODULES.passes(), { output: "values", op, value, records: `fixed:${size}` });
}

function randomValue(random: Random, type: ValueType): Value {
  if (isDecimalType(type) && random.oneIn(3)) return random.pick([2n ** 63n - 1n, -(2n ** 63n)]);
  if (type !== "f64") {
    const bits = random.pick([4, 30, 53]);
    return BigInt.asIntN(bits, BigInt(random.below(2 ** 31)) * BigInt(random.below(2 ** 31)));
  }
  const magnitude = random.below(1000) / 7 * 10 ** random.between(-30, 30);
  return random.oneIn(2) ? magnitude : -magnitude;
}

/** A first record whose bytes are no mark of another encoding. */
function harmless(type: ValueType, bytes: number): ValueRecord {
  return ["a".repeat(bytes - 12), type === "f64" ? 0 : 0n];
}

/** Records whose keys are letters and digits, each key some times. */
function randomRecords(random: Random, type: ValueType, count: number): [ValueRecord[], number] {
  const [size, least, most] = random.pick(SIZES);
  const distinct = random.pick([1, 50, 20_000]);
  const records = Array.from({ length: count }, (): ValueRecord => {
    const name = random.below(distinct).toString(36);
    const key = name.padStart(least, "-").slice(0, most);
    return [key, randomValue(random, type)];
  });
  return [[harmless(type, size), ...records], size];
}

/** What a job answers with all of its keys: the largest value first, then by key. */
function inOrder(records: readonly ValueRecord[]): ValueRecord[] {
  return records.toSorted(([a, x], [b, y]) => x > y ? -1 : x < y ? 1 : a < b ? -1 : 1);
}

function valuesOf({ segment }: JobResult, op: ValueOp, type: ValueType): ValueRecord[] {
  const values = readValues(segment, answersDoubles(op, type), { op, type });
  segment.close();
  return values;
}

for (const workers of [1, 2, 3]) {
  Deno.test(`Engine combines what user kernels emit, with ${workers} workers`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    await using engine = await startSmall({ workers });
    for (const op of OPS) {
      for (const type of TYPES) {
        const [records, size] = randomRecords(random, type, random.pick([1, 3000, 30_000]));
        const kernel = await kernelOfValues(op, type, size);
        const text = encodeValues(records);
        const expected = inOrder(combineNaive(records, op, type));
        const what = `MILLRACE_SEED=${seed} ${op} ${type} ${records.length} of ${size} bytes`;
        const result = await run(engine, text, kernel, AS_IT_IS);
        assertEquals(result.values, { op, type: answersDoubles(op, type) ? "f64" : type }, what);
        const { keys, tokens, counted } = result.totals;
        assertEquals([keys, tokens, counted], [expected.length, records.length, undefined], what);
        assertEquals(valuesOf(result, op, type), expected, what);
        const some = await run(engine, text, kernel, { ...AS_IT_IS, top: 7 });
        assertEquals(valuesOf(some, op, type), expected.slice(0, 7), what);
        const byKey = await run(engine, text, kernel, { ...AS_IT_IS, order: "key" });
        const sorted = expected.toSorted(([a], [b]) => a < b ? -1 : 1);
        assertEquals(valuesOf(byKey, op, type), sorted, what);
      }
    }
    assertNoFault(engine);
    await until(() => engine.status().memory.jobs === 0);
  });
}

Deno.test("Engine combines values that outgrow memory as it combines others", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const spillDirectory = await Deno.makeTempDir({ prefix: "millrace-values-" });
  const small = { memoryBytes: 10 << 20, chunkBytes: 32 << 10, slotsPerWorker: 2, spillDirectory };
  {
    await using engine = await Engine.start({ workers: 2, ...small });
    for (
      const [op, type] of FORMS
    ) {
      const records = Array.from({ length: 60_000 }, (): ValueRecord => [
        random.below(40_000).toString(36).padStart(28, "x"),
        randomValue(random, type),
      ]);
      records.unshift(harmless(type, 40));
      const kernel = await kernelOfValues(op, type, 40);
      const expected = inOrder(combineNaive(records, op, type));
      for (const top of [0, 100]) {
        const what = `MILLRACE_SEED=${seed} ${op} ${type} ${top}`;
        const result = await run(engine, encodeValues(records), kernel, { ...AS_IT_IS, top });
        assert(result.spilled!.runs > 0, what);
        assertEquals(valuesOf(result, op, type), expected.slice(0, top || undefined), what);
      }
    }
    assertNoFault(engine);
  }
  await Deno.remove(spillDirectory, { recursive: true });
});

Deno.test("Engine counts the values of a kernel that asks for their number", async () => {
  await using engine = await startSmall();
  const records: ValueRecord[] = [["b", 5n], ["a", -1n], ["b", 7n]];
  const kernel = await kernelOfValues("count", "i64", 16);
  const { segment, totals, values } = await run(engine, encodeValues(records), kernel, AS_IT_IS);
  assertEquals(segment.toArray(), [{ key: "b", count: 2 }, { key: "a", count: 1 }]);
  assertEquals([totals.counted, values], [3, undefined]);
  const least = await run(engine, encodeValues(records), kernel, { ...AS_IT_IS, min: 2 });
  assertEquals(least.segment.toArray(), [{ key: "b", count: 2 }]);
});

Deno.test("Engine sums where a kernel does not say what becomes of its values", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOfValues(undefined, "i64", 16);
  const result = await run(engine, encodeValues([["a", 2n], ["a", 3n]]), kernel, AS_IT_IS);
  assertEquals(result.values, { op: "sum", type: "i64" });
  assertEquals(valuesOf(result, "sum", "i64"), [["a", 5n]]);
});

Deno.test("Engine applies options of keys to keys with values", async () => {
  await using engine = await startSmall();
  const records: ValueRecord[] = [["To", 1n], ["be", 2n], ["TO", 4n], ["or", 8n]];
  const kernel = await kernelOfValues("sum", "i64", 16);
  const values = async (options: Partial<CountOptions>) =>
    valuesOf(
      await run(engine, encodeValues(records), kernel, { ...AS_IT_IS, ...options }),
      "sum",
      "i64",
    );
  assertEquals(await values({ case: "fold" }), [["or", 8n], ["to", 5n], ["be", 2n]]);
  assertEquals(await values({ prefix: "T" }), [["TO", 4n], ["To", 1n]]);
  assertEquals(await values({ stopWords: ["or", "be"] }), [["TO", 4n], ["To", 1n]]);
  assertEquals(await values({ minLength: 3 }), []);
});

Deno.test("Engine repairs keys with values that are not UTF-8, or refuses them", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOfValues("sum", "i64", 16);
  // A byte per character: the second key is half a character, the third a whole one.
  const records: ValueRecord[] = [["ok", -1n], ["\xe2A", 2n], ["\xc3\xa9", 3n], ["\xffA", 4n]];
  const text = encodeValues(records);
  const result = await run(engine, text, kernel, AS_IT_IS);
  const mark = "\xef\xbf\xbd"; // U+FFFD
  const expected: ValueRecord[] = [[`${mark}A`, 6n], ["\xc3\xa9", 3n], ["ok", -1n]];
  assertEquals(valuesOf(result, "sum", "i64"), expected);
  assertEquals(result.totals.replacements, 2);
  const rejected = run(engine, text, kernel, { ...AS_IT_IS, invalid: "reject" });
  const { code, details } = await assertRejects(() => rejected, JobError);
  assertEquals([code, details.offset], ["invalid_utf8", text.indexOf(0xe2)]);
});

Deno.test("Engine shows the largest values of a job that runs", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOfValues("max", "i64", 16);
  const { readable, writable } = new TransformStream<Uint8Array>();
  const writer = writable.getWriter();
  const job = engine.submit(readable, { ...AS_IT_IS, top: 2 }, { kernel });
  const records = Array.from({ length: 20_000 }, (_, i): ValueRecord => [`k${i % 9}`, BigInt(i)]);
  await writer.write(encodeValues(records));
  await until(() => job.peek(1).length > 0);
  assert(job.peek(1)[0].count > 8);
  await writer.close();
  const result = await soon(job.done);
  assertEquals(valuesOf(result, "max", "i64"), [["k1", 19_999n], ["k0", 19_998n]]);
});

// ---- failures ------------------------------------------------------------------------------------

/** 16 bytes of which a kernel drains so many. */
function drained(records: readonly ValueRecord[], bytes?: number): Uint8Array<ArrayBuffer> {
  return encodeValues(records).slice(0, bytes);
}

const FAILURES: Record<string, [Uint8Array<ArrayBuffer>, ValueType, ErrorCode, string]> = {
  "no number": [drained([["a", NaN]]), "f64", "kernel_trapped", "NaN"],
  "infinity": [drained([["a", 1], ["a", -Infinity]]), "f64", "kernel_trapped", "-Infinity"],
  "half a header": [drained([["a", 1n]], 8), "i64", "kernel_trapped", "within a record"],
  "no multiple of 8": [drained([["a", 1n]], 12), "i64", "kernel_trapped", "within a record"],
  "half a key": [drained([["a".repeat(9), 1n]], 16), "i64", "kernel_trapped", "within a record"],
  "a huge key": [
    drained([["a".repeat(65_537), 1n]]),
    "i64",
    "kernel_output_too_large",
    "65537 bytes exceed",
  ],
  "a sum of integers": [
    drained([["a", 2n ** 63n - 1n], ["a", 1n]]),
    "i64",
    "value_overflow",
    "9223372036854775807",
  ],
  "a sum of doubles": [
    drained([["a", Number.MAX_VALUE], ["a", Number.MAX_VALUE]]),
    "f64",
    "value_overflow",
    "e+308",
  ],
};

Deno.test("Engine fails a job whose values or records are none, and no thread is lost", async () => {
  await using engine = await startSmall({ maxKernelFailures: Infinity });
  for (const [what, [text, type, code, words]] of Object.entries(FAILURES)) {
    const kernel = await kernelOf(MODULES.passes(), {
      output: "values",
      op: "sum",
      value: type,
      records: "fixed:200000",
    });
    const failed = run(engine, text, kernel, AS_IT_IS);
    const error = await assertRejects(() => failed, JobError, words, what);
    assertEquals([error.code, error.status], [code, 422], `${what}: ${error.message}`);
  }
  await until(() => engine.status().memory.jobs === 0);
  assertNoFault(engine);
});

Deno.test("Engine sums integers that leave the range on the way and come back", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOfValues("sum", "i64", 16);
  const most = 2n ** 63n - 1n;
  const records: ValueRecord[] = [["a", most], ["a", most], ["a", -most], ["a", -most - 1n]];
  const result = await run(engine, encodeValues(records), kernel, AS_IT_IS);
  assertEquals(valuesOf(result, "sum", "i64"), [["a", -1n]]);
});

Deno.test("Engine refuses options that have no meaning for values", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOfValues("sum", "i64", 16);
  for (const options of [{ n: 2 }, { min: 2 }]) {
    assertThrows(
      () => engine.submit("a", options, { kernel }),
      RangeError,
      Object.keys(options)[0],
    );
  }
});
