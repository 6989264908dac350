import { assert, assertEquals } from "@std/assert";
import { RecordBatchReader, tableFromIPC } from "apache-arrow";
import { arrowBlocks } from "../../src/output/arrow.ts";
import { PLAIN_ROWS } from "../../src/output/row_style.ts";
import { Selection } from "../../src/output/selection.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { collect } from "../support/results.ts";

function format(counts: readonly (readonly [string, number])[]) {
  const selection = new Selection(Segment.from(counts).records(), {
    top: 0,
    min: 0,
    order: "count",
  });
  return collect(arrowBlocks(selection));
}

function read(bytes: Uint8Array): [string, number][] {
  const table = tableFromIPC(bytes);
  const [keys, counts] = [table.getChild("key")!, table.getChild("count")!];
  return Array.from(keys, (key, i) => [key, Number(counts.get(i))]);
}

Deno.test("arrowBlocks() writes columns of keys and counts", () => {
  const counts: [string, number][] = [
    ["é", Number.MAX_SAFE_INTEGER],
    ["", 2 ** 32],
    ["\0", 2 ** 32 - 1],
    ["a\nb", 1],
  ];
  const { bytes } = format(counts);
  assertEquals(read(bytes), counts);
  const { schema } = tableFromIPC(bytes);
  assertEquals(schema.fields.map((field) => `${field}`), ["key: Utf8", "count: Uint64"]);
});

Deno.test("arrowBlocks() writes the schema of no rows", () => {
  const table = tableFromIPC(format([]).bytes);
  assertEquals([table.numRows, table.schema.fields.length], [0, 2]);
});

Deno.test("arrowBlocks() bounds its batches by rows and by bytes", () => {
  const short = Array.from({ length: 40_000 }, (_, i) => [`key ${i}`, i] as const);
  const long = Array.from({ length: 40 }, (_, i) => [`${i}`.repeat(50_000), i] as const);
  const huge = [["x".repeat(2_000_000), 1], ["y", 1]] as const;
  for (const counts of [short, long, huge]) {
    const { bytes, sizes } = format(counts);
    assertEquals(read(bytes), counts.map(([key, count]) => [key, count]));
    const batches = [...RecordBatchReader.from(bytes)];
    assert(batches.length > 1 && batches.every(({ numRows }) => numRows <= 16 * 1024));
    if (counts !== huge) assert(sizes.every((size) => size < 1_000_000), sizes.join());
  }
});

Deno.test("arrowBlocks() writes the columns that are asked for, over all batches", () => {
  const counts = Array.from({ length: 40_000 }, (_, i) => [`key ${i}`, 40_000 - i] as const);
  const selection = new Selection(Segment.from(counts).records(), {
    top: 0,
    min: 0,
    order: "count",
    before: 2 ** 32,
  });
  const style = { ...PLAIN_ROWS, columns: ["rank", "share", "perMillion"] as const, counted: 8e8 };
  const table = tableFromIPC(collect(arrowBlocks(selection, false, style)).bytes);
  assertEquals(
    table.schema.fields.map((field) => `${field}`),
    ["key: Utf8", "count: Uint64", "rank: Uint64", "share: Float64", "perMillion: Float64"],
  );
  for (const row of [0, 16_383, 16_384, 39_999]) {
    const { key, count, rank, share, perMillion } = table.get(row)!;
    assertEquals([key, count], [`key ${row}`, BigInt(40_000 - row)]);
    assertEquals([rank, share], [BigInt(2 ** 32 + row + 1), (40_000 - row) / 8e8]);
    assertEquals(perMillion, (40_000 - row) * 1e6 / 8e8);
  }
});
