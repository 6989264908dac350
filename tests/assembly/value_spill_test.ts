import { assertEquals } from "@std/assert";
import {
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_SPILL_BITS,
  MERGE_LAST,
  MERGE_SUMS,
  OK,
  ORDER_F64,
  ORDER_I64,
  ORDER_KEY,
  ORDER_WIDE,
  SCRATCH_MERGED_COUNTED,
  SCRATCH_MERGED_DISTINCT,
  SCRATCH_MERGED_KEYS,
  VALUE_OVERFLOW,
} from "../../assembly/layout.ts";
import { areWide } from "../../src/contract/result_values.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { Random } from "../support/random.ts";
import { Spills } from "../support/spills.ts";
import { divide, JOB as PLAIN_JOB } from "../support/value_runs.ts";
import {
  answersDoubles,
  combineNaive,
  encodeValues,
  readValues,
  type Value,
  type ValueOp,
  type ValueRecord,
  type ValueType,
} from "../support/values.ts";

// Values on their way through batches, runs and merges, driven as workers/spill drives them.

const JOB = { ...PLAIN_JOB, order: "value" } as const;
const FORMS: readonly [ValueOp, ValueType][] = [
  ["sum", "i64"],
  ["min", "i64"],
  ["max", "i64"],
  ["avg", "i64"],
  ["sum", "decimal(5)"],
  ["avg", "decimal(5)"],
  ["sum", "f64"],
  ["min", "f64"],
  ["max", "f64"],
  ["avg", "f64"],
];

function randomRecords(random: Random, type: ValueType, records: number): ValueRecord[] {
  return Array.from({ length: records }, () => {
    const prefix = ["", "k".repeat(13), "k".repeat(40), "0\0"][random.below(4)];
    const value = random.below(2 ** 31) - 2 ** 30;
    const key = prefix + random.below(records >> 2).toString(36);
    if (type !== "f64" && type !== "i64" && random.oneIn(3)) return [key, BigInt(value) << 33n];
    if (type !== "f64") return [key, BigInt(value) << BigInt(random.below(25))];
    return [key, value * 2 ** (random.below(200) - 100)];
  });
}

function byValue([a, x]: ValueRecord, [b, y]: ValueRecord): number {
  return x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1;
}

function orderOf(op: ValueOp, type: ValueType): number {
  if (areWide({ op, type })) return ORDER_WIDE;
  return answersDoubles(op, type) ? ORDER_F64 : ORDER_I64;
}

/** A record of a sum as it is until the last merge: with its high word as a tail. */
function recordOfSum(key: string, sum: bigint): Uint8Array {
  const keyed = Math.ceil((12 + key.length) / 8) * 8;
  const record = new Uint8Array(keyed + 8);
  const view = new DataView(record.buffer);
  const low = BigInt.asIntN(64, sum);
  view.setBigInt64(0, low, true);
  view.setUint32(8, key.length, true);
  record.set(new TextEncoder().encode(key), 12);
  view.setBigInt64(keyed, (sum - low) >> 64n, true);
  return record;
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} orders sums of up to 126 bits, and equal ones by key`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(26);
    const type = "decimal(2)";
    harness.open({ ...JOB, op: "sum", valueType: type });
    const spills = new Spills(harness, random);
    for (let round = 0; round < 20; round++) {
      const sums = [31, 32, 63, 64, 94, 95, 96, 97, 126].map((bits) => 1n << BigInt(bits));
      const records = Array.from({ length: 300 }, (_, i): [string, bigint] => {
        const near = random.pick(sums) + BigInt(random.between(-2, 2));
        return [`${random.pick(["", "k", "key ".repeat(9)])}${i}`, random.oneIn(2) ? near : -near];
      });
      const inputs = records.map(([key, sum]) => recordOfSum(key, sum));
      const segment = spills.merge(inputs, ORDER_WIDE, MERGE_LAST) as Uint8Array;
      const expected = records.toSorted(byValue) as ValueRecord[];
      const answer = readValues(new Segment(segment, 300), false, { op: "sum", type });
      assertEquals(answer, expected);
    }
  });

  Deno.test(`${build} brings values through spills and merges as through memory`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(21);
    for (const [op, valueType] of FORMS) {
      const records = randomRecords(random, valueType, 6000);
      const expected = combineNaive(records, op, valueType).sort(byValue);
      for (const [bits, bytes, fan, top] of [[0, 20_000, 3, 0], [2, 300_000, 64, 25]]) {
        harness.open({ ...JOB, op, valueType });
        harness.set(JOB_SPILL_BITS, bits);
        const spills = new Spills(harness, random);
        spills.chunks(divide(records, 1500, 3000, 4500), bytes);
        const segment = spills.collect(orderOf(op, valueType), fan, top) as Segment;
        const values = { op, type: valueType };
        const answer = readValues(segment, answersDoubles(op, valueType), values);
        const name = JSON.stringify({ op, valueType, bits });
        assertEquals(answer, top === 0 ? expected : expected.slice(0, top), name);
        assertEquals(segment.keys, answer.length);
      }
    }
  });

  Deno.test(`${build} spills values that folding makes equal, and unfinished reduces`, async () => {
    const harness = await KernelHarness.create(build, { pages: 400 });
    const random = new Random(22);
    for (const [op, valueType] of FORMS) {
      const records = randomRecords(random, valueType, 8000)
        .map(([key, value]): ValueRecord => [random.below(2) ? key.toUpperCase() : key, value]);
      const folded = records.map(([key, value]): ValueRecord => [key.toLowerCase(), value]);
      const expected = combineNaive(folded, op, valueType).sort(byValue);
      harness.open({ ...JOB, op, valueType, case: "fold", partitionBits: 2 });
      const spills = new Spills(harness, random);
      spills.unfinished(divide(records, 3000, 5000));
      const segment = spills.collect(orderOf(op, valueType), 64) as Segment;
      assertEquals(
        readValues(segment, answersDoubles(op, valueType), { op, type: valueType }),
        expected,
        `${op} ${valueType}`,
      );
      assertEquals(harness.ownedPages(), 0);
    }
  });

  Deno.test(`${build} takes the ordered runs of values back`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(23);
    for (const [op, valueType] of FORMS) {
      const records = randomRecords(random, valueType, 8000);
      const expected = combineNaive(records, op, valueType).sort(byValue);
      harness.open({ ...JOB, op, valueType, partitionBits: 2 });
      const spills = new Spills(harness, random);
      spills.reduced(divide(records, 4000));
      assertEquals([harness.get(JOB_DISTINCT), harness.get(JOB_COUNTED)], [0, 0]);
      const segment = spills.collect(orderOf(op, valueType), 64) as Segment;
      assertEquals(
        readValues(segment, answersDoubles(op, valueType), { op, type: valueType }),
        expected,
        `${op} ${valueType}`,
      );
      assertEquals(harness.ownedPages(), 0);
    }
  });

  Deno.test(`${build} refuses sums beyond their range in the last merge and not before`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(24);
    const most = 2n ** 63n - 1n;
    const finish = (type: ValueType, values: Value[], fan: number) => {
      harness.open({ ...JOB, op: "sum", valueType: type });
      const spills = new Spills(harness, random);
      for (const value of values) {
        harness.map(encodeValues([["key", value], ["other", value]]));
        assertEquals(spills.table(0, 10_000), OK);
      }
      const segment = spills.collect(orderOf("sum", type), fan);
      return typeof segment === "number" ? segment : readValues(segment, type === "f64")[0][1];
    };
    for (const fan of [2, 64]) {
      assertEquals(finish("i64", [most, most, most, -most, -most], fan), most);
      assertEquals(finish("i64", [-most, -1n], fan), -(2n ** 63n));
      assertEquals(finish("i64", [most, 1n], fan), VALUE_OVERFLOW);
      assertEquals(finish("i64", [-most, -1n, -1n], fan), VALUE_OVERFLOW);
      const greatest = Number.MAX_VALUE;
      assertEquals(finish("f64", [greatest, greatest, -greatest], fan), greatest);
      assertEquals(finish("f64", [greatest, greatest], fan), VALUE_OVERFLOW);
    }
  });

  Deno.test(`${build} leaves out all values of a merge by a least count of 2^63 only`, async () => {
    const harness = await KernelHarness.create(build);
    harness.open({ ...JOB, op: "sum" });
    const spills = new Spills(harness, new Random(25));
    harness.map(encodeValues([["a", 5n], ["b", -5n], ["c", 0n]]));
    assertEquals(spills.table(0, 10_000), OK);
    const inputs = [spills.runs[0][0]];
    const rule = MERGE_SUMS | MERGE_LAST;
    const { scratch, words } = harness;
    for (const [least, keys] of [[0n, 3], [1n << 63n, 0]] as const) {
      spills.merge(inputs, ORDER_KEY, rule, 0, least);
      const seen = [SCRATCH_MERGED_KEYS, SCRATCH_MERGED_DISTINCT, SCRATCH_MERGED_COUNTED];
      assertEquals(seen.map((offset) => words[(scratch + offset) >> 2]), [keys, 3, 0]);
    }
  });
}
