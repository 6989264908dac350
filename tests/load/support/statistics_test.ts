import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  mean,
  median,
  pairedRatio,
  quantile,
  signTest,
  slope,
} from "../../../load/support/statistics.ts";

Deno.test("median() is the middle value, or the mean of the two in the middle", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([7]), 7);
});

Deno.test("median() leaves the order of its values", () => {
  const values = [3, 1, 2];
  median(values);
  assertEquals(values, [3, 1, 2]);
});

Deno.test("pairedRatio() is the median of ratios, each of one round", () => {
  assertEquals(pairedRatio([2, 30, 4], [1, 10, 1]), 3);
});

Deno.test("quantile() is the nearest rank", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assertEquals(quantile(values, 0.99), 99);
  assertEquals(quantile(values, 0.5), 50);
  assertEquals(quantile(values, 1), 100);
  assertEquals(quantile(values, 0), 1);
});

Deno.test("mean() and slope() of a line", () => {
  assertEquals(mean([1, 2, 6]), 3);
  assertAlmostEquals(slope([[0, 1], [1, 3], [2, 5]]), 2);
  assertAlmostEquals(slope([[0, 1], [1, 0], [2, 1]]), 0);
});

Deno.test("signTest() is twice the tail of the binomial distribution", () => {
  assertAlmostEquals(signTest(0, 7), 2 / 128);
  assertAlmostEquals(signTest(7, 7), 2 / 128);
  assertAlmostEquals(signTest(1, 7), 16 / 128);
  assertAlmostEquals(signTest(1, 11), 24 / 2048);
  assertEquals(signTest(2, 4), 1);
  assertEquals(signTest(0, 0), 1);
});
