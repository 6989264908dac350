import { assert, assertEquals } from "@std/assert";
import {
  JOB_BYTES,
  JOB_PAGE_LIMIT,
  JOB_PAGES,
  JOB_STATE,
  JOB_STOPPED,
  JOB_TABLES,
  OK,
  OUT_OF_PAGES,
  PAGE_BYTES,
  PAGE_COUNT,
  PAGE_DIRTY,
  PAGE_ENGINE,
  PAGE_FRESH,
  PAGE_JOB,
  PAGE_MAP,
} from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { countNaive, KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";

const KEYS = { tokenizer: "keys", case: "preserve" } as const;

/** 6,000 distinct keys of all tiers, some of them frequent. */
function manyKeys(): string[] {
  const tails = ["", "-of-medium-length", "-and-this-one-is-long-enough-for-the-arena"];
  return Array.from({ length: 30_000 }, (_, i) => (i % 3 ? i % 6000 : i % 60) + tails[i % 3]);
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} goes on exactly where OUT_OF_PAGES stopped a call`, async () => {
    const harness = await KernelHarness.create(build);
    const tokens = manyKeys();
    const expected = countNaive(tokens);
    for (const step of [1, 2, 3]) {
      let stops = 0;
      harness.onOutOfPages = () => {
        stops++;
        harness.set(JOB_PAGE_LIMIT, harness.get(JOB_PAGE_LIMIT) + step);
      };
      const options = { ...KEYS, pageLimit: 1, partitionBits: 2 };
      const { counts, tokens: counted } = harness.run([encodePackedTexts(tokens)], options);
      assert(stops > 1, `stopped ${stops} times`);
      assertEquals(counted, tokens.length);
      assertEquals(counts, expected, `step ${step}`);
    }
  });

  Deno.test(`${build} goes on with n-grams where OUT_OF_PAGES stopped a call`, async () => {
    const harness = await KernelHarness.create(build);
    const words = manyKeys().map((key) => key.replaceAll("-", ""));
    const grams = words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`);
    harness.onOutOfPages = () => harness.set(JOB_PAGE_LIMIT, harness.get(JOB_PAGE_LIMIT) + 1);
    const options = { tokenizer: "ascii", ngram: 3, lineBound: true, pageLimit: 1 } as const;
    assertEquals(harness.run([words.join(" ")], options).counts, countNaive(grams));
  });

  Deno.test(`${build} forgets an unfinished chunk when the job's record starts anew`, async () => {
    const harness = await KernelHarness.create(build);
    const text = encodePackedTexts(manyKeys());
    harness.open({ ...KEYS, pageLimit: 2 });
    const { start, bytes } = harness.put(text);
    assertEquals(harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0), OUT_OF_PAGES);
    harness.open(KEYS);
    assertEquals(harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0), OK);
    assertEquals(harness.reduce().toArray(), countNaive(manyKeys()));
  });
}

Deno.test("mapChunk() returns OUT_OF_PAGES when the memory is full, and frees nothing of others", async () => {
  const harness = await KernelHarness.create("words", { pages: 200 });
  harness.open(KEYS);
  const map = PAGE_MAP >> 2;
  const free = harness.words.subarray(map, map + 200).indexOf(PAGE_FRESH, 32);
  harness.words.fill(PAGE_ENGINE, map + free, map + 200);
  assertEquals(harness.kernel.mapChunk(harness.job, 0, harness.text, 0, 0, 0), OUT_OF_PAGES);
  harness.words[map + free + 7] = PAGE_DIRTY; // one page, between others
  harness.bytes.fill(0xff, (free + 7) * PAGE_BYTES, (free + 8) * PAGE_BYTES);
  harness.map(encodePackedTexts(["a", "b", "a"]));
  assertEquals(harness.words[map + free + 7], PAGE_JOB);
  assertEquals(harness.get(JOB_TABLES), (free + 7) * PAGE_BYTES);
  harness.release();
  assertEquals(
    harness.words.subarray(map + free, map + 200).filter((w) => w !== PAGE_ENGINE).length,
    1,
  );
});

Deno.test("pages are zeroed for tables and found by their owner", async () => {
  const harness = await KernelHarness.create("words");
  const map = PAGE_MAP >> 2;
  const count = harness.words[PAGE_COUNT >> 2];
  for (let page = 32; page < count; page++) { // every free page dirty, full of ones
    if (harness.words[map + page] !== PAGE_FRESH) continue;
    harness.words[map + page] = PAGE_DIRTY;
    harness.bytes.fill(0xff, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  }
  const tokens = manyKeys();
  assertEquals(harness.run([encodePackedTexts(tokens)], KEYS).counts, countNaive(tokens));
});

Deno.test("the host finds every page that a kernel took for a job, and no page of another", async () => {
  const harness = await KernelHarness.create("words");
  harness.open(KEYS);
  harness.map(encodePackedTexts(manyKeys()));
  const other = harness.job + JOB_BYTES;
  harness.words.copyWithin(other >> 2, harness.job >> 2, (harness.job + JOB_BYTES) >> 2);
  harness.words.fill(0, (other + JOB_TABLES) >> 2, (other + JOB_BYTES) >> 2);
  harness.words[(other + JOB_PAGES) >> 2] = 0;
  const { start, bytes } = harness.put(encodePackedTexts(manyKeys()));
  assertEquals(harness.kernel.mapChunk(other, 0, start, bytes, 0, 0), OK);
  const held = harness.words[(other + JOB_PAGES) >> 2];
  harness.release();
  const map = harness.words.subarray(PAGE_MAP >> 2, (PAGE_MAP >> 2) + 1024);
  assertEquals(map.filter((word) => word === PAGE_JOB).length, 0);
  assertEquals(map.filter((word) => word === PAGE_JOB + 1).length, held);
});

Deno.test("mapChunk() returns STOPPED when the job does not run", async () => {
  const harness = await KernelHarness.create("words");
  harness.open();
  harness.set(JOB_STATE, JOB_STOPPED);
  const { start, bytes } = harness.put("a b c");
  assertEquals(harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0), 2);
});
