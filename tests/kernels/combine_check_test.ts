import { assert, assertEquals } from "@std/assert";
import { explainBreach, triplesOf } from "../../src/kernels/combine_check.ts";

Deno.test("triplesOf() has small, extreme and random values, the simplest first", () => {
  for (const type of ["i64", "f64"] as const) {
    const bits = triplesOf(type);
    const values = type === "f64" ? [...new Float64Array(bits.buffer)] : [...bits].map(Number);
    assertEquals(values.length % 3, 0);
    assertEquals(values.slice(0, 3), [1, 2, 3]);
    assert(values.slice(0, 180).every((value) => Math.abs(value) <= 100 && value % 1 === 0));
    for (const value of [0, 1, -1]) assert(values.includes(value), `${type} ${value}`);
    const extremes = type === "f64"
      ? [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE]
      : [-(2 ** 63), 2 ** 63];
    for (const value of extremes) assert(values.includes(value), `${type} ${value}`);
    assert(new Set(values).size > 20);
    assert(values.every(Number.isFinite));
    assertEquals(values.some((value) => value % 1 !== 0), type === "f64");
    assert(!values.some((value) => Object.is(value, -0)));
    assertEquals(triplesOf(type), bits);
  }
});

Deno.test("explainBreach() writes values as their type has them", () => {
  const values: [bigint, bigint, bigint] = [-1n, 2n, 2n ** 62n];
  assertEquals(
    explainBreach({ law: "associative", values, results: [5n, -6n] }, "i64"),
    "combine must be associative, but combine(combine(-1, 2), 4611686018427387904) is 5, " +
      "and combine(-1, combine(2, 4611686018427387904)) is -6",
  );
  const [half, minusZero, tenth] = new BigInt64Array(Float64Array.of(0.5, -0, 0.1).buffer);
  assertEquals(
    explainBreach(
      { law: "commutative", values: [half, tenth, half], results: [minusZero, tenth] },
      "f64",
    ),
    "combine must be commutative, but combine(0.5, 0.1) is -0, and combine(0.1, 0.5) is 0.1",
  );
});
