import { assertEquals, assertStringIncludes } from "@std/assert";
import { findKnee, gatherSteps, reportKnee, type Step } from "../../../load/k6/knee.ts";
import type { Second } from "../../../load/k6/series.ts";

const step = (rate: number, answered: number, p95: number | undefined): Step => ({
  rate,
  answered,
  p95,
  dropped: 0,
  refused: 0,
});

const second = (answers: number, ms = 1, dropped = 0): Second => ({
  answers: Array(answers).fill(ms),
  dropped,
  refused: 0,
});

Deno.test("findKnee() takes the last rate before the first that is not met", () => {
  const steps = [step(10, 10, 5), step(20, 19.5, 8), step(40, 25, 8), step(80, 80, 5)];
  assertEquals(findKnee(steps), { knee: steps[1], bent: steps[2] });
});

Deno.test("findKnee() finds a rate bent whose answers come too late, or not at all", () => {
  const steps = [step(10, 10, 5), step(20, 20, 501)];
  assertEquals(findKnee(steps), { knee: steps[0], bent: steps[1] });
  const none = [step(10, 0, undefined)];
  assertEquals(findKnee(none), { knee: undefined, bent: none[0] });
});

Deno.test("findKnee() finds no bend where every rate is met", () => {
  const steps = [step(10, 10, 5), step(20, 20, 5)];
  assertEquals(findKnee(steps), { knee: steps[1] });
});

Deno.test("gatherSteps() sums the seconds of each rate", () => {
  const seconds = [second(10), second(10), second(15, 700, 3), second(15, 700, 2)];
  assertEquals(gatherSteps(seconds, [10, 20, 40], 2), [
    { rate: 10, answered: 10, p95: 1, dropped: 0, refused: 0 },
    { rate: 20, answered: 15, p95: 700, dropped: 5, refused: 0 },
    { rate: 40, answered: 0, p95: undefined, dropped: 0, refused: 0 },
  ]);
});

Deno.test("reportKnee() tells the knee, in words, in a table and in charts", () => {
  const values = { from: 10, most: 20, factor: 2, "step-seconds": 1 };
  const { lines, table, charts } = reportKnee([second(10), second(12)], values);
  assertStringIncludes(lines[0], "Knee: 10 a second. At 20 a second 12 were answered");
  assertEquals(table!.rows.map(([rate]) => rate), ["10", "20"]);
  assertEquals(charts.length, 2);
});
