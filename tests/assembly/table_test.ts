import { assert, assertEquals } from "@std/assert";
import { JOB_PAGES, SEEDS } from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { countNaive, KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { freshSeed, Random } from "../support/random.ts";
import { costsLess, threadMs } from "../support/cost.ts";

const KEYS = { tokenizer: "keys", case: "preserve" } as const;

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} counts keys of every length and any bytes`, async () => {
    const harness = await KernelHarness.create(build);
    const seed = freshSeed();
    const random = new Random(seed);
    const keys: string[] = [];
    for (let length = 0; length <= 100; length++) {
      keys.push("k".repeat(length), "\0".repeat(length));
      keys.push(
        "\0".repeat(length) + "\x01",
        "a" + "\0".repeat(length),
        "\0\x01" + "\0".repeat(length),
      );
    }
    const tokens = Array.from({ length: 20_000 }, () => random.pick(keys));
    assertEquals(
      harness.run([encodePackedTexts(tokens)], KEYS).counts,
      countNaive(tokens),
      `seed ${seed}`,
    );
  });

  Deno.test(`${build} tells a key from the sentinel of the short tier`, async () => {
    const harness = await KernelHarness.create(build);
    // Sentinels are 0x100, 0x200, … as little-endian u64.
    const keys = Array.from(
      { length: 255 },
      (_, i) => "\0" + String.fromCharCode((i + 1) & 0x7f || 1),
    );
    const tokens = [...keys, ...keys, ...keys];
    assertEquals(harness.run([encodePackedTexts(tokens)], KEYS).counts, countNaive(tokens));
  });

  Deno.test(`${build} grows each tier and keeps every count`, async () => {
    const harness = await KernelHarness.create(build, { pages: 4096, textBytes: 32 << 20 });
    for (const suffix of ["", "-medium-", "-a-long-key-that-goes-to-the-arena-"]) {
      const tokens: string[] = [];
      for (let i = 0; i < 60_000; i++) {
        tokens.push(`${i}${suffix}`);
        if (i % 3 === 0) tokens.push(`${i >> 1}${suffix}`, `7${suffix}`);
      }
      const answer = harness.run([encodePackedTexts(tokens)], { ...KEYS, partitionBits: 2 });
      assertEquals(answer.distinct, 60_000);
      assert(JSON.stringify(answer.counts) === JSON.stringify(countNaive(tokens)), suffix);
    }
  });

  Deno.test(`${build} carries counts over before they can wrap`, async () => {
    const harness = await KernelHarness.create(build);
    const words = [
      "a",
      "middle-of-the-road",
      "a word beyond twenty-eight bytes, certainly",
      "",
      "b",
    ];
    const tokens = Array.from({ length: 200_000 }, (_, i) => words[i % 7 < 4 ? i % 7 : 4]);
    const chunks = [tokens.slice(0, 90_000), tokens.slice(90_000)].map(encodePackedTexts);
    for (const flushTokens of [1, 5000, 40_000]) {
      const { counts, distinct } = harness.run(chunks, { ...KEYS, flushTokens });
      assertEquals(counts, countNaive(tokens), `every ${flushTokens} tokens`);
      assertEquals(distinct, words.length);
    }
  });

  Deno.test(`${build} starts a table in one page and gives all pages back`, async () => {
    const harness = await KernelHarness.create(build);
    harness.open();
    harness.map("a few words make a small job");
    assertEquals(harness.get(JOB_PAGES), 1);
    assertEquals(harness.ownedPages(), 1);
    harness.run(["a few words make a small job"]); // run() checks the pages
  });
}

Deno.test("a table of many keys takes at most three times their bytes and counts", async () => {
  const harness = await KernelHarness.create("words", { pages: 4096, textBytes: 32 << 20 });
  const keys = Array.from(
    { length: 1_200_000 },
    (_, i) => (i * 7919 + 1_000_000_007).toString(36) + "xy",
  );
  harness.open(KEYS);
  harness.map(encodePackedTexts(keys));
  const keyBytes = keys.reduce((sum, key) => sum + key.length + 4, 0);
  const ratio = harness.get(JOB_PAGES) * 65536 / keyBytes;
  assert(ratio < 3, `${ratio.toFixed(2)} times`);
});

const MASK = 2n ** 64n - 1n;

/** The inverse of an odd number, by Newton's iteration. */
function inverse(odd: bigint): bigint {
  let x = odd;
  for (let i = 0; i < 6; i++) x = (x * (2n - odd * x)) & MASK;
  return x;
}

/** Keys of 12 bytes that all have the same hash under the multipliers `low` and `high`. */
function collidingKeys(count: number, low: bigint, high: bigint): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(count * 16);
  const view = new DataView(out.buffer);
  const back = inverse(low);
  for (let i = 0; i < count; i++) {
    const last = 0x01010101n + BigInt(i) * 3n;
    view.setUint32(i * 16, 12, true);
    view.setBigUint64(i * 16 + 4, ((0x123456789abcdef0n - last * high) * back) & MASK, true);
    view.setUint32(i * 16 + 12, Number(last), true);
  }
  return out;
}

function randomKeys(count: number): Uint8Array<ArrayBuffer> {
  const random = new Random(7);
  const out = new Uint8Array(count * 16);
  const view = new DataView(out.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(i * 16, 12, true);
    for (let j = 4; j < 16; j += 4) {
      view.setUint32(i * 16 + j, random.below(2 ** 32) | 0x01000000, true);
    }
  }
  return out;
}

function millisecondsToMap(harness: KernelHarness, text: Uint8Array): number {
  harness.open(KEYS);
  const { start, bytes } = harness.put(text);
  const started = threadMs();
  assertEquals(harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0), 0);
  return threadMs() - started;
}

Deno.test("keys that collide under other seeds cost less than twice random ones", async () => {
  const harness = await KernelHarness.create("words", {
    pages: 4096,
    textBytes: 32 << 20,
    seed: 2,
  });
  const hostile = collidingKeys(300_000, 0x9e3779b97f4a7c15n, 0xd6e8feb86659fd93n);
  const friendly = randomKeys(300_000);
  const { holds, text } = costsLess(
    () => millisecondsToMap(harness, hostile),
    2,
    () => millisecondsToMap(harness, friendly),
  );
  assert(holds, text);
});

Deno.test("the hostile keys of the test above do collide under the seeds they are made for", async () => {
  const harness = await KernelHarness.create("words", { pages: 2048 });
  const seed = (index: number) => harness.view.getBigUint64(SEEDS + index * 8, true);
  const hostile = collidingKeys(20_000, seed(0), seed(1));
  const friendly = randomKeys(20_000);
  const { holds, text } = costsLess(
    () => millisecondsToMap(harness, friendly),
    1 / 5,
    () => millisecondsToMap(harness, hostile),
  );
  assert(holds, text);
});

/**
 * Keys of 17 pairs of words. Flipping certain bits of both words of a pair cancels out in chains
 * that take words in by xor, whatever their multiplier: 2^17 keys with one hash.
 */
function cancellingKeys(count: number, first: bigint, second: bigint): Uint8Array<ArrayBuffer> {
  const words = 34;
  const record = 4 + words * 8;
  const out = new Uint8Array(count * record);
  const view = new DataView(out.buffer);
  for (let i = 0; i < count; i++) {
    view.setUint32(i * record, words * 8, true);
    for (let pair = 0; pair < words / 2; pair++) {
      const at = i * record + 4 + pair * 16;
      const flip = (i >> pair) & 1;
      view.setBigUint64(at, 0x0102030405060708n ^ (flip ? first : 0n), true);
      view.setBigUint64(at + 8, 0x0102030405060708n ^ (flip ? second : 0n), true);
    }
  }
  return out;
}

Deno.test("long keys whose differences cancel in plain chains cost less than twice others", async () => {
  const harness = await KernelHarness.create("words", {
    pages: 4096,
    textBytes: 32 << 20,
    seed: 3,
  });
  const top = 1n << 63n;
  const friendly = cancellingKeys(100_000, 0x1234n, 0x98765n);
  for (const shift of [29n, 31n, 32n]) {
    const hostile = cancellingKeys(100_000, top, top | (top >> shift));
    const { holds, text } = costsLess(
      () => millisecondsToMap(harness, hostile),
      2,
      () => millisecondsToMap(harness, friendly),
    );
    assert(holds, `shift ${shift}: ${text}`);
  }
});
