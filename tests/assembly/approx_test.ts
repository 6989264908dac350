import { assert, assertEquals, assertThrows } from "@std/assert";
import { JOB_PAGES } from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { assertBounded, countTokens, zipf } from "../support/approx.ts";
import {
  type JobOptions,
  KERNEL_BUILDS,
  type KernelAnswer,
  KernelHarness,
} from "../support/kernel_harness.ts";
import { freshSeed, Random } from "../support/random.ts";

const KEYS = { tokenizer: "keys", case: "preserve" } as const;

/** Of tokens for each key that a table has room for: half of the keys leave, by a median within 4 %. */
const MOST_ERROR = 2 * 1.04;

/** For how many keys of these streams a table of 8 pages has room at least: long ones, in the arena. */
const LEAST_KEYS = 4000;

/** Checks what an answer promises of a stream. */
function assertHolds(
  { counts, counted, left, distinct }: KernelAnswer,
  tokens: readonly string[],
  label: string,
  truth = countTokens(tokens),
): void {
  const { bound, purges, keys } = left!;
  const isExact = purges === 0;
  assertBounded({ counts, bound, keys: isExact ? distinct : keys, isExact }, truth, label);
  assertEquals(counted, tokens.length, `${label}: the sum`);
}

const STREAMS: Record<string, (random: Random) => string[]> = {
  "short keys": (random) => zipf(random, 200_000, 150_000, (i) => `k${i}`),
  "medium keys": (random) => zipf(random, 100_000, 80_000, (i) => `a key of medium ${i}`),
  "long keys": (random) =>
    zipf(random, 60_000, 50_000, (i) => `a key that goes to the arena, ${i}`),
  "keys of all lengths": (random) =>
    zipf(random, 100_000, 80_000, (i) => "x".repeat(i % 41) + String(i * 7919)),
  "all different": () => Array.from({ length: 200_000 }, (_, i) => `${i}`),
  "frequent ones last": () => [
    ...Array.from({ length: 150_000 }, (_, i) => `${i}`),
    ...Array.from({ length: 50_000 }, (_, i) => `late ${i % 10}`),
  ],
  "each twice, far apart": () => Array.from({ length: 200_000 }, (_, i) => `${i % 100_000}`),
  "in turns of equal counts": () =>
    Array.from({ length: 200_000 }, (_, i) => `${Math.floor(i / 50) % 997}-${i % 50}`),
};

/** Cuts a stream into chunks of any sizes. */
function deal(random: Random, tokens: readonly string[], encode: (part: string[]) => Uint8Array) {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < tokens.length;) {
    const length = 1 + random.below(20_000);
    chunks.push(encode(tokens.slice(at, at += length)));
  }
  return chunks;
}

const asText = (tokens: string[]) => new TextEncoder().encode(tokens.join(" "));

for (const build of KERNEL_BUILDS) {
  for (const [name, stream] of Object.entries(STREAMS)) {
    Deno.test(`${build} bounds the error of every count of ${name}`, async () => {
      const harness = await KernelHarness.create(build, { pages: 4096 });
      const seed = freshSeed();
      const random = new Random(seed);
      const tokens = stream(random);
      const truth = countTokens(tokens);
      for (const [workers, approxPages] of [[1, 8], [3, 12], [4, 40]]) {
        const chunks = deal(random, tokens, encodePackedTexts);
        const partitionBits = random.below(4);
        const answer = harness.run(chunks, { ...KEYS, workers, approxPages, partitionBits });
        const label = `seed ${seed}, ${workers} workers`;
        assertHolds(answer, tokens, label, truth);
        const most = MOST_ERROR * tokens.length / LEAST_KEYS;
        assert(answer.left!.bound <= most, `${label}: bound ${answer.left!.bound} beyond ${most}`);
      }
    });
  }

  Deno.test(`${build} finds what has stayed in a table, wherever it stood`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096 });
    for (const suffix of ["", "-of-medium-length", "-a-long-key-that-goes-to-the-arena"]) {
      for (let run = 0; run < 20; run++) {
        const name = (i: number) => `${run}/${i}${suffix}`;
        const staying = Array.from({ length: suffix === "" ? 1700 : 850 }, (_, i) => name(i));
        const leaving = staying.flatMap((_, i) => [name(-1 - i), name(1e6 + i)]);
        const tokens = [
          ...staying,
          ...staying,
          ...leaving.slice(0, staying.length * 1.3),
          ...staying,
        ];
        const answer = harness.run([encodePackedTexts(tokens)], { ...KEYS, approxPages: 1 });
        assert(answer.left!.purges > 0);
        assertHolds(answer, tokens, suffix);
      }
    }
  });

  Deno.test(`${build} subtracts from keys that differ by case alone as from one`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096 });
    const seed = freshSeed();
    const random = new Random(seed);
    const spelled = (i: number) =>
      [...`éàüж${i}`].map((c) => random.below(2) ? c.toUpperCase() : c).join("");
    const tokens = zipf(random, 150_000, 60_000, spelled);
    const folded = tokens.map((token) => token.toLowerCase());
    for (const nfc of [false, true]) {
      const options: JobOptions = { case: "fold", nfc, workers: 2, approxPages: 8 };
      for (const tokenizer of ["keys", "unicode", "whitespace"] as const) {
        const chunks = deal(random, tokens, tokenizer === "keys" ? encodePackedTexts : asText);
        const answer = harness.run(chunks, { ...options, tokenizer });
        assert(answer.left!.purges > 0);
        assertHolds(answer, folded, `seed ${seed}, ${tokenizer}`);
      }
    }
  });

  Deno.test(`${build} subtracts nothing for keys that the filters leave out`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096 });
    const seed = freshSeed();
    const random = new Random(seed);
    const tokens = zipf(random, 200_000, 150_000, (i) => i % 64 ? `Other ${i}` : `Ours ${i}`);
    const ours = tokens.filter((token) => token.startsWith("Ours"));
    const chunks = deal(random, tokens, encodePackedTexts);
    const few = harness.run(chunks, { ...KEYS, approxPages: 12, prefix: "Ours" });
    assertHolds(few, ours, `seed ${seed}`);
    assertEquals(few.left!.bound, 0, "there is room for all of them");

    const stopWords = ["other 1", "other 2", "ours 0"];
    const words = tokens.filter((token) => !stopWords.includes(token.toLowerCase()));
    const many = harness.run(chunks, { ...KEYS, approxPages: 12, stopWords });
    assert(many.left!.bound > 0);
    assertHolds(many, words, `seed ${seed}`);
    const long = tokens.filter((token) => token.length >= 11);
    const rest = harness.run(chunks, { ...KEYS, approxPages: 8, workers: 2, minChars: 11 });
    assert(rest.left!.bound > 0);
    assertHolds(rest, long, `seed ${seed}`);
  });

  Deno.test(`${build} bounds the error of n-grams and of counts that were carried over`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096 });
    const seed = freshSeed();
    const random = new Random(seed);
    const words = zipf(random, 100_000, 2000, (i) => `w${i}`);
    const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
    const one = harness.run([asText(words)], { ngram: 2, lineBound: true, approxPages: 12 });
    assert(one.left!.purges > 0);
    assertHolds(one, pairs, `seed ${seed}`);

    const tokens = zipf(random, 100_000, 60_000, (i) => "y".repeat(i % 40) + i);
    for (const flushTokens of [200, 20_000]) {
      const chunks = deal(random, tokens, encodePackedTexts);
      const answer = harness.run(chunks, { ...KEYS, approxPages: 8, workers: 2, flushTokens });
      assert(answer.left!.purges > 0);
      assertHolds(answer, tokens, `seed ${seed}, carried every ${flushTokens} tokens`);
    }
  });

  Deno.test(`${build} is exact as long as there is room for all keys`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096 });
    const tokens = Array.from({ length: 50_000 }, (_, i) => `É${i % 9000}`);
    const chunks = [encodePackedTexts(tokens)];
    const options = { tokenizer: "keys", case: "fold" } as const;
    const exact = harness.run(chunks, options);
    const answer = harness.run(chunks, { ...options, approxPages: 16 });
    const { registers: _, ...left } = answer.left!;
    assertEquals({ ...answer, left }, { ...exact, left: { purges: 0, bound: 0, keys: 0 } });
  });

  Deno.test(`${build} keeps a table within its pages`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096 });
    for (const suffix of ["", "-of-medium-length", "-a-long-key-that-goes-to-the-arena"]) {
      harness.open({ ...KEYS, approxPages: 20 });
      for (let at = 0; at < 400_000; at += 20_000) {
        harness.map(
          encodePackedTexts(Array.from({ length: 20_000 }, (_, i) => `${at + i}${suffix}`)),
        );
        const pages = harness.get(JOB_PAGES);
        assert(pages <= 22, `${pages} pages`); // with the table's first one, and the arena's
      }
      harness.release();
    }
  });
}

Deno.test("a bound that is less than what was subtracted is found out", async () => {
  const harness = await KernelHarness.create("words", { pages: 4096 });
  const tokens = Array.from({ length: 100_000 }, (_, i) => `${i}`);
  const answer = harness.run([encodePackedTexts(tokens)], { ...KEYS, approxPages: 8 });
  assertHolds(answer, tokens, "as it is");
  const { left, counts } = answer;
  assertThrows(() => assertHolds({ ...answer, left: { ...left!, bound: 0 } }, tokens, "no bound"));
  assertThrows(() =>
    assertHolds({ ...answer, left: { ...left!, keys: counts.length } }, tokens, "")
  );
  const dropped = { ...answer, counted: answer.counted - 1 };
  assertThrows(() => assertHolds(dropped, tokens, "a sum that has lost something"));
  const high = counts.map(({ key, count }) => ({ key, count: count + 1 }));
  assertThrows(() => assertHolds({ ...answer, counts: high }, tokens, "counts that are too high"));
});
