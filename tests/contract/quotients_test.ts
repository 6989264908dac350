import { assert, assertEquals } from "@std/assert";
import { divideHalfUp, divideToDouble } from "../../src/contract/quotients.ts";
import { freshSeed, Random } from "../support/random.ts";
import { unitsOf } from "../support/values.ts";

Deno.test("divideHalfUp() gives the nearest integer, and of two the greater", () => {
  const rows: [number, number, number][] = [
    [1, 2, 1],
    [-1, 2, 0],
    [-3, 2, -1],
    [3, 2, 2],
    [-4, 3, -1],
    [-5, 3, -2],
    [5, 3, 2],
    [0, 7, 0],
    [-6, 2, -3],
  ];
  for (const [a, b, quotient] of rows) {
    assertEquals(divideHalfUp(BigInt(a), BigInt(b)), BigInt(quotient), `${a} / ${b}`);
  }
});

Deno.test("divideToDouble() gives the nearest double, and of two the even one", () => {
  const random = new Random(freshSeed());
  const integer = (bits: number) => {
    let value = 0n;
    for (let i = 0; i < bits; i += 31) value = value << 31n | BigInt(random.below(2 ** 31));
    return value;
  };
  // How far a double is from a quotient, in units of 2^-1074 / divisor.
  const distance = (double: number, a: bigint, b: bigint) => {
    const difference = (a << 1074n) - unitsOf(double) * b;
    return difference < 0n ? -difference : difference;
  };
  for (let round = 0; round < 3000; round++) {
    const sign = random.oneIn(2) ? 1n : -1n;
    const [a, b] = [sign * integer(random.below(180)), 1n + integer(random.below(110))];
    const double = divideToDouble(a, b);
    const bits = new BigInt64Array(new Float64Array([double]).buffer)[0];
    const near = distance(double, a, b);
    for (const step of double === 0 ? [] : [-1n, 1n]) {
      const other = new Float64Array(new BigInt64Array([bits + step]).buffer)[0];
      const far = distance(other, a, b);
      assert(near < far || near === far && (bits & 1n) === 0n, `seed ${random.seed}: ${a} / ${b}`);
    }
  }
  assertEquals(divideToDouble(1n, 3n), 1 / 3);
  assertEquals(divideToDouble(2n ** 53n + 1n, 1n), 2 ** 53);
});
