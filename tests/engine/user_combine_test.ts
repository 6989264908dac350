import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { JobResult, ObservedJob } from "../../src/engine/job_contract.ts";
import { startTimed } from "../support/faults/fault_time.ts";
import { combiningKernel, MODULUS, repeatingKernel } from "../support/modules/combining.ts";
import {
  assertNoFault,
  cancelAtAnyMoment,
  run,
  startSmall,
  startTimeless,
} from "../support/modules/engine_runs.ts";
import { freshSeed, Random } from "../support/random.ts";
import { encodeValues, readValues, type ValueRecord } from "../support/values.ts";
import { until } from "../support/waits.ts";

// The text is what a kernel drains: records of 16 bytes, so that chunks hold whole ones. Values are
// multiplied, so that each of them matters as often as it is there.

const AS_IT_IS = { charset: "utf-8", bom: "keep" } as const;

function randomRecords(random: Random, count: number, keys: number, values: number): ValueRecord[] {
  return Array.from({ length: count }, (): ValueRecord => [
    random.below(keys).toString(36),
    BigInt(random.between(2, values + 1)),
  ]);
}

/** What the kernel makes of them: the product and 1, the largest first and then by key. */
function combined(records: readonly ValueRecord[]): ValueRecord[] {
  const products = new Map<string, bigint>();
  for (const [key, value] of records) {
    const before = products.get(key);
    products.set(
      key,
      before === undefined ? value as bigint : before * (value as bigint) % MODULUS,
    );
  }
  return [...products].map(([key, value]): ValueRecord => [key, value + 1n])
    .sort(([a, x], [b, y]) => y > x ? 1 : y < x ? -1 : a < b ? -1 : 1);
}

function rowsOf({ segment }: JobResult): ValueRecord[] {
  const rows = readValues(segment, false);
  segment.close();
  return rows;
}

for (const workers of [1, 2, 3]) {
  Deno.test(`Engine has a kernel combine the values of each key, with ${workers} workers`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    await using engine = await startSmall({ workers });
    const kernel = await combiningKernel();
    for (const [count, keys, values] of [[1, 1, 1], [30_000, 40, 1_000_000], [30_000, 20_000, 5]]) {
      const records = randomRecords(random, count, keys, values);
      const what = `MILLRACE_SEED=${seed} ${count} records`;
      const expected = combined(records);
      const result = await run(engine, encodeValues(records), kernel, AS_IT_IS);
      assertEquals(result.values, { op: "combine", type: "i64" }, what);
      assertEquals([result.totals.keys, result.totals.tokens], [expected.length, count], what);
      assertEquals(rowsOf(result), expected, what);
      const some = await run(engine, encodeValues(records), kernel, { ...AS_IT_IS, top: 5 });
      assertEquals(rowsOf(some), expected.slice(0, 5), what);
    }
    assertNoFault(engine);
    await until(() => engine.status().memory.jobs === 0);
  });
}

Deno.test("Engine has a kernel combine the units of decimals", async () => {
  await using engine = await startSmall();
  const add = "return a + b;", same = "return a;";
  const kernel = await combiningKernel(add, same, { value: "decimal(2)" });
  const records: ValueRecord[] = [["a", 1n], ["b", -250n], ["a", 1230n]];
  const result = await run(engine, encodeValues(records), kernel, AS_IT_IS);
  assertEquals(result.values, { op: "combine", type: "decimal(2)" });
  assertEquals(rowsOf(result), [["a", 1231n], ["b", -250n]]);
});

Deno.test("Engine has values combined that outgrow memory", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const spillDirectory = await Deno.makeTempDir({ prefix: "millrace-combine-" });
  const small = { memoryBytes: 10 << 20, chunkBytes: 32 << 10, slotsPerWorker: 2, spillDirectory };
  {
    await using engine = await Engine.start({ workers: 2, ...small });
    const records = randomRecords(random, 150_000, 100, 1_000_000);
    const kernel = await combiningKernel();
    const result = await run(engine, encodeValues(records), kernel, AS_IT_IS);
    assert(result.spilled!.runs > 0);
    assertEquals(rowsOf(result), combined(records), `MILLRACE_SEED=${seed}`);
    assertNoFault(engine);
  }
  await Deno.remove(spillDirectory, { recursive: true });
});

Deno.test("Engine has the values of one key combined in parts where they are too many", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const records = randomRecords(random, 900_000, 1, 10 ** 9); // 24 bytes each, of at most 16 MiB
  const kernel = await combiningKernel();
  const result = await run(engine, encodeValues(records), kernel, AS_IT_IS);
  assertEquals(rowsOf(result), combined(records), `MILLRACE_SEED=${seed}`);
  await until(() => engine.status().memory.jobs === 0);
});

Deno.test("Engine has many values of a key combined where kernels and jobs have little memory", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const memory = { memoryBytes: 12 << 20, chunkBytes: 32 << 10, slotsPerWorker: 2 };
  const quick = await combiningKernel();
  const round = `x = x * b % ${MODULUS};`;
  const wait = `let x = a; for (let i = 0; i < 200; i++) ${round} if (x < 0) unreachable();`;
  const slow = await combiningKernel(`${wait} return a * b % ${MODULUS};`);
  for (
    const [options, count, keys, kernel] of [
      [{ kernelMemoryBytes: 4 << 20 }, 100_000, 1, quick],
      [memory, 100_000, 1, quick],
      [memory, 600_000, 12, slow], // each of a megabyte, and they come sooner than they go
    ] as const
  ) {
    await using engine = await startSmall(options);
    const records = randomRecords(random, count, keys, 10 ** 9);
    const result = await run(engine, encodeValues(records), kernel, AS_IT_IS);
    assertEquals(rowsOf(result), combined(records), `MILLRACE_SEED=${seed} ${count}`);
    assertNoFault(engine);
    await until(() => engine.status().memory.jobs === 0);
  }
});

Deno.test("Engine ends a job whose kernel combines values to as many, or to more", async () => {
  await using engine = await startSmall({ kernelMemoryBytes: 2 << 20 });
  const records = Array.from({ length: 30_000 }, (_, i): ValueRecord => ["a", BigInt(i)]);
  for (
    const [times, code, words] of [
      [1, "kernel_trapped", "still too many values"],
      [2, "kernel_output_too_large", "more values than it was given"],
    ] as const
  ) {
    const kernel = await repeatingKernel(times);
    const failed = run(engine, encodeValues(records), kernel, AS_IT_IS);
    const error = await assertRejects(() => failed, JobError, words);
    assertEquals([error.code, error.details.offset], [code, undefined]);
  }
  assertNoFault(engine);
  await until(() => engine.status().memory.jobs === 0);
});

Deno.test("Engine says that a kernel failed while it combined, and where no text is", async () => {
  const jobs: ObservedJob[] = [];
  const observers = [{ submitted: (job: ObservedJob) => void jobs.push(job) }];
  const { engine, pass } = await startTimeless({ kernelTimeoutMs: 50, observers });
  await using _engine = engine;
  const text = encodeValues([["a", 1n], ["a", 2n]]);
  for (
    const [combine, code] of [
      ["unreachable(); return 0;", "kernel_trapped"],
      ["while (true) {} return 0;", "kernel_timeout"],
    ] as const
  ) {
    const failed = run(engine, text, await combiningKernel(combine), AS_IT_IS);
    if (code === "kernel_timeout") await until(() => jobs.at(-1)!.marks.mapped > 0); // and combines
    const ended = code === "kernel_timeout" ? pass(failed) : failed;
    const error = await assertRejects(() => ended, JobError);
    assertEquals([error.code, error.details.offset], [code, undefined]);
    assert(error.message.startsWith("Kernel failed while it combined"), error.message);
  }
  assertNoFault(engine);
  await until(() => engine.status().memory.jobs === 0);
});

Deno.test("Engine refuses options that have no meaning for values that a kernel combines", async () => {
  await using engine = await startSmall();
  const kernel = await combiningKernel();
  for (const options of [{ min: 2 }, { case: "fold" }, { normalization: "nfc" }] as const) {
    const submit = () => engine.submit("a", options, { kernel });
    assertThrows(submit, RangeError, Object.keys(options)[0]);
  }
});

Deno.test("Engine ends a job that combines at any moment, and nothing of it is left", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const kernel = await combiningKernel();
  const records = randomRecords(random, 30_000, 300, 30_000);
  const expected = combined(records);
  const submit = () => engine.submit(encodeValues(records), { ...AS_IT_IS, top: 0 }, { kernel });
  await cancelAtAnyMoment(engine, random, submit, (result) => {
    assertEquals(rowsOf(result), expected, `MILLRACE_SEED=${seed}`);
  });
});

for (const kind of ["trap", "die", "silent"] as const) {
  Deno.test(`Engine combines exactly when a thread fails at any time: ${kind}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const records = randomRecords(random, 20_000, 300, 30_000);
    const expected = combined(records);
    const timed = await startTimed();
    const { engine, faults, pass } = timed;
    await using _engine = engine;
    await engine.ready();
    const kernel = await combiningKernel();
    for (let i = 0; i < 6; i++) {
      const step = random.pick(["userCode", "clean", "dirty"] as const);
      const times = kind === "silent" ? 1 : random.between(1, 2); // a task may silence one thread
      const what = `MILLRACE_SEED=${seed} ${kind} ${step} ${times}`;
      faults.plan({ kind, step, part: random.below(2), times });
      const job = engine.submit(encodeValues(records), { ...AS_IT_IS, top: 0 }, { kernel });
      assertEquals(rowsOf(await pass(job.done)), expected, what);
      faults.release();
    }
    await until(() => engine.status().faults.retired === 0);
    await until(() => engine.status().memory.jobs === 0);
  });
}
