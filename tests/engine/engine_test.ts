import { assert, assertEquals, assertRejects } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineStatus } from "../../src/contract/engine_status.ts";
import { JobError } from "../../src/contract/problems.ts";
import { type CountOptions, createCountOptions } from "../../src/contract/options.ts";
import { settleOptions } from "../../src/contract/settle_options.ts";
import { countNaive, formatTsv } from "../support/oracle/oracle.ts";
import { prose } from "../support/oracle/generate_text.ts";
import { gatedStream } from "../support/inputs.ts";
import { Random } from "../support/random.ts";
import { PATIENCE_MS, until } from "../support/waits.ts";

const MEMORY_BYTES = 256 * 1024 * 1024;
const encoder = new TextEncoder();

const start = (workers = 2, chunkBytes?: number) =>
  Engine.start({ workers, memoryBytes: MEMORY_BYTES, chunkBytes });

async function countTsv(engine: Engine, text: string, options: Partial<CountOptions> = {}) {
  const job = engine.submit(encoder.encode(text), { top: 0, ...options });
  const { segment, totals } = await job.done;
  const tsv = segment.toArray().map(({ key, count }) => `${key}\t${count}\n`).join("");
  return { tsv, totals };
}

function naiveTsv(text: string, options: Partial<CountOptions> = {}): string {
  const { tokenizer, case: folding, n, lineBound } = settleOptions(
    createCountOptions(options),
    false,
  );
  const isOracles = tokenizer !== "icu" && tokenizer !== "template" && tokenizer !== "pattern";
  if (!isOracles || folding === "auto") {
    throw new TypeError("the oracle cannot do that");
  }
  return formatTsv(countNaive(text, tokenizer, { case: folding, ngram: n, lineBound }));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, JobError)).code;
}

Deno.test("Engine counts generated text as the oracle does, with every tokenizer and case", async () => {
  await using engine = await start(2, 60_000);
  const text = prose(new Random(1), 150_000);
  for (const tokenizer of ["unicode", "whitespace", "ascii", "lines"] as const) {
    for (const folding of ["fold", "preserve"] as const) {
      const options = { tokenizer, case: folding };
      const { tsv, totals } = await countTsv(engine, text, options);
      assertEquals(tsv, naiveTsv(text, options), `${tokenizer}, ${folding}`);
      assertEquals(totals.bytes, encoder.encode(text).length);
    }
  }
});

Deno.test("Engine gives the same answer for any number of workers and any chunk size", async () => {
  const text = prose(new Random(2), 700_000);
  const expected = naiveTsv(text);
  for (const [workers, chunkBytes] of [[1, 60_000], [2, 60_000], [3, 200_000], [4, 4_000_000]]) {
    await using engine = await start(workers, chunkBytes);
    assertEquals((await countTsv(engine, text)).tsv === expected, true, `${workers} workers`);
  }
});

Deno.test("Engine runs many jobs at once and mixes none of them", async () => {
  await using engine = await start(2, 60_000);
  const texts = Array.from({ length: 300 }, (_, i) => prose(new Random(i), 100 + i * 70));
  const answers = await Promise.all(texts.map((text) => countTsv(engine, text)));
  for (const [i, { tsv }] of answers.entries()) {
    assert(tsv === naiveTsv(texts[i]), `text ${i} is counted otherwise`);
  }
});

Deno.test("Engine interleaves two streams that arrive piece by piece", async () => {
  await using engine = await start(2, 60_000);
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const jobs = gates.map(({ promise }, i) =>
    engine.submit(gatedStream(Array(200).fill(`job${i} word${i} `.repeat(500)), promise), {
      top: 0,
    })
  );
  gates[1].resolve();
  assertEquals((await jobs[1].done).segment.toArray(), [
    { key: "job1", count: 100_000 },
    { key: "word1", count: 100_000 },
  ]);
  gates[0].resolve();
  assertEquals((await jobs[0].done).segment.toArray()[0], { key: "job0", count: 100_000 });
});

Deno.test("Engine keeps a word whole that is longer than a chunk", async () => {
  await using engine = await start(2, 60_000);
  const long = "x".repeat(700_000);
  const { tsv, totals } = await countTsv(engine, `a ${long} b ${long} a`);
  assert(tsv === `a\t2\n${long}\t2\nb\t1\n`, `it is ${tsv.length} characters of another TSV`);
  assertEquals(totals, { bytes: 1_400_007, tokens: 5, keys: 3, counted: 5, replacements: 0 });
});

Deno.test("Engine counts n-grams across chunks, and within lines only where asked", async () => {
  await using engine = await start(2, 60_000);
  const text = prose(new Random(3), 160_000);
  for (const n of [2, 3, 5]) {
    for (const lineBound of [false, true]) {
      for (const tokenizer of ["unicode", "ascii", "whitespace"] as const) {
        const options = { n, lineBound, tokenizer };
        const { tsv } = await countTsv(engine, text, options);
        assert(tsv === naiveTsv(text, options), `other counts by ${JSON.stringify(options)}`);
      }
    }
  }
});

Deno.test("Engine transcodes what is not UTF-8 and says what it read", async () => {
  await using engine = await start();
  const utf16 = new Uint8Array(
    new Uint16Array([..."\ufeffжук жук".split("").map((c) => c.charCodeAt(0))]).buffer,
  );
  const { segment, input } = await engine.submit(utf16).done;
  assertEquals(segment.toArray(), [{ key: "жук", count: 2 }]);
  assertEquals(input, { charset: "utf-16le", bomSkipped: true });
  const latin = await engine.submit(new Uint8Array([0xe9, 0x74, 0xe9]), { charset: "latin1" }).done;
  assertEquals(latin.segment.toArray(), [{ key: "été", count: 1 }]);
  assertEquals(latin.input, { charset: "windows-1252", bomSkipped: false });
  const kept = await engine.submit(encoder.encode("\ufeffa"), {
    bom: "keep",
    tokenizer: "whitespace",
  }).done;
  assertEquals(kept.segment.toArray(), [{ key: "\ufeffa", count: 1 }]);
});

Deno.test("Engine cuts by dictionary with the icu tokenizer", async () => {
  await using engine = await start();
  const text = "我喜欢编程。我喜欢编程。".repeat(10);
  const job = engine.submit(encoder.encode(text), { tokenizer: "icu", locale: "zh" });
  const { segment, totals } = await job.done;
  const naive = new Map<string, number>();
  for (
    const { segment, isWordLike } of new Intl.Segmenter("zh", { granularity: "word" }).segment(text)
  ) {
    if (isWordLike) naive.set(segment, (naive.get(segment) ?? 0) + 1);
  }
  assertEquals(new Map(segment.toArray().map(({ key, count }) => [key, count])), naive);
  assertEquals(totals.tokens, [...naive.values()].reduce((sum, count) => sum + count, 0));
  const broken = Uint8Array.of(...encoder.encode("ab "), 0xff, 0x20, 0xe4, 0xb8);
  assertEquals((await engine.submit(broken, { tokenizer: "icu" }).done).totals.replacements, 2);
  const rejected = engine.submit(broken, { tokenizer: "icu", invalid: "reject" });
  const error = await assertRejects(() => rejected.done, JobError);
  assertEquals([error.code, error.details.offset], ["invalid_utf8", 3]);
});

Deno.test("Engine takes a list of words as tokens as they are", async () => {
  await using engine = await start(2, 60_000);
  const words = ["new york", "New York", "", "a\nb", "x".repeat(100_000), "new york"];
  const job = engine.submit(words, { top: 2, case: "fold" });
  const { segment, totals, input } = await job.done;
  assertEquals(segment.toArray(), [{ key: "new york", count: 3 }, { key: "", count: 1 }]);
  assertEquals([totals.tokens, totals.keys, input.charset], [6, 4, "utf-8"]);
  const asIs = engine.submit(words, { top: 1 });
  assertEquals((await asIs.done).segment.toArray(), [{ key: "new york", count: 2 }]);
  assertEquals([job.options.case, asIs.options.case], ["fold", "preserve"]);
  const many = Array.from({ length: 50_000 }, (_, i) => `w${i % 1000}`);
  const pairs = await engine.submit(Promise.resolve(many), { n: 2, top: 0, order: "key" }).done;
  assertEquals(pairs.totals.keys, 1000);
  assertEquals(pairs.segment.toArray()[0], { key: "w0 w1", count: 50 });
  assertEquals(pairs.segment.toArray().at(-1), { key: "w999 w0", count: 49 });
});

Deno.test("Engine filters final keys: prefix, length, stop words, folded alike", async () => {
  await using engine = await start();
  const keys = async (options: Partial<CountOptions>) =>
    (await engine.submit(encoder.encode("Straße STRASSE stra Ab abc ÀB àbc"), options).done)
      .segment.toArray().map(({ key, count }) => `${key}${count}`).join(" ");
  assertEquals(await keys({ prefix: "STRA" }), "strasse2 stra1");
  assertEquals(await keys({ prefix: "Stra", case: "preserve" }), "Straße1");
  assertEquals(await keys({ minLength: 4 }), "strasse2 stra1");
  assertEquals(await keys({ maxLength: 2 }), "ab1 àb1");
  assertEquals(await keys({ stopWords: ["STRASSE", "ab", "àB"] }), "abc1 stra1 àbc1");
});

Deno.test("Engine normalizes keys where asked, and merges what becomes one", async () => {
  await using engine = await start();
  const text = encoder.encode("é e\u0301 É E\u0301");
  const { segment } = await engine.submit(text, { normalization: "nfc" }).done;
  assertEquals(segment.toArray(), [{ key: "é", count: 4 }]);
  assertEquals((await engine.submit(text).done).totals.keys, 2);
  const filters = { prefix: "E\u0301", stopWords: ["E\u0301a"] };
  const filtered = engine.submit(encoder.encode("éa e\u0301b eb"), {
    normalization: "nfc",
    ...filters,
  });
  assertEquals((await filtered.done).segment.toArray(), [{ key: "éb", count: 1 }]);
});

Deno.test("Engine answers top, min and order", async () => {
  await using engine = await start();
  const text = "b a c a b a d";
  const keys = async (options: Partial<CountOptions>) =>
    (await engine.submit(encoder.encode(text), options).done).segment.toArray()
      .map(({ key, count }) => `${key}${count}`).join(" ");
  assertEquals(await keys({}), "a3 b2 c1 d1");
  assertEquals(await keys({ top: 3 }), "a3 b2 c1");
  assertEquals(await keys({ min: 2 }), "a3 b2");
  assertEquals(await keys({ order: "key" }), "a3 b2 c1 d1");
  assertEquals(await keys({ order: "key", top: 2 }), "a3 b2");
  assertEquals(await keys({ min: 4 }), "");
});

Deno.test("Job.cancel() ends a job that waits for input and leaves nothing behind", async () => {
  await using engine = await start(2, 60_000);
  const before = engine.status();
  const never = new Promise<void>(() => {});
  const job = engine.submit(gatedStream(Array(50).fill("some words here ".repeat(500)), never));
  await until(() => job.counters.chunks > 0);
  assertEquals(job.state, "running");
  job.cancel();
  job.cancel();
  assertEquals(await codeOf(job.done), "job_cancelled");
  assertEquals(await codeOf(job.received), "job_cancelled");
  assertEquals(job.state, "cancelled");
  assertEquals((await countTsv(engine, "still here")).tsv, "here\t1\nstill\t1\n");
  const held = ({ jobs, tasks, slots }: EngineStatus) => JSON.stringify({ jobs, tasks, slots });
  await until(() => held(engine.status()) === held(before));
  await until(() => engine.status().memory.jobs === 0);
});

Deno.test("Engine.submit() cancels by signal, before and during the job", async () => {
  await using engine = await start();
  const never = new Promise<void>(() => {});
  const controller = new AbortController();
  const running = engine.submit(gatedStream(["a"], never), {}, { signal: controller.signal });
  controller.abort();
  assertEquals(await codeOf(running.done), "job_cancelled");
  const dead = engine.submit(encoder.encode("a"), {}, { signal: AbortSignal.abort() });
  assertEquals(await codeOf(dead.done), "job_cancelled");
});

Deno.test("Engine says what is wrong with an input and takes the next", async () => {
  await using engine = await start();
  const broken = ReadableStream.from((function* () {
    yield encoder.encode("a b");
    throw new Error("gone");
  })());
  assertEquals(await codeOf(engine.submit(broken).done), "body_aborted");
  assertEquals(await codeOf(engine.submit(new Uint8Array(0)).done), "empty_body");
  const large = engine.submit(encoder.encode("a b c"), {}, { maxBytes: 4 });
  assertEquals(await codeOf(large.done), "body_too_large");
  const stalled = gatedStream([], new Promise(() => {}));
  assertEquals(
    await codeOf(engine.submit(stalled, {}, { readTimeoutMs: 20 }).done),
    "read_timeout",
  );
  assertEquals((await countTsv(engine, "a b")).tsv, "a\t1\nb\t1\n");
});

Deno.test("Engine tells the offset of the first invalid byte, wherever chunks end", async () => {
  await using engine = await start(2, 60_000);
  const text = encoder.encode("word ".repeat(100_000));
  for (const offsets of [[0], [70_001], [400_003, 250_000], [499_999]]) {
    const bytes = text.slice();
    for (const offset of offsets) bytes[offset] = 0xff;
    const error = await assertRejects(
      () => engine.submit(bytes, { invalid: "reject" }).done,
      JobError,
    );
    assertEquals([error.code, error.details.offset], ["invalid_utf8", Math.min(...offsets)]);
    const { totals } = await engine.submit(bytes, { invalid: "replace" }).done;
    assertEquals(totals.replacements, offsets.length);
  }
});

Deno.test("Engine without a disk fails a job that outgrows memory and takes the next", async () => {
  await using engine = await Engine.start({
    workers: 2,
    memoryBytes: 24 * 1024 * 1024,
    spillDirectory: false,
  });
  const text = Array.from({ length: 2_000_000 }, (_, i) => `key${i}`).join(" ");
  const error = await assertRejects(() => engine.submit(encoder.encode(text)).done, JobError);
  assertEquals(error.code, "out_of_memory");
  assert(Number(error.details.limit) > 0);
  assertEquals((await countTsv(engine, "a b")).tsv, "a\t1\nb\t1\n");
  await until(() => engine.status().memory.jobs === 0);
});

Deno.test("Engine.close() lets a job finish, then refuses new ones", async () => {
  const engine = await start();
  const gate = Promise.withResolvers<void>();
  const job = engine.submit(gatedStream(["a b a"], gate.promise));
  const closed = engine.close({ deadlineMs: PATIENCE_MS });
  assertEquals(codeOfSync(() => engine.submit(encoder.encode("a"))), "engine_closed");
  gate.resolve();
  assertEquals((await job.done).totals.tokens, 3);
  await closed;
});

Deno.test("Engine.close() ends what does not finish by the deadline", async () => {
  const engine = await start();
  const job = engine.submit(gatedStream(["a"], new Promise(() => {})));
  await engine.close({ deadlineMs: 20 });
  assertEquals(await codeOf(job.done), "engine_closed");
});

function codeOfSync(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return (error as JobError).code;
  }
}
