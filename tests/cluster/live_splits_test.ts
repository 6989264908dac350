import { assertEquals } from "@std/assert";
import { LiveSplits } from "../../src/cluster/live_splits.ts";
import { lookAtSplit } from "../../src/cluster/split_progress.ts";
import type { SplitOutput } from "../../src/cluster/split_task.ts";
import type { JobCounters } from "../../src/contract/documents.ts";
import { Segment } from "../../src/reduce/segment.ts";

const COUNTED = { bytes: 10, chunks: 1, tokens: 5 };

function outputOf(bytes: number, tokens: number): SplitOutput {
  const report = { totals: { bytes, tokens, keys: 1, replacements: 0 }, chunks: 2 };
  return { node: "", token: "", from: 0, to: bytes, keys: 1, bytes, report } as SplitOutput;
}

Deno.test("LiveSplits sums what nodes tell and what finished splits hold", () => {
  const counters: JobCounters = { bytes: 0, chunks: 0, tokens: 0 };
  const live = new LiveSplits(counters, {});
  live.begin(3, 100);
  assertEquals(counters, {
    bytes: 0,
    chunks: 0,
    tokens: 0,
    splits: { done: 0, all: 3, bytes: 100 },
  });
  assertEquals(live.peek(10), []);
  live.tell(0, { ...COUNTED, top: [["a", 3], ["b", 2]] });
  live.tell(2, { ...COUNTED, top: [["b", 4]] });
  assertEquals(live.peek(10), [{ key: "b", count: 6 }, { key: "a", count: 3 }]);
  assertEquals(live.peek(1), [{ key: "b", count: 6 }]);
  live.end(0, outputOf(40, 20), Segment.from([["a", 9], ["c", 1], ["é", 10]]));
  live.tell(0, { ...COUNTED, top: [["a", 3]] }); // late
  assertEquals(live.peek(10), [
    { key: "é", count: 10 },
    { key: "a", count: 9 },
    { key: "b", count: 4 },
    { key: "c", count: 1 },
  ]);
  assertEquals(counters, {
    bytes: 50,
    chunks: 3,
    tokens: 25,
    splits: { done: 1, all: 3, bytes: 100 },
  });
  live.tell(2, { ...COUNTED, top: [] }); // it reduces
  assertEquals(live.peek(10)[2], { key: "b", count: 4 });
  live.close();
  assertEquals(live.peek(10), []);
  assertEquals(counters.splits?.done, 1);
});

Deno.test("LiveSplits puts values together as the job does, and shows none of averages", () => {
  const told = { ...COUNTED, top: [["a", 3]] as [string, number][] };
  const peek = (op: "sum" | "min" | "max" | "avg") => {
    const live = new LiveSplits({ ...COUNTED }, { values: { op, type: "i64" } });
    live.begin(2, undefined);
    live.tell(0, told);
    live.tell(1, { ...told, top: [["a", -5]] });
    return live.peek(1).map(({ count }) => count);
  };
  assertEquals([peek("sum"), peek("min"), peek("max"), peek("avg")], [[-2], [-5], [3], []]);
});

Deno.test("LiveSplits reads many finished splits by and by", () => {
  const live = new LiveSplits({ ...COUNTED }, {});
  const segment = Segment.from(Array.from({ length: 1 << 17 }, (_, i) => [`k${i}`, i]));
  const all = 5;
  live.begin(all, undefined);
  for (let i = 0; i < all; i++) live.end(i, outputOf(1, 1), segment);
  const counts = Array.from({ length: 3 }, () => live.peek(1)[0].count / ((1 << 17) - 1));
  assertEquals(counts, [2, 4, 5]);
});

Deno.test("LiveSplits remembers the largest counts of thousands of splits, and not all their keys", () => {
  const counters: JobCounters = { ...COUNTED };
  const live = new LiveSplits(counters, {});
  const splits = 3000;
  live.begin(splits, undefined);
  for (let i = 0; i < splits; i++) {
    const others = Array.from({ length: 99 }, (_, k) => [`${i} ${k}`, 2] as [string, number]);
    live.tell(i, { ...COUNTED, top: [["the", 7], ...others] });
    // Nobody looks: of most it stays with what was told, of the last thousand the keys are read.
    live.end(i, outputOf(10, 5), Segment.from([["the", 8]]));
  }
  assertEquals(live.peek(1), [{ key: "the", count: 2000 * 7 + 1000 * 8 }]);
  assertEquals(live.peek(1e6).length <= 1 << 16, true);
  assertEquals(counters.tokens, 5 * splits);
});

Deno.test("lookAtSplit() tells at most a few KB of keys, and no long ones", () => {
  const long = { key: "x".repeat(5000), count: 9 };
  const counts = Array.from({ length: 100 }, (_, i) => ({ key: `k${i}é`.repeat(20), count: 1 }));
  const { top, ...counters } = lookAtSplit({ counters: COUNTED, peek: () => [long, ...counts] });
  assertEquals(counters, COUNTED);
  assertEquals(top[0], [counts[0].key, 1]);
  const { length } = new TextEncoder().encode(JSON.stringify(top));
  assertEquals([length > 3000, length < 4096], [true, true]);
});
