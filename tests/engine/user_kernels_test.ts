import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import { type ErrorCode, JobError } from "../../src/contract/problems.ts";
import type { KernelManifest, RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import {
  assertCounts,
  assertNoFault,
  countAll,
  run,
  startSmall,
  startTimeless,
} from "../support/modules/engine_runs.ts";
import { kernelOf } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { freshSeed, Random } from "../support/random.ts";
import { soon, until } from "../support/waits.ts";

const encoder = new TextEncoder();

/** Lines of all lengths, some of them empty, some with characters of two and three bytes. */
function createLines(random: Random, bytes: number): string {
  const lines: string[] = [];
  for (let size = 0; size < bytes; size += lines.at(-1)!.length + 1) {
    const word = random.pick(["to", "be", "or", "not", "né", "好", "a \t b"]);
    lines.push(word.repeat(random.oneIn(500) ? random.below(5000) : random.below(12)));
  }
  return lines.join("\n") + random.pick(["", "\n"]);
}

/** The records of a text as scanners of tests/support/modules find them. */
function recordsOf(text: string, separator: string): string[] {
  const records = text.split(separator);
  if (records.at(-1) === "") records.pop();
  return records;
}

/** The same text, in pieces of any size. */
function streamOf(text: string, random: Random): ReadableStream<Uint8Array> {
  const bytes = encoder.encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const end = at + random.between(1, 100_000);
      controller.enqueue(bytes.subarray(at, end).slice());
      at = end;
      if (at >= bytes.length) controller.close();
    },
  }, { highWaterMark: 0 });
}

for (const workers of [1, 2, 3]) {
  Deno.test(`Engine counts exactly what user kernels emit, with ${workers} workers`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    await using engine = await startSmall({ workers });
    for (const bytes of [1, 50_000, 400_000, random.below(400_000) + 1]) {
      const text = createLines(random, bytes);
      const input = () => random.oneIn(2) ? text : streamOf(text, random);
      const what = `MILLRACE_SEED=${seed}, ${text.length} characters`;
      const lines = recordsOf(text, "\n");
      if (text === "") continue;
      assertCounts(await run(engine, input(), await kernelOf(MODULES.lines())), lines, what);
      const windows = await kernelOf(MODULES.windows(), { output: "windows" });
      assertCounts(await run(engine, input(), windows), lines.filter((line) => line !== ""), what);
      const words = await kernelOf(MODULES.words(), { records: "word" });
      // Chunks may end at white space other than what the module knows, so only spaces are there.
      const spaced = text.replace(/[\n\t]/g, " ");
      const { totals } = await run(engine, spaced, words);
      assertEquals(totals.keys, countAll(recordsOf(spaced, " ")).size, what);
    }
  });
}

Deno.test("Engine cuts a text where the kernel's records end", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const text = createLines(random, 300_000);
  const rows = random.pick([30_000, 40_000]);
  const csv = Array.from({ length: rows }, (_, i) => `${i},"a\n""b""\n"`).join("\n");
  const paragraphs = text.replace(/\n/g, () => random.oneIn(5) ? "\n\n" : "\n");
  const isRow = (chunk: string) => /^(\d+,"a\n""b""\n"(\n|$))+$/.test(chunk);
  for (
    const [records, input, isWhole] of [
      ["line", text, (chunk: string) => chunk.endsWith("\n")],
      ["ndjson", text, (chunk: string) => chunk.endsWith("\n")],
      ["chunk", text, () => true],
      ["chunk", "好".repeat(80_000), (chunk: string) => !chunk.includes("\ufffd")],
      ["fixed:7", csv, (chunk: string) => chunk.length % 7 === 0],
      ["csv", csv, isRow],
      ["paragraph", paragraphs, (chunk: string) => /\n\r?\n$/.test(chunk)],
    ] as const
  ) {
    const kernel = await kernelOf(MODULES.whole(), { records });
    const { segment, totals, chunks } = await run(engine, input, kernel);
    const parts = segment.toArray().flatMap(({ key, count }) => Array<string>(count).fill(key));
    const what = `${records}, MILLRACE_SEED=${seed}`;
    assertEquals(totals.bytes, encoder.encode(input).length, what);
    assertEquals(chunks, totals.tokens, what);
    assert(chunks > 2, what);
    // All chunks but the last one end where a record ends.
    assert(parts.filter((part) => !isWhole(part)).length <= 1, what);
    assertEquals(parts.reduce((sum, part) => sum + part.length, 0), input.length, what);
  }
});

Deno.test("Engine makes a chunk as large as a record is", async () => {
  await using engine = await startSmall();
  const line = "x".repeat(60_000);
  const text = `${line}\n${"y".repeat(65_536)}\nz`;
  const result = await run(engine, text, await kernelOf(MODULES.lines()));
  assertCounts(result, [line, "y".repeat(65_536), "z"], "long lines");
  const fixed = await kernelOf(MODULES.chunks(), { records: "fixed:200000" });
  assertEquals((await run(engine, "x".repeat(300_000), fixed)).chunks, 2);
});

Deno.test("Engine keeps several texts apart for kernels of any records", async () => {
  await using engine = await startSmall();
  const texts = ["ab", "cd\n", "ef"];
  const whole = await kernelOf(MODULES.whole(), { records: "chunk" });
  assertCounts(await run(engine, { texts }, whole), texts, "chunk");
  const lines = await run(engine, { texts }, await kernelOf(MODULES.lines()));
  assertCounts(lines, ["ab", "cd", "ef"], "line");
  assertEquals(lines.chunks, 1);
});

Deno.test("Engine counts keys that are empty or end with NUL as it counts words", async () => {
  await using engine = await startSmall();
  const words = ["", "a\0", "a", "\0", "", "a\0", "\0".repeat(40), "b".repeat(15) + "\0"];
  const expected = await engine.submit(words, { top: 0 }).done;
  const result = await run(engine, words.join("\n") + "\n", await kernelOf(MODULES.lines()));
  assertEquals(result.segment.toArray(), expected.segment.toArray());
  assertEquals(result.totals.tokens, words.length);
});

/** Keys that the fast passes must not take: long ones, some that end with NUL, some beside both. */
const AWKWARD = [
  "x".repeat(8191),
  "x".repeat(8192),
  "x".repeat(8193),
  "x".repeat(65_535),
  "é".repeat(20_000),
  "a\0",
  "\0",
  "\0".repeat(13),
  "b".repeat(28) + "\0",
  "好",
  "plain",
];

Deno.test("Engine counts slices of any length and end", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  const lines = Array.from(
    { length: 3000 },
    () => random.oneIn(40) ? random.pick(AWKWARD) : random.pick(["to", "be", "or not", "né"]),
  );
  for (const some of [lines, lines.filter((line) => line.length < 8192), lines.slice(0, 7)]) {
    for (const [name, output] of [["lines", "keys"], ["windows", "windows"]] as const) {
      const kernel = await kernelOf(MODULES[name](), { output });
      const result = await run(engine, some.join("\n"), kernel);
      assertCounts(result, some, `MILLRACE_SEED=${seed} ${name}`);
    }
  }
});

/** Drains windows of the first bytes of its chunk, whatever these are. */
function sliced(...slices: [start: number, end: number][]) {
  return MODULES.drains(
    [0, slices.length, ...slices.map(([start, end]) => start | end << 16)],
    8 + 4 * slices.length,
  );
}

Deno.test("Engine repairs slices that begin or end within a character", async () => {
  await using engine = await startSmall();
  const module = sliced([0, 2], [1, 3], [2, 3], [0, 5], [4, 5]);
  const kernel = await kernelOf(module, { output: "windows", records: "chunk" });
  const text = "éèa"; // c3 a9 c3 a8 61
  const mark = "\ufffd";
  const result = await run(engine, text, kernel);
  assertCounts(result, ["é", mark + mark, mark, text, "a"], "cut characters");
  assertEquals(result.totals.replacements, 3);
  const rejected = run(engine, text, kernel, { invalid: "reject" });
  const { code, details } = await assertRejects(() => rejected, JobError);
  assertEquals([code, details.offset], ["invalid_utf8", 0]); // no byte of the text is wrong
});

Deno.test("Engine repairs keys that are not UTF-8, or refuses them", async () => {
  await using engine = await startSmall();
  const text = encoder.encode("é\nok\n\xff").slice();
  const broken = Uint8Array.of(...encoder.encode("good\n"), 0xe2, 0x82, 10, 0xff, 0x41, 10);
  for (
    const [name, output] of [["lines", "keys"], ["windows", "windows"]] as const
  ) {
    const kernel = await kernelOf(MODULES[name](), { output });
    const result = await run(engine, broken, kernel);
    assertCounts(result, ["good", "\ufffd", "\ufffdA"], name);
    assertEquals(result.totals.replacements, 2);
    const rejected = run(engine, broken, kernel, { invalid: "reject" });
    const { code, details } = await assertRejects(() => rejected, JobError);
    assertEquals([code, details.offset], ["invalid_utf8", broken.indexOf(0xe2)], name);
    assertCounts(await run(engine, text, kernel, { invalid: "reject" }), ["é", "ok", "ÿ"], name);
  }
});

Deno.test("Engine applies options of keys to what a kernel emits", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOf(MODULES.lines());
  const text = "To\nbe\nTO\nor\n";
  const keys = async (options: Partial<CountOptions>) =>
    (await run(engine, text, kernel, { order: "key", ...options })).segment.toArray()
      .map(({ key, count }) => `${key} ${count}`);
  assertEquals(await keys({}), ["TO 1", "To 1", "be 1", "or 1"]);
  assertEquals(await keys({ case: "fold" }), ["be 1", "or 1", "to 2"]);
  assertEquals(await keys({ n: 2 }), ["TO or 1", "To be 1", "be TO 1"]);
  assertEquals(await keys({ prefix: "T" }), ["TO 1", "To 1"]);
  assertEquals(await keys({ stopWords: ["be"], min: 1 }), ["TO 1", "To 1", "or 1"]);
});

Deno.test("Engine gives a kernel its options, and a new instance to each job", async () => {
  await using engine = await startSmall({ workers: 1 });
  const options = await kernelOf(MODULES.options(), {}, '{"field":"a"}');
  assertCounts(await run(engine, "x", options), ['{"field":"a"}'], "options");
  const kernel = await kernelOf(MODULES.chunks());
  for (let i = 0; i < 5; i++) assertCounts(await run(engine, "x", kernel), ["A"], `job ${i}`);
});

Deno.test("Engine tells the most that a kernel has used for a chunk, of what it may", async () => {
  const kernelTimeoutMs = 1_000_000; // no kernel takes that long, however busy the machine is
  const limits = { kernelTimeoutMs, chunkTimeoutMs: 2 * kernelTimeoutMs };
  await using engine = await startSmall({ ...limits, kernelMemoryBytes: 16 << 20 });
  const text = "a\n".repeat(50_000);
  const lines = await run(engine, text, await kernelOf(MODULES.lines()));
  const { ms, memory, output } = lines.kernelUse!;
  assert(ms.used > 0 && ms.used < ms.limit, `${ms.used}`);
  assertEquals([ms.limit, memory.limit], [kernelTimeoutMs, 16 << 20]);
  const page = 65_536;
  assertEquals(memory.used, 2 * page); // the module's own, and room for a chunk
  const { chunks } = lines;
  assert(output.used > 5 * text.length / 2 / chunks && output.used <= output.limit);
  const slow = await run(engine, "a", await kernelOf(MODULES.slow(30_000_000)));
  const { ms: { used }, output: small } = slow.kernelUse!;
  assert(used > 0 && used < ms.limit, `${used}`);
  assertEquals([small.used, small.limit], [8 + 5, 16 + 1024 * 1024]);
  assertEquals((await engine.submit("a").done).kernelUse, undefined);
});

// ---- failures ------------------------------------------------------------------------------------

const TEXT = "first\nsecond\nthird\n";

interface Failure {
  module: Uint8Array<ArrayBuffer>;
  code: ErrorCode;
  reason?: string | RegExp;
  offset?: number;
  terms?: Partial<KernelManifest>;
}

const { drains } = MODULES;
const WINDOWS = { output: "windows" } as const;

const FAILURES: Record<string, Failure> = {
  "a trap": { module: MODULES.traps(2), code: "kernel_trapped", offset: 13 },
  "an offset that is none": { module: MODULES.lies(), code: "kernel_trapped", offset: 19 },
  "fail()": { module: MODULES.fails("no ⚙"), code: "kernel_trapped", reason: "no ⚙" },
  "a long fail()": {
    module: MODULES.fails("é".repeat(400) + "a".repeat(900)),
    code: "kernel_trapped",
    reason: "é".repeat(400) + "a".repeat(224),
  },
  "recursion": { module: MODULES.recurses(), code: "kernel_trapped", reason: /^stack overflow: / },
  "growth": { module: MODULES.grows(), code: "kernel_out_of_memory" },
  "much memory at first": { module: MODULES.large(2000), code: "kernel_out_of_memory" },
  "endless emit": { module: MODULES.emitsAlways(), code: "kernel_output_too_large" },
  "a huge key": { module: MODULES.hugeKey(65_537), code: "kernel_output_too_large" },
  "half a header": { module: drains([3], 3), code: "kernel_trapped", reason: /within a key/ },
  "half a key": { module: drains([5], 8), code: "kernel_trapped", reason: /within a key/ },
  "a key of 4 GB": { module: drains([-1], 8), code: "kernel_output_too_large" },
  "a drain beyond memory": { module: drains([], 8, 1 << 30), code: "kernel_trapped" },
  "a drain of all and more": { module: drains([], -1, 64), code: "kernel_trapped" },
  "half a window": {
    module: drains([0, 2, 0x20000], 12),
    terms: WINDOWS,
    code: "kernel_trapped",
    reason: /within a window/,
  },
  "a window without a count": { module: drains([0], 4), terms: WINDOWS, code: "kernel_trapped" },
  "a window of 4 billion": {
    module: drains([0, -1, 0x20000], 12),
    terms: WINDOWS,
    code: "kernel_trapped",
  },
  "a slice beyond the chunk": {
    module: drains([18, 1, 0x20000], 12),
    terms: WINDOWS,
    code: "kernel_trapped",
    reason: /18 to 20 of a chunk of 19/,
  },
  "a window far beyond the chunk": {
    module: drains([-1, 1, 0x20001], 12),
    terms: WINDOWS,
    code: "kernel_trapped",
  },
  "a slice that ends before it begins": {
    module: drains([0, 1, 0x10002], 12),
    terms: WINDOWS,
    code: "kernel_trapped",
  },
  "an empty slice": { module: drains([0, 1, 0x10001], 12), terms: WINDOWS, code: "kernel_trapped" },
  "input beyond memory": { module: MODULES.reservesNowhere(), code: "kernel_trapped" },
  "a loop": { module: MODULES.endless(), code: "kernel_timeout" },
  "a loop in its start function": { module: MODULES.endlessStart(), code: "kernel_timeout" },
};

Deno.test("Engine fails a job with its kernel's code and the record's offset, and no thread is lost", async () => {
  const { engine, pass } = await startTimeless({ kernelTimeoutMs: 50 });
  await using _engine = engine;
  for (const [what, { module, code, reason, offset = 0, terms }] of Object.entries(FAILURES)) {
    const kernel = await kernelOf(module, terms);
    const failed = run(engine, TEXT, kernel);
    const ended = code === "kernel_timeout" ? pass(failed) : failed;
    const error = await assertRejects(() => ended, JobError, "", what);
    assertEquals([error.code, error.status], [code, 422], `${what}: ${error.message}`);
    assertEquals([error.details.offset, error.details.kernel], [offset, kernel.id], what);
    if (code === "kernel_out_of_memory") assertStringIncludes(error.message, "join it", what);
    if (typeof reason === "string") assertEquals(error.details.reason, reason, what);
    else if (reason) assert(reason.test(String(error.details.reason)), `${what}: ${error.message}`);
  }
  await until(() => engine.status().memory.jobs === 0);
  assertNoFault(engine);
  assertCounts(await run(engine, "a\nb\n", await kernelOf(MODULES.lines())), ["a", "b"], "next");
});

Deno.test("Engine names the offset in the whole input where a kernel fails in a later chunk", async () => {
  await using engine = await startSmall({ workers: 1 });
  const line = "x".repeat(99) + "\n";
  const kernel = await kernelOf(MODULES.traps(2500));
  const text = "\ufeff" + line.repeat(4000);
  const error = await assertRejects(() => run(engine, text, kernel), JobError);
  assertEquals([error.code, error.details.offset], ["kernel_trapped", 3 + 250_000]);
});

Deno.test("Engine refuses kernels that it cannot run", async () => {
  await using engine = await startSmall();
  const kernel = await kernelOf(MODULES.lines());
  const submit = (changed: Partial<RunnableKernel>, input: JobInput = "a") =>
    engine.submit(input, {}, { kernel: { ...kernel, ...changed } });
  const { manifest } = kernel;
  assertThrows(() => submit({ manifest: { ...manifest, records: "page" } }), RangeError);
  assertThrows(() => submit({ manifest: { ...manifest, records: "fixed:0" } }), RangeError);
  const values = { ...manifest, output: "values" } as const;
  assertThrows(() => submit({ manifest: values }), RangeError, "no type");
  const codeOf = async (job: { done: Promise<unknown> }) =>
    (await assertRejects(() => soon(job.done), JobError)).code;
  assertEquals(await codeOf(submit({}, ["a", "b"])), "unsupported_media");
  const large = await kernelOf(MODULES.fails("x"));
  assertEquals(
    await codeOf(submit({ ...large, options: new Uint8Array(300 << 20) })),
    "out_of_memory",
  );
  await until(() => engine.status().memory.jobs === 0);
  assertEquals(engine.status().jobs, { pending: 0, running: 0, leaving: 0 });
});
