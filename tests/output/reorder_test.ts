import { assertEquals, assertRejects } from "@std/assert";
import type { ResultValues } from "../../src/contract/documents.ts";
import { JobError } from "../../src/contract/problems.ts";
import { reorder } from "../../src/output/reorder.ts";
import { type RecordCursor, Segment } from "../../src/reduce/segment.ts";
import { freshSeed, Random } from "../support/random.ts";
import {
  edgesOf,
  generateRows,
  KINDS,
  orderRows,
  segmentOfValues,
} from "../support/value_results.ts";
import { readValues, type ValueRecord } from "../support/values.ts";

type Counts = [key: string, count: number][];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Keys that share beginnings, end in NUL, or differ only beyond what a number holds of them. */
function generateCounts(keys: number, random: Random): Counts {
  const parts = ["a", "ab", "\0", "é", "😀", "prefix-of-many-keys-", "\uffff", "z"];
  const counts = new Map<string, number>();
  while (counts.size < keys) {
    const length = random.between(1, 8);
    const key = Array.from({ length }, () => random.pick(parts)).join("");
    counts.set(key, random.between(1, 5) * (random.oneIn(10) ? 2 ** 40 : 1));
  }
  return [...counts];
}

function compareKeys([a]: Counts[number], [b]: Counts[number]): number {
  const [x, y] = [encoder.encode(a), encoder.encode(b)];
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return at < 0 ? x.length - y.length : at >= y.length ? 1 : x[at] - y[at];
}

function read(record: RecordCursor): Counts {
  const counts: Counts = [];
  while (record.next()) {
    const key = decoder.decode(record.bytes.subarray(record.keyStart, record.keyEnd));
    counts.push([key, record.count]);
  }
  return counts;
}

Deno.test("reorder() brings a segment by count into the order of keys, and back", async () => {
  const seed = freshSeed();
  for (const keys of [0, 1, 2, 1023, 1024, 1025, 5000]) {
    const byKey = generateCounts(keys, new Random(seed + keys)).sort(compareKeys);
    const byCount = byKey.toSorted((a, b) => b[1] - a[1] || compareKeys(a, b));
    const message = `seed ${seed}, ${keys} keys`;
    assertEquals(read(await reorder(Segment.from(byCount), "key")), byKey, message);
    assertEquals(read(await reorder(Segment.from(byKey), "count")), byCount, message);
  }
});

Deno.test("reorder() goes on where a cursor over the same order stood", async () => {
  const segment = Segment.from([["c", 3], ["a", 2], ["b", 1]]);
  const first = await reorder(segment, "key");
  first.next();
  const rest = await reorder(segment, "key", first.position);
  assertEquals(read(rest), [["b", 1], ["c", 3]]);
  assertEquals(read(await reorder(segment, "key", 99)), []);
});

Deno.test("reorder() refuses a segment of too many keys", async () => {
  const segment = new Segment(new Uint8Array(0), 2 ** 22 + 1);
  const error = await assertRejects(() => reorder(segment, "key"), JobError, "4194305 keys");
  assertEquals(error.code, "order_unavailable");
});

/** Keys and values as a cursor gives them. */
function readRows(record: RecordCursor, { type }: ResultValues): ValueRecord[] {
  const rows: ValueRecord[] = [];
  while (record.next()) {
    const key = decoder.decode(record.bytes.subarray(record.keyStart, record.keyEnd));
    rows.push([key, type === "f64" ? record.double : record.integer]);
  }
  return rows;
}

Deno.test("reorder() compares values as what they are, to the last bit", async () => {
  const random = new Random(freshSeed());
  for (const values of KINDS) {
    const edges = edgesOf(values).map((value, i): ValueRecord => [`k${i}`, value]);
    for (const keys of [0, 1, 1025, 5000]) {
      const rows = [...edges, ...generateRows(values, keys, random)];
      const message = `seed ${random.seed}, ${values.op} ${values.type}, ${keys} keys`;
      const [byKey, byValue] = [orderRows(rows, "key"), orderRows(rows, "value")];
      for (const order of ["value", "count"] as const) {
        const found = await reorder(segmentOfValues(byKey, values), order, 0, values);
        assertEquals(readRows(found, values), byValue, message);
      }
      const back = await reorder(segmentOfValues(byValue, values), "key", 0, values);
      assertEquals(readRows(back, values), byKey, message);
    }
  }
});

const INTEGERS: ResultValues = { op: "max", type: "i64" };

Deno.test("reorder() tells integers apart that are one double", async () => {
  const rows = Array.from({ length: 3000 }, (_, i): ValueRecord => {
    const near = 2n ** 62n + BigInt(i * 7919 % 3000);
    return [String(i).padStart(4, "0"), i % 2 === 0 ? near : -near];
  });
  const found = await reorder(segmentOfValues(rows), "value", 0, INTEGERS);
  assertEquals(readRows(found, INTEGERS), orderRows(rows, "value"));
  const same = segmentOfValues(rows.map(([key]) => [key, 2n ** 62n]));
  const ties = readRows(await reorder(same, "value", 0, INTEGERS), INTEGERS);
  assertEquals(ties, readValues(same, false));
});
