import { assert, assertEquals } from "@std/assert";
import { OUTPUT_BLOCK_BYTES } from "../../src/output/block_writer.ts";
import { jsonBlocks, jsonText } from "../../src/output/json.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { Selection } from "../../src/output/selection.ts";
import { collect, resultOf } from "../support/results.ts";

function jsonOf(result: JobResult, options = "{}", next?: string) {
  const selection = new Selection(result.segment.records(), { top: 0, min: 0, order: "count" });
  return jsonBlocks(result, selection, { options, next });
}

function parse(blocks: Iterable<Uint8Array>) {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(collect(blocks).bytes);
  return JSON.parse(text);
}

Deno.test("jsonBlocks() says every member", () => {
  const answer = parse(jsonOf(resultOf([["a", 2], ["b", 1]], 5), '{"top":2}'));
  assertEquals(answer, {
    totals: { bytes: 10, tokens: 9, keys: 5, counted: 20, replacements: 8 },
    input: { charset: "utf-8", bomSkipped: true },
    chunks: 3,
    attempts: 4,
    accounting: { bytesIn: 10, bytesCounted: 10, runs: 1 },
    workers: 2,
    ms: { read: 1.235, map: 2, reduce: 0, total: 3.5 },
    options: { top: 2 },
    counts: [{ key: "a", count: 2 }, { key: "b", count: 1 }],
    truncated: 3,
    otherKeys: 3,
    otherCount: 17,
  });
});

Deno.test("jsonBlocks() answers no keys with an empty list", () => {
  assertEquals(parse(jsonOf(resultOf([]))).counts, []);
});

Deno.test("jsonBlocks() escapes what JSON must, and keeps what it may", () => {
  const controls = Array.from({ length: 0x20 }, (_, code) => `x${String.fromCharCode(code)}y`);
  const keys = [
    ...controls,
    '"',
    "\\",
    '\\"',
    "\\n",
    "/",
    "\x7f",
    "é",
    "\u2028",
    "😀",
    "\ufeffa",
    "",
  ];
  const counts = keys.map((key) => [key, 1] as const);
  const answer = parse(jsonOf(resultOf(counts)));
  assertEquals(answer.counts.map(({ key }: { key: string }) => key), keys);
});

Deno.test("jsonBlocks() writes counts of every number of digits up to 2^53 - 1", () => {
  const numbers = [0, 1, 9, 10, 99, 100, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 999999999999999, 1e15];
  numbers.push(Number.MAX_SAFE_INTEGER);
  const counts = numbers.map((count) => ["k", count] as const);
  const answer = parse(jsonOf(resultOf(counts)));
  assertEquals(answer.counts.map(({ count }: { count: number }) => count), numbers);
});

Deno.test("jsonBlocks() cuts many keys into full blocks, wherever a block ends", () => {
  for (let shift = 0; shift < 64; shift++) {
    const counts = Array.from({ length: 4000 }, (_, i): [string, number] => [`k"${i}`, 4000 - i]);
    counts[0] = ["p".repeat(shift), 5000];
    const { bytes, sizes } = collect(jsonOf(resultOf(counts)));
    const answer = JSON.parse(new TextDecoder().decode(bytes));
    assertEquals(answer.counts.length, counts.length);
    assert(
      answer.counts.every((each: { key: string; count: number }, i: number) =>
        each.key === counts[i][0] && each.count === counts[i][1]
      ),
    );
    assert(
      sizes.slice(0, -1).every((size) =>
        size >= OUTPUT_BLOCK_BYTES && size < OUTPUT_BLOCK_BYTES + 64
      ),
    );
  }
});

Deno.test("jsonBlocks() passes keys and options that are longer than a block", () => {
  const key = 'long "é\n'.repeat(50_000);
  const stopWords = Array.from({ length: 9000 }, (_, i) => `stop word ${i}`);
  const blocks = jsonOf(resultOf([[key, 1], ["b", 1]]), JSON.stringify({ stopWords }));
  const answer = parse(blocks);
  assert(answer.counts[0].key === key, "a key of another content");
  assertEquals(answer.counts[1], { key: "b", count: 1 });
  assertEquals(answer.options.stopWords, stopWords);
});

Deno.test("jsonBlocks() may take turns with another writer, block by block", () => {
  const counts = (prefix: string) =>
    resultOf(Array.from({ length: 20_000 }, (_, i) => [`${prefix}${i}`, i] as const));
  const alone = ["a", "b"].map((name) => collect(jsonOf(counts(name))).bytes);
  const turns = ["a", "b"].map((name) => jsonOf(counts(name)));
  const parts: Uint8Array[][] = [[], []];
  for (let open = 2; open > 0;) {
    open = 0;
    turns.forEach((each, i) => {
      const { done, value } = each.next();
      if (!done) {
        parts[i].push(value);
        open++;
      }
    });
  }
  parts.forEach((each, i) => assertEquals(collect(each).bytes, alone[i]));
});

Deno.test("jsonBlocks() says where the next page is", () => {
  const next = '/v1/jobs/1/result?prefix="é&cursor=' + "x".repeat(100_000);
  assertEquals(parse(jsonOf(resultOf([["a", 1]]), "{}", next)).next, next);
  assertEquals("next" in parse(jsonOf(resultOf([["a", 1]]))), false);
});

function textOf(result: JobResult, options = "{}", next?: string) {
  const selection = new Selection(result.segment.records(), { top: 0, min: 0, order: "count" });
  return jsonText(result, selection, { options, next });
}

Deno.test("jsonText() says what jsonBlocks() says, whatever the keys are made of", () => {
  const keys = ["", '"quoted"', "back\\slash", "\u0000\u0001\n", "naïve 語 😀", "x".repeat(3000)];
  const result = resultOf(keys.map((key, i) => [key, 10 ** i]));
  const blocks = collect(jsonOf(result, "{}", "/next")).bytes;
  assertEquals(textOf(result, "{}", "/next"), new TextDecoder().decode(blocks));
});

Deno.test("jsonText() leaves what may not fit into one block to jsonBlocks()", () => {
  assertEquals(textOf(resultOf([["\u0001".repeat(9000), 1]])), undefined);
  assertEquals(textOf(resultOf([["a", 1]]), JSON.stringify("x".repeat(3000))), undefined);
});

Deno.test("jsonText() has room for its largest document, with every byte escaped", () => {
  const result = resultOf([["\u0001".repeat(8180), Number.MAX_SAFE_INTEGER]]);
  const text = textOf(result, JSON.stringify("x".repeat(2040)))!;
  assertEquals(JSON.parse(text).counts[0].key.length, 8180);
});
