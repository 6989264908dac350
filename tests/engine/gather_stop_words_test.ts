import { assertEquals, assertRejects } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import { JobError } from "../../src/contract/problems.ts";
import { type CountOptions, createCountOptions } from "../../src/contract/options.ts";
import { settleOptions } from "../../src/contract/settle_options.ts";
import { prose } from "../support/oracle/generate_text.ts";
import { countNaive, formatTsv } from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";
import { until } from "../support/waits.ts";

const encoder = new TextEncoder();

async function count(
  engine: Engine,
  input: string | JobInput,
  options: Partial<CountOptions>,
): Promise<Record<string, number>> {
  const bytes = typeof input === "string" ? encoder.encode(input) : input;
  const { segment } = await engine.submit(bytes, { top: 0, ...options }).done;
  return Object.fromEntries(segment.toArray().map(({ key, count }) => [key, count]));
}

interface Row {
  name: string;
  input: string | string[];
  options: Partial<CountOptions>;
  counts: Record<string, number>;
}

const ROWS: Row[] = [
  {
    name: "leaves out the words of a language, contractions with either apostrophe too",
    input: "He DOESN’T know what they'll do, it's not his cat",
    options: { stop: ["en"] },
    counts: { know: 1, cat: 1 },
  },
  {
    name: "keeps what it is told to keep, in any case and with either apostrophe",
    input: "Not the cat, don’t don't",
    options: { stop: ["en"], keep: ["NOT", "DON'T"] },
    counts: { not: 1, cat: 1, "don’t": 1, "don't": 1 },
  },
  {
    name: "keeps every spelling of a word that folds to the same",
    input: "daß dass und",
    options: { stop: ["de"], keep: ["dass"] },
    counts: { dass: 2 },
  },
  {
    name: "compares folded where the case is preserved",
    input: "The THE the Cat",
    options: { stop: ["en"], case: "preserve" },
    counts: { Cat: 1 },
  },
  {
    name: "leaves out n-grams with stop words of several languages",
    input: "of the of the cat sat und der Hund",
    options: { stop: ["en", "de"], n: 2 },
    counts: { "cat sat": 1 },
  },
  {
    name: "leaves out n-grams of stop words alone",
    input: "of the of the cat sat",
    options: { stop: ["en"], n: 2, stopMode: "all" },
    counts: { "the cat": 1, "cat sat": 1 },
  },
  {
    name: "works with words that dictionaries cut",
    input: "กล่าว กว่า",
    options: { stop: ["th"], tokenizer: "icu", locale: "th" },
    counts: {},
  },
  {
    name: "takes Thai that is cut by blanks",
    input: "กล่าว กว่า หมา",
    options: { stop: ["th"], tokenizer: "whitespace" },
    counts: { "หมา": 1 },
  },
  {
    name: "takes any stop word for a list of words",
    input: ["กล่าว", "New York", "C++", "Rome", "the"],
    options: { stop: ["th", "en"], stopWords: ["new york", "c++"] },
    counts: { Rome: 1 },
  },
  {
    name: "takes a whole line as a stop word",
    input: "GET /a b\nget /A B\nGET /c\n",
    options: { tokenizer: "lines", stopWords: ["GET /a b"] },
    counts: { "GET /c": 1 },
  },
  {
    name: "takes n tokens as a stop word",
    input: "New York is New York",
    options: { n: 2, stopWords: ["New York"] },
    counts: { "york is": 1, "is new": 1 },
  },
];

for (const { name, input, options, counts } of ROWS) {
  Deno.test(`Engine ${name}`, async () => {
    await using engine = await Engine.start({ workers: 1, memoryBytes: 32 * 1024 * 1024 });
    assertEquals(await count(engine, input, options), counts);
  });
}

const REFUSED: [Partial<CountOptions>, says: string][] = [
  [{ stop: ["th"] }, "use tokenizer=icu&locale=th"],
  [{ stop: ["en", "ja"], tokenizer: "ascii" }, "use tokenizer=icu&locale=ja"],
  [{ stop: ["my"], n: 2 }, "use tokenizer=icu&locale=my"],
  [{ stop: ["ru"], tokenizer: "ascii" }, "use tokenizer=unicode"],
  [{ stopWords: ["New York"] }, "'New York' is not one token of tokenizer=unicode; n=2 would"],
  [{ stopWords: ["New York"], n: 3 }, "nor 3 with a space between them; n=2 would"],
  [{ stopWords: ["the", "wahr?"] }, "'wahr?' is not one token"],
  [{ stopWords: ["C++"], tokenizer: "ascii" }, "tokenizer=ascii"],
  [{ stopWords: ["été"], tokenizer: "ascii" }, "tokenizer=icu would take it"],
  [{ stopWords: ["ประเทศ"] }, "tokenizer=icu would take it"],
  [{ stopWords: ["中文"] }, "tokenizer=unicode"],
  [{ stopWords: ["a\nb"], tokenizer: "lines" }, "tokenizer=lines"],
  [{ stopWords: ["a b"], tokenizer: "whitespace" }, "n=2 would take it"],
  [{ stopWords: ["new york"], tokenizer: "icu" }, "tokenizer=icu"],
];

Deno.test("Engine refuses stop words that can never be a key, with the way out", async () => {
  await using engine = await Engine.start({ workers: 1, memoryBytes: 32 * 1024 * 1024 });
  for (const [options, says] of REFUSED) {
    const error = await assertRejects(() => count(engine, "a text", options), JobError, says);
    assertEquals(error.code, "invalid_parameter", JSON.stringify(options));
  }
  assertEquals(engine.status().ended.failed, 0, "none was the engine's fault");
  assertEquals(await count(engine, "a a", {}), { a: 2 });
});

Deno.test("Engine leaves n-grams with stop words out across chunks, as the oracle does", async () => {
  await using engine = await Engine.start({
    workers: 2,
    memoryBytes: 64 * 1024 * 1024,
    chunkBytes: 512,
  });
  const seed = freshSeed();
  const random = new Random(seed);
  for (let round = 0; round < 60; round++) {
    const text = prose(random, random.between(50, 4000));
    const options = createCountOptions({
      tokenizer: random.pick(["unicode", "whitespace", "ascii", "lines"]),
      case: random.pick(["auto", "fold", "preserve"]),
      normalization: random.pick(["none", "nfc"]),
      n: random.between(1, 4),
      lineBound: random.oneIn(3),
      order: random.pick(["count", "key"]),
      stopMode: random.pick(["any", "all"]),
      stopWords: ["a", "the", "of", "and", "to"],
      top: 0,
    });
    const { tokenizer, case: folding, n, lineBound, stopMode } = settleOptions(options, false);
    const expected = countNaive(text, tokenizer as "unicode", {
      case: folding as "fold",
      nfc: options.normalization === "nfc",
      ngram: n,
      lineBound,
      stopWords: options.stopWords,
      stopAll: stopMode === "all",
    });
    const counts = await count(engine, text, options);
    const note = `MILLRACE_SEED=${seed}, round ${round}: ${JSON.stringify(options)}`;
    assertEquals(formatTsv(new Map(Object.entries(counts))), formatTsv(expected), note);
  }
});

Deno.test("Engine ends n-grams of words that a dictionary cut at a line's end alone", async () => {
  await using engine = await Engine.start({ workers: 1, memoryBytes: 32 * 1024 * 1024 });
  const text = "one abcdefghij two\nthree\r\n\nfour five";
  const counts = await count(engine, text, { tokenizer: "icu", n: 2, lineBound: true });
  assertEquals(counts, { "one abcdefghij": 1, "abcdefghij two": 1, "four five": 1 });
});

Deno.test("Job.peek() hides n-grams with stop words, and shows the others joined by a space", async () => {
  await using engine = await Engine.start({ workers: 1, chunkBytes: 4096 });
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const job = engine.submit(readable, { n: 2, stopWords: ["THE"] });
  const writer = writable.getWriter();
  await writer.write(encoder.encode("the Cat sat ".repeat(50_000)));
  let counts = job.peek(10);
  await until(() => (counts = job.peek(10)).length > 0);
  assertEquals(counts.map(({ key }) => key), ["cat sat"]);
  job.cancel();
});
