import { assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { uniqBlocks } from "../../src/output/uniq.ts";
import { FileSegment } from "../../src/reduce/file_segment.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { TempFiles } from "../support/temp_files.ts";

/** More keys of one count than are held at once, between groups of few. */
const COUNTS: [key: string, count: number][] = [
  ["most", 12_345_678],
  ...Array.from({ length: 9000 }, (_, i): [string, number] => [`k${10_000 + i}`, 7]),
  ["a", 2],
  ["b", 2],
  ["z".repeat(200_000), 1],
];

/** What `sort -rn` makes of these rows, in a locale that compares bytes. */
const SORTED = COUNTS.toSorted(([a, m], [b, n]) => n - m || (a < b ? 1 : -1))
  .map(([key, count]) => `${String(count).padStart(7)} ${key}\n`);

function textOf(blocks: Iterable<Uint8Array>): string {
  const decoder = new TextDecoder();
  return Array.from(blocks, (block) => decoder.decode(block, { stream: true })).join("");
}

Deno.test("uniqBlocks() turns keys of one count round, however many there are", () => {
  const segment = Segment.from(COUNTS);
  for (const top of [0, 1, 2, 4097, 9000, 9002, 9003]) {
    const expected = SORTED.slice(0, top || undefined).join("");
    const rows = textOf(uniqBlocks(segment.records(), { top, fallingTies: true }));
    assertEquals(rows === expected, true, `top ${top}`);
  }
  assertEquals(textOf(uniqBlocks(Segment.empty().records(), { top: 0, fallingTies: true })), "");
});

Deno.test("uniqBlocks() writes the same of a segment on disk", () => {
  using files = new TempFiles();
  const { bytes, keys } = Segment.from(COUNTS);
  const segment = FileSegment.adopt(files.write("segment", bytes), keys);
  const rows = textOf(uniqBlocks(segment.records(), { top: 0, fallingTies: true }));
  segment.close();
  assertEquals(rows === SORTED.join(""), true);
});

Deno.test("uniqBlocks() leaves rows by key as they are", () => {
  const records = Segment.from([["a", 1], ["b", 3], ["c", 1]]).records();
  const rows = textOf(uniqBlocks(records, { top: 2, fallingTies: false }));
  assertEquals(rows, "      1 a\n      3 b\n");
});

Deno.test("uniqBlocks() writes no key that would be two rows", () => {
  for (const fallingTies of [true, false]) {
    for (const key of ["a\nb", "\n", `${"k".repeat(200_000)}\n`]) {
      const records = Segment.from([["c", 3], [key, 1]]).records();
      const write = () => textOf(uniqBlocks(records, { top: 0, fallingTies }));
      assertEquals(assertThrows(write, JobError).code, "not_acceptable");
    }
  }
});
