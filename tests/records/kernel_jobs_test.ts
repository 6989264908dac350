import { assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { JobInput, JobResult } from "../../src/engine/job_contract.ts";
import type { RecordPlan } from "../../src/records/record_plan.ts";
import { recordKernel } from "../../src/records/record_kernel.ts";
import {
  assertCounts,
  cancelAtAnyMoment,
  run,
  startSmall,
} from "../support/modules/engine_runs.ts";
import { oracleRecords } from "../support/oracle/oracle_records.ts";
import { readRows } from "../support/numbers.ts";
import { freshSeed, Random } from "../support/random.ts";
import { column, countPlan } from "../support/record_plan.ts";
import { type RandomKind, randomPlan, randomText } from "../support/random_records.ts";

const CHUNK_BYTES = 64 * 1024;
const PLANS = 6;
const PRESERVE = { case: "preserve" } as const;

const CSV = countPlan("csv", [column(2)]);

async function count(
  engine: Engine,
  input: JobInput,
  plan: Partial<RecordPlan> = {},
  options = {},
): Promise<JobResult> {
  return await run(engine, input, recordKernel({ ...CSV, ...plan }), {
    ...PRESERVE,
    ...options,
  });
}

/** Rows of CSV whose second column is a name, and quoted in some. */
function rows(random: Random, bytes: number): string {
  let text = "";
  while (text.length < bytes) {
    const name = random.pick(["a", "b", '"c"', '"d, e"', '"f\n""g"""', "é", ""]);
    text += `${random.below(1000)},${name},${"x".repeat(random.below(90))}${
      random.pick(["\n", "\r\n"])
    }`;
  }
  return text;
}

Deno.test("an engine counts columns of CSV, whatever quotes stand across the borders of chunks", async () => {
  await using engine = await startSmall();
  const seed = freshSeed();
  const text = rows(new Random(seed), 8 * CHUNK_BYTES);
  const result = await count(engine, text);
  const oracle = oracleRecords(text, CSV);
  assertEquals(result.chunks > 4, true);
  assertCounts(result, oracle.keys, `MILLRACE_SEED=${seed}`);
  const { records, missing } = oracle;
  assertEquals(result.records, { records, missing, notNumbers: 0, skipped: 0, skippedAt: [] });
});

for (const kind of ["csv", "line", "ndjson"] as const) {
  Deno.test(`an engine counts what an oracle takes out of ${kind} of several chunks`, async () => {
    await using engine = await startSmall();
    const seed = freshSeed();
    const random = new Random(seed);
    for (let i = 0; i < PLANS; i++) {
      await tryPlan(engine, random, kind, `MILLRACE_SEED=${seed}, ${i}`);
    }
  });
}

async function tryPlan(engine: Engine, random: Random, kind: RandomKind, name: string) {
  const plan = { ...randomPlan(random, kind), output: "windows", onError: "skip" } as const;
  let text = "";
  while (text.length < 3 * CHUNK_BYTES) {
    const piece = randomText(random, plan).replace(/[^\n]$/, "$&\n");
    const isOpen = kind === "csv" && piece.split('"').length % 2 === 0;
    if (!isOpen) text += piece;
  }
  const result = await count(engine, text, plan);
  const { keys, records, missing, broken } = oracleRecords(text, plan);
  assertCounts(result, keys, `${name}: ${JSON.stringify(plan)}`);
  const skippedAt = broken.slice(0, 5).map((at) =>
    new TextEncoder().encode(text.slice(0, at)).length
  );
  assertEquals(
    result.records,
    { records, missing, notNumbers: 0, skipped: broken.length, skippedAt },
    name,
  );
}

Deno.test("a record of more than a window, and a key of more, are counted as others are", async () => {
  await using engine = await startSmall();
  const long = "k".repeat(70_000);
  const text = `1,${long},x\n2,short,${"y".repeat(200_000)}\n3,short,z\n4,"${long}",\n`;
  const result = await count(engine, text);
  assertCounts(result, [long, "short", "short", long], "long");
});

Deno.test("a broken record fails its job with the first offset, and is left out where that is asked", async () => {
  await using engine = await startSmall();
  const row = `1,a,${"x".repeat(100)}\n`;
  const text = row.repeat(2000) + '2,"b\n3,c\n';
  const failed = await assertRejects(() => count(engine, text), JobError);
  assertEquals([failed.code, failed.details?.offset], ["broken_record", row.length * 2000]);
  const { records, segment } = await count(engine, text, { onError: "skip" });
  assertEquals(segment.toArray(), [{ key: "a", count: 2000 }]);
  assertEquals([records!.skipped, records!.skippedAt], [1, [row.length * 2000]]);
  const lines = `{"a":1}\n{"a":\n`.repeat(20_000);
  const json = { records: "ndjson", keys: [{ kind: "json", path: ["a"] }] } as const;
  const broken = await assertRejects(() => count(engine, lines, json), JobError);
  assertEquals([broken.code, broken.details?.offset], ["broken_record", 8]);
  const skipped = await count(engine, lines, { ...json, onError: "skip" });
  assertEquals(skipped.records!.skipped, 20_000);
  assertEquals(skipped.records!.skippedAt, [8, 22, 36, 50, 64]);
});

Deno.test("a text that is not UTF-8 is repaired before its records are read, or refused", async () => {
  await using engine = await startSmall();
  const row = new TextEncoder().encode("1,a?,x\n");
  row[3] = 0xff;
  const bytes = new Uint8Array(row.length * 20_000);
  for (let at = 0; at < bytes.length; at += row.length) bytes.set(row, at);
  const { totals, segment } = await count(engine, bytes);
  assertEquals([totals.replacements, segment.toArray()], [20_000, [{
    key: "a\ufffd",
    count: 20_000,
  }]]);
  const refused = await assertRejects(
    () => count(engine, bytes, {}, { invalid: "reject" }),
    JobError,
  );
  assertEquals([refused.code, refused.details?.offset], ["invalid_utf8", 3]);
});

Deno.test("distinct texts of keys are those of the values of records", async () => {
  await using engine = await startSmall();
  const text = Array.from({ length: 30_000 }, (_, i) => `${i % 7},k${i % 3},"v""${i % 50}"\n`).join(
    "",
  );
  const plan = { value: column(3), output: "pairs" } as const;
  const { segment } = await count(engine, text, plan, { order: "key" });
  assertEquals(segment.toArray(), ["k0", "k1", "k2"].map((key) => ({ key, count: 50 })));
});

Deno.test("sums of keys are those of the values of records", async () => {
  await using engine = await startSmall();
  const text = Array.from({ length: 40_000 }, (_, i) => `k${i % 3},${i % 50 === 0 ? "no" : i}\n`)
    .join("");
  const plan = { ...CSV, keys: [column(1)], output: "values" } as const;
  const kernel = recordKernel({ ...plan, value: column(2) });
  const stats = { aggs: ["sum"] } as const;
  const manifest = { ...kernel.manifest, stats };
  const { segment, records } = await run(engine, text, { ...kernel, manifest }, { order: "key" });
  const sums = [0, 0, 0];
  for (let i = 0; i < 40_000; i++) if (i % 50 !== 0) sums[i % 3] += i;
  assertEquals(readRows(segment, stats), sums.map((sum, i) => [`k${i}`, `${sum}`] as const));
  assertEquals([records!.records, records!.notNumbers], [40_000, 800]);
});

Deno.test("a job of records ends wherever it is, and leaves nothing behind", async () => {
  await using engine = await startSmall();
  const seed = freshSeed();
  const random = new Random(seed);
  const text = rows(random, 20 * CHUNK_BYTES);
  const { keys } = oracleRecords(text, CSV);
  const kernel = recordKernel(CSV);
  const submit = () => engine.submit(text, { ...PRESERVE, top: 0 }, { kernel });
  await cancelAtAnyMoment(
    engine,
    random,
    submit,
    (result) => assertCounts(result, keys, `MILLRACE_SEED=${seed}`),
  );
});

Deno.test("several jobs of records take turns in the threads, each with its own plan", async () => {
  await using engine = await startSmall();
  const random = new Random(7);
  const text = rows(random, 4 * CHUNK_BYTES);
  const plans = [1, 2, 3].flatMap((index) =>
    [1, 2].map((other): RecordPlan => ({ ...CSV, keys: [column(index), column(other)] }))
  );
  const results = await Promise.all(plans.map((plan) => count(engine, text, plan)));
  results.forEach((result, i) => assertCounts(result, oracleRecords(text, plans[i]).keys, `${i}`));
});
