import { assert, assertEquals } from "@std/assert";
import {
  JOB_PAGE_LIMIT,
  JOB_SPILL_BITS,
  JOB_STATE,
  JOB_STOPPED,
  JOB_TABLES,
  OK,
  SCRATCH_BEAT,
  STOPPED,
} from "../../assembly/layout.ts";
import {
  QUEUE_REGION_BITS,
  QUEUES_CLOSED,
  QUEUES_FILLS,
  TABLE_QUEUES,
} from "../../assembly/table_layout.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { encodePackedTexts } from "../../src/input/packed_keys.ts";
import {
  type Count,
  countNaive,
  type JobOptions,
  KernelHarness,
  sumCounts,
} from "../support/kernel_harness.ts";
import { assertSame } from "../support/assert_same.ts";
import { freshSeed, Random } from "../support/random.ts";
import { Spills } from "../support/spills.ts";

// Words that are queued before they are counted give what words give that are not. Queues are for
// large tables; here they begin with small ones.

const QUEUED: JobOptions = { queueBits: 12 };

/** Pages of the smallest queues, and of a table that has just become large enough for them. */
const LEAST_PAGES = 20;

/** Letters alone, so that every tokenizer finds the same words. */
function nameOf(number: number): string {
  let name = "";
  for (let rest = number + 1; rest > 0; rest = Math.floor(rest / 26)) {
    name += String.fromCharCode(97 + rest % 26);
  }
  return name;
}

const SUFFIXES = ["", "", "", "é", "longer".repeat(2), "longer".repeat(6)];

function randomWords(
  random: Random,
  words: number,
  distinct: number,
  suffixes: string[] = SUFFIXES,
): string[] {
  return Array.from({ length: words }, () => {
    const number = random.below(distinct);
    return nameOf(number) + suffixes[number % suffixes.length];
  });
}

function assertSameCounts(actual: Count[], expected: Count[], note = ""): void {
  const lines = (counts: Count[]) => counts.map(({ key, count }) => `${key} ${count}`);
  assertSame(lines(actual), lines(expected), () => note);
}

function cut<T>(all: T[], pieces: number): T[][] {
  const size = Math.ceil(all.length / pieces);
  return Array.from({ length: pieces }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** Address of the queues of worker 0's table, 0 when it has none. */
function queuesOf(harness: KernelHarness): number {
  const table = harness.get(JOB_TABLES);
  return table === 0 ? 0 : harness.words[(table + TABLE_QUEUES) >> 2];
}

/** Words in the queues of worker 0's table. */
function queuedWords(harness: KernelHarness): number {
  const fills = (queuesOf(harness) + QUEUES_FILLS) >> 2;
  return harness.words.subarray(fills, fills + 2 ** QUEUE_REGION_BITS).reduce(
    (sum, fill) => sum + fill,
    0,
  );
}

Deno.test("queued words are counted as others, by every tokenizer, in every partition", async () => {
  const harness = await KernelHarness.create("words");
  const seed = freshSeed();
  const random = new Random(seed);
  const cases: JobOptions[] = [
    { tokenizer: "ascii" },
    { tokenizer: "unicode", nfc: true, partitionBits: 1, workers: 2 },
    { tokenizer: "unicode", ngram: 2, lineBound: true, partitionBits: 2, workers: 3 },
    { tokenizer: "whitespace", case: "preserve", partitionBits: 3, workers: 4 },
    { tokenizer: "lines", partitionBits: 4, workers: 5 },
    { tokenizer: "whitespace", minChars: 3, maxChars: 9, partitionBits: 5, workers: 6 },
    { tokenizer: "unicode", prefix: "a", stopWords: ["aa", "ab"], partitionBits: 6, workers: 7 },
    { tokenizer: "whitespace", flushTokens: 3000, partitionBits: 2, order: "key" },
    { tokenizer: "whitespace", minCount: 3, top: 50 },
  ];
  for (const options of cases) {
    for (const distinct of [700, 9000, 60_000]) {
      const words = randomWords(random, 60_000, distinct);
      const separator = options.tokenizer === "lines" ? "\n" : " ";
      const chunks = cut(words, 21).map((piece) => piece.join(separator));
      const what = `seed ${seed}, ${JSON.stringify({ ...options, distinct })}`;
      const queued = harness.run(chunks, { ...options, ...QUEUED });
      const counted = harness.run(chunks, options);
      assertSameCounts(queued.counts, counted.counts, what);
      assertEquals({ ...queued, counts: [] }, { ...counted, counts: [] }, what);
    }
  }
});

Deno.test("keys of any bytes and lengths are queued, or are not, and all are counted", async () => {
  const harness = await KernelHarness.create("words");
  const seed = freshSeed();
  const random = new Random(seed);
  const ends = ["", "\0", "\0\0x", "k".repeat(4), "k".repeat(9), "k".repeat(24), "k".repeat(40)];
  for (const someHaveNul of [true, false]) {
    const keys = randomWords(random, 40_000, 9000).map((word, i) =>
      random.oneIn(99) ? "" : someHaveNul || i % 7 > 2 ? word + ends[i % 7] : word
    );
    const chunks = cut(keys, 9).map(encodePackedTexts);
    const options: JobOptions = { tokenizer: "keys", case: "preserve", workers: 2, ...QUEUED };
    assertSameCounts(harness.run(chunks, options).counts, countNaive(keys), `seed ${seed}`);
  }
});

Deno.test("a table has queues once it is large, which wait for the reduce", async () => {
  const harness = await KernelHarness.create("words");
  const random = new Random(5);
  const options: JobOptions = { tokenizer: "whitespace", ...QUEUED };
  harness.open(options);
  harness.map(randomWords(random, 4000, 500).join(" "));
  assertEquals(queuesOf(harness), 0, "none for a small table");
  const words = randomWords(random, 90_000, 30_000);
  harness.open(options);
  for (const piece of cut(words, 9)) harness.map(piece.join(" "));
  assert(queuesOf(harness) !== 0);
  assert(queuedWords(harness) > 0);
  assertSameCounts(harness.reduce().toArray(), countNaive(words));
  harness.open({ ...options, approxPages: 64 });
  harness.map(words.join(" "));
  assertEquals(queuesOf(harness), 0, "none in a table that is purged");
});

Deno.test("queues are closed where most words are frequent, and the counts stay exact", async () => {
  const harness = await KernelHarness.create("words");
  const random = new Random(6);
  const rare = randomWords(random, 30_000, 20_000);
  const words = [...rare, ...randomWords(random, 200_000, 40)];
  const isClosed = () => harness.words[(queuesOf(harness) + QUEUES_CLOSED) >> 2] !== 0;
  harness.open({ tokenizer: "whitespace", ...QUEUED });
  harness.map(rare.join(" "));
  assertEquals(isClosed(), false, "while words are rare");
  for (const piece of cut(words.slice(rare.length), 9)) harness.map(piece.join(" "));
  assertEquals(isClosed(), true);
  assertSameCounts(harness.reduce().toArray(), countNaive(words));
});

Deno.test("queued words are counted once when a call goes on that had no pages", async () => {
  const harness = await KernelHarness.create("words");
  const seed = freshSeed();
  const random = new Random(seed);
  let refusals = 0;
  harness.onOutOfPages = () => {
    refusals++;
    harness.set(JOB_PAGE_LIMIT, harness.get(JOB_PAGE_LIMIT) + 1 + random.below(3));
  };
  const words = randomWords(random, 60_000, 30_000, [""]);
  for (const partitionBits of [0, 6]) {
    for (const workers of [1, 3]) {
      const chunks = cut(words, 3).map((piece) => piece.join(" "));
      const options = {
        tokenizer: "whitespace",
        partitionBits,
        workers,
        pageLimit: LEAST_PAGES * workers,
      } as const;
      const { counts } = harness.run(chunks, { ...options, ...QUEUED });
      assertSameCounts(counts, countNaive(words), `seed ${seed}`);
    }
  }
  assert(refusals > 20);
});

Deno.test("queued words go to disk where the table has no room for them", async () => {
  const harness = await KernelHarness.create("words");
  const random = new Random(8);
  let left = 0;
  for (const pageLimit of [LEAST_PAGES, LEAST_PAGES + 4, LEAST_PAGES + 10]) {
    const spills = new Spills(harness, random);
    const spill = () => {
      left += queuedWords(harness);
      assertEquals(spills.table(0, 50_000), OK);
    };
    const words = randomWords(random, 60_000, 40_000, [""]);
    harness.open({ tokenizer: "whitespace", pageLimit, ...QUEUED });
    harness.set(JOB_SPILL_BITS, 2);
    harness.onOutOfPages = spill;
    for (const piece of cut(words, 3)) harness.map(piece.join(" "));
    spill();
    const spilled = spills.runs.flat().flatMap((section) => new Segment(section, 0).toArray());
    assertSameCounts(sumCounts(spilled), countNaive(words));
    assertEquals(harness.ownedPages(), 0);
  }
  assert(left > 0);
});

Deno.test("a job that is stopped leaves its queues, and gives their pages back", async () => {
  const harness = await KernelHarness.create("words");
  const random = new Random(9);
  harness.open({ tokenizer: "whitespace", ...QUEUED });
  harness.map(randomWords(random, 60_000, 30_000).join(" "));
  const queued = queuedWords(harness);
  assert(queued > 0);
  harness.set(JOB_STATE, JOB_STOPPED);
  assertEquals(harness.kernel.partitionTable(harness.job, 0), STOPPED);
  assert(harness.ownedPages() > 0);
  harness.release();
  assertEquals(harness.ownedPages(), 0);
});

Deno.test("a job that is stopped amidst a text looks at no more queues, however many are full", async () => {
  let isStopped = false;
  const harness = await KernelHarness.create("words_faults", {
    // Called when the words of a piece have been found, and before they are queued.
    fault: () => void (isStopped && harness.set(JOB_STATE, JOB_STOPPED)),
  });
  const random = new Random(10);
  const wordsOf = (count: number) => randomWords(random, count, 30_000, [""]).join(" ");
  harness.open({ tokenizer: "whitespace", ...QUEUED });
  harness.map(wordsOf(60_000));
  assert(queuedWords(harness) > 0);
  const { start, bytes } = harness.put(wordsOf(5000));
  const beat = () => harness.view.getUint32(harness.scratch + SCRATCH_BEAT, true);
  isStopped = true;
  const before = beat();
  assertEquals(harness.kernel.mapChunk(harness.job, 0, start, bytes, 0, 0), STOPPED);
  // Without an end to it there is one more for many a word whose queue is full.
  assert(beat() - before <= 4, `${beat() - before} looks whether the job goes on`);
});
