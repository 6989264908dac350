import { assert, assertEquals } from "@std/assert";
import { JOB_EPOCH, JOB_TABLES, JOBS, PAGE_BYTES } from "../../../assembly/layout.ts";
import {
  LONG_ENTRY_BYTES,
  SHORT_ENTRY_BYTES,
  TABLE_LONG,
  TABLE_SHORT,
  TIER_BASE,
  TIER_BITS,
} from "../../../assembly/table_layout.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { LiveTop } from "../../../src/engine/job/live_top.ts";
import type { Job, KeyCount } from "../../../src/engine/job_contract.ts";
import { jobOwner } from "../../../src/shared/page_map.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createCountOptions } from "../../../src/contract/options.ts";
import { PATIENCE_MS, until } from "../../support/waits.ts";

const encoder = new TextEncoder();

/** A job whose input is written by hand. */
function submitByHand(engine: Engine, options = {}) {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  return { job: engine.submit(readable, options), writer: writable.getWriter() };
}

/** Waits until a look at a job shows what it should. */
async function waitFor(job: Job, shows: (counts: KeyCount[]) => boolean): Promise<KeyCount[]> {
  let counts: KeyCount[] = [];
  await until(() => shows(counts = job.peek(100)));
  return counts;
}

const sum = (counts: KeyCount[]) => counts.reduce((sum, { count }) => sum + count, 0);

Deno.test("Job.peek() shows the counts so far, over all workers and lengths of keys", async () => {
  await using engine = await Engine.start({ workers: 2, chunkBytes: 4096 });
  const long = "a-key-that-is-longer-than-twenty-eight-bytes";
  const { job, writer } = submitByHand(engine, { tokenizer: "whitespace" });
  assertEquals(job.peek(10), []);
  const line = `the ${"the ".repeat(3)}Österreich middle-length-key ${long} THE\n`;
  await writer.write(encoder.encode(line.repeat(10_000)));
  const settled = (counts: KeyCount[]) =>
    job.counters.tokens > 70_000 && sum(counts) === job.counters.tokens;
  const counts = await waitFor(job, settled);
  assertEquals(sum(counts), job.counters.tokens);
  assertEquals(counts.map(({ key }) => key).toSorted(), [
    long,
    "middle-length-key",
    "the",
    "österreich",
  ]);
  assertEquals([counts[0].key, job.peek(2).length], ["the", 2]);
  await writer.close();
  const { segment } = await job.done;
  assertEquals(segment.toArray()[0], { key: "the", count: 50_000 });
  assertEquals(job.peek(10), []);
});

Deno.test("Job.peek() hides stop words and keys without the prefix", async () => {
  await using engine = await Engine.start({ workers: 1, chunkBytes: 4096 });
  const { job, writer } = submitByHand(engine, { stopWords: ["THE"], prefix: "B" });
  await writer.write(encoder.encode("the the Bee a bee ".repeat(50_000)));
  const counts = await waitFor(job, (counts) => counts.length > 0);
  assertEquals(counts.map(({ key }) => key), ["bee"]);
  job.cancel();
});

Deno.test("Job.peek() shows keys in NFC where the job normalizes", async () => {
  await using engine = await Engine.start({ workers: 1, chunkBytes: 4096 });
  const options = { normalization: "nfc", prefix: "E\u0301", stopWords: ["e\u0301t"] } as const;
  const { job, writer } = submitByHand(engine, options);
  await writer.write(encoder.encode("e\u0301a \u00e9t ea ".repeat(50_000)));
  const counts = await waitFor(job, (counts) => counts.length > 0);
  assertEquals(counts.map(({ key }) => key), ["\u00e9a"]);
  job.cancel();
});

Deno.test("Job.peek() looks at the words of keys that have groups, as the result does", async () => {
  await using engine = await Engine.start({ workers: 1, chunkBytes: 4096 });
  const options = { key: ["word"], by: ["field(1)"], prefix: "b", stopWords: ["the"] };
  const { job, writer } = submitByHand(engine, options);
  await writer.write(encoder.encode("The Bee sees BEES\n".repeat(20_000)));
  const counts = await waitFor(job, (counts) => counts.length > 1);
  assertEquals(counts.map(({ key }) => key).toSorted(), ["The\x01bee", "The\x01bees"]);
  job.cancel();
});

Deno.test("Job.peek() shows sound keys while tables grow, move and fill under it", async () => {
  await using engine = await Engine.start({ workers: 2, chunkBytes: 16_384 });
  const words = Array.from({ length: 400_000 }, (_, i) => {
    const word = `w${(i * 2654435761 % 2 ** 32).toString(36)}`;
    return i % 5 === 0 ? word.repeat(1 + i % 9) : word;
  });
  const hot = "hot ".repeat(20);
  const texts: Uint8Array<ArrayBuffer>[] = [];
  for (let i = 0; i < words.length; i += 1000) {
    texts.push(encoder.encode(hot + words.slice(i, i + 1000).join(" ") + " "));
  }
  let looks = 0;
  let last = 0;
  /** The texts; now and then no more of them come until the job was looked at, and showed one. */
  async function* input() {
    for (const [i, text] of texts.entries()) {
      yield text;
      const seen = looks;
      if (i % 100 === 99) await until(() => looks > seen && last > 0);
    }
  }
  const job = engine.submit(ReadableStream.from(input()), { tokenizer: "ascii", top: 1 });
  const end = performance.now() + PATIENCE_MS;
  while (job.state === "pending" || job.state === "running") {
    assert(performance.now() < end, `the job runs after ${looks} looks`);
    const counts = job.peek(100);
    for (const { key, count } of counts) {
      assert(/^(hot|[w0-9a-z]+)$/.test(key), `not a key: ${key}`);
      assert(count <= 8000, `${key} has ${count}`);
    }
    looks++;
    last = counts.find(({ key }) => key === "hot")?.count ?? last;
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert(looks > 3 && last > 0, `${looks} looks, ${last} hot`);
  assertEquals((await job.done).segment.toArray(), [{ key: "hot", count: 8000 }]);
});

/** A heap with a table of one page in the name of job 0, and one page of another job. */
function createTables() {
  const heap = SharedHeap.create(8 * 1024 * 1024);
  const table = heap.pages.allocate(2, jobOwner(0));
  const foreign = heap.pages.allocate(1, jobOwner(1));
  heap.words[(JOBS + JOB_TABLES) >> 2] = table;
  const short = table + 1024;
  const setTier = (tier: number, base: number, bits: number) => {
    heap.words[(table + tier + TIER_BASE) >> 2] = base;
    heap.words[(table + tier + TIER_BITS) >> 2] = bits;
  };
  const writeEntry = (address: number, key: Uint8Array, count: number) => {
    heap.bytes.set(key, address);
    heap.words[(address + 12) >> 2] = count;
  };
  setTier(TABLE_SHORT, short, 4);
  writeEntry(short + SHORT_ENTRY_BYTES, encoder.encode("good"), 3);
  const top = new LiveTop(heap, 0, createCountOptions(), (key) => key);
  return { heap, table, foreign, short, setTier, writeEntry, read: () => top.read(10, 1000) };
}

const GOOD = [{ key: "good", count: 3 }];

Deno.test("LiveTop drops what is no key: torn text, impossible counts, the sentinel", () => {
  const { short, writeEntry, read } = createTables();
  writeEntry(short, encoder.encode("sentinel"), 1);
  writeEntry(short + 2 * SHORT_ENTRY_BYTES, new Uint8Array([0x61, 0xc3]), 5);
  writeEntry(short + 3 * SHORT_ENTRY_BYTES, encoder.encode("text"), 0x20202020);
  writeEntry(short + 4 * SHORT_ENTRY_BYTES, new Uint8Array(8), 5);
  assertEquals(read(), GOOD);
});

Deno.test("LiveTop reads nothing that is another job's, free, or outside of the memory", () => {
  const { heap, table, foreign, setTier, writeEntry, read } = createTables();
  writeEntry(foreign + SHORT_ENTRY_BYTES, encoder.encode("secret"), 9);
  const long = table + PAGE_BYTES;
  setTier(TABLE_LONG, long, 4);
  const addresses = [foreign, 0, 4, 0xffff_fff0, heap.bytes.length - 4, JOBS];
  addresses.forEach((address, i) => {
    const entry = (long + i * LONG_ENTRY_BYTES) >> 2;
    heap.words.set([0, 7, address | 0, 5], entry);
  });
  heap.words.set([0, 0xffff_ffff | 0, table, 5], (long + 15 * LONG_ENTRY_BYTES) >> 2);
  assertEquals(read(), GOOD);
  const bad: [base: number, bits: number][] = [
    [foreign, 4],
    [foreign - 64, 8],
    [0, 4],
    [JOBS, 4],
    [heap.bytes.length - 64, 8],
    [0xffff_fff0, 4],
    [table + 1027, 4],
    [table, 31],
    [table, 0xffff_ffff],
  ];
  for (const [base, bits] of bad) {
    setTier(TABLE_SHORT, base | 0, bits | 0);
    assertEquals(
      new LiveTop(heap, 0, createCountOptions(), (key) => key).read(10, 1000),
      [],
      `${base} ${bits}`,
    );
  }
  heap.pages.free(table, 2);
  assertEquals(new LiveTop(heap, 0, createCountOptions(), (key) => key).read(10, 1000), []);
});

Deno.test("LiveTop shows nothing once another run has the block", () => {
  const { heap, read } = createTables();
  assertEquals(read(), GOOD);
  heap.words[(JOBS + JOB_EPOCH) >> 2]++;
  assertEquals(read(), []);
});

/** A heap with one table of 2^bits short slots, and how to set a slot's count. */
function createLargeTable(bits: number) {
  const heap = SharedHeap.create(32 * 1024 * 1024);
  const table = heap.pages.allocate(1, jobOwner(0));
  const base = heap.pages.allocate((SHORT_ENTRY_BYTES << bits) / PAGE_BYTES, jobOwner(0));
  heap.words[(JOBS + JOB_TABLES) >> 2] = table;
  heap.words[(table + TABLE_SHORT + TIER_BASE) >> 2] = base;
  heap.words[(table + TABLE_SHORT + TIER_BITS) >> 2] = bits;
  const set = (slot: number, key: string, count: number) => {
    const entry = base + slot * SHORT_ENTRY_BYTES;
    heap.bytes.set(encoder.encode(key), entry);
    heap.words[(entry + 12) >> 2] = count;
  };
  return { heap, table, set, top: new LiveTop(heap, 0, createCountOptions(), (key) => key) };
}

Deno.test("LiveTop sees tables that are too large for one look in turns, again and again", () => {
  const bits = 20;
  const keys = ["a", "b", "c", "d"];
  const { set, top } = createLargeTable(bits);
  const setAll = (more: number) =>
    keys.forEach((key, i) => set((i << (bits - 2)) + 5, key, 9 - i + more));
  setAll(0);
  for (let look = 1; look <= keys.length; look++) {
    assertEquals(top.read(10, 100).map(({ key }) => key), keys.slice(0, look));
  }
  setAll(10);
  for (let look = 1; look <= keys.length; look++) {
    const grown = top.read(10, 100).filter(({ count }) => count > 10);
    assertEquals(grown.map(({ key }) => key), keys.slice(0, look));
  }
});

Deno.test("LiveTop goes on at the beginning where a look reaches the end of a table", () => {
  const { heap, table, set, top } = createLargeTable(18);
  heap.words[(table + TABLE_LONG + TIER_BASE) >> 2] = table + 1024;
  heap.words[(table + TABLE_LONG + TIER_BITS) >> 2] = 4;
  for (let count = 1; count <= 5; count++) {
    set(5, "early", count);
    assertEquals(top.read(10, 100), [{ key: "early", count }]);
  }
});
