import { assertEquals, assertRejects } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { TextPart, Texts } from "../../src/input/text_series.ts";
import type { CountOptions } from "../../src/contract/options.ts";
import { countNaive, formatTsv } from "../support/oracle/oracle.ts";
import { freshSeed, Random } from "../support/random.ts";
import { randomlyCut, streamOf } from "../support/streams.ts";
import { until } from "../support/waits.ts";

const encoder = new TextEncoder();
const PIECES = [
  ..."ab é ž中文  \n\r'.\t",
  "\r\n",
  "\ufeff",
  "\u0301",
  "\u200d",
  "\u2028",
  "\0",
  "word ",
  "long".repeat(30),
];

const start = (chunkBytes?: number) =>
  Engine.start({ workers: 2, memoryBytes: 256 * 1024 * 1024, chunkBytes });

async function count(engine: Engine, texts: Texts["texts"], options: Partial<CountOptions> = {}) {
  const { segment, totals } = await engine.submit({ texts }, { top: 0, ...options }).done;
  return {
    tsv: formatTsv(new Map(segment.toArray().map(({ key, count }) => [key, count]))),
    totals,
  };
}

/** Each text counted by itself, and the counts added. */
function countApart(texts: readonly string[], options: Partial<CountOptions>): string {
  const { tokenizer = "unicode", n, lineBound } = options;
  const sum = new Map<string, number>();
  for (const text of texts) {
    const unmarked = text.replace(/^\ufeff/, "");
    const counts = countNaive(unmarked, tokenizer as "unicode", { ngram: n, lineBound });
    for (const [key, count] of counts) sum.set(key, (sum.get(key) ?? 0) + count);
  }
  return formatTsv(sum);
}

Deno.test("Engine counts texts as if each stood alone, whatever they begin and end with", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await start(4096);
  for (let round = 0; round < 150; round++) {
    const texts = Array.from(
      { length: random.between(1, 30) },
      () =>
        Array.from({ length: random.below(random.pick([3, 20, 400])) }, () => random.pick(PIECES))
          .join(""),
    );
    if (texts.every((text) => text.replace(/^\ufeff/, "") === "")) continue;
    const options = {
      tokenizer: random.pick(["unicode", "whitespace", "ascii", "lines"] as const),
      n: random.pick([1, 1, 2, 4]),
      lineBound: random.oneIn(2),
    };
    const parts = texts.map((text): TextPart | string => {
      const bytes = encoder.encode(text);
      const charset = "utf-8"; // a NUL beside a letter looks like UTF-16
      const cut = { text: randomlyCut(bytes, random), charset };
      return random.pick([text, text, { text: bytes, charset }, cut]);
    });
    const { tsv, totals } = await count(engine, parts, options);
    const where = `seed ${seed}, round ${round}, ${JSON.stringify(options)}`;
    assertEquals(tsv, countApart(texts, options), where);
    assertEquals(totals.bytes, encoder.encode(texts.join("")).length, where);
  }
});

Deno.test("Engine joins no UTF-8 sequence across texts, and repairs each", async () => {
  await using engine = await start();
  const bytes = encoder.encode("ž");
  const halves = [{ text: bytes.subarray(0, 1) }, { text: bytes.subarray(1) }];
  assertEquals((await count(engine, halves)).totals.replacements, 2);
});

Deno.test("Engine names the text and the byte in it where UTF-8 is broken", async () => {
  await using engine = await start();
  const broken = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x20, 0xff);
  const good = { text: encoder.encode("good ".repeat(50_000)), name: "good.txt" };
  const texts = [good, "a string", { text: streamOf(broken, 1), name: "bad.txt" }, good];
  const error = await assertRejects(() => count(engine, texts, { invalid: "reject" }), JobError);
  assertEquals(error.details, { offset: 5, part: 2, name: "bad.txt" });
  const utf16 = { text: Uint8Array.of(0x61, 0, 0, 0xd8, 0x61, 0), charset: "utf-16le" };
  const other = await assertRejects(
    () => count(engine, ["a", utf16], { invalid: "reject" }),
    JobError,
  );
  assertEquals([other.code, other.details.part], ["invalid_utf8", 1]);
});

Deno.test("Engine decodes each text by its own charset", async () => {
  await using engine = await start();
  const latin = { text: Uint8Array.of(0xe9), charset: "latin1" };
  const texts = [latin, { text: encoder.encode("é") }, "é"];
  const result = await engine.submit({ texts }, {}).done;
  assertEquals(result.segment.toArray(), [{ key: "é", count: 3 }]);
  assertEquals(result.input.charset, "mixed");
});

Deno.test("Engine packs short strings into few chunks", async () => {
  await using engine = await start();
  const { chunks, totals } = await engine.submit({ texts: Array(50_000).fill("to be") }).done;
  assertEquals([totals.tokens, chunks], [100_000, 2]);
});

Deno.test("Engine refuses texts that are all empty", async () => {
  await using engine = await start();
  for (const texts of [[], ["", "\ufeff"], [{ text: new Uint8Array(0) }]]) {
    assertEquals((await assertRejects(() => count(engine, texts), JobError)).code, "empty_body");
  }
});

Deno.test("Engine tells texts that it reads no further, and ends a wait for the next", async () => {
  await using engine = await start();
  let waiting = false;
  const next = Promise.withResolvers<void>();
  const job = engine.submit({
    texts: (async function* () {
      yield "first";
      waiting = true;
      await next.promise;
    })(),
    cancel: (reason: unknown) => next.reject(reason),
  });
  await until(() => waiting);
  job.cancel();
  assertEquals((await assertRejects(() => job.done, JobError)).code, "job_cancelled");
  await job[Symbol.asyncDispose]();
});
