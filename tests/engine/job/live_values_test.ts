import { assert, assertEquals } from "@std/assert";
import { JOB_TABLES, JOBS } from "../../../assembly/layout.ts";
import { SHORT_COUNT, SHORT_ENTRY_BYTES, TIER_BASE } from "../../../assembly/table_layout.ts";
import { scaleOf } from "../../../src/contract/decimals.ts";
import { createCountOptions } from "../../../src/contract/options.ts";
import { AGGREGATES } from "../../../src/contract/stats.ts";
import { LiveTop } from "../../../src/engine/job/live_top.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { KernelHarness } from "../../support/kernel_harness.ts";
import { type NumberKind, randomNumbers, tellNaive } from "../../support/numbers.ts";
import { Random } from "../../support/random.ts";
import {
  combineNaive,
  encodeValues,
  type Value,
  type ValueRecord,
  type ValueType,
} from "../../support/values.ts";

const JOB = { tokenizer: "values", case: "preserve" } as const;

function topOf(harness: KernelHarness): LiveTop {
  const heap = SharedHeap.attach(harness.memory);
  return new LiveTop(heap, 0, createCountOptions({ case: "preserve" }), (key) => key);
}

function numberOf(value: Value, type: ValueType): number {
  return typeof value === "bigint" ? Number(value) / 10 ** (scaleOf(type) ?? 0) : value;
}

Deno.test("LiveTop shows sums of decimals that are beyond 64 bits", async () => {
  const harness = await KernelHarness.create("words");
  for (const value of [2n ** 63n - 1n, -(2n ** 63n)]) {
    harness.open({ ...JOB, op: "sum", valueType: "decimal(2)" });
    harness.map(encodeValues(Array.from({ length: 10 }, (): ValueRecord => ["key", value])));
    const [{ key, count }] = topOf(harness).read(1, 10);
    assertEquals([key, Math.round(count / Number(value) * 100 * 1e6)], ["key", 10e6]);
  }
});

Deno.test("LiveTop shows the largest values so far, over all workers and lengths of keys", async () => {
  const harness = await KernelHarness.create("words");
  const random = new Random(31);
  for (const valueType of ["i64", "f64", "decimal(2)"] as const) {
    for (const op of ["sum", "min", "max", "avg"] as const) {
      const records = Array.from({ length: 3000 }, (): ValueRecord => {
        const key = random.below(40).toString().padStart([3, 20, 40][random.below(3)], "k");
        const value = random.below(2000) - 1500;
        return [key, valueType === "f64" ? value / 16 : BigInt(value)];
      });
      harness.open({ ...JOB, op, valueType });
      for (let i = 0; i < 3; i++) {
        harness.map(encodeValues(records.slice(i * 1000, i * 1000 + 1000)), i % 2);
      }
      const expected = combineNaive(records, op, valueType)
        .map(([key, value]) => ({ key, count: numberOf(value, valueType) }))
        .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
      const shown = topOf(harness).read(500, 3000);
      assertEquals(shown.length, expected.length);
      for (const [i, { key, count }] of shown.entries()) {
        const known = expected.find((each) => each.key === key)!;
        assert(Math.abs(count - known.count) < 1e-9, `${op} ${valueType} of ${key}`);
        assert(Math.abs(count - expected[i].count) < 1e-9, "in order");
      }
    }
  }
});

Deno.test("LiveTop shows what comes first of what is told of numbers", async () => {
  const harness = await KernelHarness.create("words");
  const random = new Random(33);
  const keys = Array.from({ length: 30 }, (_, i) => `key ${i}`);
  const kinds: NumberKind[] = ["one scale", "mixed", "extreme"];
  for (const kind of kinds) {
    const records = randomNumbers(random, kind, 900, keys);
    for (const first of AGGREGATES) {
      const stats = { aggs: [first] };
      harness.open({ ...JOB, stats });
      for (let i = 0; i < 3; i++) {
        harness.map(encodeValues(records.slice(i * 300, i * 300 + 300)), i % 2);
      }
      const shown = topOf(harness).read(500, 900);
      const expected = new Map(tellNaive(records, stats).map(([key, told]) => [key, Number(told)]));
      assertEquals(shown.length, expected.size);
      for (const { key, count } of shown) {
        const known = expected.get(key)!;
        const largest = kind === "extreme" ? 2 ** 66 : Math.abs(known);
        assert(Math.abs(count - known) <= 1e-9 * Math.max(1, largest), `${kind} ${first} ${key}`);
      }
    }
  }
});

Deno.test("LiveTop reads no state that is not the job's", async () => {
  const harness = await KernelHarness.create("words");
  harness.open({ ...JOB, op: "max" });
  harness.map(encodeValues([["good", 5n], ["bad", 6n]]));
  const { words } = harness;
  const short = words[words[(JOBS + JOB_TABLES) >> 2] + TIER_BASE >> 2];
  const top = topOf(harness);
  for (const address of [harness.scratch, 4, 0xffff_fff8, harness.bytes.length - 8, JOBS]) {
    for (let entry = short + SHORT_ENTRY_BYTES; entry < short + (1 << 14); entry += 16) {
      const isBad = String.fromCharCode(...harness.bytes.slice(entry, entry + 3)) === "bad";
      if (isBad) words[(entry + SHORT_COUNT) >> 2] = address | 0;
    }
    assertEquals(top.read(10, 2), [{ key: "good", count: 5 }]);
  }
});
