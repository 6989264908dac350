import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { arrowBlocks } from "../../src/output/arrow.ts";
import type { OutputBlocks } from "../../src/output/body.ts";
import {
  blocksFrom,
  indexBytes,
  markBefore,
  type SeekableFormat,
} from "../../src/output/byte_index.ts";
import { lineBlocks } from "../../src/output/lines.ts";
import { PLAIN_ROWS, type RowStyle } from "../../src/output/row_style.ts";
import { reorder } from "../../src/output/reorder.ts";
import { type Cut, Selection } from "../../src/output/selection.ts";
import { FileSegment } from "../../src/reduce/file_segment.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { Random } from "../support/random.ts";

const FORMATS: readonly SeekableFormat[] = ["csv", "tsv", "ndjson", "arrow"];
const ALL: Cut = { top: 0, min: 0, order: "count" };

function collect(blocks: OutputBlocks): Uint8Array {
  return new Uint8Array(Buffer.concat([...blocks]));
}

function whole(
  segment: Segment,
  cut: Cut,
  format: SeekableFormat,
  style = PLAIN_ROWS,
): Uint8Array {
  const selection = new Selection(segment.records(), cut);
  return collect(
    format === "arrow"
      ? arrowBlocks(selection, false, style)
      : lineBlocks(selection, format, false, style),
  );
}

const words = (count: number) =>
  Array.from({ length: count }, (_, i) => [`word"${i},`, count - i] as const);

const SEGMENTS: Record<string, Segment> = {
  "no keys": Segment.empty(),
  "one key": Segment.from([["a", 1]]),
  "many keys": Segment.from(words(40_000)),
  "keys beyond a block": Segment.from([
    ["a".repeat(70_000), 9],
    ['"\r'.repeat(50_000), 8],
    ["b", 7],
    ...words(3000),
  ]),
};

const CUTS: Record<string, Cut> = {
  "all": ALL,
  "as many as a piece has at first": { ...ALL, top: 64 },
  "less than there are": { ...ALL, top: 20_001 },
  "from a count on": { ...ALL, min: 500 },
  "by prefix": { ...ALL, prefix: new TextEncoder().encode('word"39') },
};

Deno.test("blocksFrom() makes any part of an answer, byte for byte, for every format and cut", async () => {
  const random = new Random(20);
  for (const [name, segment] of Object.entries(SEGMENTS)) {
    for (const [cutName, cut] of Object.entries(CUTS)) {
      for (const format of FORMATS) {
        const expected = whole(segment, cut, format);
        const index = await indexBytes(segment.records(), cut, format);
        assertEquals(index.bytes, expected.length, `${name}, ${cutName}, ${format}`);
        if (expected.length === 0) continue;
        const ends = [[0, 1], [0, expected.length], [expected.length - 1, 1]];
        const some = Array.from({ length: 8 }, () => {
          const offset = random.below(expected.length);
          return [offset, random.between(1, Math.min(100_000, expected.length - offset))];
        });
        for (const [offset, length] of [...ends, ...some]) {
          const mark = markBefore(index, offset);
          assert(mark.offset <= offset);
          const records = segment.records(mark.position);
          const part = collect(await blocksFrom(mark, records, cut, format, { offset, length }));
          const right = expected.subarray(offset, offset + length);
          assert(
            part.length === length && right.every((byte, i) => byte === part[i]),
            `${name}, ${cutName}, ${format}: ${length} from ${offset}`,
          );
        }
      }
    }
  }
});

Deno.test("indexBytes() keeps marks near each other, so that a part costs no more than itself", async () => {
  for (const format of FORMATS) {
    const { bytes, marks } = await indexBytes(SEGMENTS["many keys"].records(), ALL, format);
    const offsets = [...marks.map(({ offset }) => offset), bytes];
    const gaps = offsets.slice(1).map((offset, i) => offset - offsets[i]);
    assert(Math.max(...gaps) <= 600_000, `${format}: ${gaps}`);
  }
});

Deno.test("indexBytes() and blocksFrom() follow another order, whose positions are its own", async () => {
  const segment = SEGMENTS["many keys"];
  const cut: Cut = { ...ALL, order: "key" };
  const expected = collect(lineBlocks(new Selection(await reorder(segment, "key"), cut), "tsv"));
  const index = await indexBytes(await reorder(segment, "key"), cut, "tsv");
  assertEquals(index.bytes, expected.length);
  const [offset, length] = [400_000, 1000];
  const mark = markBefore(index, offset);
  const records = await reorder(segment, "key", mark.position);
  const part = collect(await blocksFrom(mark, records, cut, "tsv", { offset, length }));
  assertEquals(part, expected.slice(offset, offset + length));
});

Deno.test("indexBytes() and blocksFrom() read a segment on disk as they do one in memory", async () => {
  const inMemory = SEGMENTS["many keys"];
  const path = await Deno.makeTempFile();
  await Deno.writeFile(path, inMemory.bytes);
  const segment = FileSegment.adopt(path, inMemory.keys);
  try {
    for (const format of FORMATS) {
      const expected = whole(inMemory, ALL, format);
      const index = await indexBytes(segment.records(), ALL, format);
      assertEquals(index.bytes, expected.length);
      const range = { offset: expected.length - 100_000, length: 70_000 };
      const mark = markBefore(index, range.offset);
      const records = segment.records(mark.position);
      const part = collect(await blocksFrom(mark, records, ALL, format, range));
      assertEquals(Buffer.compare(part, expected.subarray(-100_000, -30_000)), 0, format);
    }
  } finally {
    segment.close();
  }
});

Deno.test("indexBytes() and blocksFrom() write columns, marks and ranks as the whole answer has them", async () => {
  const style: RowStyle = {
    columns: ["share", "rank"],
    counted: 900_000_000,
    bom: true,
    safe: true,
  };
  const segment = SEGMENTS["many keys"];
  for (const cut of [ALL, { ...ALL, top: 20_001, before: 7 }]) {
    for (const format of FORMATS) {
      const expected = whole(segment, cut, format, style);
      const index = await indexBytes(segment.records(), cut, format, style);
      assertEquals(index.bytes, expected.length, format);
      for (const offset of [0, 1, 200_000, expected.length - 5]) {
        const mark = markBefore(index, offset);
        const records = segment.records(mark.position);
        const range = { offset, length: Math.min(5000, expected.length - offset) };
        const part = collect(await blocksFrom(mark, records, cut, format, range, style));
        assertEquals(part, expected.slice(offset, offset + range.length), `${format} ${offset}`);
      }
    }
  }
});
