import { assert, assertEquals } from "@std/assert";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { Random } from "../support/random.ts";
import { cut, run } from "../support/value_runs.ts";
import { combineNaive, divideExactly, readValues, type ValueRecord } from "../support/values.ts";

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} averages decimals to the nearest double`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(10);
    for (let scale = 0; scale <= 18; scale++) {
      const records = Array.from({ length: 3000 }, (): ValueRecord => {
        const size = random.between(1, 63);
        const bits = BigInt(random.below(2 ** 32)) << 32n | BigInt(random.below(2 ** 32));
        const value = BigInt.asIntN(size, bits);
        return [`key ${random.below(900)}`, random.oneIn(9) ? random.pick([MOST, LEAST]) : value];
      });
      const options = { op: "avg", valueType: `decimal(${scale})` } as const;
      const answer = readValues(run(harness, cut(random, records), options), true);
      assertEquals(answer, combineNaive(records, "avg", options.valueType), `scale ${scale}`);
    }
    // What lies half-way between two doubles, a little above it, and next to 0.
    const averageOf = (values: bigint[], scale: number) => {
      const records = values.map((value): ValueRecord => ["key", value]);
      const options = { op: "avg", valueType: `decimal(${scale})` } as const;
      return readValues(run(harness, [records], options), true)[0][1];
    };
    assertEquals(averageOf([2n ** 53n + 1n], 0), 2 ** 53);
    assertEquals(averageOf([2n ** 53n + 3n], 0), 2 ** 53 + 4);
    assertEquals(averageOf([(2n ** 53n + 1n) * 100n + 1n], 2), 2 ** 53 + 2);
    assertEquals(averageOf([10n, 20n], 2), 0.15);
    assertEquals(averageOf([-1n], 18), -1e-18);
    assertEquals(Object.is(averageOf([5n, -5n], 2), 0), true);
    assertEquals(averageOf([LEAST, LEAST, LEAST], 0), -(2 ** 63));
  });

  Deno.test(`${build} averages integers to the nearest double`, async () => {
    const harness = await KernelHarness.create(build);
    const averageOf = (values: bigint[]) => {
      const records = values.map((value): ValueRecord => ["key", value]);
      return readValues(run(harness, [records], { op: "avg", valueType: "i64" }), true)[0][1];
    };
    const random = new Random(11);
    for (let round = 0; round < 400; round++) {
      const size = random.between(1, 64);
      const values = Array.from({ length: random.between(1, 12) }, () => {
        const bits = BigInt(random.below(2 ** 32)) << 32n | BigInt(random.below(2 ** 32));
        return BigInt.asIntN(size, bits);
      });
      const sum = values.reduce((all, value) => all + value);
      const expected = divideExactly(sum, BigInt(values.length));
      assertEquals(averageOf(values), expected === 0 ? 0 : expected, `${values}`);
    }
    // Rounding the sum first, and then the quotient, gives 2^52 + 1.
    const three = [2n ** 53n, 2n ** 52n, 1n];
    assertEquals(averageOf(three), divideExactly(2n ** 53n + 2n ** 52n + 1n, 3n));
    assertEquals(averageOf([2n ** 53n - 1n, 0n]), 2 ** 52 - 0.5);
    assertEquals(averageOf([MOST, MOST, MOST]), 2 ** 63);
    assertEquals(averageOf([LEAST, LEAST]), -(2 ** 63));
  });

  Deno.test(`${build} averages doubles whose sum is beyond the largest`, async () => {
    const harness = await KernelHarness.create(build);
    const averageOf = (values: number[]) => {
      const records = values.map((value): ValueRecord => ["key", value]);
      return readValues(run(harness, [records], { op: "avg", valueType: "f64" }), true)[0][1];
    };
    const most = Number.MAX_VALUE;
    assertEquals(averageOf([most, most]), most);
    assertEquals(averageOf([-most, -most, -most, -most]), -most);
    assertEquals(averageOf([most, most / 2]), most * 0.75);
    assertEquals(averageOf([most, most, -most, -most]), 0);
    for (const count of [3, 5, 7, 1000]) {
      const average = averageOf(new Array(count).fill(most)) as number;
      // Two roundings: the average may be one double off, and is never beyond the largest.
      assert(average <= most && average >= most * (1 - 2 ** -52), `${count}: ${average}`);
    }
    assertEquals(averageOf([Number.MIN_VALUE, 3 * Number.MIN_VALUE]), 2 * Number.MIN_VALUE);
  });
}
