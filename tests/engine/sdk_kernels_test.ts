import { assert, assertEquals, assertRejects } from "@std/assert";
import type { RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { admitModule } from "../../src/kernels/gate/admit_module.ts";
import { STANDARD_ERROR } from "../../src/shared/hyperloglog.ts";
import { assertNoFault, run, startSmall } from "../support/modules/engine_runs.ts";
import { brokenUtf8 } from "../support/oracle/generate_text.ts";
import { freshSeed, Random } from "../support/random.ts";
import { compileKernelSource } from "../support/user_kernel.ts";
import { readValues, type Value } from "../support/values.ts";

// Kernels that are compiled from sources, in jobs of several chunks and threads, against what
// JavaScript makes of the same text.

const FINISH = "export function finish(state: i64): i64 { return <i64>popcnt(state); }";

/** Lines are a key, a tab, and a number or a text. */
function sourceOf(emit: string, rest = ""): string {
  return `import { emitPair, emitValue } from "millrace";
export function map(line: string): void {
  const tab = line.indexOf("\\t");
  const key = line.substring(0, tab), text = line.substring(tab + 1);
  ${emit}
}
${rest}`;
}

async function compile(source: string): Promise<RunnableKernel> {
  const { module, manifest } = admitModule(await compileKernelSource(source));
  return { id: "k", module, manifest, options: new TextEncoder().encode("{}") };
}

type Line = readonly [key: string, text: string];

function randomLines(random: Random, count: number, keys: number, texts: number): Line[] {
  return Array.from({ length: count }, (): Line => [
    `key${random.below(keys)}`.repeat(random.between(1, 2)),
    `${random.below(texts) * 7919 % texts}`,
  ]);
}

const textOf = (lines: readonly Line[]) => lines.map((line) => `${line.join("\t")}\n`).join("");

function groupsOf(lines: readonly Line[]): Map<string, string[]> {
  const groups = Map.groupBy(lines, ([key]) => key);
  return new Map([...groups].map(([key, group]) => [key, group.map(([, text]) => text)]));
}

function valuesOf({ segment }: JobResult): Map<string, Value> {
  const values = new Map(readValues(segment, false));
  segment.close();
  return values;
}

function countsOf({ segment }: JobResult): Map<string, number> {
  const counts = new Map(segment.toArray().map(({ key, count }) => [key, count]));
  segment.close();
  return counts;
}

function assertSame<T>(found: Map<string, T>, expected: Map<string, T>, what: string): void {
  const inOrder = (map: Map<string, T>) => [...map].sort(([a], [b]) => a < b ? -1 : 1);
  assertEquals(inOrder(found), inOrder(expected), what);
}

Deno.test("Engine counts different texts by a compiled kernel", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const kernel = await compile(sourceOf("emitPair(key, text);"));
  for (const [count, keys, texts] of [[1, 1, 1], [40_000, 40, 900], [20_000, 9000, 3]]) {
    const lines = randomLines(random, count, keys, texts);
    const expected = new Map([...groupsOf(lines)].map(([key, all]) => [key, new Set(all).size]));
    const result = await run(engine, textOf(lines), kernel);
    assert(count === 1 || result.chunks > 2);
    assertEquals(result.values, { op: "distinct", type: "i64" });
    assertSame(countsOf(result), expected, `MILLRACE_SEED=${seed} ${count}`);
  }
  assertNoFault(engine);
});

Deno.test("Engine estimates different texts by a compiled kernel", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const head = 'export const op = "approxDistinct";';
  const kernel = await compile(sourceOf("emitPair(key, text);", head));
  const lines = randomLines(random, 60_000, 3, 30_000);
  const result = await run(engine, textOf(lines), kernel);
  assertEquals(result.values, { op: "approxDistinct", type: "i64" });
  const found = valuesOf(result);
  const groups = groupsOf(lines);
  assertEquals(found.size, groups.size);
  for (const [key, texts] of groups) {
    const error = Number(found.get(key)) / new Set(texts).size - 1;
    assert(Math.abs(error) < 6 * STANDARD_ERROR, `MILLRACE_SEED=${seed} ${key}: ${error}`);
  }
});

Deno.test("Engine has a compiled kernel combine values, each as often as it is there", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const products = await compile(sourceOf(
    "emitValue(key, I64.parseInt(text) + 2);",
    "export function combine(a: i64, b: i64): i64 { return a * b % 1000003; }",
  ));
  const flags = await compile(sourceOf(
    "emitValue(key, <i64>1 << I64.parseInt(text) % 63);",
    `export function combine(a: i64, b: i64): i64 { return a | b; }\n${FINISH}`,
  ));
  for (const workers of [1, 2]) {
    await using engine = await startSmall({ workers });
    for (const [count, keys, texts] of [[1, 1, 1], [40_000, 40, 900], [20_000, 9000, 3]]) {
      const what = `MILLRACE_SEED=${seed} ${workers} ${count}`;
      const lines = randomLines(random, count, keys, texts);
      const text = textOf(lines);
      const ofProducts = [...groupsOf(lines)].map(([key, all]): [string, bigint] => [
        key,
        all.map((each) => BigInt(each) + 2n).reduce((a, b) => a * b % 1_000_003n),
      ]);
      const result = await run(engine, text, products);
      assertEquals(result.values, { op: "combine", type: "i64" }, what);
      assertSame(valuesOf(result), new Map<string, Value>(ofProducts), what);
      const ofFlags = [...groupsOf(lines)].map(([key, all]): [string, bigint] => [
        key,
        BigInt(new Set(all.map((each) => Number(each) % 63)).size),
      ]);
      assertSame(valuesOf(await run(engine, text, flags)), new Map<string, Value>(ofFlags), what);
    }
    assertNoFault(engine);
  }
});

Deno.test("Engine has a compiled kernel combine the values of one key in parts", async () => {
  await using engine = await startSmall();
  const kernel = await compile(sourceOf(
    "emitValue(key, I64.parseInt(text));",
    "export function combine(a: i64, b: i64): i64 { return a + b; }\n" +
      "export function finish(state: i64): i64 { return -state; }",
  ));
  // 24 bytes for each different value, of at most 16 MiB.
  const count = 750_000;
  const text = Array.from({ length: count }, (_, i) => `k\t${i}\n`).join("");
  const found = valuesOf(await run(engine, text, kernel));
  assertEquals([...found], [["k", -BigInt(count) * BigInt(count - 1) / 2n]]);
  assertNoFault(engine);
});

Deno.test("Engine says what a compiled kernel says when it fails while it combines", async () => {
  await using engine = await startSmall();
  const kernel = await compile(sourceOf(
    "emitValue(key, F64.parseFloat(text));",
    `export const value = "f64";
export function combine(a: f64, b: f64): f64 { return a * b; }`,
  ));
  const failing = run(engine, "a\t1e200\na\t2e200\n", kernel);
  const error = await assertRejects(() => failing, JobError, "Cannot emit value Infinity");
  assertEquals(error.code, "kernel_trapped");
  const result = await run(engine, "a\t1e200\na\t2e-200\n", kernel);
  assertEquals(readValues(result.segment, true), [["a", 1e200 * 2e-200]]);
  assertNoFault(engine);
});

// ---- text that is none ---------------------------------------------------------------------------

const TEXT_KERNELS = {
  string: `import { emit } from "millrace";
export function map(line: string): void { emit(line); }`,
  bytes: `import { Chunk, emit } from "millrace";
export function map(line: Chunk): void { emit(line.toString()); }`,
};

/**
 * Lines of bytes that are UTF-8 nearly everywhere, or nearly nowhere. The first one is text, since the
 * engine refuses what begins as a file of sound or pictures does, which a few chance bytes may.
 */
function brokenLines(random: Random): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: random.between(1, 3000) }, () => {
    const line = random.oneIn(3)
      ? brokenUtf8(random, random.below(20))
      : new TextEncoder().encode(random.pick(["", "to be", "né", "好", "\u{1f600}", "\ufffd"]));
    return [...line].filter((byte) => byte !== 10 && byte !== 13);
  });
  return Uint8Array.from(
    [[...new TextEncoder().encode("text")], ...lines].flatMap((line) => [...line, 10]),
  );
}

for (const [level, source] of Object.entries(TEXT_KERNELS)) {
  Deno.test(`a kernel of text sees what is no UTF-8 as the server does: ${level}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    await using engine = await startSmall();
    const kernel = await compile(source);
    for (let i = 0; i < 20; i++) {
      const text = brokenLines(random);
      const what = `MILLRACE_SEED=${seed} ${i}`;
      const options = { top: 0, charset: "utf-8", bom: "keep" } as const;
      const found = await run(engine, text, kernel, options);
      const lines = await engine.submit(text, { ...options, tokenizer: "lines" }).done;
      const expected = countsOf(lines);
      expected.delete("");
      assertSame(countsOf(found), expected, what);
      if (level === "bytes") continue; // nobody knows what it makes of its bytes
      assertEquals(found.totals.replacements, lines.totals.replacements, what);
      const reject = { ...options, invalid: "reject" } as const;
      const [mine, theirs] = await Promise.allSettled([
        run(engine, text, kernel, reject),
        engine.submit(text, { ...reject, tokenizer: "lines" }).done,
      ]);
      assertEquals(mine.status, theirs.status, what);
      if (mine.status === "fulfilled" || theirs.status === "fulfilled") continue;
      assertEquals([mine.reason.code, mine.reason.details.offset], [
        "invalid_utf8",
        theirs.reason.details.offset,
      ], what);
    }
    assertNoFault(engine);
  });
}
