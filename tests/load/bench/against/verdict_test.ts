import { assertEquals } from "@std/assert";
import { compareFigure, comparisonRows, judge } from "../../../../load/bench/against/verdict.ts";

const NOISE = "no difference within noise";

const repeat = (ratio: number, rounds: number) => new Array<number>(rounds).fill(ratio);

Deno.test("judge() calls a rate that rises in every round faster, and a falling one slower", () => {
  assertEquals(judge(repeat(1.1, 7), "MB/s", "higher", 1), "faster");
  assertEquals(judge(repeat(0.9, 7), "MB/s", "higher", 1), "slower");
});

Deno.test("judge() calls a time that falls faster", () => {
  assertEquals(judge(repeat(0.9, 7), "ms", "lower", 1), "faster");
  assertEquals(judge(repeat(1.1, 7), "µs", "lower", 1), "slower");
});

Deno.test("judge() calls memory that falls better, not faster", () => {
  assertEquals(judge(repeat(0.5, 7), "MB", "lower", 1), "better");
  assertEquals(judge(repeat(1.5, 7), "MB", "lower", 1), "worse");
});

Deno.test("judge() takes rounds that do not agree for noise", () => {
  assertEquals(judge([...repeat(1.2, 6), 0.9], "MB/s", "higher", 1), NOISE);
  assertEquals(judge([...repeat(1.2, 10), 0.9], "MB/s", "higher", 1), "faster");
  assertEquals(judge([...repeat(1.2, 9), 0.9, 0.9], "MB/s", "higher", 1), NOISE);
});

Deno.test("judge() takes a change of less than 2 % for noise, however steady it is", () => {
  assertEquals(judge(repeat(1.019, 20), "MB/s", "higher", 1), NOISE);
  assertEquals(judge(repeat(1.021, 20), "MB/s", "higher", 1), "faster");
});

Deno.test("judge() asks more of each figure when there are more of them", () => {
  const ratios = [...repeat(1.2, 10), 0.9];
  assertEquals(judge(ratios, "MB/s", "higher", 4), "faster");
  assertEquals(judge(ratios, "MB/s", "higher", 5), NOISE);
  assertEquals(judge(repeat(1.2, 7), "MB/s", "higher", 4), "too few rounds to tell");
});

Deno.test("judge() says when there are too few rounds to tell", () => {
  assertEquals(judge(repeat(2, 5), "MB/s", "higher", 1), "too few rounds to tell");
  assertEquals(judge(repeat(2, 6), "MB/s", "higher", 1), "faster");
});

Deno.test("judge() finds no difference where there is none at all", () => {
  assertEquals(judge(repeat(1, 7), "MB/s", "higher", 1), NOISE);
});

Deno.test("compareFigure() pairs the rounds: what slows both down changes no ratio", () => {
  const a = [100, 50, 100, 25, 100, 80, 10];
  const b = a.map((value) => value * 1.1);
  const comparison = compareFigure({ name: "rate", unit: "MB/s", better: "higher" }, a, b, 1);
  assertEquals(comparison.a, 80);
  assertEquals(Math.round(comparison.b), 88);
  assertEquals(comparison.ratio.toFixed(6), "1.100000");
  assertEquals(comparison.least.toFixed(6), "1.100000");
  assertEquals(comparison.most.toFixed(6), "1.100000");
  assertEquals(comparison.verdict, "faster");
});

Deno.test("comparisonRows() shows medians, ratio, spread and verdict", () => {
  const figure = { name: "p99", unit: "ms", better: "lower" } as const;
  const comparison = compareFigure(figure, repeat(2, 7), [1, 1, 1, 1, 1, 1.5, 0.5], 1);
  assertEquals(comparisonRows([comparison], "7003020", "this tree"), {
    header: ["", "unit", "A 7003020", "B this tree", "B/A", "min–max", "verdict"],
    rows: [["p99", "ms", "2.00", "1.00", "0.500", "0.250–0.750", "faster"]],
  });
});
