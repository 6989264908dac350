import { assert, assertEquals, assertThrows } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { parseCsv, writeRandomCsv } from "../../support/csv.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { KernelFailure, readLibraryKernel, UserKernel } from "../../support/user_kernel.ts";
import { hexDigitsOfPi } from "../../support/oracle/pi_digits.ts";

// Kernels of the library that emit values, and those that compute.

async function read(name: string): Promise<UserKernel> {
  return new UserKernel(await readLibraryKernel(name));
}

/** A kernel, once it has failed, is of no use. */
async function assertFails(name: string, line: string, message: string): Promise<void> {
  const kernel = await read(name);
  assertThrows(() => kernel.run(new TextEncoder().encode(line)), KernelFailure, message);
}

Deno.test("the gate admits kernels with values, with the ops that they declare", async () => {
  const declared: [string, string, string, string][] = [
    ["csv-group", "csv", "f64", "sum"],
    ["sum-range", "line", "i64", "sum"],
    ["abs-distance", "line", "f64", "sum"],
  ];
  for (const [name, records, value, op] of declared) {
    const { manifest } = admitModule(await readLibraryKernel(name));
    assertEquals([manifest.name, manifest.records], [name, records]);
    assertEquals([manifest.output, manifest.value, manifest.op], ["values", value, op]);
  }
});

Deno.test("csv-group gives the numbers of one column by another", async () => {
  const kernel = await read("csv-group");
  const text = `city,price,"n"
"Paris, FR",12.5,1
"a ""b""",-1e3,2\r
Rome, 7 ,3
Rome,,4
Rome,"1,5",5
Rome,12 EUR,6
,8,7
Rome
"two
lines","4",8
last,0x10`;
  assertEquals(kernel.mapValues(text), [
    ["Paris, FR", 12.5],
    ['a "b"', -1000],
    ["Rome", 7],
    ["two\nlines", 4],
  ]);
  kernel.configure({ by: 2, sum: 2 });
  assertEquals(kernel.mapValues(text).length, 8);
  kernel.configure({ by: 0, sum: -1 });
  assertEquals(kernel.mapValues(text), []);
});

Deno.test("csv-group gives what a naive one does on random CSV", async () => {
  const kernel = await read("csv-group");
  kernel.configure({ by: 1, sum: 0 });
  const seed = freshSeed();
  const random = new Random(seed);
  let records = 0;
  for (let i = 0; i < 2000; i++) {
    const text = writeRandomCsv(random);
    const expected = parseCsv(text).flatMap(({ fields }): [string, number][] => {
      const isNumber = /^\s*\d+\s*$/.test(fields[0]);
      return isNumber && fields[1] ? [[fields[1], Number(fields[0])]] : [];
    });
    records += expected.length;
    assertEquals(kernel.mapValues(text), expected, `MILLRACE_SEED=${seed} ${JSON.stringify(text)}`);
  }
  assert(records > 100, `${records}`);
});

Deno.test("csv-group fails where a number is beyond doubles", async () => {
  await assertFails("csv-group", "a,1\nb,1e999", "Cannot emit value Infinity: it is not finite");
});

Deno.test("sum-range sums every integer of a range", async () => {
  const kernel = await read("sum-range");
  const far = 2n ** 40n;
  const ranges: [bigint, bigint][] = [
    [1n, 1n],
    [1n, 100n],
    [-5n, 4n],
    [5n, 4n],
    [0n, 1_048_575n],
    [0n, 1_048_576n],
    [-1_000_000n, 2_500_000n],
    [far - 2_000_000n, far],
    [-far, -far + 3n],
  ];
  for (const [from, to] of ranges) {
    const values = kernel.mapValues(`\n ${from} ${to}\r\n`);
    assert(values.every(([key]) => key === "sum"));
    const sum = values.reduce((sum, [, value]) => sum + (value as bigint), 0n);
    assertEquals(sum, from > to ? 0n : (from + to) * (to - from + 1n) / 2n, `${from} ${to}`);
  }
  const both = kernel.mapValues("1 2\n3 4");
  assertEquals(both, [["sum", 3n], ["sum", 7n]]);
});

Deno.test("sum-range refuses what is no range, with the line", async () => {
  const lines = [
    "1",
    "1 2 3",
    "1  2",
    "a b",
    "1 2.5",
    "0x1 2",
    "1 1099511627777",
    "-1099511627777 0",
  ];
  for (const line of [...lines, "99999999999999999999 1", "1 -0"]) {
    await assertFails(
      "sum-range",
      `1 2\n${line}\n`,
      `Cannot sum range: '${line}' is not two integers`,
    );
  }
});

Deno.test("abs-distance sums differences between neighbours of a line", async () => {
  const kernel = await read("abs-distance");
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 200; i++) {
    const lines = Array.from(
      { length: random.below(5) },
      () => Array.from({ length: random.below(40) }, () => random.between(-4000, 4000) / 4),
    );
    const expected = lines.filter((line) => line.length > 0).map((line): [string, number] => [
      "distance",
      line.slice(1).reduce((sum, number, i) => sum + Math.abs(number - line[i]), 0),
    ]);
    const text = lines.map((line) => line.join(random.pick([" ", "  ", "\t"]))).join("\n");
    assertEquals(kernel.mapValues(text), expected, `MILLRACE_SEED=${seed} ${text}`);
  }
  await assertFails("abs-distance", "1 2\n3 x 4", "Cannot take distance: 'x' is no number");
});

Deno.test("pi-digits computes digits from any position on, one key each", async () => {
  const kernel = await read("pi-digits");
  const digits = hexDigitsOfPi(5100);
  assert(digits.startsWith("243f6a8885a308d313198a2e03707344"));
  const digitsAt = (start: number, count: number) =>
    Array.from(
      { length: count },
      (_, i) => `${String(start + i).padStart(8, "0")} ${digits[start + i]}`,
    );
  assertEquals(kernel.map("0 600"), digitsAt(0, 600));
  for (const [start, count] of [[0, 1], [1, 2], [7, 3], [1000, 21], [5000, 100], [4999, 0]]) {
    assertEquals(kernel.map(`${start} ${count}\n`), digitsAt(start, count));
  }
  assertEquals(kernel.map("0 2\r\n\n 30 5 \n"), [...digitsAt(0, 2), ...digitsAt(30, 5)]);
});

Deno.test("pi-digits knows digits far out", async () => {
  // From the tables of Bailey, Borwein and Plouffe: the digits behind the first 10^5 and 10^6.
  const kernel = await read("pi-digits");
  const far = kernel.map("999999 8").map((key) => key.at(-1)).join("");
  assertEquals(far, "26c65e52");
});

Deno.test("pi-digits refuses what is no start and count, with the line", async () => {
  const lines: [string, string][] = [
    ["1", "is not a start and a count"],
    ["1 2 3", "is not a start and a count"],
    ["-1 2", "is not two integers of 0 to 10000000"],
    ["1 x", "is not two integers of 0 to 10000000"],
    ["10000001 0", "is not two integers of 0 to 10000000"],
    ["9999999 2", "ends behind digit 9999999"],
  ];
  for (const [line, reason] of lines) {
    await assertFails("pi-digits", line, `Cannot compute digits: '${line}' ${reason}`);
  }
});
