import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Chart, drawChart } from "../../../load/support/charts.ts";

const CHART: Chart = {
  title: "Time <of> tasks",
  x: { name: "workers", categories: ["1", "2"] },
  y: { name: "ms & more" },
  series: [
    { name: "clone", kind: "bar", points: [["1", 3], ["2", 2]] },
    { name: "shared", kind: "line", points: [["1", 2], ["2", 1]] },
  ],
};

Deno.test("drawChart() draws an SVG document that is well formed and has every name", () => {
  const svg = drawChart(CHART);
  assert(svg.startsWith("<svg "), "it is SVG");
  assertEquals(openTags(svg), []);
  for (const name of ["Time &lt;of&gt; tasks", "workers", "ms &amp; more", "clone", "shared"]) {
    assert(svg.includes(name), `it shows ${name}`);
  }
});

Deno.test("drawChart() refuses a chart without points, and numbers that have no place", () => {
  const series = (points: [string, number][]) => [{ name: "a", kind: "bar" as const, points }];
  assertThrows(() => drawChart({ ...CHART, series: series([]) }), Error, "it has no points");
  assertThrows(() => drawChart({ ...CHART, series: series([["1", NaN]]) }), Error, "NaN is no");
});

/** Names of elements that are not closed, or not in turn. */
function openTags(svg: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, end] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/gi)) {
    if (end === "/") continue;
    if (slash === "") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
}
