import { assertEquals } from "@std/assert";
import { TASK_BYTES, TASKS } from "../../assembly/layout.ts";
import { TALLY_BYTES } from "../../assembly/records/plan_layout.ts";
import type { RecordReport } from "../../src/contract/documents.ts";
import { addTallies, noteTallies, readTallies } from "../../src/shared/record_tallies.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";

Deno.test("readTallies() reads what noteTallies() has noted beside one task alone", () => {
  const heap = SharedHeap.create(8 * 1024 * 1024);
  const record = (index: number) => TASKS + index * TASK_BYTES;
  const tallies = new Uint32Array(TALLY_BYTES / 4);
  tallies.set([0xffff_ffff, 2, 3, 9, 10, 20, 30, 0xf000_0000, 50]);
  noteTallies(heap, record(1), tallies);
  assertEquals([0, 1, 2].map((i) => readTallies(heap.words, record(i))), [undefined, {
    records: 0xffff_ffff,
    missing: 2,
    notNumbers: 3,
    skipped: 9,
    skippedAt: [10, 20, 30, 0xf000_0000, 50],
  }, undefined]);
  tallies.set([2, 0, 0, 2]);
  noteTallies(heap, record(1), tallies);
  assertEquals(readTallies(heap.words, record(1))!.skippedAt, [10, 20]);
});

Deno.test("addTallies() keeps the first offsets of a text, in whatever order its chunks come", () => {
  const chunk = (skipped: number, skippedAt: number[]): RecordReport => ({
    records: 10,
    missing: 1,
    notNumbers: 2,
    skipped,
    skippedAt,
  });
  const last = addTallies(undefined, chunk(3, [0, 1, 2]), 5_000_000_000);
  assertEquals(last, chunk(3, [5_000_000_000, 5_000_000_001, 5_000_000_002]));
  const sum = addTallies(last, chunk(4, [7, 8, 9, 90]), 100);
  assertEquals(sum, {
    records: 20,
    missing: 2,
    notNumbers: 4,
    skipped: 7,
    skippedAt: [107, 108, 109, 190, 5_000_000_000],
  });
});
