import { assert, assertEquals, assertRejects } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import type { JobInput, JobResult } from "../../src/engine/job_contract.ts";
import { JobError } from "../../src/contract/problems.ts";
import { TaskKind } from "../../src/shared/task.ts";
import { type CountOptions, createCountOptions } from "../../src/contract/options.ts";
import { settleOptions } from "../../src/contract/settle_options.ts";
import { prose } from "../support/oracle/generate_text.ts";
import { gatedStream } from "../support/inputs.ts";
import { MixedJobs, scrambledWords } from "../support/http/mixed_jobs.ts";
import { openFiles } from "../support/open_files.ts";
import { compareCodePoints } from "../support/oracle/code_points.ts";
import { countNaive, type OracleTokenizer } from "../support/oracle/oracle.ts";
import { Random } from "../support/random.ts";
import { closeClean, startSmall } from "../support/spilling_engine.ts";
import { PATIENCE_MS, soon, until } from "../support/waits.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text of many distinct words, among them long, folded and repeated ones. */
function manyWords(random: Random, words: number): string {
  const parts: string[] = [];
  for (let i = 0; i < words; i++) {
    const word = random.below(words).toString(36);
    const form = random.below(20);
    parts.push(
      form === 0
        ? `É${word}É`
        : form === 1
        ? `${word}-${"langes".repeat(1 + random.below(6))}wort`
        : form === 2
        ? "the"
        : form === 3
        ? `STRASSE${word}ß`
        : form === 4
        ? `e\u0301${word}`
        : word,
      random.below(12) === 0 ? "\n" : " ",
    );
  }
  return parts.join("");
}

function expected(text: string, options: Partial<CountOptions>) {
  const counts = countNaive(text, options.tokenizer as OracleTokenizer ?? "unicode", {
    case: settleOptions(createCountOptions(options), false).case as "fold" | "preserve",
    nfc: options.normalization === "nfc",
    ngram: options.n,
    lineBound: options.lineBound,
    minChars: options.minLength,
    maxChars: options.maxLength,
    prefix: options.prefix,
    stopWords: options.stopWords,
    stopAll: options.stopMode === "all",
    keepCR: options.keepCR,
  });
  const { order = "count", top = 0, min = 1, max = Infinity } = options;
  const kept = [...counts].filter(([, count]) => count >= min && count <= max).sort((
    [a, x],
    [b, y],
  ) => (order === "count" ? y - x : 0) || compareCodePoints(a, b));
  return {
    keys: counts.size,
    counted: [...counts.values()].reduce((sum, count) => sum + count, 0),
    tsv: (top > 0 ? kept.slice(0, top) : kept).map(([key, n]) => `${key}\t${n}`).join("\n"),
  };
}

function tsvOf({ segment }: JobResult): string {
  const tsv = segment.toArray().map(({ key, count }) => `${key}\t${count}`).join("\n");
  segment.close();
  return tsv;
}

const OPTIONS: Partial<CountOptions>[] = [
  { tokenizer: "unicode" },
  { tokenizer: "unicode", normalization: "nfc", order: "key" },
  { tokenizer: "whitespace", case: "preserve" },
  { tokenizer: "whitespace", min: 2 },
  { tokenizer: "ascii", order: "key", top: 1000 },
  { tokenizer: "lines", top: 50 },
  { tokenizer: "unicode", n: 2 },
  { tokenizer: "whitespace", n: 3, lineBound: true, order: "key" },
  { tokenizer: "unicode", minLength: 3, maxLength: 9, stopWords: ["the", "a1"] },
  { tokenizer: "unicode", n: 2, stopWords: ["the"], order: "key" },
  { tokenizer: "whitespace", n: 2, case: "preserve", stopWords: ["the"], stopMode: "all" },
  { tokenizer: "unicode", prefix: "é", order: "key" },
  { tokenizer: "unicode", min: 3, order: "key", top: 7 },
  { tokenizer: "unicode", max: 2, top: 900 },
  { tokenizer: "whitespace", min: 2, max: 3, order: "key" },
];

const TEXT = manyWords(new Random(1), 70_000);
/** What the oracle counts, by the place of the options. */
const EXPECTED: ReturnType<typeof expected>[] = [];

for (const workers of [1, 2, 3]) {
  Deno.test(`Engine spills and counts as the oracle does, ${workers} workers`, async () => {
    const engine = await startSmall({ workers, memoryBytes: (4 + 2 * workers) * 1024 * 1024 });
    const bytes = encoder.encode(TEXT);
    for (const [i, options] of OPTIONS.entries()) {
      const result = await engine.submit(bytes, { top: 0, ...options }).done;
      const { keys, counted, tsv } = EXPECTED[i] ??= expected(TEXT, { top: 0, ...options });
      const name = JSON.stringify({ workers, ...options });
      assertEquals([result.totals.keys, result.totals.counted], [keys, counted], name);
      assert(tsvOf(result) === tsv, `other counts by ${name}`);
      // There are few lines.
      if (options.tokenizer !== "lines") assert(result.spilled, `${name} has not spilled`);
    }
    await until(() => engine.status().memory.jobs === 0);
    await closeClean(engine);
  });
}

Deno.test("Engine spills words that the platform has cut", async () => {
  const engine = await startSmall();
  const words = Array.from({ length: 60_000 }, (_, i) => `w${i % 50_000}`);
  const result = await engine.submit(encoder.encode(words.join(" ")), {
    tokenizer: "icu",
    order: "key",
    top: 0,
  }).done;
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => compareCodePoints(a, b));
  const tsv = sorted.map(([key, count]) => `${key}\t${count}`).join("\n");
  assert(tsvOf(result) === tsv, "other counts than a Map has");
  assert(result.spilled!.runs > 0);
  await closeClean(engine);
});

function assertNumbers(result: JobResult, keys: number, rounds: number): void {
  assertEquals(result.totals.keys, keys);
  const cursor = result.segment.records();
  let seen = 0, sum = 0;
  while (cursor.next()) {
    seen++;
    if (cursor.count !== rounds) throw new Error(`count ${cursor.count} of ${rounds}`);
    const key = decoder.decode(cursor.bytes.subarray(cursor.keyStart + 1, cursor.keyEnd));
    sum += Number(key);
  }
  assertEquals([seen, sum], [keys, keys * (keys - 1) / 2]);
}

Deno.test("Engine merges hundreds of runs in several passes, into a segment on disk", async () => {
  const engine = await startSmall({ workers: 1, memoryBytes: 5 * 1024 * 1024, chunkBytes: 16_000 });
  const result = await engine.submit(scrambledWords(500_000, 2), { top: 0, tokenizer: "ascii" })
    .done;
  assert(result.spilled!.runs > 100, `${result.spilled!.runs} runs`);
  assertNumbers(result, 500_000, 2);
  if (Deno.build.os === "linux") await until(() => openFiles(engine.parent).length === 1);
  result.segment.close();
  const first = await engine.submit(scrambledWords(200_000, 2), {
    top: 120_000,
    order: "key",
    tokenizer: "ascii",
  }).done;
  const keys = first.segment.toArray().map(({ key }) => key);
  assertEquals([first.totals.keys, keys.length], [200_000, 120_000]);
  const all = Array.from({ length: 200_000 }, (_, i) => `n${i}`).sort();
  assertEquals(keys.every((key, i) => key === all[i]), true);
  first.segment.close();
  await closeClean(engine);
});

/** What a stream has; it ends only when `gate` is open. */
function endingAfter(stream: ReadableStream<Uint8Array>, gate: Promise<void>) {
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ flush: () => gate }),
  );
}

Deno.test("Engine takes two jobs that spill at once, and small ones beside them", async () => {
  const engine = await startSmall({ memoryBytes: 12 * 1024 * 1024 });
  const options = { top: 0, tokenizer: "ascii" } as const;
  const small = Promise.withResolvers<void>();
  const large = [
    engine.submit(endingAfter(scrambledWords(200_003, 2), small.promise), options),
    engine.submit(endingAfter(scrambledWords(150_001, 2), small.promise), {
      ...options,
      order: "key",
    }),
  ];
  let ended = false;
  const both = Promise.all(large.map((job) => job.done)).finally(() => ended = true);
  const end = performance.now() + PATIENCE_MS;
  for (let i = 0; !ended; i++) {
    assert(performance.now() < end, `the large jobs run after ${i} small ones`);
    const job = engine.submit(encoder.encode(`a b a ${i}`), { top: 1 });
    const { segment } = await soon(job.done);
    assertEquals(segment.toArray(), [{ key: "a", count: 2 }]);
    if (i === 1) small.resolve();
  }
  const [first, second] = await both;
  assertNumbers(first, 200_003, 2);
  assertNumbers(second, 150_001, 2);
  assert(first.spilled && second.spilled);
  first.segment.close();
  second.segment.close();
  await closeClean(engine);
});

Deno.test("Engine goes on with a job when another holds all the memory", async () => {
  const engine = await startSmall({ workers: 1, memoryBytes: 9 * 1024 * 1024 });
  const gate = Promise.withResolvers<void>();
  const pieces = Array.from({ length: 16 }, (_, i) => {
    const words = Array.from({ length: 2500 }, (_, k) => `holder${i}x${k}`);
    return words.join(" ") + " ";
  });
  const holders = Array.from(
    { length: 4 },
    () => engine.submit(gatedStream(pieces, gate.promise), { top: 0, tokenizer: "ascii" }),
  );
  const result = await engine.submit(scrambledWords(60_000, 1), { top: 0, tokenizer: "ascii" })
    .done;
  assertNumbers(result, 60_000, 1);
  result.segment.close();
  gate.resolve();
  for (const holder of holders) {
    const held = await holder.done;
    assertEquals([held.totals.keys, held.segment.keys], [40_000, 40_000]);
    held.segment.close();
  }
  await closeClean(engine);
});

async function failure(engine: Engine, input: JobInput): Promise<JobError> {
  return await assertRejects(() => engine.submit(input, { top: 0 }).done, JobError);
}

Deno.test("Engine ends a job that would write more than it may, and nothing else", async () => {
  const engine = await startSmall({ maxSpillBytes: 1_000_000 });
  const error = await failure(engine, scrambledWords(200_000, 1));
  assertEquals([error.code, error.status, error.details], ["disk_full", 507, { limit: 1_000_000 }]);
  assertEquals((await engine.submit(encoder.encode("a a")).done).totals.keys, 1);
  await until(() => engine.status().memory.jobs === 0);
  await closeClean(engine);
});

Deno.test("Engine ends a job that cannot write, and nothing else", async () => {
  const parent = await Deno.makeTempFile(); // no directory can be made in a file
  const engine = await startSmall({ spillDirectory: parent });
  const error = await failure(engine, scrambledWords(200_000, 1));
  assertEquals([error.code, error.status], ["disk_failed", 500]);
  assertEquals((await engine.submit(encoder.encode("a a")).done).totals.keys, 1);
  await until(() => engine.status().memory.jobs === 0);
  await closeClean(engine);
  await Deno.remove(parent);
});

Deno.test("Engine without a disk refuses what it cannot hold, with the limit", async () => {
  const engine = await startSmall({ spillDirectory: false, jobMemoryBytes: 3 * 1024 * 1024 });
  const error = await failure(engine, scrambledWords(200_000, 1));
  assertEquals([error.code, error.status], ["out_of_memory", 507]);
  assertEquals(error.details, { limit: 3 * 1024 * 1024 });
  await closeClean(engine);
});

/** Begins a job that has spilled and that no more text comes for. */
async function spillWithoutEnd(engine: Engine & { parent: string }) {
  const never = new Promise<void>(() => {});
  const pieces = Array.from(
    { length: 40 },
    (_, i) => Array.from({ length: 4000 }, (_, k) => `w${i}x${k}`).join(" ") + " ",
  );
  const job = engine.submit(gatedStream(pieces, never), { top: 0 });
  await until(() => [...Deno.readDirSync(engine.parent)].length > 0);
  return job;
}

Deno.test("Engine.close() removes what a job that it ends has spilled", async () => {
  const engine = await startSmall();
  const job = await spillWithoutEnd(engine);
  await engine.close({ deadlineMs: 0 });
  assertEquals((await assertRejects(() => job.done, JobError)).code, "engine_closed");
  await closeClean(engine);
});

Deno.test("Engine.abandon() removes what a job has spilled that goes on", async () => {
  const engine = await startSmall();
  const job = await spillWithoutEnd(engine);
  const ended = assertRejects(() => job.done, JobError);
  await until(() => {
    engine.abandon(); // until no thread writes any more
    return [...Deno.readDirSync(engine.parent)].length === 0;
  });
  job.cancel();
  await ended;
  await closeClean(engine);
});

Deno.test("Engine removes what an engine of a process that is gone has left", async () => {
  const parent = await Deno.makeTempDir();
  const { hostname } = await import("node:os");
  const of = (host: string, pid: number) => `${parent}/millrace-spill-${host}-${pid}-01234567`;
  const stale = of(hostname(), 2 ** 22 + 1), live = of(hostname(), Deno.pid), other = of("else", 1);
  for (const path of [stale, live, other]) await Deno.mkdir(`${path}/0-1`, { recursive: true });
  await using _engine = await Engine.start({ workers: 1, spillDirectory: parent });
  const names = () => [...Deno.readDirSync(parent)].map(({ name }) => `${parent}/${name}`).sort();
  await until(() => !names().includes(stale));
  assertEquals(names(), [live, other].sort());
  await Deno.remove(parent, { recursive: true });
});

Deno.test("Engine reduces from disk what it could count in memory only", async () => {
  // The tables fit; what scattering and ordering need beside them does not.
  const engine = await startSmall({ workers: 2, memoryBytes: 16 * 1024 * 1024 });
  const text = prose(new Random(5), 400_000) + manyWords(new Random(6), 45_000);
  for (const order of ["count", "key"] as const) {
    const result = await engine.submit(encoder.encode(text), { top: 0, order }).done;
    assert(tsvOf(result) === expected(text, { order }).tsv, `other counts by ${order}`);
  }
  await closeClean(engine);
});

for (const [name, nth] of [["map", 20], ["spill", 1], ["merge", 1], ["collect", 1]] as const) {
  Deno.test(`Engine counts again from the start when a worker fails in ${name}`, async () => {
    const entry = new URL("../support/faults/failing_worker.ts", import.meta.url);
    entry.search = `kind=${TaskKind[name]}&nth=${nth}`;
    const engine = await startSmall({ workers: 1 }, (options) => {
      return Engine.startWith(options!, { kernel: "words", entry });
    });
    const input = scrambledWords(120_000, 2);
    const result = await engine.submit(input, { top: 0, tokenizer: "ascii" }).done;
    assertEquals(result.accounting.runs, 2);
    assertNumbers(result, 120_000, 2);
    assert(result.spilled!.runs > 0);
    result.segment.close();
    await until(() => engine.status().memory.jobs === 0);
    await closeClean(engine);
  });
}

Deno.test("Engine holds after hundreds of jobs of every kind what it held before", async () => {
  const engine = await startSmall({ memoryBytes: 12 * 1024 * 1024 });
  await engine.ready();
  const held = () => ({ ...engine.status().memory, touched: 0 });
  const before = held();
  const { free } = engine.status().slots;
  const mix = new MixedJobs(engine, new Random(12), 60_000);
  await mix.run(400);
  for (const ending of ["done", "spilled", "job_cancelled", "invalid_utf8", "empty_body"]) {
    assert(mix.endings.get(ending)! > 0, `${ending} in ${[...mix.endings]}`);
  }
  await until(() => engine.status().memory.jobs === 0 && engine.status().jobs.leaving === 0);
  assertEquals(held(), before);
  assertEquals(engine.status().slots.free, free);
  if (Deno.build.os === "linux") assertEquals(openFiles(engine.parent), []);
  await closeClean(engine);
});
