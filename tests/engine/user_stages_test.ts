import { assert, assertEquals, assertRejects } from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Job, JobInput, JobResult, JobState } from "../../src/engine/job_contract.ts";
import { combiningKernel, MODULUS } from "../support/modules/combining.ts";
import { assertNoFault, run, startSmall, UNLIMITED } from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { countDistinct, encodePairs, type Pair } from "../support/pairs.ts";
import { encodeValues, readValues, type ValueRecord } from "../support/values.ts";
import { pause, soon, until } from "../support/waits.ts";

// Jobs of several stages, in whatever may befall a job. Pairs and values stand in the text as the
// kernel hands them out.

const AS_IT_IS = { charset: "utf-8", bom: "keep" } as const;

function ofPairs(records: string): Promise<RunnableKernel> {
  return kernelOf(MODULES.passes(), { output: "pairs", records });
}

/** So many different pairs, of 16 bytes each, three to a key. */
function manyPairs(count: number): Pair[] {
  const name = (value: number) => value.toString(36).padStart(4, "-");
  return Array.from({ length: count }, (_, i): Pair => [name(i % Math.ceil(count / 3)), name(i)]);
}

function sortedRows({ segment }: JobResult): [string, number][] {
  const rows = segment.toArray().map(({ key, count }): [string, number] => [key, count]);
  segment.close();
  return rows.sort(([a], [b]) => a < b ? -1 : 1);
}

const sortedCounts = (pairs: readonly Pair[]) =>
  [...countDistinct(pairs)].sort(([a], [b]) => a < b ? -1 : 1);

/** Combines the values of a key without end. */
const endlessCombine = () => combiningKernel("while (true) {} return 0;");

const TWO_VALUES = encodeValues([["a", 1n], ["a", 2n]]);

/** Resolves when the last stage of a job that combines without end has begun. */
async function combining(engine: Engine, job: Job): Promise<void> {
  await soon(job.received);
  await until(() => job.counters.chunks > 0 && engine.status().threads.some(isBusy));
}

const isBusy = ({ state }: { state: string }) => state === "busy";

Deno.test("Engine ends a job by its time, by a cancel and at the close in the last stage", async () => {
  for (const how of ["timeout", "cancel", "close"] as const) {
    const engine = await startSmall(UNLIMITED);
    const kernel = await endlessCombine();
    const timeoutMs = how === "timeout" ? 200 : undefined;
    const job = engine.submit(TWO_VALUES, AS_IT_IS, { kernel, timeoutMs });
    const failed = assertRejects(() => soon(job.done), JobError);
    if (how !== "timeout") await combining(engine, job);
    if (how === "cancel") job.cancel();
    if (how === "close") await soon(engine.close({ deadlineMs: 0 }));
    const codes = { timeout: "job_timeout", cancel: "job_cancelled", close: "engine_closed" };
    assertEquals((await failed).code, codes[how]);
    await soon(job[Symbol.asyncDispose]());
    if (how === "close") continue;
    await until(() => engine.status().memory.jobs === 0);
    await until(() => !engine.status().threads.some(isBusy));
    assertNoFault(engine);
    await engine.close();
  }
});

Deno.test("Engine.close() lets a job finish both of its stages", async () => {
  const engine = await startSmall();
  const pairs = manyPairs(60_000);
  const job = engine.submit(encodePairs(pairs), { top: 0 }, { kernel: await ofPairs("fixed:16") });
  const closed = engine.close({ deadlineMs: 1e6 });
  assertEquals(sortedRows(await soon(job.done)), sortedCounts(pairs));
  await soon(closed);
});

const STATES: readonly JobState[] = ["pending", "running", "done"];

Deno.test("Engine shows a job of stages as running, and its counters never go back", async () => {
  await using engine = await startSmall();
  const wait = `let x = a; for (let i = 0; i < 3000; i++) x = x * b % ${MODULUS};`;
  const slow = await combiningKernel(
    `${wait} if (x < 0) unreachable(); return a * b % ${MODULUS};`,
  );
  const values = Array.from({ length: 20_000 }, (_, i): ValueRecord => [`${i % 7}`, BigInt(i + 2)]);
  const pairs = encodePairs(manyPairs(100_000));
  for (
    const [text, kernel] of [
      [encodeValues(values), slow],
      [pairs, await ofPairs("fixed:16")],
    ] as const
  ) {
    const job = engine.submit(text, { ...AS_IT_IS, top: 0 }, { kernel });
    let before = { ...job.counters };
    let last = 0;
    for await (const { state, bytes, chunks, tokens } of job.progress({ intervalMs: 0 })) {
      assert(bytes >= before.bytes && chunks >= before.chunks && tokens >= before.tokens);
      before = { bytes, chunks, tokens };
      assertEquals(job.peek(5), []);
      const now = STATES.indexOf(state);
      assert(now >= last, `${state} after ${STATES[last]}`);
      last = now;
    }
    assertEquals(STATES[last], "done");
    assertEquals(before.bytes, text.length);
    const { totals, segment } = await job.done;
    assertEquals([totals.bytes, totals.tokens], [text.length, before.tokens]);
    segment.close();
  }
});

Deno.test("Engine bounds memory and disk of a job in each of its stages", async () => {
  const spillDirectory = await Deno.makeTempDir({ prefix: "millrace-stages-" });
  const small = { memoryBytes: 12 << 20, chunkBytes: 32 << 10, slotsPerWorker: 2 };
  const pairs = manyPairs(200_000);
  const text = encodePairs(pairs);
  const kernel = await ofPairs("fixed:16");
  const values = encodeValues(
    Array.from({ length: 200_000 }, (_, i): ValueRecord => [i.toString(36), BigInt(i)]),
  );
  const combine = await combiningKernel();
  let spilled = 0;
  {
    await using engine = await Engine.start({ workers: 2, ...small, spillDirectory });
    const result = await run(engine, text, kernel);
    spilled = result.spilled!.bytes;
    assertEquals(sortedRows(result), sortedCounts(pairs));
  }
  for (const maxSpillBytes of [0, 1e6, Math.floor(spilled / 2)]) {
    const options = { workers: 2, ...small, spillDirectory, maxSpillBytes };
    await using engine = await Engine.start(options);
    for (const [input, chosen] of [[text, kernel], [values, combine]] as const) {
      try {
        const { segment, spilled } = await run(engine, input, chosen, AS_IT_IS);
        segment.close();
        assert(spilled!.bytes <= maxSpillBytes); // of all stages
      } catch (error) {
        assertEquals((error as JobError).code, "disk_full");
      }
      await until(() => engine.status().memory.jobs === 0);
    }
    assertNoFault(engine);
  }
  await using engine = await Engine.start({ workers: 2, ...small, spillDirectory: false });
  for (const [input, chosen] of [[text, kernel], [values, combine]] as const) {
    const failed = run(engine, input, chosen, AS_IT_IS);
    assertEquals((await assertRejects(() => failed, JobError)).code, "out_of_memory");
    await until(() => engine.status().memory.jobs === 0);
  }
  assertNoFault(engine);
  await Deno.remove(spillDirectory, { recursive: true });
});

Deno.test("Engine answers jobs of stages whatever their input is", async () => {
  await using engine = await startSmall();
  const pairs = await ofPairs("fixed:500000");
  const combine = await combiningKernel(undefined, "return a;", { records: "fixed:500000" });
  const codeOf = async (input: JobInput, kernel: RunnableKernel, options = {}) =>
    (await assertRejects(() => run(engine, input, kernel, options), JobError)).code;
  for (const kernel of [pairs, combine]) {
    for (const empty of ["", { texts: [] }, new Blob([]).stream()]) {
      assertEquals(await codeOf(empty, kernel), "empty_body");
    }
    assertEquals(await codeOf(["a"], kernel), "unsupported_media");
  }
  // Keys of all lengths that there are, and with NUL.
  const keys = ["", "\0", "a\0", "a", "a\0b", "\0".repeat(40), "k".repeat(65_000)];
  const text = encodePairs(keys.flatMap((key): Pair[] => [[key, "x"], [key, "\0"], [key, "x"]]));
  const counted = await run(engine, text, pairs, AS_IT_IS);
  assertEquals(new Map(sortedRows(counted)), new Map(keys.map((key) => [key, 2])));
  const values = encodeValues(keys.flatMap((key): ValueRecord[] => [[key, 3n], [key, 5n]]));
  const combined = await run(engine, values, combine, AS_IT_IS);
  assertEquals(
    new Map(readValues(combined.segment, false)),
    new Map(keys.map((key) => [key, 15n])),
  );
  // A key of 65,536 bytes is the longest.
  for (const [bytes, code] of [[65_536, undefined], [65_537, "kernel_output_too_large"]] as const) {
    const key = "k".repeat(bytes);
    const longs: [Uint8Array<ArrayBuffer>, RunnableKernel][] = [
      [encodePairs([[key, ""]]), pairs],
      [encodeValues([[key, 7n], [key, 7n]]), combine],
    ];
    for (const [input, kernel] of longs) {
      if (code) assertEquals(await codeOf(input, kernel, AS_IT_IS), code);
      else assertEquals((await run(engine, input, kernel, AS_IT_IS)).totals.keys, 1);
    }
  }
  assertNoFault(engine);
  await until(() => engine.status().memory.jobs === 0);
});

Deno.test("Engine counts pairs and combines values of several texts as of one", async () => {
  await using engine = await startSmall();
  const pairs = await ofPairs("chunk");
  const texts = [
    encodePairs([["a", "x"], ["b", "y"]]),
    encodePairs([["a", "x"]]),
    encodePairs([["a", "z"]]),
  ].map((text) => ({ text }));
  const result = await run(engine, { texts }, pairs, AS_IT_IS);
  assertEquals([sortedRows(result), result.totals.tokens], [[["a", 2], ["b", 1]], 4]);
  const combine = await combiningKernel(undefined, undefined, { records: "chunk" });
  const parts = [encodeValues([["a", 2n]]), encodeValues([["a", 3n], ["b", 5n]])]
    .map((text) => ({ text }));
  const combined = await run(engine, { texts: parts }, combine, { ...AS_IT_IS, order: "key" });
  assertEquals(readValues(combined.segment, false), [["a", 7n], ["b", 6n]]);
});

Deno.test("Engine repairs keys of pairs and of values that are combined, or refuses them", async () => {
  await using engine = await startSmall();
  const mark = "\ufffd";
  const broken: Pair[] = [["\xff", "x"], ["ok", "x"], ["\xfe", "y"]];
  const records: ValueRecord[] = [["\xff", 2n], ["ok", 3n], ["\xfe", 5n]];
  const combine = await combiningKernel(undefined, "return a;");
  for (
    const [text, kernel, expected] of [
      [encodePairs(broken), await ofPairs("chunk"), [["ok", 1], [mark, 2]]],
      [encodeValues(records), combine, [["ok", 3], [mark, 10]]],
    ] as const
  ) {
    const options: Partial<CountOptions> = { ...AS_IT_IS, order: "key" };
    const { segment, values } = await run(engine, text, kernel, options);
    const rows = values!.op === "distinct"
      ? segment.toArray().map(({ key, count }) => [key, count])
      : readValues(segment, false).map(([key, value]) => [
        new TextDecoder().decode(Uint8Array.from(key, (char) => char.charCodeAt(0))),
        Number(value),
      ]);
    assertEquals(rows, expected);
    const rejected = run(engine, text, kernel, { ...options, invalid: "reject" });
    assertEquals((await assertRejects(() => rejected, JobError)).code, "invalid_utf8");
  }
  assertNoFault(engine);
});

const SMALL = Math.ceil(Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000) / 200);

Deno.test(`Engine counts ${2 * SMALL} small jobs of stages, and keeps nothing of them`, async () => {
  await using engine = await startSmall();
  const pairs = await ofPairs("chunk");
  const combine = await combiningKernel(undefined, undefined, { records: "chunk" });
  const text = encodePairs([["a", "x"], ["a", "y"], ["b", "x"]]);
  const values = encodeValues([["a", 2n], ["a", 3n]]);
  const both = async () => {
    assertEquals(sortedRows(await run(engine, text, pairs, AS_IT_IS)), [["a", 2], ["b", 1]]);
    const { segment } = await run(engine, values, combine, AS_IT_IS);
    assertEquals(readValues(segment, false), [["a", 7n]]);
  };
  for (let i = 0; i < 100; i++) await both();
  const { touched } = engine.status().memory;
  for (let i = 100; i < SMALL; i++) await both();
  await until(() => engine.status().memory.jobs === 0);
  assert(engine.status().memory.touched <= 2 * touched);
  assertNoFault(engine);
});

Deno.test("Engine divides workers among tenants in whatever stage their jobs are", async () => {
  await using engine = await startSmall({ workers: 2, ...UNLIMITED });
  const greedy = await endlessCombine();
  const held = Array.from(
    { length: 6 },
    (_, i) => engine.submit(TWO_VALUES, AS_IT_IS, { kernel: greedy, tenant: `greedy ${i % 2}` }),
  );
  for (const job of held) job.done.catch(() => {});
  await combining(engine, held[0]);
  const pairs = manyPairs(9000);
  const kernel = await ofPairs("fixed:16");
  const options = { top: 0 };
  const job = engine.submit(encodePairs(pairs), options, { kernel, tenant: "modest" });
  const words = await soon(engine.submit("to be or not to be", {}, { tenant: "words" }).done);
  assertEquals(words.totals.tokens, 6);
  await pause(0);
  // User code has one thread less than there are: the pairs wait until that one is free.
  for (const each of held) each.cancel();
  assertEquals(sortedRows(await soon(job.done)), sortedCounts(pairs));
  for (const each of held) await soon(each[Symbol.asyncDispose]());
  await until(() => engine.status().memory.jobs === 0);
  assertNoFault(engine);
});
