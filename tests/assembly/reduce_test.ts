import { assert, assertEquals } from "@std/assert";
import {
  JOB_RUNNING,
  JOB_STATE,
  OK,
  PAGE_BYTES,
  PAGE_COUNT,
  PAGE_DIRTY,
  PAGE_MAP,
  PAGES,
  SCRATCH_BEAT,
  SCRATCH_FREE,
  STOPPED,
} from "../../assembly/layout.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import { costsLess, threadMs } from "../support/cost.ts";
import {
  compareCounts,
  countNaive,
  KERNEL_BUILDS,
  KernelHarness,
} from "../support/kernel_harness.ts";
import { compareCodePoints } from "../support/oracle/code_points.ts";
import { freshSeed, Random } from "../support/random.ts";

const KEYS = { tokenizer: "keys", case: "preserve" } as const;

/** Keys that share beginnings, differ behind NUL bytes and reach beyond the BMP. */
function generateTokens(random: Random, count: number): string[] {
  const stems = [
    "",
    "a",
    "ab",
    "abcdefgh",
    "abcdefghijkl",
    "abcdefghijklmnop",
    "é",
    "中",
    "\u{1f600}",
    "\uffff",
    "a\0",
  ];
  return Array.from({ length: count }, () => {
    let key = random.pick(stems);
    for (let left = random.below(4); left > 0; left--) {
      key += random.pick(["a", "b", "z", "\0", "é", "\u{1f601}"]);
    }
    return key;
  });
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} answers the same for every number of partitions and workers`, async () => {
    const harness = await KernelHarness.create(build);
    const seed = freshSeed();
    const random = new Random(seed);
    const chunks = Array.from({ length: 12 }, () => generateTokens(random, 2000));
    const expected = countNaive(chunks.flat());
    for (let partitionBits = 0; partitionBits <= 6; partitionBits++) {
      for (const workers of [1, 2, 7]) {
        const answer = harness.run(chunks.map(encodePackedTexts), {
          ...KEYS,
          partitionBits,
          workers,
        });
        assertEquals(
          answer.counts,
          expected,
          `seed ${seed} bits ${partitionBits} workers ${workers}`,
        );
        assertEquals([answer.distinct, answer.counted], [expected.length, chunks.flat().length]);
      }
    }
  });

  Deno.test(`${build} keeps of an order what stands first`, async () => {
    const harness = await KernelHarness.create(build);
    const seed = freshSeed();
    const random = new Random(seed);
    const tokens = generateTokens(random, 10_000);
    const byCount = countNaive(tokens);
    const byKey = [...byCount].sort((a, b) => compareCodePoints(a.key, b.key));
    for (const [order, all] of [["count", byCount], ["key", byKey]] as const) {
      for (const top of [0, 1, 2, 10, 100, all.length - 1, all.length, all.length + 1]) {
        for (const partitionBits of [0, 3]) {
          const answer = harness.run([encodePackedTexts(tokens)], {
            ...KEYS,
            order,
            top,
            partitionBits,
          });
          assertEquals(
            answer.counts,
            top === 0 ? all : all.slice(0, top),
            `seed ${seed} ${order} ${top}`,
          );
          assertEquals([answer.distinct, answer.counted], [all.length, tokens.length]);
        }
      }
    }
  });

  Deno.test(`${build} leaves out keys whose counts are beyond the bounds`, async () => {
    const harness = await KernelHarness.create(build);
    const tokens = Array.from({ length: 5000 }, (_, i) => `k${Math.floor(Math.sqrt(i))}`);
    const expected = countNaive(tokens);
    for (const minCount of [0, 1, 2, 50, 1000]) {
      const answer = harness.run([encodePackedTexts(tokens)], {
        ...KEYS,
        minCount,
        partitionBits: 1,
      });
      assertEquals(answer.counts, expected.filter(({ count }) => count >= minCount));
      assertEquals([answer.distinct, answer.counted], [expected.length, tokens.length]);
    }
    for (const [minCount, maxCount] of [[0, 1], [0, 51], [51, 51], [3, 99], [0, 2 ** 40], [9, 3]]) {
      const bounds = { minCount, maxCount };
      const answer = harness.run([encodePackedTexts(tokens)], {
        ...KEYS,
        ...bounds,
        partitionBits: 1,
      });
      const within = expected.filter(({ count }) => count >= minCount && count <= maxCount);
      assertEquals(answer.counts, within);
      assertEquals([answer.distinct, answer.counted], [expected.length, tokens.length]);
    }
  });

  Deno.test(`${build} merges keys that folding makes equal, also across workers`, async () => {
    const harness = await KernelHarness.create(build);
    const chunks = ["É é ÉTÉ straße STRASSE", "é Été STRAßE ΣΑΣ σας", "É σας ete"];
    for (const partitionBits of [0, 2]) {
      const { counts } = harness.run(chunks, {
        tokenizer: "whitespace",
        workers: 3,
        partitionBits,
      });
      assertEquals(
        counts,
        [
          { key: "é", count: 4 },
          { key: "strasse", count: 3 },
          { key: "σασ", count: 3 },
          { key: "été", count: 2 },
          { key: "ete", count: 1 },
        ].sort(compareCounts),
      );
    }
  });
}

/** Counts that lead simple quicksorts astray. */
const PATTERNS: Record<string, (i: number, n: number) => number> = {
  "all equal": () => 3,
  "ascending": (i) => 1 + i % 50,
  "descending": (i, n) => 1 + ((n - i) >> 8),
  "organ pipe": (i, n) => 1 + (Math.min(i, n - i) >> 7),
  "two values": (i) => 1 + (i & 1),
  "sawtooth": (i) => 1 + (i * 7919) % 97,
};

Deno.test("reducePartition() sorts any pattern of counts", async () => {
  const harness = await KernelHarness.create("words");
  for (const [name, count] of Object.entries(PATTERNS)) {
    const tokens: string[] = [];
    const n = 5000;
    for (let i = 0; i < n; i++) {
      for (let left = count(i, n); left > 0; left--) tokens.push(`key ${i}`);
    }
    assert(
      JSON.stringify(harness.run([encodePackedTexts(tokens)], KEYS).counts) ===
        JSON.stringify(countNaive(tokens)),
      name,
    );
  }
});

Deno.test("finishJob() gives an empty segment for a job without keys", async () => {
  const harness = await KernelHarness.create("words");
  assertEquals(harness.run([""]).counts, []);
  assertEquals(harness.run(["a b"], { minCount: 2, partitionBits: 2 }).counts, []);
  harness.open();
  assertEquals(harness.reduce().keys, 0); // no chunk at all
});

Deno.test("reducePartition() merges tables of many keys in about the time that one takes", async () => {
  const harness = await KernelHarness.create("words");
  const cost = (workers: number) => () => reduceCost(harness, workers);
  const { holds, text } = costsLess(cost(2), 4, cost(1));
  assert(holds, text);
});

Deno.test("reducePartition() soon leaves a job that is stopped while it opens more slots", async () => {
  const harness = await KernelHarness.create("words");
  const whole = () => reduceCost(harness, 2);
  const { holds, text } = costsLess(() => stoppedCost(harness), 1, whole);
  assert(holds, text);
});

/** Texts of 200,000 distinct keys. */
const CHUNKS = Array.from(
  { length: 20 },
  (_, chunk) => Array.from({ length: 10_000 }, (_, i) => `key${chunk * 10_000 + i}`).join(" "),
);

function mapChunks(harness: KernelHarness, workers: number): void {
  harness.open({ workers });
  for (const [i, chunk] of CHUNKS.entries()) harness.map(chunk, i % workers);
}

/** Milliseconds that one partition of all keys costs, if so many workers have met them. */
function reduceCost(harness: KernelHarness, workers: number): number {
  mapChunks(harness, workers);
  const before = threadMs();
  const segment = harness.reduce();
  const cost = threadMs() - before;
  assertEquals(segment.keys, 200_000);
  harness.release();
  return cost;
}

/**
 * The same of a merge whose second poll finds the job stopped, which is when it opens more slots.
 * They lie in pages that were used before, and are not empty yet.
 */
function stoppedCost(harness: KernelHarness): number {
  const { job, kernel, view } = harness;
  mapChunks(harness, 2);
  for (const worker of [0, 1]) assertEquals(kernel.partitionTable(job, worker), OK);
  soilFreePages(harness);
  // Where the beat is the job's state, the first poll makes that JOB_RUNNING, and the next one more.
  const region = job + JOB_STATE - SCRATCH_BEAT;
  const overwritten = view.getUint32(region + SCRATCH_FREE, true);
  kernel.attach(region);
  view.setUint32(region + SCRATCH_FREE, overwritten, true);
  harness.set(JOB_STATE, JOB_RUNNING - 1);
  const before = threadMs();
  assertEquals(kernel.reducePartition(job, 0), STOPPED);
  const cost = threadMs() - before;
  kernel.attach(harness.scratch);
  harness.release();
  return cost;
}

function soilFreePages({ bytes, words }: KernelHarness): void {
  const first = PAGE_MAP >> 2;
  for (let page = PAGES / PAGE_BYTES; page < words[PAGE_COUNT >> 2]; page++) {
    if (words[first + page] > PAGE_DIRTY) continue;
    words[first + page] = PAGE_DIRTY;
    bytes.fill(0x61, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  }
}
