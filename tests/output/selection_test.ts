import { assert, assertEquals } from "@std/assert";
import { type Cut, Selection } from "../../src/output/selection.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { findNextPage } from "../../src/output/page.ts";
import { segmentOfValues } from "../support/value_results.ts";

const encoder = new TextEncoder();
const BY_KEY = [["a", 1], ["ab", 5], ["abc", 2], ["b", 9], ["é", 1], ["éa", 3]] as const;

/** More steps than any walk here takes. */
const MOST_STEPS = 10_000_000;

/** The keys that a cut shows, and how often the search rested. */
function walk(segment: Segment, cut: Cut): { keys: string[]; rests: number } {
  const selection = new Selection(segment.records(), cut);
  const { record } = selection;
  const keys: string[] = [];
  let rests = 0;
  while (true) {
    assert(keys.length + rests <= MOST_STEPS, "the walk has no end");
    if (selection.next()) {
      keys.push(new TextDecoder().decode(record.bytes.subarray(record.keyStart, record.keyEnd)));
    } else if (selection.resting) rests++;
    else return { keys, rests };
  }
}

Deno.test("Selection finds the keys with a prefix, in either order", () => {
  const byCount = BY_KEY.toSorted(([, a], [, b]) => b - a);
  const rows = [
    { prefix: "", keys: ["a", "ab", "abc", "b", "é", "éa"] },
    { prefix: "a", keys: ["a", "ab", "abc"] },
    { prefix: "ab", keys: ["ab", "abc"] },
    { prefix: "é", keys: ["é", "éa"] },
    { prefix: "abcd", keys: [] },
    { prefix: "0", keys: [] },
    { prefix: "z", keys: [] },
  ];
  for (const { prefix, keys } of rows) {
    const cut = { top: 0, min: 0, prefix: encoder.encode(prefix) };
    assertEquals(walk(Segment.from(BY_KEY), { ...cut, order: "key" }).keys, keys);
    const { keys: found } = walk(Segment.from(byCount), { ...cut, order: "count" });
    assertEquals(found.toSorted(), keys.toSorted(), prefix);
  }
});

Deno.test("Selection applies top and min to the keys with the prefix", () => {
  const cut: Cut = { top: 1, min: 2, order: "key", prefix: encoder.encode("a") };
  assertEquals(walk(Segment.from(BY_KEY), cut).keys, ["ab"]);
});

Deno.test("Selection rests in a long search, and misses nothing", () => {
  const counts = Array.from({ length: 200_000 }, (_, i): [string, number] => [`k${i}`, 1]);
  counts[150_000] = ["x", 1];
  const prefix = encoder.encode("x");
  const found = walk(Segment.from(counts), { top: 0, min: 0, order: "count", prefix });
  assertEquals(found, { keys: ["x"], rests: 2 });
});

Deno.test("findNextPage() finds every page's beginning, and none after the last", async () => {
  const segment = Segment.from(BY_KEY);
  const cut: Cut = { top: 0, min: 2, order: "key" }; // ab, abc, b, éa
  for (const [limit, pages] of [[1, 4], [2, 2], [3, 2], [4, 1], [9, 1]]) {
    const keys: string[] = [];
    let count = 0;
    for (let position: number | undefined = 0; position !== undefined; count++) {
      const page = new Selection(segment.records(position), { ...cut, top: limit });
      while (page.next()) {
        const { bytes, keyStart, keyEnd } = page.record;
        keys.push(new TextDecoder().decode(bytes.subarray(keyStart, keyEnd)));
      }
      position = await findNextPage(new Selection(segment.records(position), cut), limit);
    }
    assertEquals([count, keys], [pages, ["ab", "abc", "b", "éa"]]);
  }
});

Deno.test("Selection passes over keys of counts above max", () => {
  const counts = [["a", 9], ["b", 3], ["c", 3], ["d", 1]] as [string, number][];
  for (const order of ["count", "key"] as const) {
    const walked = (cut: Partial<Cut>) =>
      walk(Segment.from(counts), { top: 0, min: 0, order, ...cut }).keys;
    assertEquals(walked({ max: 3 }), ["b", "c", "d"]);
    assertEquals(walked({ max: 3, min: 2, top: 1 }), ["b"]);
    assertEquals(walked({ max: 8, min: 4 }), []);
    assertEquals(walked({ max: 0 }), ["a", "b", "c", "d"]);
  }
});

Deno.test("Selection stops at min alike in both names of the order by count", () => {
  const byCount = BY_KEY.toSorted(([, a], [, b]) => b - a);
  for (const order of ["count", "value"] as const) {
    const segment = Segment.from([...byCount, ["never", 9]]);
    assertEquals(walk(segment, { top: 0, min: 3, order }).keys, ["b", "ab", "éa"]);
  }
});

Deno.test("Selection passes over no value, whatever it is", () => {
  for (const order of ["value", "key"] as const) {
    const segment = segmentOfValues([["a", 0n], ["b", -(2n ** 63n)], ["c", -1n], ["d", 5e-324]]);
    assertEquals(walk(segment, { top: 0, min: 0, order }).keys, ["a", "b", "c", "d"]);
  }
});
