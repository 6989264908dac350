import { assertEquals, assertThrows } from "@std/assert";
import { KERNEL_OUTPUT_WINDOWS } from "../../assembly/drain_layout.ts";
import {
  FLAG_FOLD,
  FLAG_ICU,
  JOB_BYTES,
  JOB_CAPACITY,
  JOB_FLAGS,
  JOB_KERNEL,
  JOB_KERNEL_BYTES,
  JOB_KERNEL_HASH_BYTES,
  JOB_KERNEL_OPTIONS,
  JOB_KERNEL_OPTIONS_BYTES,
  JOB_KERNEL_OUTPUT,
  JOB_KERNEL_TAKES_TEXT,
  JOB_LOCALE,
  JOB_LOCALE_BYTES,
  JOB_MAX_COUNT,
  JOB_MIN_COUNT,
  JOB_NGRAM,
  JOB_OP,
  JOB_PAGES,
  JOB_SEGMENT,
  JOB_SEGMENT_BYTES,
  JOB_SEGMENT_KEYS,
  JOB_SEGMENT_PAGES,
  JOB_SPILLED_BYTES,
  JOB_TABLES,
  JOB_TOKENIZER,
  JOB_VALUE_TYPE,
  OP_COUNT,
  OP_MAX,
  ORDER_KEY,
  PAGE_BYTES,
  SPARE_TABLES,
  TOKENIZER_ASCII,
  TOKENIZER_KEYS,
  TOKENIZER_VALUES,
  VALUE_F64,
  WORKER_CAPACITY,
} from "../../assembly/layout.ts";
import { JobBlock } from "../../src/shared/job_block.ts";
import type { CountTerms } from "../../src/shared/job_terms.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";

const TERMS: CountTerms = {
  tokenizer: TOKENIZER_ASCII,
  n: 2,
  order: ORDER_KEY,
  op: OP_MAX,
  valueType: VALUE_F64,
  top: 10,
  minCount: 2 ** 32 + 5,
  maxCount: 2 ** 33 + 7,
  minChars: 1,
  maxChars: 9,
  locale: "",
};
const ROOM = { pageLimit: 8, tablePages: 4, spillBits: 2 };

/** The last job block of a small memory, and how to read and write its words. */
function createBlock(bytes = 8 * 1024 * 1024) {
  const heap = SharedHeap.create(bytes);
  const block = new JobBlock(heap, JOB_CAPACITY - 1);
  const get = (offset: number) => heap.word(block.address + offset);
  const set = (offset: number, value: number) => {
    heap.words[(block.address + offset) >> 2] = value;
  };
  const words = () => heap.words.subarray(block.address >> 2, (block.address + JOB_BYTES) >> 2);
  return { heap, block, get, set, words };
}

Deno.test("JobBlock.open() begins another epoch, and close() leaves nothing of a job", () => {
  const { block, get, words, heap } = createBlock();
  block.open(TERMS, ROOM);
  const first = block.epoch;
  assertEquals([get(JOB_MAX_COUNT), get(JOB_MAX_COUNT + 4)], [7, 2]);
  assertEquals([get(JOB_MIN_COUNT), get(JOB_MIN_COUNT + 4), get(JOB_NGRAM)], [5, 1, 2]);
  const text = (text: string) => new TextEncoder().encode(text);
  assertEquals(block.setFilters({ prefix: text("a"), stopWords: text("b") }), true);
  assertEquals(heap.pages.usage().jobs, 1);
  block.close();
  assertEquals([words().every((word) => word === 0), heap.pages.usage().jobs], [true, 0]);
  block.open(TERMS, ROOM);
  assertEquals(block.epoch, first + 1);
});

Deno.test("JobBlock.open() refuses a locale that its block has no room for", () => {
  const { block, heap } = createBlock();
  block.open({ ...TERMS, locale: "zh-Hant" }, ROOM);
  const start = block.address + JOB_LOCALE;
  assertEquals(new TextDecoder().decode(heap.bytes.slice(start, start + 8)), "zh-Hant\0");
  const locale = "x".repeat(JOB_LOCALE_BYTES + 1);
  assertThrows(() => block.open({ ...TERMS, locale }, ROOM), RangeError, "exceed");
});

Deno.test("JobBlock.setFilters() says when memory has no room for them", () => {
  const { block, heap } = createBlock();
  block.open(TERMS, ROOM);
  const stopWords = new Uint8Array(heap.bytes.length);
  assertEquals(block.setFilters({ prefix: new Uint8Array(0), stopWords }), false);
});

Deno.test("JobBlock.expectKeys() makes the chunks to come packed keys, which no ICU cuts", () => {
  const { block, get } = createBlock();
  block.open(TERMS, ROOM);
  block.setFlags(FLAG_FOLD | FLAG_ICU);
  block.expectKeys(1);
  assertEquals([get(JOB_TOKENIZER), get(JOB_FLAGS), get(JOB_NGRAM)], [
    TOKENIZER_KEYS,
    FLAG_FOLD,
    1,
  ]);
});

Deno.test("JobBlock.expectValues() makes the chunks to come value records of the job's op", () => {
  const { block, get } = createBlock();
  block.open(TERMS, ROOM);
  block.expectValues();
  const terms = [JOB_TOKENIZER, JOB_NGRAM, JOB_OP, JOB_VALUE_TYPE];
  assertEquals(terms.map(get), [TOKENIZER_VALUES, 1, OP_MAX, VALUE_F64]);
  block.close();
  assertEquals(get(JOB_OP), OP_COUNT);
});

Deno.test("JobBlock.moveTable() gives a table a number without a place, while there is one", () => {
  const { block, set } = createBlock();
  block.open(TERMS, ROOM);
  for (let table = WORKER_CAPACITY; --table >= SPARE_TABLES;) {
    set(JOB_TABLES + 4, PAGE_BYTES * table);
    assertEquals(block.moveTable(1, 2), table);
  }
  assertEquals(block.spills, true);
  set(JOB_TABLES + 4, PAGE_BYTES);
  assertEquals(block.moveTable(1, 2), undefined);
  assertEquals(block.tables(), [1, 60, 61, 62, 63]);
});

Deno.test("JobBlock.freeSegment() gives back the pages of the segment, and no others", () => {
  const { block, heap, set } = createBlock();
  block.open(TERMS, ROOM);
  const start = heap.pages.allocate(3, block.owner);
  heap.bytes.set([1, 2, 3], start);
  set(JOB_SEGMENT, start);
  set(JOB_SEGMENT_BYTES, 3);
  set(JOB_SEGMENT_KEYS, 7);
  set(JOB_SEGMENT_PAGES, 2);
  set(JOB_PAGES, 3);
  assertEquals([[...block.segmentBytes], block.segmentKeys], [[1, 2, 3], 7]);
  block.freeSegment();
  assertEquals([block.pages, heap.pages.usage().jobs], [1, 1]);
});

Deno.test("JobBlock.setKernel() puts hash, module and options into pages of the job", () => {
  const { block, get, heap, words } = createBlock();
  block.open(TERMS, ROOM);
  const module = new Uint8Array(PAGE_BYTES).fill(7);
  const kernel = {
    hash: new Uint8Array(JOB_KERNEL_HASH_BYTES).fill(9),
    module,
    options: new TextEncoder().encode('{"a":1}'),
    output: KERNEL_OUTPUT_WINDOWS,
    takesText: true,
  };
  assertEquals(block.setKernel(kernel), true);
  assertEquals(heap.pages.usage().jobs, 2);
  const read = (start: number, bytes: number) => heap.bytes.slice(start, start + bytes);
  assertEquals(read(get(JOB_KERNEL), JOB_KERNEL_HASH_BYTES), kernel.hash);
  assertEquals(read(get(JOB_KERNEL) + JOB_KERNEL_HASH_BYTES, get(JOB_KERNEL_BYTES)), module);
  assertEquals(read(get(JOB_KERNEL_OPTIONS), get(JOB_KERNEL_OPTIONS_BYTES)), kernel.options);
  assertEquals(get(JOB_KERNEL_OUTPUT), KERNEL_OUTPUT_WINDOWS);
  assertEquals(get(JOB_KERNEL_TAKES_TEXT), 1);
  block.close();
  assertEquals(heap.pages.usage().jobs, 0);
  assertEquals(words().every((word) => word === 0), true);
  assertEquals(block.setKernel({ ...kernel, module: new Uint8Array(9 << 20) }), false);
});

Deno.test("JobBlock.close() looks for no more pages than a tidy job holds, and for all else", () => {
  const { block, heap, set } = createBlock();
  const stopWords = new Uint8Array(2 * PAGE_BYTES);
  for (const untidy of [false, true]) {
    block.open(TERMS, ROOM);
    heap.pages.allocate(2, block.owner);
    assertEquals(block.setFilters({ prefix: new Uint8Array(0), stopWords }), true);
    heap.pages.allocate(1, block.owner);
    set(JOB_PAGES, 2);
    block.close(untidy);
    // One page more than the job says it has: a search of the whole map would find it.
    assertEquals(heap.pages.usage().jobs, untidy ? 0 : 1);
  }
});

Deno.test("JobBlock.open() counts what the job has spilled before, and tells what the run has", () => {
  const { block, get } = createBlock();
  block.open(TERMS, ROOM, 2 ** 32 + 7);
  assertEquals([get(JOB_SPILLED_BYTES), get(JOB_SPILLED_BYTES + 4)], [7, 1]);
  assertEquals(block.spilled, { runs: 0, bytes: 0 });
  block.close();
  assertEquals(block.spilled, { runs: 0, bytes: 0 });
  block.open(TERMS, ROOM);
  assertEquals([get(JOB_SPILLED_BYTES), block.spilled.bytes], [0, 0]);
});
