import { assertEquals } from "@std/assert";
import { encodeBorders, indexPartitions } from "../../src/reduce/range_partition.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { compareCodePoints } from "../support/oracle/code_points.ts";
import { freshSeed, Random } from "../support/random.ts";

const LETTERS = ["a", "b", "Z", " ", "é", "ß", "漢", "\uffee", "\u{1f600}"];

function randomKey(random: Random): string {
  const length = random.oneIn(20) ? random.between(500, 3000) : random.between(1, 4);
  return Array.from({ length }, () => random.pick(LETTERS)).join("");
}

function distinct(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort(compareCodePoints);
}

/** The partition of a key as the definition has it: how many borders do not stand behind it. */
function partitionOf(key: string, borders: readonly string[]): number {
  return borders.filter((border) => compareCodePoints(border, key) <= 0).length;
}

Deno.test("indexPartitions() divides any keys at any borders", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let round = 0; round < 200; round++) {
    const keys = distinct(Array.from({ length: random.below(80) }, () => randomKey(random)));
    const borders = distinct(
      Array.from(
        { length: random.between(1, random.pick([1, 8, 60])) },
        () => keys.length > 0 && random.oneIn(2) ? random.pick(keys) : randomKey(random),
      ),
    );
    const parts = Array.from(
      { length: borders.length + 1 },
      (_, part) => keys.filter((key) => partitionOf(key, borders) === part),
    );
    const what = `MILLRACE_SEED=${seed} round ${round}`;
    const bytes = encodeBorders(borders);
    const counts = new Map(keys.map((key) => [key, random.between(1, 9)]));
    const byKey = Segment.from(counts);
    const index = await indexPartitions(byKey, bytes, { byKey: true, tailBytes: 0 });
    assertEquals(index.keys, parts.map(({ length }) => length), what);
    const counted = parts.map((part) => part.reduce((sum, key) => sum + counts.get(key)!, 0));
    assertEquals(index.counted, counted, what);
    parts.forEach((part, i) => {
      const cursor = byKey.records(index.starts![i]);
      for (const key of part) {
        cursor.next();
        const text = new TextDecoder().decode(
          cursor.bytes.subarray(cursor.keyStart, cursor.keyEnd),
        );
        assertEquals(text, key, what);
      }
    });
    const mixed = keys.toSorted(() => random.below(3) - 1);
    const byCount = Segment.from(mixed.map((key) => [key, counts.get(key)!]));
    const unordered = await indexPartitions(byCount, bytes, { byKey: false, tailBytes: 0 });
    assertEquals(unordered, { keys: index.keys, counted }, what);
  }
});

Deno.test("indexPartitions() does not take the high word of a value for a key's end", async () => {
  // Keys of four letters, with 8 bytes behind them.
  const segment = Segment.from([["aaaa" + "\0".repeat(8), 1], ["bbbb" + "\x7f".repeat(8), 1]]);
  const terms = { byKey: true, tailBytes: 8 };
  const borders = encodeBorders(["aaaa", "aaaab", "bbbb", "bbbba"]);
  assertEquals((await indexPartitions(segment, borders, terms)).keys, [0, 1, 0, 1, 0]);
});
