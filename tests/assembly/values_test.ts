import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  JOB_COUNTED,
  JOB_DISTINCT,
  JOB_PAGE_LIMIT,
  OK,
  RECORDS_TORN,
  SCRATCH_BAD_OFFSET,
  VALUE_OVERFLOW,
  VALUE_REFUSED,
} from "../../assembly/layout.ts";
import { KERNEL_BUILDS, KernelHarness } from "../support/kernel_harness.ts";
import { Random } from "../support/random.ts";
import { cut, JOB, run } from "../support/value_runs.ts";
import {
  answersDoubles,
  combineNaive,
  encodeValues,
  readValues,
  sumBinned,
  sumExactly,
  type ValueOp,
  type ValueRecord,
  type ValueType,
} from "../support/values.ts";

const OPS: ValueOp[] = ["sum", "min", "max", "avg"];
const TYPES: ValueType[] = ["i64", "f64", "decimal(3)"];
const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/** Keys of all tiers, some of which end with NUL; sometimes one that fills more than a sub-block. */
function randomKey(random: Random, distinct: number): string {
  const number = random.below(distinct).toString(36);
  const lengths = [0, 4, 8, 12, 13, 20, 28, 29, 60];
  const key = number.padStart(lengths[random.below(lengths.length)], "k");
  if (random.below(50) === 0) return `${number}\0`;
  return random.below(2000) === 0 ? number.padStart(9000 + random.below(9), "l") : key;
}

function randomInteger(random: Random): bigint {
  const value = BigInt(random.below(2 ** 32)) << BigInt(random.below(20));
  return [0n, value, -value, 1n, -1n][random.below(5)];
}

/** Of all magnitudes, or of few. */
function randomDouble(random: Random): number {
  const wide = random.below(4) === 0;
  const exponent = wide ? random.below(1900) - 1100 : random.below(20) - 10;
  const value = (random.below(2 ** 32) + random.below(2 ** 21) / 2 ** 21) * 2 ** exponent;
  return [value, -value, 0, -0, 0.1][random.below(5)];
}

function randomRecords(
  random: Random,
  type: ValueType,
  records: number,
  distinct: number,
): ValueRecord[] {
  const keys = Array.from({ length: distinct }, () => randomKey(random, distinct));
  keys.push("");
  return Array.from({ length: records }, () => [
    keys[random.below(keys.length)],
    type === "f64" ? randomDouble(random) : randomInteger(random),
  ]);
}

function eachForm(test: (op: ValueOp, valueType: ValueType) => void): void {
  for (const valueType of TYPES) for (const op of OPS) test(op, valueType);
}

for (const build of KERNEL_BUILDS) {
  Deno.test(`${build} combines the values of keys of every length`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(1);
    eachForm((op, valueType) => {
      const isDouble = answersDoubles(op, valueType);
      for (const distinct of [1, 40, 20_000]) {
        const records = randomRecords(random, valueType, 20_000, distinct);
        const expected = combineNaive(records, op, valueType);
        for (const workers of [1, 3]) {
          for (const partitionBits of [0, 2]) {
            const options = { op, valueType, workers, partitionBits };
            const segment = run(harness, cut(random, records), options);
            const name = JSON.stringify({ distinct, ...options });
            assertEquals(readValues(segment, isDouble, { op, type: valueType }), expected, name);
            assertEquals([harness.get(JOB_DISTINCT), harness.get(JOB_COUNTED)], [
              expected.length,
              0,
            ]);
          }
        }
      }
    });
    harness.release();
    assertEquals(harness.ownedPages(), 0);
  });

  Deno.test(`${build} gives the same bytes whatever the order of records`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(2);
    eachForm((op, valueType) => {
      const records = randomRecords(random, valueType, 5000, 30);
      let first: Uint8Array | undefined;
      for (let round = 0; round < 6; round++) {
        const options = { op, valueType, workers: 1 + round, partitionBits: round % 3 };
        const { bytes } = run(harness, cut(random, random.shuffle(records)), options);
        first ??= bytes;
        assertEquals(bytes, first, JSON.stringify(options));
      }
    });
  });

  Deno.test(`${build} orders keys by value, the largest first`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(3);
    eachForm((op, valueType) => {
      const isDouble = answersDoubles(op, valueType);
      const records = randomRecords(random, valueType, 6000, 3000);
      const compare = ([a, x]: ValueRecord, [b, y]: ValueRecord) =>
        x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1;
      const expected = combineNaive(records, op, valueType).sort(compare);
      for (const top of [0, 10]) {
        const options = { op, valueType, top, order: "value", partitionBits: 1 } as const;
        const segment = run(harness, cut(random, records), options);
        const answer = readValues(segment, isDouble, { op, type: valueType });
        assertEquals(answer, top > 0 ? expected.slice(0, top) : expected, `${op} ${valueType}`);
      }
    });
  });

  Deno.test(`${build} goes on with chunks and reduces of values when it is given pages`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(4);
    eachForm((op, valueType) => {
      const records = randomRecords(random, valueType, 30_000, 30_000);
      harness.open({ ...JOB, op, valueType, pageLimit: 1, partitionBits: 1 });
      let stops = 0;
      harness.onOutOfPages = () => {
        stops++;
        harness.set(JOB_PAGE_LIMIT, harness.get(JOB_PAGE_LIMIT) + 1);
      };
      for (const chunk of cut(random, records)) harness.map(encodeValues(chunk));
      const mapped = stops;
      const answer = readValues(harness.reduce(), answersDoubles(op, valueType), {
        op,
        type: valueType,
      });
      harness.onOutOfPages = undefined;
      assertEquals(answer, combineNaive(records, op, valueType));
      assert(mapped > 3 && stops > mapped + 3, `${mapped} stops in mapChunk, ${stops} in all`);
    });
  });

  Deno.test(`${build} takes integer sums to their bounds and refuses those beyond`, async () => {
    const harness = await KernelHarness.create(build);
    const sum = (chunks: bigint[][], workers = 1) => {
      const records = chunks.map((chunk) => chunk.map((value): ValueRecord => ["key", value]));
      return readValues(run(harness, records, { op: "sum", workers }), false)[0][1];
    };
    for (const workers of [1, 2]) {
      assertEquals(sum([[MOST - 1n], [1n]], workers), MOST);
      assertEquals(sum([[LEAST + 1n], [-1n]], workers), LEAST);
      // What is within the range is answered, whatever the sums on the way.
      for (const values of [[MOST, MOST, LEAST, LEAST, 5n], [LEAST, -9n, MOST], [MOST, 1n, -1n]]) {
        const expected = values.reduce((a, b) => a + b);
        assertEquals(sum([values], workers), expected);
        assertEquals(sum(values.map((value) => [value]), workers), expected);
        assertEquals(sum(values.toReversed().map((value) => [value]), workers), expected);
      }
      for (const values of [[MOST, 1n], [LEAST, -1n], [MOST, MOST, MOST], [LEAST, LEAST]]) {
        const message = `status ${VALUE_OVERFLOW}`;
        assertThrows(() => sum([values], workers), Error, message);
        assertThrows(() => sum(values.map((value) => [value]), workers), Error, message);
      }
    }
    // An overflow counts though the key is not among the first.
    const records: ValueRecord[] = [["a", 1n], ["b", MOST], ["b", 1n]];
    assertThrows(
      () => run(harness, [records], { op: "sum", top: 1 }),
      Error,
      `status ${VALUE_OVERFLOW}`,
    );
    const averages = readValues(run(harness, [records], { op: "avg" }), true);
    assertEquals(averages, [["a", 1], ["b", 2 ** 62]]);
  });

  Deno.test(`${build} sums decimals beyond 64 bits, in their order and by key`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(9);
    const type = "decimal(2)";
    // Keys of all sizes, some the beginnings of others, and sums that differ by one unit or by none.
    const keys = ["a", "a\0", "ab", "b".repeat(7), "b".repeat(8), "c".repeat(40), "", "z"];
    const values = [MOST, LEAST, MOST, MOST, LEAST, LEAST, 1n, -1n, 0n];
    for (let round = 0; round < 30; round++) {
      const records = Array.from({ length: 400 }, (): ValueRecord => {
        const key = random.pick(keys) + (random.oneIn(2) ? random.below(30) : "");
        return [key, random.pick(values)];
      });
      const byKey = combineNaive(records, "sum", type);
      const bySum = byKey.toSorted(([, x], [, y]) => x > y ? -1 : x < y ? 1 : 0);
      assert(bySum[0][1] > MOST && bySum.at(-1)![1] < LEAST);
      for (const [order, expected] of [["key", byKey], ["value", bySum]] as const) {
        const options = { workers: 1 + round % 3, partitionBits: round % 4 };
        for (const top of [0, 5]) {
          const job = { op: "sum", valueType: type, order, top, ...options } as const;
          const segment = run(harness, cut(random, records), job);
          const answer = readValues(segment, false, { op: "sum", type });
          assertEquals(answer, top > 0 ? expected.slice(0, top) : expected, JSON.stringify(job));
        }
      }
    }
  });

  Deno.test(`${build} refuses doubles that are not finite, and sums that are not`, async () => {
    const harness = await KernelHarness.create(build);
    const values = (op: ValueOp, list: number[]) =>
      readValues(
        run(harness, [list.map((value): ValueRecord => ["key", value])], { op, valueType: "f64" }),
        true,
      )[0][1];
    for (const op of OPS) {
      for (const wrong of [NaN, Infinity, -Infinity]) {
        for (const list of [[wrong], [1, wrong], [1, wrong, 2]]) {
          assertThrows(() => values(op, list), Error, `status ${VALUE_REFUSED}`);
        }
      }
      assertEquals(Object.is(values(op, [-0]), 0), true);
    }
    harness.open({ ...JOB, op: "max", valueType: "f64" });
    const list = Array.from({ length: 2000 }, (_, i): ValueRecord => [`key ${i % 10}`, i]);
    const { start, bytes } = harness.put(encodeValues([...list, ["key 1", NaN], ...list]), 3);
    const { kernel, view, scratch } = harness;
    assertEquals(kernel.mapChunk(harness.job, 0, start, bytes, 0, 0), VALUE_REFUSED);
    assertEquals(view.getUint32(scratch + SCRATCH_BAD_OFFSET, true), 24 * list.length);
    const most = Number.MAX_VALUE;
    assertThrows(() => values("sum", [most, most]), Error, `status ${VALUE_OVERFLOW}`);
    assertEquals(values("sum", [most, most, -most]), most);
    const tiny = Number.MIN_VALUE;
    assertEquals(values("sum", [tiny, tiny, -3 * tiny]), -tiny);
  });

  Deno.test(`${build} refuses chunks that end within a record, and reads nothing behind them`, async () => {
    const harness = await KernelHarness.create(build);
    const { kernel, view, scratch } = harness;
    const whole = encodeValues([["a", 1n], ["b".repeat(20), 2n], ["c".repeat(9000), 4n]]);
    const keyEnds = [13, 48, 9060];
    const ends = [16, 48, 9064];
    const map = (op: "sum" | "count", chunk: Uint8Array) => {
      harness.open({ ...JOB, op });
      const { start, bytes } = harness.put(chunk, 5);
      // What lies behind must not be taken for the rest of a record.
      harness.bytes.fill(0x7f, start + bytes + 128, start + bytes + 256);
      return kernel.mapChunk(harness.job, 0, start, bytes, 0, 0);
    };
    for (const op of ["sum", "count"] as const) {
      for (const cut of [...Array(60).keys(), 100, 8000, 9000, whole.length - 9, whole.length]) {
        const records = keyEnds.filter((end) => end <= cut).length;
        const from = records === 0 ? 0 : ends[records - 1];
        const status = map(op, whole.subarray(0, cut));
        if (from >= cut) {
          assertEquals(status, OK, `${cut} bytes`);
          assertEquals(harness.reduce().keys, records);
        } else {
          assertEquals(status, RECORDS_TORN, `${cut} bytes`);
          assertEquals(view.getUint32(scratch + SCRATCH_BAD_OFFSET, true), from);
        }
      }
      for (const bytes of [26, 0x7fff_ffff, 0xffff_ffff, 0x7fff_fff4]) {
        const chunk = whole.slice(0, 48);
        new DataView(chunk.buffer).setUint32(16 + 8, bytes, true);
        assertEquals(map(op, chunk), RECORDS_TORN);
      }
    }
  });

  Deno.test(`${build} sums doubles as nearly as it promises`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(5);
    for (let round = 0; round < 300; round++) {
      const spread = [0, 10, 60, 300, 1900][round % 5];
      const list = Array.from({ length: 1 + random.below(40) }, () => {
        const exponent = Math.max(-1100, random.below(spread + 1) - (spread >> 1));
        return (random.below(2 ** 32) - 2 ** 31 + random.below(2 ** 20) / 2 ** 20) * 2 ** exponent;
      });
      if (round % 3 === 0) list.push(...list.map((value) => -value), random.below(9));
      const records = list.map((value): ValueRecord => ["key", value]);
      const sum = readValues(run(harness, [records], { op: "sum", valueType: "f64" }), true)[0][1];
      assertEquals(sum, sumBinned(list));
      const greatest = Math.max(...list.map(Math.abs));
      const error = Math.abs(Number(sum) - sumExactly(list));
      assert(error <= greatest * list.length * 2 ** -72 + Math.abs(Number(sum)) * 2 ** -52);
    }
  });

  Deno.test(`${build} combines keys that folding makes equal`, async () => {
    const harness = await KernelHarness.create(build);
    const utf8 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
    const records: ValueRecord[] = [[utf8("ÉTÉ"), 5n], [utf8("été"), 7n], ["A", -1n], ["a", -2n]];
    const folded = (op: ValueOp) =>
      readValues(run(harness, [records], { op, case: "fold", workers: 1 }), op === "avg");
    assertEquals(folded("sum"), [["a", -3n], [utf8("été"), 12n]]);
    assertEquals(folded("min"), [["a", -2n], [utf8("été"), 5n]]);
    assertEquals(folded("avg"), [["a", -1.5], [utf8("été"), 6]]);
  });

  Deno.test(`${build} keeps keys whose values are 0 or less where nothing bounds them, and else sums within bounds`, async () => {
    const harness = await KernelHarness.create(build);
    const records: ValueRecord[] = [["a", 0n], ["b", -1n], ["c", 1n], ["c", -1n]];
    const sums = (bounds: { minCount?: number; maxCount?: number }, of = records) =>
      readValues(run(harness, [of, of], { op: "sum", workers: 2, ...bounds }), false);
    assertEquals(sums({}), [["a", 0n], ["b", -2n], ["c", 0n]]);
    const counts: ValueRecord[] = [["a", 1n], ["b", 4n], ["c", 5n], ["c", 6n]];
    assertEquals(sums({ minCount: 8 }, counts), [["b", 8n], ["c", 22n]]);
    assertEquals(sums({ minCount: 3, maxCount: 8 }, counts), [["b", 8n]]);
  });

  Deno.test(`${build} counts the keys of value records where the op is count`, async () => {
    const harness = await KernelHarness.create(build);
    const random = new Random(6);
    const records = randomRecords(random, "i64", 9000, 500);
    const counts = combineNaive(records.map(([key]) => [key, 1n]), "sum", "i64");
    const answer = run(harness, cut(random, records), { op: "count", workers: 2 });
    assertEquals(readValues(answer, false), counts);
    assertEquals(harness.get(JOB_COUNTED), records.length);
  });
}

// The oracle against sums that need no rounding, and one that drops what the definition says.
Deno.test("sumBinned() is exact where doubles are", () => {
  assertEquals(sumBinned([0.5, 0.25, -4, 2 ** 50]), 2 ** 50 - 3.25);
  assertEquals(sumBinned([2 ** 72, 1, -(2 ** 72)]), 1);
  assertEquals(sumBinned([2 ** 96, 1, -(2 ** 96)]), 0);
  assertEquals(sumBinned([0.1, 0.2]), 0.1 + 0.2);
});
